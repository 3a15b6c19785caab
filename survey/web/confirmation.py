"""Asking again for the password, or a code, before what weighs most: a browser left open must not reveal or publish."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from survey.crypto.shares import PARTIES
from survey.office import accounts, audit, second_factor, sessions
from survey.web import database
from survey.web.access import allowed, current_account, current_session, here, now
from survey.web.auth import code_taken, identified, ours
from survey.web.forms import Form
from survey.web.navigation import home

P = ParamSpec("P")
R = TypeVar("R")
MARK = "gongping_confirmed"
# A browser may keep a page's fields on its disk, so codes of key slips are typed again instead.
ASIDE = {"csrf_token", "own_password", "own_code", "back", "again", *PARTIES}

bp = Blueprint("confirmation", __name__, url_prefix="/account/confirm")

Answer = Response | str | tuple[str, int]


def recently_confirmed(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a page as one for who gave the own password, or a code of the second factor, minutes ago."""
    vars(view)[MARK] = True
    return view


class ConfirmForm(Form):
    """The own password, or a code; and where to go on, with `again` what was sent there already."""

    own_password = PasswordField(lazy_gettext("Your password"), [InputRequired(), Length(max=accounts.LONGEST)])
    own_code = StringField(
        lazy_gettext("Code from the app"),
        [InputRequired(), Length(max=40)],
        description=lazy_gettext("The six digits that your app shows now, or one of your recovery codes."),
    )
    back = HiddenField()
    again = HiddenField()


def init_app(app: Flask) -> None:
    """Have `app` ask before the pages that are so marked."""
    app.before_request(_check)


@bp.get("")
@allowed("use own account")
def ask() -> Answer:
    """Ask for the own password, or for a code."""
    return _page(_form(back=request.args.get("back", "")))


@bp.post("")
@allowed("use own account")
def take() -> Answer:
    """Go on where the person was stopped, with what had been sent."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form, 422)
    if not _proved(form):
        field = form.own_code if "own_code" in form else form.own_password
        field.errors = [
            _("This is not the code that the app shows now. Each works once.")
            if "own_code" in form
            else _("This is not your password.")
        ]
        return _page(form, 422)
    sessions.confirm(database.session(), current_session().token_hash, now())
    database.session().commit()
    # 307 sends the same form on to where it was meant to go; 303 only asks for a page.
    return redirect(ours(form.back.data) or home(), code=307 if form.again.data else 303)


def _check() -> Response | tuple[str, int] | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or MARK not in vars(view) or sessions.confirmed(current_session(), now()):
        return None
    if request.method == "GET":
        return redirect(url_for("confirmation.ask", back=here()), code=303)
    return _page(_form(back=here(), again="1"), 403)


def _form(**given: str) -> ConfirmForm:
    """Return the form; with `given`, one that is not filled from what was sent elsewhere."""
    form = ConfirmForm(formdata=None, **given) if given else ConfirmForm()
    if second_factor.holds(database.session(), current_account().login):
        del form.own_password
    else:
        del form.own_code
    return form


def _proved(form: ConfirmForm) -> bool:
    """Return whether the password or the code is right; the writer's turn is taken then."""
    login = current_account().login
    if "own_code" in form:
        how = code_taken(login, form.own_code.data)
        if how == "recovery code":
            audit.record(database.session(), login, "use recovery code", None, {}, now())
        return how is not None
    if identified(login, form.own_password.data) is None:
        return False
    database.writing()
    return True


def _page(form: ConfirmForm, status: int = 200) -> tuple[str, int]:
    sent = [pair for pair in request.form.items(multi=True) if pair[0] not in ASIDE]
    return render_template("auth/confirm.html", form=form, sent=sent if form.again.data else []), status

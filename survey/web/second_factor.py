"""The own second factor: set up with an app and a code, its recovery codes shown once, taken away again."""

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from survey.errors import ConflictError
from survey.models import Account
from survey.office import accounts, audit, second_factor
from survey.web import database
from survey.web.access import allowed, current_account, now
from survey.web.auth import guesses
from survey.web.confirmation import recently_confirmed
from survey.web.forms import Form

bp = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")

Answer = Response | str | tuple[str, int]


class AppForm(Form):
    """The first code of an app that has taken the secret over."""

    code = StringField(
        lazy_gettext("Code from the app"),
        [InputRequired(), Length(max=20)],
        description=lazy_gettext("The six digits that your app shows now."),
    )


@bp.get("")
@allowed("use own account")
def page() -> Answer:
    """Say what a second factor is; while one is set up, show what the app takes over."""
    return _page(AppForm())


@bp.post("")
@allowed("use own account")
@recently_confirmed
def begin() -> Response:
    """Make a secret for the app."""
    second_factor.begin(database.writing(), _mine(), _installation())
    database.session().commit()
    return redirect(url_for(".page"), code=303)


@bp.post("/confirm")
@allowed("use own account")
def confirm() -> Answer:
    """Put the second factor in force once the app shows the right code; show the recovery codes, once."""
    form, login = AppForm(), current_account().login
    if not form.validate_on_submit():
        return _page(form, status=422)
    guesses().check_code(login, now())
    database.writing()
    codes = second_factor.confirm(database.session(), _mine(), form.code.data, _installation(), now())
    if codes is None:
        database.session().rollback()
        guesses().fail_code(login, now())
        form.code.errors = [_("This is not the code that the app shows now. Check the clock of the phone, too.")]
        return _page(form, status=422)
    _note("set up second factor")
    database.session().commit()
    return _codes_page(codes)


@bp.post("/recovery-codes")
@allowed("use own account")
@recently_confirmed
def new_codes() -> Answer:
    """Make ten new recovery codes and show them, once; the old ones are worth nothing."""
    database.writing()
    if not second_factor.holds(database.session(), current_account().login):
        raise ConflictError("You have no second factor.")
    codes = second_factor.new_recovery_codes(database.session(), _mine())
    _note("make recovery codes")
    database.session().commit()
    return _codes_page(codes)


@bp.get("/off")
@allowed("use own account")
@recently_confirmed
def ask_off() -> Answer:
    """Ask before the second factor is taken away."""
    return render_template("auth/second_factor_off.html")


@bp.post("/off")
@allowed("use own account")
@recently_confirmed
def off() -> Response:
    """Take the own second factor away, unless the office demands one."""
    database.writing()
    if _mine().second_factor_due:
        raise ConflictError("Your office demands a second factor. An administrator can reset it if the phone is lost.")
    second_factor.remove(database.session(), current_account().login)
    _note("take second factor away")
    database.session().commit()
    flash(_("The password alone signs you in again."))
    return redirect(url_for("own_account.page"), code=303)


def _mine() -> Account:
    return accounts.get(database.session(), current_account().login)


def _installation() -> bytes:
    secret: bytes = current_app.config["GONGPING"].secret
    return secret


def _note(act: str) -> None:
    audit.record(database.session(), current_account().login, act, None, {}, now())


def _page(form: AppForm, status: int = 200) -> Answer:
    mine = _mine()
    secret = second_factor.offered(database.session(), mine, _installation())
    page = render_template(
        "auth/second_factor.html",
        form=form,
        holds=second_factor.holds(database.session(), mine.login),
        left=second_factor.recovery_codes_left(database.session(), mine.login),
        due=mine.second_factor_due,
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)) if secret else None,
        qr=_qr(second_factor.address(mine, secret)) if secret else None,
    )
    return page, status


def _qr(words: str) -> Markup:
    drawing = segno.make(words, error="m").svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)
    return Markup(drawing)  # noqa: S704 - our own drawing


def _codes_page(codes: list[str]) -> str:
    # In the answer itself: after a redirect they would have to wait somewhere, in a cookie or a table.
    return render_template("auth/recovery_codes.html", codes=codes)

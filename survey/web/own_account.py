"""The own account: the password, and where one is signed in."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from survey.errors import NotFoundError
from survey.office import accounts, audit, second_factor, sessions
from survey.web import database, forms
from survey.web.access import allowed, current_account, current_session, now
from survey.web.auth import identified

bp = Blueprint("own_account", __name__, url_prefix="/account")


class PasswordForm(forms.Form):
    """A new password, by who knows the old one."""

    old = PasswordField(lazy_gettext("Password now"), [InputRequired(), Length(max=accounts.LONGEST)])
    new = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(), Length(accounts.SHORTEST, accounts.LONGEST)],
        description=lazy_gettext("At least 10 characters. Three or four words that only you put together are good."),
    )


@bp.get("")
@allowed("use own account")
def page() -> str:
    """Show the own account and where it is signed in."""
    return _page(PasswordForm())


@bp.post("/password")
@allowed("use own account")
def change_password() -> Response | tuple[str, int]:
    """Change the own password; other browsers are signed out."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(form), 422
    login = current_account().login
    if identified(login, form.old.data) is None:
        form.old.errors = [_("This is not your password.")]
        return _page(form), 422
    mine = accounts.get(database.writing(), login)
    accounts.change_password(database.session(), mine, form.new.data, keep=current_session().token_hash)
    audit.record(database.session(), mine.login, "change own password", None, {}, now())
    database.session().commit()
    flash(_("Your password is changed. Other browsers are signed out."))
    return redirect(url_for(".page"), code=303)


@bp.post("/sessions/end")
@allowed("use own account")
def end_others() -> Response:
    """Sign the own account out everywhere but here."""
    database.writing()
    mine = current_session()
    sessions.end_all(database.session(), mine.login, but=mine.token_hash)
    audit.record(database.session(), mine.login, "end own sessions", None, {}, now())
    database.session().commit()
    flash(_("All other browsers are signed out."))
    return redirect(url_for(".page"), code=303)


@bp.post("/sessions/<mark>/end")
@allowed("use own account")
def end_one(mark: str) -> Response:
    """Sign one browser of the own account out; this one too, if it is meant."""
    database.writing()
    login = current_account().login
    if not sessions.end_one(database.session(), login, mark):
        raise NotFoundError("This browser is signed out already.")
    audit.record(database.session(), login, "end own session", None, {}, now())
    database.session().commit()
    flash(_("The browser is signed out."))
    return redirect(url_for(".page"), code=303)


def _page(form: PasswordForm) -> str:
    login = current_account().login
    return render_template(
        "auth/account.html",
        form=form,
        sessions=sessions.of(database.session(), login, now()),
        here=current_session().token_hash,
        second_factor=second_factor.holds(database.session(), login),
        recovery_codes=second_factor.recovery_codes_left(database.session(), login),
    )

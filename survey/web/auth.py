"""Signing in and out, and what each member of staff may do with the own account."""

import re
from typing import Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from survey.models import Account
from survey.office import accounts, audit, sessions
from survey.web import database, forms, navigation
from survey.web.access import allowed, current_account, current_session, now, open_to_all
from survey.web.throttle import Throttle

bp = Blueprint("auth", __name__)

# An address on this site: a path, and nothing that a browser would read as another host.
OURS: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*")


class LoginForm(forms.Form):
    """Who signs in."""

    login = StringField(lazy_gettext("Login"), [InputRequired(), Length(max=100)])
    password = PasswordField(lazy_gettext("Password"), [InputRequired(), Length(max=accounts.LONGEST)])


class PasswordForm(forms.Form):
    """A new password, by who knows the old one."""

    old = PasswordField(lazy_gettext("Password now"), [InputRequired(), Length(max=accounts.LONGEST)])
    new = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(), Length(accounts.SHORTEST, accounts.LONGEST)],
        description=lazy_gettext("At least 10 characters. Three or four words that only you put together are good."),
    )


@bp.get("/login")
@open_to_all
def login() -> str:
    """Ask who signs in."""
    return render_template("auth/login.html", form=LoginForm(), failed=False)


@bp.post("/login")
@open_to_all
def sign_in() -> Response | tuple[str, int]:
    """Sign in: a new token in the cookie, and a new token for forms."""
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("auth/login.html", form=form, failed=True), 422
    account = identified(form.login.data, form.password.data)
    if account is None:
        return render_template("auth/login.html", form=form, failed=True), 422
    database.writing()
    sessions.end(database.session(), request.cookies.get(current_app.config["GONGPING_COOKIE"], ""))
    token = sessions.start(database.session(), account, now())
    audit.record(database.session(), account.login, "sign in", None, {}, now())
    database.session().commit()
    session.clear()
    return _with_cookie(redirect(_after(account), code=303), token)


@bp.post("/logout")
@allowed("use own account")
def logout() -> Response:
    """Sign this browser out."""
    database.writing()
    sessions.end(database.session(), request.cookies[current_app.config["GONGPING_COOKIE"]])
    audit.record(database.session(), current_account().login, "sign out", None, {}, now())
    database.session().commit()
    session.clear()
    return _with_cookie(redirect(url_for(".login"), code=303), None)


@bp.get("/start")
@allowed("use own account")
def start() -> Response:
    """Lead to the desk of the role."""
    return redirect(navigation.landing(current_account().role), code=303)


@bp.get("/account")
@allowed("use own account")
def account() -> str:
    """Show the own account and where it is signed in."""
    return _account_page(PasswordForm())


@bp.post("/account/password")
@allowed("use own account")
def change_password() -> Response | tuple[str, int]:
    """Change the own password; other browsers are signed out."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _account_page(form), 422
    mine = accounts.get(database.session(), current_account().login)
    if not _guarded(mine, form.old.data):
        form.old.errors = [_("This is not your password.")]
        return _account_page(form), 422
    mine = accounts.get(database.writing(), mine.login)
    accounts.change_password(database.session(), mine, form.new.data, keep=current_session().token_hash)
    audit.record(database.session(), mine.login, "change own password", None, {}, now())
    database.session().commit()
    flash(_("Your password is changed. Other browsers are signed out."))
    return redirect(url_for(".account"), code=303)


@bp.post("/account/sessions/end")
@allowed("use own account")
def end_others() -> Response:
    """Sign the own account out everywhere but here."""
    database.writing()
    mine = current_session()
    sessions.end_all(database.session(), mine.login, but=mine.token_hash)
    audit.record(database.session(), mine.login, "end own sessions", None, {}, now())
    database.session().commit()
    flash(_("All other browsers are signed out."))
    return redirect(url_for(".account"), code=303)


def _account_page(form: PasswordForm) -> str:
    live = sessions.of(database.session(), current_account().login, now())
    here = current_session().token_hash
    return render_template("auth/account.html", form=form, sessions=live, here=here)


def identified(login: str, password: str) -> Account | None:
    """Return the account that `login` and `password` open, or nothing; wrong ones count as guesses."""
    name, address = accounts.fold(login), request.remote_addr or ""
    guesses = _guesses()
    guesses.check(name, address, now())
    account = accounts.sign_in(database.session(), name, password)
    if account is None:
        guesses.fail(name, address, now())
    else:
        guesses.succeed(name, address)
    return account


def _guarded(account: Account, password: str) -> bool:
    """Return whether `password` is right; guesses at it count as guesses at the sign-in do."""
    return identified(account.login, password) is not None


def _guesses() -> Throttle:
    guesses: Throttle = current_app.extensions.setdefault("gongping_guesses", Throttle())
    return guesses


def _after(account: Account) -> str:
    """Return where to go: the page that was asked for, where it is one of ours, else the role's desk."""
    asked = request.args.get("after", "")
    return asked if OURS.fullmatch(asked) else navigation.landing(account.role)


def _with_cookie(response: Response, token: str | None) -> Response:
    settings = current_app.config["GONGPING"]
    name = current_app.config["GONGPING_COOKIE"]
    secure = {"secure": settings.secure_cookies, "httponly": True, "samesite": "Lax", "path": "/"}
    if token is None:
        response.delete_cookie(name, **secure)
    else:
        response.set_cookie(name, token, **secure)
    return response

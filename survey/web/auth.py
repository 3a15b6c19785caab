"""Signing in, with a second step where the account has a second factor, and signing out."""

import re
from typing import Final

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from survey.models import Account, StaffSession
from survey.office import accounts, audit, second_factor, sessions
from survey.web import browsers, database, forms, navigation
from survey.web.access import allowed, current_account, now, open_to_all
from survey.web.throttle import Throttle

bp = Blueprint("auth", __name__)

Answer = Response | str | tuple[str, int]
# An address on this site: a path, and nothing that a browser would read as another host.
OURS: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*")


class LoginForm(forms.Form):
    """Who signs in."""

    login = StringField(lazy_gettext("Login"), [InputRequired(), Length(max=100)])
    password = PasswordField(lazy_gettext("Password"), [InputRequired(), Length(max=accounts.LONGEST)])


class CodeForm(forms.Form):
    """A code of the second factor."""

    code = StringField(
        lazy_gettext("Code from the app"),
        [InputRequired(), Length(max=40)],
        description=lazy_gettext("The six digits that your app shows now, or one of your recovery codes."),
    )


@bp.get("/login")
@open_to_all
def login() -> str:
    """Ask who signs in."""
    return render_template("auth/login.html", form=LoginForm(), failed=False)


@bp.post("/login")
@open_to_all
def sign_in() -> Answer:
    """Sign in, or go on to the second step: a new token in the cookie, and a new token for forms."""
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("auth/login.html", form=form, failed=True), 422
    account = identified(form.login.data, form.password.data)
    if account is None:
        return render_template("auth/login.html", form=form, failed=True), 422
    database.writing()
    if not second_factor.holds(database.session(), account.login):
        return _signed_in(account, {})
    token = _fresh_token(account, half=True)
    database.session().commit()
    after = request.args.get("after") or None
    return with_cookie(redirect(url_for(".second_step", after=after), code=303), token)


@bp.get("/login/code")
@open_to_all
def second_step() -> Answer:
    """Ask for the code of the second factor, once the password was right."""
    if _half() is None:
        return redirect(url_for(".login", after=request.args.get("after")), code=303)
    return render_template("auth/second_step.html", form=CodeForm(), failed=False)


@bp.post("/login/code")
@open_to_all
def take_second_step() -> Answer:
    """Finish signing in with a code, or with a recovery code, which is then used up."""
    half = _half()
    if half is None:
        return redirect(url_for(".login", after=request.args.get("after")), code=303)
    form = CodeForm()
    how = code_taken(half.login, form.code.data or "") if form.validate_on_submit() else None
    if how is None:
        return render_template("auth/second_step.html", form=form, failed=True), 422
    return _signed_in(accounts.get(database.session(), half.login), {"second step": how})


@bp.post("/logout")
@allowed("use own account")
def logout() -> Response:
    """Sign this browser out."""
    database.writing()
    sessions.end(database.session(), _token())
    audit.record(database.session(), current_account().login, "sign out", None, {}, now())
    database.session().commit()
    session.clear()
    return with_cookie(redirect(url_for(".login"), code=303), None)


@bp.get("/start")
@allowed("use own account")
def start() -> Response:
    """Lead to the desk of the role."""
    return redirect(navigation.landing(current_account().role), code=303)


def identified(login: str, password: str) -> Account | None:
    """Return the account that `login` and `password` open, or nothing; wrong ones count as guesses."""
    name, address = accounts.fold(login), request.remote_addr or ""
    guesses().check(name, address, now())
    account = accounts.sign_in(database.session(), login, password)
    if account is None:
        guesses().fail(name, address, now())
        return None
    guesses().succeed(name, address)
    return account


def code_taken(login: str, code: str) -> str | None:
    """Use a code of the second factor up, or a recovery code, and say which; wrong ones count as guesses.

    The writer's turn is taken, and left to the caller to commit where the code was right.
    """
    guesses().check_code(login, now())
    installation, writing = current_app.config["GONGPING"].secret, database.writing()
    if second_factor.passes(writing, login, code, installation, now()):
        how = "second factor"
    elif second_factor.passes_by_recovery(writing, login, code):
        how = "recovery code"
    else:
        writing.rollback()
        guesses().fail_code(login, now())
        return None
    guesses().succeed_code(login)
    return how


def guesses() -> Throttle:
    """Return the failed attempts that this process remembers."""
    kept: Throttle = current_app.extensions.setdefault("gongping_guesses", Throttle())
    return kept


def ours(asked: str | None) -> str | None:
    """Return the address that was asked for, where it is one of this site."""
    return asked if asked and OURS.fullmatch(asked) else None


def with_cookie(response: Response, token: str | None) -> Response:
    """Return `response` with the staff cookie set, or taken back."""
    settings = current_app.config["GONGPING"]
    name = current_app.config["GONGPING_COOKIE"]
    secure = {"secure": settings.secure_cookies, "httponly": True, "samesite": "Lax", "path": "/"}
    if token is None:
        response.delete_cookie(name, **secure)
    else:
        response.set_cookie(name, token, **secure)
    return response


def _token() -> str:
    return request.cookies.get(current_app.config["GONGPING_COOKIE"], "")


def _half() -> StaffSession | None:
    return sessions.find_half(database.session(), _token(), now())


def _fresh_token(account: Account, *, half: bool = False) -> str:
    """Return a new token in the place of the one that the browser came with."""
    sessions.end(database.session(), _token())
    kind = browsers.kind_of(request.headers.get("User-Agent", ""))
    return sessions.start(database.session(), account, now(), kind, half=half)


def _signed_in(account: Account, detail: dict[str, str]) -> Response:
    token = _fresh_token(account)
    audit.record(database.session(), account.login, "sign in", None, detail, now())
    database.session().commit()
    session.clear()
    after = ours(request.args.get("after")) or navigation.landing(account.role)
    return with_cookie(redirect(after, code=303), token)

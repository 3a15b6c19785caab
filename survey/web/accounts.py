"""Accounts, for the administrator: add, disable, enable, and a new password that is shown once."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length, Regexp

from survey.errors import GongpingError
from survey.models import Account
from survey.office import accounts, audit
from survey.office.permissions import ROLES
from survey.web import database, forms
from survey.web.access import allowed, current_account, now
from survey.web.errors import words_of
from survey.web.navigation import ROLE_NAMES

bp = Blueprint("accounts", __name__, url_prefix="/accounts")


class AccountForm(forms.Form):
    """A new account; its password is made for it."""

    login = StringField(
        lazy_gettext("Login"),
        [
            InputRequired(),
            Length(2, 32),
            Regexp(
                rf"^\s*(?i:{accounts.LOGIN.pattern})\s*$",
                message=lazy_gettext("Letters a to z, digits, and . _ - between them."),
            ),
        ],
        description=lazy_gettext("2 to 32 characters: letters a to z, digits, and . _ - between them."),
    )
    name = StringField(
        lazy_gettext("Name"),
        [InputRequired(), Length(max=60)],
        description=lazy_gettext("Shown at the head of the desk and in the log: organisation and person."),
    )
    role = RadioField(
        lazy_gettext("Role"), [InputRequired()], choices=[SelectChoice(role, ROLE_NAMES[role]) for role in ROLES]
    )


@bp.get("/")
@allowed("manage accounts")
def index() -> str:
    """List the accounts."""
    return render_template("accounts/index.html", accounts=accounts.all_accounts(database.session()))


@bp.get("/add")
@allowed("manage accounts")
def add() -> str:
    """Ask for a new account."""
    return render_template("accounts/add.html", form=AccountForm())


@bp.post("/add")
@allowed("manage accounts")
def added() -> str | tuple[str, int]:
    """Add the account and show its password."""
    form = AccountForm()
    if not form.validate_on_submit():
        return render_template("accounts/add.html", form=form), 422
    password = accounts.generate_password()
    given = {"login": form.login.data, "name": form.name.data, "role": form.role.data}
    try:
        account = accounts.add(database.writing(), **given, password=password, now=now())
    except GongpingError as refusal:
        form.login.errors = [words_of(refusal)]
        return render_template("accounts/add.html", form=form), refusal.status
    _note("add account", account, role=account.role)
    database.session().commit()
    return _password_page(account, password)


@bp.get("/<login>/password")
@allowed("manage accounts")
def password(login: str) -> str:
    """Ask whether the account shall have a new password."""
    return render_template("accounts/password.html", account=_account(login))


@bp.post("/<login>/password")
@allowed("manage accounts")
def new_password(login: str) -> str:
    """Give the account a new password and show it."""
    database.writing()
    account, password = _account(login), accounts.generate_password()
    accounts.change_password(database.session(), account, password)
    _note("give new password", account)
    database.session().commit()
    return _password_page(account, password)


@bp.get("/<login>/disable")
@allowed("manage accounts")
def disable(login: str) -> str:
    """Ask whether the account shall sign in no more."""
    return render_template("accounts/disable.html", account=_account(login))


@bp.post("/<login>/disable")
@allowed("manage accounts")
def disabled(login: str) -> Response:
    """Let the account sign in no more."""
    database.writing()
    account = _account(login)
    accounts.disable(database.session(), account)
    _note("disable account", account)
    database.session().commit()
    flash(_("%(login)s can no longer sign in.", login=account.login))
    return redirect(url_for(".index"), code=303)


@bp.post("/<login>/enable")
@allowed("manage accounts")
def enable(login: str) -> Response:
    """Let the account sign in again."""
    database.writing()
    account = _account(login)
    accounts.enable(account)
    _note("enable account", account)
    database.session().commit()
    flash(_("%(login)s can sign in again, with the password as before.", login=account.login))
    return redirect(url_for(".index"), code=303)


def _account(login: str) -> Account:
    return accounts.get(database.session(), login)


def _note(act: str, account: Account, **detail: str) -> None:
    audit.record(database.session(), current_account().login, act, None, {"account": account.login, **detail}, now())


def _password_page(account: Account, password: str) -> str:
    # Shown in the answer itself: after a redirect it would have to wait somewhere, in a cookie or a table.
    return render_template("accounts/shown_once.html", account=account, password=password)

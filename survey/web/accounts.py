"""Accounts, for the administrator: add, disable, enable, and hand over a code for a new password."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from survey.errors import GongpingError
from survey.models import Account
from survey.office import accounts, audit, resets, second_factor, sessions
from survey.office.permissions import OFFICE_ROLES
from survey.prepare import roster
from survey.web import database, forms
from survey.web.access import allowed, current_account, now
from survey.web.errors import words_of
from survey.web.navigation import ROLE_NAMES
from survey.web.resets import where

bp = Blueprint("accounts", __name__, url_prefix="/accounts")

WHOLE_OFFICE = "-"


class LoginField(StringField):  # type: ignore[misc] # WTForms is untyped
    """The login of a new account."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - whatever WTForms hands on
        super().__init__(
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
            **given,
        )


class AccountForm(forms.Form):
    """A new account; its owner sets the password."""

    login = LoginField()
    name = StringField(
        lazy_gettext("Name"),
        [InputRequired(), Length(max=60)],
        description=lazy_gettext("Shown at the head of the desk and in the log: organisation and person."),
    )
    role = RadioField(
        lazy_gettext("Role"),
        [InputRequired()],
        choices=[SelectChoice(role, ROLE_NAMES[role]) for role in OFFICE_ROLES],
    )
    unit = SelectField(
        lazy_gettext("Unit"),
        description=lazy_gettext(
            "A personnel department, a supervisor or a leader may be tied to a unit, and then sees the rounds, results "
            "and roster of that unit and those below it."
        ),
        default=WHOLE_OFFICE,
    )
    due = BooleanField(lazy_gettext("Must set up a second factor before anything else"))


@bp.get("/")
@allowed("manage accounts")
def index() -> str:
    """List the accounts."""
    found = accounts.all_accounts(database.session())
    return render_template(
        "accounts/index.html",
        accounts=found,
        protected={each.login for each in found if second_factor.holds(database.session(), each.login)},
        units={unit.code: unit.name for unit in roster.units(database.session())},
    )


@bp.get("/add")
@allowed("manage accounts")
def add() -> str:
    """Ask for a new account."""
    return _add_page(AccountForm())[0]


@bp.post("/add")
@allowed("manage accounts")
def added() -> str | tuple[str, int]:
    """Add the account and show the code for its first password."""
    form = AccountForm()
    form.unit.choices = _units()
    if not form.validate_on_submit():
        return _add_page(form, 422)
    unit = None if form.unit.data == WHOLE_OFFICE else form.unit.data
    given = {"login": form.login.data, "name": form.name.data, "role": form.role.data, "unit_code": unit}
    try:
        account = accounts.add(database.writing(), **given, now=now())
    except GongpingError as refusal:
        database.session().rollback()
        field = form.unit if isinstance(refusal, accounts.BadPlaceError) else form.login
        field.errors = [words_of(refusal)]
        return _add_page(form, refusal.status)
    account.second_factor_due = form.due.data
    _note("add account", account, role=account.role, **({"unit": unit} if unit else {}))
    return _code_page(account)


@bp.get("/<login>/password")
@allowed("manage accounts")
def password(login: str) -> str:
    """Ask whether the account shall have a code for a new password."""
    return render_template("accounts/password.html", account=_account(login))


@bp.post("/<login>/password")
@allowed("manage accounts")
def give_code(login: str) -> str:
    """Show a code with which the person sets a new password; the administrator never learns it."""
    database.writing()
    account = _account(login)
    _note("give reset code", account)
    return _code_page(account)


@bp.get("/<login>/second-factor")
@allowed("manage accounts")
def ask_second_factor(login: str) -> str:
    """Ask whether the second factor shall be demanded, or reset for who lost the phone."""
    account = _account(login)
    held = second_factor.holds(database.session(), account.login)
    return render_template("accounts/second_factor.html", account=account, held=held)


@bp.post("/<login>/second-factor/reset")
@allowed("manage accounts")
def reset_second_factor(login: str) -> Response:
    """Take the second factor of who lost the phone away."""
    database.writing()
    account = _account(login)
    second_factor.remove(database.session(), account.login)
    sessions.end_all(database.session(), account.login)
    _note("reset second factor", account)
    return _done(_("%(login)s signs in with the password alone, until a new second factor is set up.", login=login))


@bp.post("/<login>/second-factor/demand")
@allowed("manage accounts")
def demand_second_factor(login: str) -> Response:
    """Have the account set up a second factor before it may do anything else."""
    database.writing()
    account = _account(login)
    account.second_factor_due = True
    _note("demand second factor", account)
    return _done(_("%(login)s must set up a second factor before anything else.", login=login))


@bp.post("/<login>/second-factor/waive")
@allowed("manage accounts")
def waive_second_factor(login: str) -> Response:
    """Leave it to the account whether it has a second factor."""
    database.writing()
    account = _account(login)
    account.second_factor_due = False
    _note("waive second factor", account)
    return _done(_("A second factor is left to %(login)s.", login=login))


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
    return _done(_("%(login)s can no longer sign in.", login=account.login))


@bp.post("/<login>/enable")
@allowed("manage accounts")
def enable(login: str) -> Response:
    """Let the account sign in again."""
    database.writing()
    account = _account(login)
    accounts.enable(account)
    _note("enable account", account)
    return _done(_("%(login)s can sign in again, with the password as before.", login=account.login))


def _account(login: str) -> Account:
    return accounts.get(database.session(), login)


def _units() -> list[SelectChoice]:
    units = roster.units(database.session())
    return [
        SelectChoice(WHOLE_OFFICE, _("the whole office")),
        *(SelectChoice(unit.code, f"{unit.name} ({unit.code})") for unit in units),
    ]


def _note(act: str, account: Account, **detail: str) -> None:
    audit.record(database.session(), current_account().login, act, None, {"account": account.login, **detail}, now())


def _done(words: str) -> Response:
    database.session().commit()
    flash(words)
    return redirect(url_for(".index"), code=303)


def _add_page(form: AccountForm, status: int = 200) -> tuple[str, int]:
    form.unit.choices = _units()
    return render_template("accounts/add.html", form=form), status


def _code_page(account: Account) -> str:
    # Shown in the answer itself: after a redirect it would have to wait somewhere, in a cookie or a table.
    code = resets.give(database.session(), account, now())
    database.session().commit()
    return render_template("accounts/code.html", account=account, code=code, where=where(), back=url_for(".index"))

"""``gongping account``: staff accounts; a password is made and printed once."""

import sys

import click
from sqlalchemy.orm import Session

from survey.cli.installation import ACTOR, installed, now
from survey.errors import GongpingError
from survey.models import Account
from survey.office import accounts, assignments, audit, resets, second_factor, sessions
from survey.office.permissions import ROLES
from survey.prepare import rounds

login_argument = click.argument("login")
from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of making one."
)


@click.group(name="account")
def command() -> None:
    """Staff accounts: administrator, personnel, evaluator (third party), supervisor, leader; clerks, interviewers."""


@command.command()
@login_argument
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the account may do.")
@click.option("--name", help="Organisation and person, shown on pages and in the log; default: the login.")
@click.option("--unit", help="Code of the unit that it is tied to (personnel, supervisor, leader); default: all.")
@click.option("--round", "round_id", metavar="ROUND", help="The round that a clerk or an interviewer works for.")
@from_stdin
def add(
    login: str, role: str, name: str | None, unit: str | None, round_id: str | None, *, password_stdin: bool
) -> None:
    """Add an account and print its password once."""
    password = _password(given=password_stdin)
    with installed().writing() as session:
        account = accounts.add(
            session,
            login=login,
            name=name or login,
            role=role,
            password=password,
            unit_code=unit,
            round_=rounds.get(session, round_id) if round_id else None,
            now=now(),
        )
        _note(session, "add account", account, round_id, role=role, **({"unit": unit} if unit else {}))
    _tell(account, password, given=password_stdin)


@command.command(name="list")
def list_() -> None:
    """List the accounts, one a line: login, role, state, name, and the unit or the round they are tied to."""
    with installed().sessions() as session:
        for account in accounts.all_accounts(session):
            state = "active" if account.active else "disabled"
            place = account.unit_code or account.round_id
            click.echo(
                f"{account.login:<20} {account.role:<14} {state:<9} {account.name}{f' ({place})' if place else ''}"
            )


@command.command()
@login_argument
def disable(login: str) -> None:
    """Let LOGIN sign in no more, and sign it out everywhere."""
    with installed().writing() as session:
        account = accounts.get(session, login)
        accounts.disable(session, account)
        _note(session, "disable account", account)
    click.echo(f"{account.login} can no longer sign in.")


@command.command()
@login_argument
def enable(login: str) -> None:
    """Let LOGIN sign in again, with the password that it had."""
    with installed().writing() as session:
        account = accounts.get(session, login)
        accounts.enable(account)
        _note(session, "enable account", account)
    click.echo(f"{account.login} can sign in again.")


@command.command()
@login_argument
@from_stdin
def password(login: str, *, password_stdin: bool) -> None:
    """Give LOGIN a new password, print it once, and sign it out everywhere."""
    new = _password(given=password_stdin)
    with installed().writing() as session:
        account = accounts.get(session, login)
        accounts.change_password(session, account, new)
        _note(session, "give new password", account)
    _tell(account, new, given=password_stdin)


@command.command()
@login_argument
def reset(login: str) -> None:
    """Print a code with which the owner of LOGIN sets a new password, once, within a day."""
    with installed().writing() as session:
        account = accounts.get(session, login)
        code = resets.give(session, account, now())
        _note(session, "give reset code", account)
    click.echo(f"{account.login}: {code}")
    click.echo("Hand it over in person; the password is set with it on the page /reset.", err=True)


@command.command(name="second-factor")
@login_argument
@click.argument("act", type=click.Choice(["off", "demand", "waive"]))
def second_factor_(login: str, act: str) -> None:
    """Take the second factor of LOGIN away (off), demand one of it, or leave it to its owner (waive)."""
    with installed().writing() as session:
        account = accounts.get(session, login)
        if act == "off":
            second_factor.remove(session, account.login)
            sessions.end_all(session, account.login)
            _note(session, "reset second factor", account)
        else:
            account.second_factor_due = act == "demand"
            _note(session, f"{act} second factor", account)
    words = {
        "off": "the password alone signs in, until a new second factor is set up",
        "demand": "a second factor must be set up before anything else",
        "waive": "whether there is a second factor is left to its owner",
    }
    click.echo(f"{account.login}: {words[act]}.")


@command.command()
@login_argument
@click.argument("round_id", metavar="ROUND")
@click.option("--remove", is_flag=True, help="Take the round from the evaluator again.")
def assign(login: str, round_id: str, *, remove: bool) -> None:
    """Let the evaluator LOGIN run ROUND, which somebody else made."""
    with installed().writing() as session:
        round_, account = rounds.get(session, round_id), accounts.get(session, login)
        if remove:
            assignments.unassign(session, round_, account.login, ACTOR, now())
        else:
            assignments.assign(session, round_, account, ACTOR, now())
    click.echo(f"{account.login} {'no longer sees' if remove else 'runs'} the round {round_id}.")


@command.command()
@click.argument("round_id", metavar="ROUND")
@click.argument("unit")
def place(round_id: str, unit: str) -> None:
    """Say that the draft ROUND belongs to UNIT, a code of the roster; - for the whole office."""
    with installed().writing() as session:
        round_ = rounds.get(session, round_id)
        assignments.place(session, round_, None if unit == "-" else unit, ACTOR, now())
    click.echo(f"The round {round_id} belongs to {'the whole office' if unit == '-' else unit}.")


def _password(*, given: bool) -> str:
    if not given:
        return accounts.generate_password()
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise GongpingError("Standard input held no password.")
    return line


def _tell(account: Account, password: str, *, given: bool) -> None:
    if given:
        click.echo(f"{account.login}: the password is set.")
    else:
        click.echo(f"{account.login}: {password}")
        click.echo("The password is kept nowhere that it could be read again; hand it over in person.", err=True)


def _note(session: Session, act: str, account: Account, round_id: str | None = None, **detail: str) -> None:
    audit.record(session, ACTOR, act, round_id, {"account": account.login, **detail}, now())

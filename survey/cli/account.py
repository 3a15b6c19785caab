"""``gongping account``: staff accounts; a password is made and printed once."""

import sys

import click
from sqlalchemy.orm import Session

from survey.cli.installation import ACTOR, installed, now
from survey.errors import GongpingError
from survey.models import Account
from survey.office import accounts, audit
from survey.office.permissions import ROLES

login_argument = click.argument("login")
from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of making one."
)


@click.group(name="account")
def command() -> None:
    """Staff accounts: administrator, personnel, evaluator (third party), supervisor."""


@command.command()
@login_argument
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the account may do.")
@click.option("--name", help="Organisation and person, shown on pages and in the log; default: the login.")
@from_stdin
def add(login: str, role: str, name: str | None, *, password_stdin: bool) -> None:
    """Add an account and print its password once."""
    password = _password(given=password_stdin)
    with installed().sessions.begin() as session:
        account = accounts.add(session, login=login, name=name or login, role=role, password=password, now=now())
        _note(session, "add account", account, role=role)
    _tell(account, password, given=password_stdin)


@command.command(name="list")
def list_() -> None:
    """List the accounts, one a line: login, role, state, name."""
    with installed().sessions() as session:
        for account in accounts.all_accounts(session):
            state = "active" if account.active else "disabled"
            click.echo(f"{account.login:<20} {account.role:<14} {state:<9} {account.name}")


@command.command()
@login_argument
def disable(login: str) -> None:
    """Let LOGIN sign in no more, and sign it out everywhere."""
    with installed().sessions.begin() as session:
        account = accounts.get(session, login)
        accounts.disable(session, account)
        _note(session, "disable account", account)
    click.echo(f"{account.login} can no longer sign in.")


@command.command()
@login_argument
def enable(login: str) -> None:
    """Let LOGIN sign in again, with the password that it had."""
    with installed().sessions.begin() as session:
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
    with installed().sessions.begin() as session:
        account = accounts.get(session, login)
        accounts.change_password(session, account, new)
        _note(session, "give new password", account)
    _tell(account, new, given=password_stdin)


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


def _note(session: Session, act: str, account: Account, **detail: str) -> None:
    audit.record(session, ACTOR, act, None, {"account": account.login, **detail}, now())

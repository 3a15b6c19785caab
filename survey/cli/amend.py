"""``gongping round amend``: the few numbered acts that a frozen round allows."""

from datetime import datetime

import click

from survey.cli.installation import acting, installed, now
from survey.cli.round import command as round_command
from survey.cli.round import which
from survey.prepare import amendments, rounds

command = round_command
reason = click.option("--reason", required=True, help="Why; it is kept.")


@round_command.group()
def amend() -> None:
    """Extend a window, raise an entitled number, or withdraw a target of a frozen round."""


@amend.command()
@which
@click.argument("sheet")
@click.argument("door", type=click.Choice(["phone", "paper"]))
@click.argument("closes", type=click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]))
@reason
@acting
def window(round_id: str, sheet: str, door: str, closes: datetime, reason: str, by: str) -> None:
    """Let DOOR of SHEET take ballots until CLOSES ("2026-12-09 20:00", the installation's clock)."""
    installation = installed()
    with installation.writing() as session:
        until = closes.replace(tzinfo=installation.settings.zone)
        amendments.extend_window(
            session, rounds.get(session, round_id), sheet, door, until, amendments.By(by, reason, now())
        )


@amend.command()
@which
@click.argument("sheet")
@click.argument("number", type=int)
@reason
@acting
def entitled(round_id: str, sheet: str, number: int, reason: str, by: str) -> None:
    """Raise the entitled number of SHEET to NUMBER."""
    with installed().writing() as session:
        amendments.raise_entitled(
            session, rounds.get(session, round_id), sheet, number, amendments.By(by, reason, now())
        )


@amend.command()
@which
@click.argument("target")
@reason
@acting
def withdraw(round_id: str, target: str, reason: str, by: str) -> None:
    """Leave TARGET (its code) out of results and quotas."""
    with installed().writing() as session:
        amendments.withdraw_target(session, rounds.get(session, round_id), target, amendments.By(by, reason, now()))

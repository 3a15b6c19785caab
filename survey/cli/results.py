"""``gongping results``: make, show and write the results of a revealed round."""

from pathlib import Path

import click

from survey.cli.files import write_files
from survey.cli.installation import acting, installed, now
from survey.cli.ranking import ranking_lines
from survey.prepare import rounds
from survey.reveal.results import Snapshot, latest, make_result, snapshot, snapshots

which = click.argument("round_id", metavar="ROUND")
numbered = click.option("--number", type=int, help="Which result; default: the newest.")


@click.group(name="results")
def command() -> None:
    """Make, show and write results. All of it has passed the disclosure gate."""


@command.command()
@which
@click.option("--reason", required=True, help="Why a new result is made; it is kept.")
@acting
def make(round_id: str, reason: str, by: str) -> None:
    """Score the opened rows once more and keep the result as the next number."""
    with installed().writing() as session:
        result = make_result(session, rounds.get(session, round_id), reason, by, now())
        click.echo(f"result {result.number}")


@command.command("list")
@which
def list_(round_id: str) -> None:
    """List the results of a round."""
    with installed().sessions() as session:
        every = snapshots(session, rounds.get(session, round_id))
    if not every:
        click.echo("No results yet. Reveal the round: gongping round reveal ROUND")
    for result in every:
        click.echo(f"{result.number}  {result.created_at:%Y-%m-%d %H:%M}  {result.created_by}  {result.reason}")


@command.command()
@which
@numbered
def show(round_id: str, number: int | None) -> None:
    """Print the ranking."""
    click.echo("\n".join(ranking_lines(_snapshot(round_id, number))))


@command.command()
@which
@numbered
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where to.")
def files(round_id: str, number: int | None, folder: Path) -> None:
    """Write workbook, CSV, JSON and the tables to sign."""
    for name in write_files(_snapshot(round_id, number), folder):
        click.echo(folder / name)


def _snapshot(round_id: str, number: int | None) -> Snapshot:
    with installed().sessions() as session:
        round_ = rounds.get(session, round_id)
        return latest(session, round_) if number is None else snapshot(session, round_, number)

"""``gongping results``: make, show and write the results of a revealed round."""

from pathlib import Path

import click

from survey.cli.files import write_files
from survey.cli.installation import acting, installed, now
from survey.cli.ranking import ranking_lines
from survey.prepare import rounds
from survey.reveal.results import Snapshot, latest, make_result, snapshot, snapshots

which = click.argument("round_id", metavar="ROUND")
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
numbered = click.option("--number", type=int, help="Which result; default: the newest.")


@click.group(name="results")
def command() -> None:
    """Make, show and write results. All of it has passed the disclosure gate."""


@command.command()
@which
@click.option("--reason", required=True, help="Why a new result is made; it is kept.")
@click.option("--components", type=_FILE, help="CSV: target,component,score. Scores brought in beside the ballots.")
@click.option("--decisions", type=_FILE, help="CSV: target,decision,item,value,reason,document. What people decided.")
@acting
def make(round_id: str, reason: str, components: Path | None, decisions: Path | None, by: str) -> None:
    """Score the opened rows once more and keep the result as the next number.

    Without a file, what the newest result has of components or decisions stays.
    """
    files = [None if file is None else (file.read_bytes(), file.name) for file in (components, decisions)]
    with installed().writing() as session:
        round_ = rounds.get(session, round_id)
        result = make_result(session, round_, reason, by, now(), components=files[0], decisions=files[1])
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

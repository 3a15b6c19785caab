"""``gongping round``: a round's life from plan to publication."""

import sys
from pathlib import Path

import click

from survey.cli.installation import acting, installed, now, read_text
from survey.cli.round_codes import asked_codes, parties
from survey.manifest.amended import amended, manifest_of
from survey.manifest.states import TwoPersonAct
from survey.office import approvals, shredding
from survey.prepare import lifecycle, rounds
from survey.prepare.freezing import FreezeReport, freeze_check
from survey.reveal.opening import reveal
from survey.reveal.publication import publish
from survey.reveal.results import make_result

document = click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
which = click.argument("round_id", metavar="ROUND")
seconded = click.option(
    "--second",
    default="",
    help="Login of a second person, where two are needed. The log says that it was named here; nothing proves it.",
)


@click.group(name="round")
def command() -> None:
    """Carry a round from plan to publication. No state goes back."""


@command.command()
@document
@acting
def new(plan: Path, by: str) -> None:
    """Make a draft from the plan document PLAN (YAML) and print its id."""
    with installed().writing() as session:
        round_ = rounds.create(session, read_text(plan), plan.name, by, now())
    click.echo(round_.id)


@command.command()
@which
@document
@acting
def revise(round_id: str, plan: Path, by: str) -> None:
    """Replace the plan of a draft."""
    with installed().writing() as session:
        rounds.revise(session, rounds.get(session, round_id), read_text(plan), plan.name, by, now())


@command.command("list")
def list_() -> None:
    """List all rounds."""
    with installed().sessions() as session:
        every = rounds.all_rounds(session)
        if not every:
            click.echo("No rounds yet. Make one: gongping round new PLAN.yaml")
        for round_ in every:
            click.echo(f"{round_.id}  {round_.state:<9}  {'trial  ' if round_.trial else ''}{round_.name}")


@command.command()
@which
def show(round_id: str) -> None:
    """Show a round's sheets, windows, steps and fingerprint."""
    installation = installed()
    with installation.sessions() as session:
        round_ = rounds.get(session, round_id)
        click.echo(f"{round_.name} ({round_.state})")
        for step in round_.steps:
            click.echo(f"  {step.state:<9} {step.at.astimezone(installation.settings.zone):%Y-%m-%d %H:%M} {step.by}")
        for act in TwoPersonAct:
            waiting = approvals.waiting(session, round_, act)
            if waiting is not None:
                click.echo(f"  {act} was asked for by {waiting.asked_by} and is {waiting.outcome}")
        if round_.manifest_hash is None:
            return
        click.echo(f"  manifest  {round_.manifest_hash.hex()}")
        for sheet in amended(round_).sheets.values():
            doors = ", ".join(f"{door} to {window.closes:%Y-%m-%d %H:%M}" for door, window in sheet.windows.items())
            click.echo(f"  {sheet.id}  {sheet.label}: {len(sheet.targets)} targets, {sheet.entitled} entitled, {doors}")


@command.command()
@which
def check(round_id: str) -> None:
    """Say what is missing for the freeze and which views will surely be hidden; status 2 if anything is missing."""
    installation = installed()
    with installation.sessions() as session:
        report = freeze_check(session, rounds.get(session, round_id), installation.settings.zone, now())
    _print_report(report)
    if report.missing:
        raise SystemExit(2)


@command.command()
@which
@acting
@seconded
def freeze(round_id: str, by: str, second: str) -> None:
    """Fix the round's rules for good, make its key and print the manifest's fingerprint."""
    installation = installed()
    with installation.writing() as session:
        round_ = rounds.get(session, round_id)
        lifecycle.freeze(session, round_, installation.settings, by, now(), second)
    click.echo(manifest_of(round_).digest().hex())
    shredding.finish(installation.sessions, installation.settings.key_folder)


@command.command("open")
@which
@acting
def open_(round_id: str, by: str) -> None:
    """Open a frozen round; each sheet's doors keep to their windows."""
    with installed().writing() as session:
        lifecycle.open_(session, rounds.get(session, round_id), by, now())


@command.command()
@which
@acting
@seconded
def close(round_id: str, by: str, second: str) -> None:
    """Close an open round: no ballot is accepted from here on. Before its last window is over it takes two people."""
    with installed().writing() as session:
        lifecycle.close(session, rounds.get(session, round_id), by, now(), second)


@command.command("reveal")
@which
@parties
@acting
@seconded
def reveal_(round_id: str, chosen: tuple[str, ...], by: str, second: str) -> None:
    """Open all envelopes of a closed round, destroy its key, and make the first result."""
    installation, codes = installed(), asked_codes(chosen)
    with click.progressbar(length=1, label="Opening envelopes", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        keys = installation.settings.key_folder
        reveal(installation.sessions, round_id, keys, by, now(), progress, codes, second=second)
    with installation.writing() as session:
        result = make_result(session, rounds.get(session, round_id), "reveal", by, now())
    click.echo(f"result {result.number}")


@command.command("publish")
@which
@click.argument("number", type=int)
@acting
@seconded
def publish_(round_id: str, number: int, by: str, second: str) -> None:
    """Publish result NUMBER of a revealed round; nothing about it changes any more."""
    with installed().writing() as session:
        publish(session, rounds.get(session, round_id), number, by, now(), second)


@command.command()
@which
@click.option("--reason", required=True, help="Why; it is kept.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@acting
def void(round_id: str, reason: str, by: str, *, yes: bool) -> None:
    """Void a round: its ballots, credentials and key are destroyed; counts and the reason are kept."""
    installation = installed()
    with installation.writing() as session:
        round_ = rounds.get(session, round_id)
        if not yes:
            click.confirm(f"Destroy all ballots of {round_.name}? This cannot be undone", abort=True)
        lifecycle.void(session, round_, reason, by, now())
    shredding.finish(installation.sessions, installation.settings.key_folder)


@command.command()
@which
@acting
def trial(round_id: str, by: str) -> None:
    """Make a trial round from a draft and print its id; freezing the draft deletes the trial."""
    with installed().writing() as session:
        made = rounds.make_trial(session, rounds.get(session, round_id), by, now())
        click.echo(made.id)


@command.command()
@which
@click.option("--group", "groups", multiple=True, help="Only this group's sheets; may be given more than once.")
@acting
def repeat(round_id: str, groups: tuple[str, ...], by: str) -> None:
    """Make a new draft that repeats a void round and print its id."""
    with installed().writing() as session:
        again = rounds.repeat(session, rounds.get(session, round_id), groups, by, now())
        click.echo(again.id)


def _print_report(report: FreezeReport) -> None:
    for notice in report.missing:
        click.echo(f"missing: {notice}")
    for notice in report.hidden:
        click.echo(f"hidden: {notice}")
    if not report.missing:
        click.echo("Ready to freeze.")

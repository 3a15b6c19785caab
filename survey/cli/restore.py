"""``gongping restore``: put a backup in the place of everything there is, and say what is missing then."""

import os
from itertools import count
from pathlib import Path

import click

from survey import config, migrate
from survey.cli.init import initialise
from survey.cli.installation import acting, now
from survey.db import make_engine
from survey.office import restoring
from survey.office.backups import Restored


@click.command(name="restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--declare", help="Why recorded ballots, or an open round, may be lost; it is logged with their receipts."
)
@acting
def command(file: Path, declare: str | None, by: str) -> None:
    """Restore the backup FILE, in one transaction; where there is no installation yet, make it first.

    Refused without --declare where a round is open, or where receipts were given that the backup lacks; refused always
    where the state of a round would go back. Everybody is signed out.
    """
    settings = config.load()
    engine = make_engine(settings.database)
    click.get_current_context().call_on_close(engine.dispose)
    if migrate.revision_of(engine) in {None, *migrate.revisions()}:
        initialise(settings)
    migrate.check_revision(engine)
    done = restoring.restore(engine, file, (declare or "").strip() or None, by, now())
    click.echo(f"{file} is restored. Everybody signs in again.")
    if done.missing:
        written = _write_missing(file, done)
        total = sum(len(receipts) for receipts in done.missing.values())
        click.echo(f"{total} receipts that were given are missing now; their holders must hand in again: {written}")
    for name in restoring.keyless(done.rounds, settings.key_folder):
        click.echo(f"The key of {name} is not on this host: put it into the key folder, or void the round.")


def _write_missing(file: Path, done: Restored) -> Path:
    """Write the missing receipts beside the backup, under a name that is free."""
    lines = [f"{round_id}\t{receipt}\n" for round_id, receipts in sorted(done.missing.items()) for receipt in receipts]
    for number in count(1):
        path = file.with_name(f"{file.name}.missing-{number}.txt")
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.writelines(lines)
        return path
    raise AssertionError

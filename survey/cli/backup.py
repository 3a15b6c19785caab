"""``gongping backup``: everything but keys and the secret, into one checked file, while ballots come in."""

from pathlib import Path

import click

from survey.cli.installation import acting, installed, now
from survey.office import restoring


@click.command(name="backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@acting
def command(file: Path, by: str) -> None:
    """Write a backup of the database to FILE, while the server runs.

    Every ballot whose receipt was given before this began is in it, sealed. Keys, shares and the secret are not.
    """
    installation = installed()
    restoring.back_up(installation.sessions.kw["bind"], file, by, now())
    click.echo(f"{file}: {file.stat().st_size} bytes, checked")

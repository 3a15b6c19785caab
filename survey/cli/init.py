"""``gongping init``: make an installation, or bring the database of one to the newest form."""

import os
import secrets

import click

from survey import config, durability, migrate
from survey.db import make_engine


def initialise(settings: config.Settings) -> None:
    """Make folders, secret and database; leaves what is there already."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.key_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = settings.home / "secret"
    if not secret.exists():
        descriptor = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
    engine = make_engine(settings.database)
    durability.check(engine)
    engine.dispose()
    migrate.upgrade(settings.database)


@click.command(name="init")
def command() -> None:
    """Make the folders, the secret and the database; run again after an upgrade."""
    settings = config.load()
    initialise(settings)
    click.echo(f"Ready: {settings.home.absolute()}")
    if settings.loopback_address():
        click.echo("Before slips can be minted, set GONGPING_PUBLIC_ADDRESS to the address that raters will use.")
    click.echo("Next: gongping account add LOGIN --role administrator, then gongping serve")

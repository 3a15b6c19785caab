"""Bring a database to the newest form, or back: every change of the tables is a numbered migration."""

from pathlib import Path

from alembic import command
from alembic.config import Config

import survey.db

HERE = Path(__file__).parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to `revision`."""
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision` (``base``: no tables)."""
    command.downgrade(configuration(url), revision)


def configuration(url: str) -> Config:
    """Return what Alembic needs to know about the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["engine"] = survey.db.make_engine(url)
    return config

"""Bring a database to the newest form, or back: every change of the tables is a numbered migration."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

import survey.db
from survey.errors import SetupError

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to `revision`."""
    from alembic import command  # noqa: PLC0415 - no command but init needs Alembic

    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision` (``base``: no tables)."""
    from alembic import command  # noqa: PLC0415

    command.downgrade(configuration(url), revision)


def configuration(url: str) -> "Config":
    """Return what Alembic needs to know about the database at `url`."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["engine"] = survey.db.make_engine(url)
    return config


def revisions() -> list[str]:
    """Return the revisions that this software knows, oldest first."""
    return sorted(path.name[:4] for path in (HERE / "versions").glob("[0-9]*.py"))


def revision_of(engine: Engine) -> str | None:
    """Return the revision of a database, or nothing where it has no tables of ours."""
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def check_revision(engine: Engine) -> None:
    """Refuse a database that this software would misread.

    Raises
    ------
    SetupError
        Where it is older (it can be brought up) or newer than this software.
    """
    found, newest = revision_of(engine), revisions()[-1]
    if found is None or (found != newest and found in revisions()):
        raise SetupError(
            "The database has form %(found)s, this software needs form %(newest)s. Back it up, then run: gongping init",
            found=found or 0,
            newest=newest,
        )
    if found != newest:
        raise SetupError(
            "The database has form %(found)s, which this software does not know: it was written by a newer one. "
            "Install that.",
            found=found,
        )

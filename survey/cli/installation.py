"""What every command stands on: the settings, the database, and who is acting."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session, sessionmaker

from survey import config
from survey.db import begin_writing, make_engine, make_session
from survey.errors import SetupError
from survey.office import start_up

ACTOR = "command line"

acting = click.option("--by", default=ACTOR, show_default=True, help="Login to write into the audit log.")


@dataclass(frozen=True)
class Installation:
    """An installation that is set up: its settings and its database."""

    settings: config.Settings
    sessions: sessionmaker[Session]

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that holds the writer's turn from its first read on, and commit it at the end."""
        with self.sessions() as session:
            begin_writing(session)
            yield session
            session.commit()


def installed(settings: config.Settings | None = None) -> Installation:
    """Return the installation that the settings name, finishing what a crash left undone.

    Raises
    ------
    SetupError
        Where it was never initialised, or its database does not hold what ballots need.
    """
    settings = settings or config.load()
    _ = settings.secret
    if not settings.database_url and not (settings.home / "database" / "gongping.db").is_file():
        raise SetupError("%(path)s has no database. Run: gongping init", path=settings.home)
    engine = make_engine(settings.database)
    if context := click.get_current_context(silent=True):
        context.call_on_close(engine.dispose)
    installation = Installation(settings, make_session(engine))
    for notice in start_up.start(installation.sessions, settings.key_folder):
        click.echo(f"gongping: {notice}", err=True)
    return installation


def now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


def read_text(path: Path) -> str:
    """Return the text of a document.

    Raises
    ------
    click.UsageError
        Where it isn't UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path} is not UTF-8 text; save it as UTF-8 and try again") from error

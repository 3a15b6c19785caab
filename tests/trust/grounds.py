"""Where attacks are made: installations of the product on SQLite or PostgreSQL, lent and copied."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from survey import migrate
from survey.config import Settings
from survey.db import make_engine, make_session
from tests.databases import EMPTY, PostgreSQL

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@dataclass(frozen=True)
class Place:
    """One installation: its settings and its database."""

    settings: Settings
    sessions: sessionmaker[Session]

    def environment(self) -> dict[str, str]:
        """Return what a command of the product needs to find this installation."""
        url = {"GONGPING_DATABASE_URL": self.settings.database_url} if self.settings.database_url else {}
        return {"GONGPING_HOME": str(self.settings.home), "GONGPING_SECURE_COOKIES": "0", **url}

    def let_go(self) -> None:
        """Close every connection, so that the database can be copied or opened by somebody else alone."""
        self.sessions.kw["bind"].dispose()


class Ground:
    """Lends installations on one kind of database.

    Parameters
    ----------
    server
        The PostgreSQL server to make databases on; without one, installations are on SQLite.
    """

    def __init__(self, folder: Path, server: PostgreSQL | None = None) -> None:
        self.folder = folder
        self.server = server
        self._names = count()
        self._empty: Path | None = None

    @property
    def database(self) -> str:
        """Return the database's name, for the report."""
        return POSTGRESQL if self.server else SQLITE

    def version(self) -> str:
        """Return the version of the database."""
        return str(self.server.execute("SHOW server_version")[0][0]) if self.server else sqlite3.sqlite_version

    @contextmanager
    def bare(self) -> Iterator[Place]:
        """Lend an installation whose database has no tables."""
        home = self._home()
        (home / "keys").mkdir(parents=True)
        with self._lent(home, "template0") as place:
            yield place

    @contextmanager
    def empty(self) -> Iterator[Place]:
        """Lend a migrated installation without rows."""
        home = self._home()
        (home / "keys").mkdir(parents=True)
        (home / "secret").write_bytes(b"only for one test" * 2)
        if not self.server:
            (home / "database").mkdir()
            shutil.copy(self._empty_file(), home / "database" / "gongping.db")
        with self._lent(home, EMPTY) as place:
            yield place

    @contextmanager
    def copy(self, place: Place) -> Iterator[Place]:
        """Lend a copy of an installation that nobody uses at the moment."""
        place.let_go()
        home = self._home()
        shutil.copytree(place.settings.home, home)
        template = make_url(place.settings.database_url).database if self.server else None
        with self._lent(home, template or "") as copied:
            yield copied

    @contextmanager
    def _lent(self, home: Path, template: str) -> Iterator[Place]:
        with ExitStack() as stack:
            url = stack.enter_context(self.server.copy(template)) if self.server else ""
            settings = Settings(
                home=home, database_url=url, public_address="https://cp.example.gov.cn", secure_cookies=False
            )
            place = Place(settings, make_session(make_engine(settings.database)))
            stack.callback(shutil.rmtree, home)
            stack.callback(place.let_go)
            yield place

    def _home(self) -> Path:
        return self.folder / f"home-{next(self._names)}"

    def _empty_file(self) -> Path:
        if self._empty is None:
            self._empty = self.folder / "empty.db"
            migrate.upgrade(f"sqlite:///{self._empty}")
        return self._empty

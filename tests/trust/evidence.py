"""What an attacker with every file gets to see of a round: pages, logs, backups, and whatever a table tells."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.trust.grounds import Ground, Place

SQLITE_PAGE, SQLITE_LOG_HEAD, SQLITE_FRAME_HEAD = 16384, 32, 24
POSTGRESQL_PAGE = 8192
# Tables near a ballot; those of the control too.
TABLES = ("envelope", "credential", "recorded", "opened_rows", "opened_sheet", "comment", "used", "ballot")


@dataclass(frozen=True)
class File:
    """A file's bytes and how they are cut into pages; ``page`` 0: a log that is only appended to."""

    content: bytes
    page: int
    head: int = 0

    def place(self, offset: int) -> tuple[int, int]:
        """Return (page, place within it): either database fills a page from its end, and its log from its start."""
        if not self.page:
            return offset, 0
        page, within = divmod(offset - self.head, self.page)
        return page, -within


@dataclass
class Watch:
    """Everything that is seen of one round, in the order of time."""

    backups: list[dict[str, File]] = field(default_factory=list)
    after: dict[str, File] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


class SQLiteSpy:
    """Copies the files of an installation on SQLite."""

    def __init__(self, place: Place) -> None:
        self.folder = place.settings.home / "database"

    def look(self) -> dict[str, File]:
        """Return the database file and its log as they are now."""
        found = {"database": File((self.folder / "gongping.db").read_bytes(), SQLITE_PAGE)}
        log = self.folder / "gongping.db-wal"
        if log.exists():
            content = log.read_bytes()
            found["log"] = File(content, SQLITE_PAGE + SQLITE_FRAME_HEAD, SQLITE_LOG_HEAD)
        return found

    def order(self, _table: str, _column: str) -> list[bytes]:
        """Return nothing: tables of ballots have no row numbers, so all that is to be had is in the pages."""
        return []

    def close(self) -> None:
        """Look no longer."""


class PostgreSQLSpy:
    """Reads pages through ``pageinspect``, the log from its files, and the hidden columns of every row."""

    def __init__(self, place: Place, ground: Ground) -> None:
        assert ground.server is not None
        self.server = ground.server
        name = make_url(place.settings.database_url).database
        self.connection = psycopg.connect(f"host={self.server.folder} user=postgres dbname={name}", autocommit=True)
        self.connection.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
        self.start = self._position()

    def look(self) -> dict[str, File]:
        """Return the pages of every table, and the log since the round began."""
        found = {name: File(b"".join(self._pages(name)), POSTGRESQL_PAGE) for name in self._relations()}
        return {**found, "log": File(self._log(), 0)}

    def order(self, table: str, column: str) -> list[bytes]:
        """Return a column by transaction and place of its rows."""
        query = f"SELECT {column} FROM {table} ORDER BY xmin::text::bigint, ctid"  # noqa: S608 - names of ours
        return [bytes(row[0]) for row in self._rows(query)]

    def close(self) -> None:
        """Look no longer."""
        self.connection.close()

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query.encode()).fetchall()

    def _relations(self) -> list[str]:
        known = ", ".join(f"'{name}'" for name in TABLES)
        named = f"FROM pg_class WHERE relname IN ({known})"
        query = f"SELECT oid::regclass::text {named} OR oid IN (SELECT reltoastrelid {named})"
        return [row[0] for row in self._rows(query)]

    def _pages(self, relation: str) -> Iterator[bytes]:
        [(blocks,)] = self._rows(f"SELECT pg_relation_size('{relation}') / {POSTGRESQL_PAGE}")
        if blocks:
            every = f"generate_series(0, {blocks - 1}) AS n"
            query = f"SELECT get_raw_page('{relation}', n::int) FROM {every}"  # noqa: S608 - a table it listed itself
            yield from (row[0] for row in self._rows(query))

    def _position(self) -> tuple[str, int]:
        query = "SELECT file_name, file_offset FROM pg_walfile_name_offset(pg_current_wal_lsn())"
        [(file, offset)] = self._rows(query)
        return file, offset

    def _log(self) -> bytes:
        (first, start), (last, end) = self.start, self._position()
        folder = self.server.data / "pg_wal"
        names = sorted(path.name for path in folder.iterdir() if first <= path.name <= last and len(path.name) == 24)
        parts = [(folder / name).read_bytes() for name in names]
        if last in names:
            parts[-1] = parts[-1][:end]
        return b"".join(parts)[start:] if first in names else b"".join(parts)


Spy = SQLiteSpy | PostgreSQLSpy


def spy(place: Place, ground: Ground) -> Spy:
    """Return who looks at the files of an installation."""
    return PostgreSQLSpy(place, ground) if ground.server else SQLiteSpy(place)


@contextmanager
def listening(said: list[str]) -> Iterator[None]:
    """Write everything down that the program logs meanwhile."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(self.format(record))

    ear = Ear()
    root = logging.getLogger()
    root.addHandler(ear)
    try:
        yield
    finally:
        root.removeHandler(ear)


def tables_of_the_control(place: Place) -> None:
    """Make the two ordinary tables of the control."""
    with place.sessions.kw["bind"].begin() as connection:
        kind = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
        for statement in (f"CREATE TABLE used (code {kind})", f"CREATE TABLE ballot (marks {kind})"):
            connection.execute(text(statement))

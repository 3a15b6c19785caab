"""Backups of SQLite: one file, rebuilt from the rows, so that nothing deleted and no order of insertion is in it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from survey.office.backups import NotOursError, Rows

_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"


def write(engine: Engine, path: Path) -> None:
    """Write everything that is committed into a new file at `path`, while others go on writing."""
    with closing(engine.raw_connection()) as connection:
        # A transaction of reading: it sees what was committed when it began, and holds up no writer.
        connection.cursor().execute("VACUUM INTO ?", (str(path),))


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a backup for reading only.

    Raises
    ------
    NotOursError
        Where it isn't whole: a copy of a running server's file, a damaged file, another file.
    """
    log = path.with_name(path.name + "-wal")
    if log.is_file() and log.stat().st_size:
        raise NotOursError("%(log)s lies beside it, so this is not a whole backup. Make one with: gongping backup",
                           log=log)  # fmt: skip
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        try:
            check(connection)
            yield connection
        except sqlite3.DatabaseError as error:
            raise NotOursError("This is not a backup of this software, or not a whole one.") from error


def check(connection: sqlite3.Connection) -> None:
    """Look at every page and every reference.

    Raises
    ------
    NotOursError
        Where one is damaged.
    """
    if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        raise NotOursError("This backup is damaged: its pages do not fit together.")
    if connection.execute("PRAGMA foreign_key_check").fetchall():
        raise NotOursError("This backup is damaged: rows refer to rows that are not there.")


def rows_of(connection: sqlite3.Connection) -> Rows:
    """Return a way to read the rows of a backup."""

    def rows(table: str, columns: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
        yield from connection.execute(f'SELECT {", ".join(columns)} FROM "{table}"')  # noqa: S608 - our own names

    return rows


def prepare(driver: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    """Let tables be replaced on a connection that is made for nothing else; its references are checked at the end."""
    driver.execute("PRAGMA foreign_keys=OFF")


def replace(connection: Connection, source: sqlite3.Connection) -> None:
    """Put everything of `source` in the place of everything there is, within the writer's transaction under way."""
    for kind, name, _ in connection.exec_driver_sql(_OBJECTS).all():
        if kind == "table":
            connection.exec_driver_sql(f'DROP TABLE "{name}"')
    objects = source.execute(_OBJECTS).fetchall()
    for kind, name, sql in objects:
        if kind == "table":
            connection.exec_driver_sql(sql)
            _fill(connection, source, name)
    for kind, _, sql in objects:
        if kind != "table":
            connection.exec_driver_sql(sql)
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise NotOursError("This backup is damaged: rows refer to rows that are not there.")


def _fill(connection: Connection, source: sqlite3.Connection, table: str) -> None:
    kept = source.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the name of a table of the backup
    marks = ", ".join("?" for _ in kept.description)
    while some := kept.fetchmany(1000):
        connection.exec_driver_sql(f'INSERT INTO "{table}" VALUES ({marks})', some)  # noqa: S608


def sync(path: Path) -> None:
    """Have a file, or a folder's list of names, on the disk before going on."""
    if path.is_dir() and os.name != "posix":  # Windows has no handle on a folder
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The database: one engine for SQLite (embedded) and PostgreSQL, with the settings that the promises need."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

# page_size: an envelope and its key fit one page; secure_delete: what was deleted is overwritten with zeros;
# synchronous=FULL: a receipt is handed out only after the ballot is on the disk.
SQLITE_PRAGMAS = {
    "page_size": "16384",
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "secure_delete": "ON",
    "busy_timeout": "10000",
}


def make_engine(url: str) -> Engine:
    """Return an engine on `url`; the folder of an SQLite file is made where it is missing."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, hide_parameters=True)
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_session(engine: Engine) -> sessionmaker[Session]:
    """Return a factory of sessions on `engine`."""
    return sessionmaker(engine, expire_on_commit=False)


def begin_writing(session: Session) -> None:
    """Start the session's transaction as a writer, so that nothing it reads can change before it commits.

    On SQLite this takes the write lock at once (``BEGIN IMMEDIATE``); elsewhere locks are taken row by row.
    """
    session.connection(execution_options={"gongping_write": True})


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    cursor = connection.cursor()
    for name, value in SQLITE_PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("gongping_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

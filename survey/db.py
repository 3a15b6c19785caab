"""The database: one engine for SQLite (embedded) and PostgreSQL, with the settings that the promises need.

Who may write when. On SQLite there is one writer at a time, and ``BEGIN IMMEDIATE`` takes the turn. On PostgreSQL
advisory locks do the same work: one that all staff acts share, so that what an act has read (how many slips are
minted, the last number) still holds when it commits; and one a round, which every cast holds together with other casts
and which an act that ends or empties the round holds alone. PostgreSQL serves locks in the order they were asked for,
so casts cannot starve a close. An act takes the staff's lock first and a cast only the round's: no circle can form.
"""

from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select
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
# What a role may set for itself; the rest is the server's, and survey.durability looks at it.
POSTGRESQL_SETTINGS = {
    "client_encoding": "UTF8",
    "synchronous_commit": "on",
    "lock_timeout": "10000",
    "log_parameter_max_length_on_error": "0",
}
STAFF = "staff"


def make_engine(url: str) -> Engine:
    """Return an engine on `url`; the folder of an SQLite file is made where it is missing.

    As many connections are opened as there are threads that ask: a ballot never waits for one.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    options = " ".join(
        [str(address.query.get("options", "")), *(f"-c {name}={value}" for name, value in POSTGRESQL_SETTINGS.items())]
    )
    engine = create_engine(
        address,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        max_overflow=-1,
        connect_args={"options": options.strip()},
    )
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def make_session(engine: Engine) -> sessionmaker[Session]:
    """Return a factory of sessions on `engine`."""
    return sessionmaker(engine, expire_on_commit=False)


def begin_writing(session: Session) -> None:
    """Start the session's transaction as the staff's one writer: nothing it reads can change before it commits.

    Ballots may still come in on PostgreSQL; an act that they would disturb calls ``stop_casting`` too.
    """
    session.connection(execution_options={"gongping_write": True})


def begin_casting(session: Session, round_id: str) -> None:
    """Start the session's transaction as a cast: the round can be neither closed nor emptied before it commits."""
    if session.get_bind().dialect.name == "sqlite":
        begin_writing(session)
    else:
        session.execute(select(func.pg_advisory_xact_lock_shared(lock_key(round_id))))


def stop_casting(session: Session, round_id: str) -> None:
    """Wait for the casts of a round that are under way, and let none begin until the transaction under way ends.

    On SQLite a writer has stopped them already.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(select(func.pg_advisory_xact_lock(lock_key(round_id))))


def lock_key(name: str) -> int:
    """Return the number under which PostgreSQL keeps the lock of a round, or of the staff."""
    return int.from_bytes(sha256(b"gongping " + name.encode()).digest()[:8], "big", signed=True)


def _sqlite(address: URL) -> Engine:
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, hide_parameters=True, **({"max_overflow": -1} if address.database else {}))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    cursor = connection.cursor()
    for name, value in SQLITE_PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("gongping_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("gongping_write", False):
        connection.execute(select(func.pg_advisory_xact_lock(lock_key(STAFF))))

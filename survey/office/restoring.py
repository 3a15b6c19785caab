"""Making backups of a running installation, and putting one in the place of what there is.

A backup holds the database and nothing else: no key, no share of one, not the secret.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, delete, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from survey import db, migrate
from survey.errors import ConflictError, UnavailableError
from survey.models import StaffSession
from survey.office import audit, backups, postgresql_backups, sqlite_backups
from survey.office.backups import Holdings, Restored


def back_up(engine: Engine, path: Path, by: str, now: datetime) -> None:
    """Write a checked backup of everything that is committed into a new file that only its owner reads.

    The file has its name only when it is whole and on the disk; what a crash leaves is called ``.part``.

    Raises
    ------
    ConflictError
        Where there is a file of that name.
    NotOursError
        Where the database itself is damaged.
    """
    if path.exists():
        raise ConflictError("%(path)s exists already; name a new file: a backup is never overwritten.", path=path)
    with db.make_session(engine)() as session:
        db.begin_writing(session)
        audit.record(session, by, "make backup", None, {"file": path.name}, now)
        session.commit()
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    (sqlite_backups if engine.dialect.name == "sqlite" else postgresql_backups).write(engine, part)
    with _opened(engine, part) as rows:
        backups.holdings(rows)
    sqlite_backups.sync(part)
    if os.name == "posix":
        os.link(part, path)  # unlike a rename, this never replaces a file that came in between
        part.unlink()
    else:
        part.rename(path)
    sqlite_backups.sync(path.parent)


def restore(engine: Engine, path: Path, reason: str | None, by: str, now: datetime) -> Restored:
    """Put a backup in the place of everything there is: in one transaction, so that a crash leaves old or new.

    No ballot comes in between the comparison and the commit. Everybody is signed out.

    Raises
    ------
    NotOursError
        Where the file is no whole backup of this software.
    ConflictError
        Where a state would go back, or something would be lost and `reason` is not given.
    UnavailableError
        Where others hold the database for longer than a restore waits.
    """
    with _opened(engine, path) as rows, _replacing(engine) as session:
        backup = backups.holdings(rows)
        present, entries = _present(session), audit.head(session).number
        if not present.empty:
            backups.refuse(present, backup, reason)
        lost = backups.missing(present, backup)
        _replace(session, path)
        told = (path.name, reason or "", lost, entries)
        newest = migrate.revisions()[-1]
        if backup.revision == newest:
            _log(session, by, told, now)
        session.commit()
    if backup.revision != newest:
        # Only the newest form has the log that the entry belongs to, and each migration is a transaction of its own.
        migrate.upgrade(engine.url.render_as_string(hide_password=False))
        with db.make_session(engine)() as session:
            db.begin_writing(session)
            _log(session, by, told, now)
            session.commit()
    return Restored(lost, backup.rounds)


@contextmanager
def _opened(engine: Engine, path: Path) -> Iterator[backups.Rows]:
    if engine.dialect.name == "sqlite":
        with sqlite_backups.reading(path) as connection:
            yield sqlite_backups.rows_of(connection)
    else:
        postgresql_backups.check(path)
        yield postgresql_backups.rows_of(path)


@contextmanager
def _replacing(engine: Engine) -> Iterator[Session]:
    """Lend a session that holds every lock there is."""
    own = db.make_engine(engine.url.render_as_string(hide_password=False))
    if own.dialect.name == "sqlite":
        event.listen(own, "connect", sqlite_backups.prepare)
    try:
        with db.make_session(own)() as session:
            db.begin_writing(session)
            for round_id in session.scalars(text("SELECT id FROM round ORDER BY id")).all():
                db.stop_casting(session, round_id)
            yield session
    except OperationalError as error:
        raise UnavailableError(
            "Nothing was restored: the database is in use. Stop the server and try again."
        ) from error
    finally:
        own.dispose()


def _present(session: Session) -> Holdings:
    def rows(table: str, columns: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
        chosen = session.execute(text(f'SELECT {", ".join(columns)} FROM "{table}"'))  # noqa: S608 - our own names
        yield from (tuple(row) for row in chosen)

    return backups.holdings(rows)


def _replace(session: Session, path: Path) -> None:
    session.expunge_all()
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        with sqlite_backups.reading(path) as source:
            sqlite_backups.replace(connection, source)
    else:
        postgresql_backups.replace(connection, path)


def _log(session: Session, by: str, told: tuple[str, str, dict[str, list[str]], int], now: datetime) -> None:
    """Sign everybody out, and log what was restored, why, what is missing, and how long the log was before."""
    session.execute(delete(StaffSession))
    file, reason, lost, entries = told
    audit.record(
        session,
        by,
        "restore backup",
        None,
        {"file": file, "reason": reason, "missing": lost, "entries before": entries},
        now,
    )


def keyless(rounds: dict[str, tuple[str, str]], keys: Path) -> list[str]:
    """Return the names of restored rounds that still need a key, and whose key or shares are not on this host."""
    needing = ("frozen", "open", "closed")
    return [
        name
        for round_id, (name, state) in sorted(rounds.items())
        if state in needing and not any(keys.glob(f"{round_id}*"))
    ]

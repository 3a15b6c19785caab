"""Destroying keys that are due: after a reveal or a void, and again at start-up if a crash came between."""

import sqlite3
from datetime import date
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from survey.crypto.digests import rows_digest, salted_digest
from survey.crypto.keyfile import destroy_appeal, destroy_key
from survey.db import begin_writing
from survey.manifest.amended import manifest_of
from survey.manifest.states import RoundState
from survey.models import OpenedRows, Round


def finish(sessions: sessionmaker[Session], keys: Path) -> list[str]:
    """Destroy every key that is due, overwrite what was deleted, clear the marks; return the rounds' ids.

    A key is kept, and its round left out, where the opened rows read back are not those that were opened.
    Where the database is too busy to be cleaned, the keys are gone all the same and the marks stay for the next start.
    """
    with sessions() as session:
        kept = [round_ for round_ in session.scalars(select(Round).where(Round.shred_due)) if _is_kept(session, round_)]
        due, void = [each.id for each in kept], {each.id for each in kept if each.state == RoundState.VOID}
        session.rollback()
        for round_id in due:
            destroy_key(keys, round_id)
            if round_id in void:
                destroy_appeal(keys, round_id)
        if not due or not _clean(session):
            return due
        begin_writing(session)
        for round_ in session.scalars(select(Round).where(Round.id.in_(due))):
            round_.shred_due = False
            # A deleted trial has left its parent and everything else; one that was only voided keeps both.
            if round_.trial and round_.state == RoundState.VOID and round_.parent_id is None:
                session.delete(round_)
        session.commit()
        return due


def end_appeals(sessions: sessionmaker[Session], keys: Path, today: date) -> list[str]:
    """Destroy the appeal files whose last day is over; return the rounds' ids."""
    found = {path.name.split(".")[0] for path in keys.glob("*.appeal")}
    with sessions() as session:
        rounds = session.scalars(select(Round).where(Round.id.in_(found))).all() if found else []
        over = [each.id for each in rounds if (until := manifest_of(each).appeal_until) is None or until < today]
    for round_id in over:
        destroy_appeal(keys, round_id)
    return over


def _is_kept(session: Session, round_: Round) -> bool:
    """Return whether the opened rows on the disk are those that were opened; the key goes only then."""
    if round_.opened_sha256 is None or round_.opened_salt is None:
        return True
    rows = session.scalars(select(OpenedRows).where(OpenedRows.round_id == round_.id))
    found = rows_digest((each.group_id, each.target_code, each.rows) for each in rows)
    return salted_digest(round_.opened_salt, found) == round_.opened_sha256.hex()


def _clean(session: Session) -> bool:
    """Give back the pages that held envelopes; hygiene only, since they hold nothing without the key."""
    engine = session.get_bind().engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            if engine.dialect.name != "sqlite":
                connection.execute(text("VACUUM FULL envelope, credential"))
                return True
            driver = connection.connection.driver_connection
            if driver is None:
                return False
            driver.execute("VACUUM")
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except (OperationalError, sqlite3.OperationalError):
            return False
        return not busy

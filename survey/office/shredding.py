"""Destroying keys that are due: after a reveal or a void, and again at start-up if a crash came between."""

from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from survey.crypto.keyfile import destroy_key
from survey.manifest.states import RoundState
from survey.models import Round


def finish(sessions: sessionmaker[Session], keys: Path) -> list[str]:
    """Destroy every key that is due, overwrite what was deleted, clear the marks; return the rounds' ids."""
    with sessions() as session:
        due = list(session.scalars(select(Round).where(Round.shred_due)))
        for round_ in due:
            destroy_key(keys, round_.id)
        if not due:
            return []
        session.rollback()
        _clean(session)
        for round_ in session.scalars(select(Round).where(Round.shred_due)):
            round_.shred_due = False
            if round_.trial and round_.state == RoundState.VOID:
                session.delete(round_)  # nothing else of a deleted trial is left
        session.commit()
        return [round_.id for round_ in due]


def _clean(session: Session) -> None:
    """Give back the pages that held envelopes; hygiene only, since they hold nothing without the key."""
    bind = session.get_bind()
    engine = bind.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.execute("VACUUM")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.execute(text("VACUUM FULL envelope, credential"))

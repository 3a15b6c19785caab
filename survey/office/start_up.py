"""The start: what a crash left undone is finished, and what does not hold stops it."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from survey import durability, migrate
from survey.crypto.keyfile import holds_key
from survey.errors import Notice
from survey.manifest.states import RoundState
from survey.models import Round
from survey.office import shredding

KEYLESS = (RoundState.REVEALED, RoundState.PUBLISHED, RoundState.VOID)


def start(sessions: sessionmaker[Session], keys: Path) -> list[Notice]:
    """Make sure that the database holds what it must, finish what was cut short; return what a person should see to.

    Raises
    ------
    SetupError
        Where a setting of the database doesn't hold, or it was written by another version.
    """
    engine: Engine = sessions.kw["bind"]
    migrate.check_revision(engine)
    durability.check(engine)
    shredding.finish(sessions, keys)
    shredding.end_appeals(sessions, keys, datetime.now(UTC).date())
    return _left(sessions, keys)


def _left(sessions: sessionmaker[Session], keys: Path) -> list[Notice]:
    """Name what lies there and should not: the key of a round that needs none, and a destruction that is not over."""
    with sessions() as session:
        notices = [
            Notice(
                "The key file of the round %(round)s is in the key folder again though the round is %(state)s. It "
                "opens every old copy of the database: find out who put it there, and delete it.",
                {"round": round_.id, "state": round_.state},
            )
            for round_ in session.scalars(select(Round).where(Round.state.in_(KEYLESS)).order_by(Round.id))
            if not round_.shred_due and holds_key(keys, round_.id)
        ]
        due = session.scalars(select(Round.id).where(Round.shred_due).order_by(Round.id)).all()
    return notices + [
        Notice(
            "What the round %(round)s deleted is not overwritten yet: the database was in use, or the opened rows are "
            "not those that were opened. Start again while nobody uses it.",
            {"round": round_id},
        )
        for round_id in due
    ]

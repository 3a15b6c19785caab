"""Publication: one snapshot of a round is named as the result; from then on nothing changes."""

from datetime import datetime

from sqlalchemy.orm import Session

from survey.errors import ConflictError
from survey.manifest.states import RoundState
from survey.models import Publication, Round
from survey.office.steps import record_step
from survey.reveal.results import snapshot


def publish(session: Session, round_: Round, number: int, by: str, now: datetime) -> None:
    """Publish result `number` of a revealed round.

    Raises
    ------
    ConflictError
        Where the round is a trial or isn't revealed.
    NotFoundError
        When it has no such result.
    """
    if round_.trial:
        raise ConflictError("A trial is never published. Freeze the round itself and run it.")
    snapshot(session, round_, number)
    record_step(session, round_, RoundState.PUBLISHED, by, now)
    session.add(Publication(round_id=round_.id, number=number, at=now, by=by))
    session.flush()


def published_number(session: Session, round_: Round) -> int | None:
    """Return which result of the round was published, if one was."""
    publication = session.get(Publication, round_.id)
    return publication.number if publication else None

"""Publication: one snapshot of a round is named as the result; from then on nothing changes."""

from datetime import datetime

from sqlalchemy.orm import Session

from survey.errors import ConflictError
from survey.manifest.states import RoundState, TwoPersonAct, check_step
from survey.models import Publication, Round
from survey.office import approvals
from survey.office.steps import record_step
from survey.reveal.results import snapshot


def publish(session: Session, round_: Round, number: int, by: str, now: datetime, second: str = "") -> None:
    """Publish result `number` of a revealed round.

    Parameters
    ----------
    second
        Login of a second person, said on the command line; on the pages the second person agrees.

    Raises
    ------
    ConflictError
        Where the round is a trial, isn't revealed, or a second person must agree.
    NotFoundError
        When it has no such result.
    """
    check_publishable(session, round_, number)
    approvals.carry_out(session, round_, TwoPersonAct.PUBLISH, str(number), by, now, second)
    record_step(session, round_, RoundState.PUBLISHED, by, now)
    session.add(Publication(round_id=round_.id, number=number, at=now, by=by))
    session.flush()


def check_publishable(session: Session, round_: Round, number: int) -> None:
    """Refuse what can never be published.

    Raises
    ------
    ConflictError
        Where the round is a trial or isn't revealed.
    NotFoundError
        When it has no such result.
    """
    if round_.trial:
        raise ConflictError("A trial is never published. Freeze the round itself and run it.")
    check_step(RoundState(round_.state), RoundState.PUBLISHED)
    snapshot(session, round_, number)


def published_number(session: Session, round_: Round) -> int | None:
    """Return which result of the round was published, if one was."""
    publication = session.get(Publication, round_.id)
    return publication.number if publication else None

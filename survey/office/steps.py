"""The steps of a round's life: when it went from one state to the next, and by whom."""

from datetime import datetime

from sqlalchemy.orm import Session

from survey.db import stop_casting
from survey.manifest.states import RoundState, check_step
from survey.models import Round, RoundStep
from survey.office import approvals, audit


def record_step(session: Session, round_: Round, state: RoundState, by: str, now: datetime) -> None:
    """Move the round to `state` and keep when and by whom.

    Raises
    ------
    ConflictError
        For a step that the life of a round doesn't have.
    """
    check_step(RoundState(round_.state), state)
    stop_casting(session, round_.id)  # ballots under way come in before the step, or not at all
    round_.state = state.value
    round_.steps.append(RoundStep(number=len(round_.steps) + 1, state=state.value, at=now, by=by))
    audit.record(session, by, f"{state.value} round", round_.id, {}, now)
    approvals.end_all(session, round_)
    session.flush()

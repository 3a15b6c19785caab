"""Whose a round is: the evaluators who run it, and the unit that it belongs to."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from survey.errors import ConflictError, NotFoundError
from survey.manifest.states import RoundState, require
from survey.models import Account, Assignment, Round, Unit
from survey.office import audit
from survey.office.permissions import EVALUATOR


def evaluators_of(session: Session, round_: Round) -> list[Account]:
    """Return the evaluators who run the round: its maker, if one made it, and those assigned to it."""
    assigned = select(Assignment.login).where(Assignment.round_id == round_.id)
    theirs = or_(Account.login == round_.created_by, Account.login.in_(assigned))
    return list(session.scalars(select(Account).where(Account.role == EVALUATOR, theirs).order_by(Account.login)))


def free_evaluators(session: Session, round_: Round) -> list[Account]:
    """Return the evaluators who may sign in and could be assigned."""
    there = {account.login for account in evaluators_of(session, round_)}
    every = session.scalars(select(Account).where(Account.role == EVALUATOR, Account.active).order_by(Account.login))
    return [account for account in every if account.login not in there]


def assign(session: Session, round_: Round, account: Account, by: str, now: datetime) -> None:
    """Let an evaluator run a round that it did not make; done already, it changes nothing.

    Raises
    ------
    ConflictError
        Where the account is no evaluator's.
    """
    if account.role != EVALUATOR:
        raise ConflictError("%(login)s is no evaluator. Only the third party runs a round.", login=account.login)
    if account not in evaluators_of(session, round_):
        session.add(Assignment(round_id=round_.id, login=account.login))
        audit.record(session, by, "assign evaluator", round_.id, {"account": account.login}, now)


def unassign(session: Session, round_: Round, login: str, by: str, now: datetime) -> None:
    """Take a round from an evaluator that it was assigned to.

    Raises
    ------
    NotFoundError
        Where it was not assigned.
    """
    kept = session.get(Assignment, (round_.id, login))
    if kept is None:
        raise NotFoundError("%(login)s was not assigned to this round.", login=login)
    session.delete(kept)
    audit.record(session, by, "take evaluator off", round_.id, {"account": login}, now)
    session.flush()


def place(session: Session, round_: Round, unit_code: str | None, by: str, now: datetime) -> None:
    """Say which unit a draft belongs to; with none, it is the whole office's.

    Only the targets of the unit and of those below it can be rated, so it is fixed by the freeze.

    Raises
    ------
    ConflictError
        Where the round is no longer a draft.
    NotFoundError
        Where the roster has no such unit.
    """
    require(RoundState(round_.state), RoundState.DRAFT)
    if unit_code is not None and session.get(Unit, unit_code) is None:
        raise NotFoundError("The roster has no unit %(code)s.", code=unit_code)
    round_.unit_code = unit_code
    audit.record(session, by, "place round", round_.id, {"unit": unit_code or "–"}, now)
    session.flush()


def inherit(session: Session, parent: Round, child: Round) -> None:
    """Give a trial or a repetition to those whose its round is."""
    child.unit_code = parent.unit_code
    for account in evaluators_of(session, parent):
        if account.login != child.created_by:
            session.add(Assignment(round_id=child.id, login=account.login))
    session.flush()

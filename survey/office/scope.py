"""Whose rounds and units an account may see: an evaluator its own rounds, others those of their unit and below.

An account without a unit sees the whole office; so an installation for a single office needs no setting up.
"""

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from survey.models import Account, Assignment, Round, Unit
from survey.office.permissions import DOOR_ROLES, EVALUATOR


def seen_by(account: Account) -> ColumnElement[bool]:
    """Return the condition on rounds that `account` may see."""
    if account.role == EVALUATOR:
        assigned = select(Assignment.round_id).where(Assignment.login == account.login)
        return or_(Round.created_by == account.login, Round.id.in_(assigned))
    if account.role in DOOR_ROLES:
        return Round.id == account.round_id if account.round_id else false()
    if account.unit_code is None:
        return true()
    return Round.unit_code.in_(_below(account.unit_code))


def sees(session: Session, account: Account, round_: Round) -> bool:
    """Return whether `account` may see `round_`."""
    return session.scalar(select(Round.id).where(Round.id == round_.id, seen_by(account))) is not None


def units_of(session: Session, account: Account) -> frozenset[str] | None:
    """Return the codes of the unit of `account` and all units below it; nothing where it sees every unit."""
    return None if account.unit_code is None else subtree(session, account.unit_code)


def subtree(session: Session, code: str) -> frozenset[str]:
    """Return the codes of a unit and of all units below it."""
    return frozenset(session.scalars(_below(code)))


def _below(code: str) -> Select[tuple[str]]:
    below = select(Unit.code).where(Unit.code == code).cte("below", recursive=True)
    # UNION, not UNION ALL: it ends even where somebody wrote a ring into the tree.
    below = below.union(select(Unit.code).join(below, Unit.parent_code == below.c.code))
    return select(below.c.code)

"""Rounds: made from a plan, revised while a draft, tried out, repeated after a void."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import ConflictError, NotFoundError
from survey.manifest.plan import Plan
from survey.manifest.reading import parse, read
from survey.manifest.states import RoundState, require
from survey.models import Round
from survey.office import assignments, audit


def create(session: Session, plan_text: str, file: str, by: str, now: datetime, unit_code: str | None = None) -> Round:
    """Make a draft round from a plan document, for a unit or, without one, for the whole office.

    Raises
    ------
    BadDocumentError
        Listing every problem of the plan.
    """
    plan = read(Plan, parse(plan_text, file), file)
    round_ = _new(session, plan.name, plan_text, by, now)
    round_.unit_code = unit_code
    audit.record(session, by, "create round", round_.id, {"name": plan.name}, now)
    return round_


def revise(session: Session, round_: Round, plan_text: str, file: str, by: str, now: datetime) -> None:
    """Replace the plan of a draft.

    Raises
    ------
    ConflictError
        Where the round is no longer a draft.
    BadDocumentError
        Listing every problem of the plan.
    """
    require(RoundState(round_.state), RoundState.DRAFT)
    plan = read(Plan, parse(plan_text, file), file)
    round_.name, round_.plan_source = plan.name, plan_text
    audit.record(session, by, "revise round", round_.id, {"name": plan.name}, now)


def get(session: Session, round_id: str) -> Round:
    """Return the round with that id.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise missing(round_id)
    return round_


def missing(round_id: str) -> NotFoundError:
    """Return what is said where there is no such round, and where it is somebody else's."""
    return NotFoundError("There is no round %(round)s.", round=round_id)


def all_rounds(session: Session) -> list[Round]:
    """Return every round, newest first."""
    return list(session.scalars(select(Round).order_by(Round.created_at.desc(), Round.id)))


def plan_of(round_: Round) -> Plan:
    """Return the round's plan."""
    return read(Plan, parse(round_.plan_source, round_.name), round_.name)


def make_trial(session: Session, round_: Round, by: str, now: datetime) -> Round:
    """Make a trial of a draft: a round of its own, never published, deleted when the draft is frozen.

    Raises
    ------
    ConflictError
        Where the round is no longer a draft, or is a trial itself.
    """
    require(RoundState(round_.state), RoundState.DRAFT)
    if round_.trial:
        raise ConflictError("This is a trial already. Make the trial from the round's own draft.")
    trial = _new(session, round_.name, round_.plan_source, by, now, parent=round_, trial=True)
    audit.record(session, by, "make trial", trial.id, {"of": round_.id}, now)
    return trial


def repeat(session: Session, round_: Round, groups: Iterable[str], by: str, now: datetime) -> Round:
    """Make a new draft that repeats a void round, as a whole or for some groups (none named: all).

    Raises
    ------
    ConflictError
        Where the round isn't void.
    NotFoundError
        For a group that had no sheet.
    """
    if round_.state != RoundState.VOID:
        raise ConflictError("Only a void round can be repeated. Void this one first, with its reason.")
    wanted = tuple(groups)
    sheets = {sheet.group for sheet in plan_of(round_).sheets}
    for group in wanted:
        if group not in sheets:
            raise NotFoundError("The round has no sheet for the group %(group)s.", group=group)
    again = _new(session, round_.name, round_.plan_source, by, now, parent=round_)
    again.only_groups = {"groups": list(wanted)} if wanted else None
    audit.record(session, by, "repeat round", again.id, {"of": round_.id, "groups": list(wanted)}, now)
    return again


def _new(
    session: Session,
    name: str,
    plan_text: str,
    by: str,
    now: datetime,
    *,
    parent: Round | None = None,
    trial: bool = False,
) -> Round:
    round_ = Round(
        id=secrets.token_hex(8),
        name=name,
        state=RoundState.DRAFT.value,
        trial=trial,
        parent_id=parent.id if parent else None,
        plan_source=plan_text,
        created_at=now,
        created_by=by,
    )
    session.add(round_)
    session.flush()
    if parent is not None:
        assignments.inherit(session, parent, round_)
    return round_

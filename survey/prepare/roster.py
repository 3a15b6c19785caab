"""The roster: a dry run that says what an import would do, the import itself, and what the roster holds."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from survey.errors import BadDocumentError, ConflictError, NotFoundError
from survey.interchange.roster import read_roster
from survey.interchange.spreadsheets import read_tables
from survey.interchange.tables import Table
from survey.models import Post, Target, Unit
from survey.prepare.roster_plan import Change, Counts, PostRecord, RosterPlan, TargetRecord, UnitRecord
from survey.prepare.roster_targets import plan_targets
from survey.prepare.roster_units import plan_units
from survey.prepare.roster_within import known_part, loose_units, strangers

STALE = "The roster has changed since this plan was made. Make the plan again from the file."


def plan_import(
    session: Session,
    content: bytes | Mapping[str, Table],
    file: str,
    decisions: Mapping[int, str] | None = None,
    within: AbstractSet[str] | None = None,
) -> RosterPlan:
    """Return what importing a file would do. Nothing is changed.

    Parameters
    ----------
    content
        The file's bytes, or its tables.
    file
        Its name, for the errors and (with bytes) its type.
    decisions
        Row → the code of the target that a row without a code speaks of, ``row7`` for one first named in that
        row, or ``new``; only rows that the plan asks about.
    within
        Codes of the units that the import is confined to; none: the whole roster.

    Raises
    ------
    BadDocumentError
        Listing every problem with its row and column.
    """
    rows = read_roster(read_tables(content, file) if isinstance(content, bytes) else content)
    if rows.problems and not rows.units and not rows.targets:
        raise BadDocumentError(file, list(rows.problems))
    known = known_part(units(session), targets(session), within)
    unit_plan = plan_units(known.units, rows, known.taken)
    target_plan = plan_targets(known.targets, unit_plan, rows, decisions or {}, known.taken)
    problems = [*rows.problems, *strangers(rows, known), *unit_plan.problems, *target_plan.problems]
    problems += loose_units(rows, unit_plan, within)
    if problems:
        raise BadDocumentError(file, problems)
    spoken_of = {change.after.code for change in target_plan.changes}
    return RosterPlan(
        file=file,
        units=tuple(unit_plan.changes),
        targets=tuple(target_plan.changes),
        questions=tuple(target_plan.questions),
        ignored=rows.ignored,
        absent=sum(target.active and target.code not in spoken_of for target in known.targets.values()),
        unit_names={unit.code: unit.name for unit in unit_plan.after.values()},
    )


def carry_out(session: Session, plan: RosterPlan) -> Counts:
    """Do what the plan says, and nothing else: what the file doesn't speak of stays.

    Raises
    ------
    ConflictError
        Where a question is open, or the roster is no longer as the plan found it.
    """
    if plan.questions:
        rows = ", ".join(str(question.row) for question in plan.questions)
        raise ConflictError("Say first who is meant in the rows %(rows)s.", rows=rows)
    _check_fresh(session, plan)
    _save_units(session, plan.units)
    there = {target.code: target for target in session.scalars(select(Target).options(selectinload(Target.posts)))}
    for change in plan.targets:
        if change.status != "left":
            _save_target(session, there.get(change.after.code), change.after)
    session.flush()
    return plan.counts()


def retire(session: Session, code: str) -> None:
    """Mark a target as no longer active: it stays in old results and is left out of new rounds.

    Raises
    ------
    NotFoundError
        When the roster has no such target.
    """
    target = session.get(Target, code)
    if target is None:
        raise NotFoundError("The roster has no target %(code)s.", code=code)
    target.active = False
    session.flush()


def units(session: Session) -> list[UnitRecord]:
    """Return the units in the order of their codes."""
    found = session.scalars(select(Unit).order_by(Unit.code))
    return [UnitRecord(unit.code, unit.name, unit.parent_code, unit.class_) for unit in found]


def targets(session: Session) -> list[TargetRecord]:
    """Return the targets in the order of their codes, those no longer active too."""
    found = session.scalars(select(Target).options(selectinload(Target.posts)).order_by(Target.code))
    return [_record(target) for target in found]


def _record(target: Target) -> TargetRecord:
    posts = tuple(PostRecord(post.unit_code, post.title, post.class_, post.layer, post.main) for post in target.posts)
    return TargetRecord(target.code, target.kind, target.name, target.duties, target.active, posts)


def _check_fresh(session: Session, plan: RosterPlan) -> None:
    now_units = {unit.code: unit for unit in units(session)}
    now_targets = {target.code: target for target in targets(session)}
    if any(now_units.get(change.after.code) != change.before for change in plan.units):
        raise ConflictError(STALE)
    if any(now_targets.get(change.after.code) != change.before for change in plan.targets):
        raise ConflictError(STALE)


def _save_units(session: Session, changes: tuple[Change[UnitRecord], ...]) -> None:
    """Save the units without their parents first, so that the tree may grow in any order."""
    there = {unit.code: unit for unit in session.scalars(select(Unit))}
    saved = []
    for change in changes:
        if change.status != "left":
            unit = there.get(change.after.code) or Unit(code=change.after.code)
            unit.name, unit.class_ = change.after.name, change.after.class_
            session.add(unit)
            saved.append((unit, change.after.parent_code))
    session.flush()
    for unit, parent in saved:
        unit.parent_code = parent
    session.flush()


def _save_target(session: Session, there: Target | None, record: TargetRecord) -> None:
    target = there or Target(code=record.code, kind=record.kind, posts=[])
    target.name, target.duties, target.active = record.name, record.duties, record.active
    session.add(target)
    spare = {post.position: post for post in target.posts}
    for position, post in enumerate(record.posts):
        kept = spare.pop(position, None) or Post(position=position)
        kept.unit_code, kept.title, kept.main = post.unit_code, post.title, post.main
        kept.class_, kept.layer = post.class_, post.layer
        if kept.target_code is None:
            target.posts.append(kept)
    for gone in spare.values():
        target.posts.remove(gone)

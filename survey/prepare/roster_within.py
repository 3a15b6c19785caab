"""An import by who may see a part of the roster only, a unit and what lies below: the rest is as if it weren't there.

Codes are the one thing that the parts share: a code that is in use elsewhere cannot be taken, and is refused.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from survey.errors import Notice, Problem
from survey.interchange.roster import RosterFile
from survey.prepare.roster_plan import TargetRecord, UnitRecord
from survey.prepare.roster_units import UnitsPlan


@dataclass(frozen=True)
class KnownPart:
    """The units and targets that an import may speak of, and the codes that are taken outside of it."""

    units: dict[str, UnitRecord]
    targets: dict[str, TargetRecord]
    taken: frozenset[str]


def known_part(
    units: Sequence[UnitRecord], targets: Iterable[TargetRecord], within: AbstractSet[str] | None
) -> KnownPart:
    """Return the part of the roster that lies in the units `within`, all of it where they are ``None``."""
    known_units = {unit.code: unit for unit in units if within is None or unit.code in within}
    every = {target.code: target for target in targets}
    known = {code: each for code, each in every.items() if within is None or each.main_post.unit_code in within}
    outside = {unit.code for unit in units} - known_units.keys() | every.keys() - known.keys()
    return KnownPart(known_units, known, frozenset(outside))


def strangers(file: RosterFile, part: KnownPart) -> list[Problem]:
    """Return the rows whose code belongs to somebody outside."""
    allowed = Notice("a code of your own part of the roster, or one that nobody has")
    return [
        Problem(row.at("code"), row.code, allowed) for row in (*file.units, *file.targets) if row.code in part.taken
    ]


def loose_units(file: RosterFile, plan: UnitsPlan, within: AbstractSet[str] | None) -> list[Problem]:
    """Return the units that would not hang below one's own, or would leave their place there."""
    if within is None:
        return []
    rows = {row.number: row for row in file.units}
    allowed = Notice("a unit of your own part of the roster")
    inside = within | {change.after.code for change in plan.changes}
    return [
        Problem(rows[change.rows[0]].at("parent"), change.after.parent_code or "", allowed)
        for change in plan.changes
        if change.after.parent_code not in inside
        and (change.before is None or change.before.parent_code != change.after.parent_code)
    ]

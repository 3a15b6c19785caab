"""The units of a roster file against those of the roster: matched by code or by their one name, a tree throughout."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from survey.errors import Notice, Problem
from survey.interchange import cells
from survey.interchange.roster import FileRow, RosterFile, UnitRow
from survey.prepare.roster_codes import CodeMaker
from survey.prepare.roster_plan import Change, UnitRecord, unit_changes


@dataclass
class UnitsPlan:
    """What would become of the units.

    Attributes
    ----------
    after
        Every unit by code, as it would be.
    broken
        Codes and names of units whose own rows have problems: to name them is no second problem.
    """

    changes: list[Change[UnitRecord]] = field(default_factory=list)
    after: dict[str, UnitRecord] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def find(self, row: FileRow, by_code: str, by_name: str) -> str | None:
        """Return the code of the unit that a row names in one of two columns, ``None`` if it names none.

        Problems are noted: a unit that isn't there, a name that several bear, a code and a name that disagree.
        """
        code, name = cells.code(row.get(by_code) or ""), cells.name(row.get(by_name) or "")
        if {code, name} & self.broken:
            return None
        if code and code not in self.after:
            allowed = Notice("the code of a unit of the roster or of this file")
            self.problems.append(Problem(row.at(by_code), code, allowed))
            return None
        if code and name and self.after[code].name != name:
            allowed = Notice("%(name)s, the name of %(code)s", {"name": self.after[code].name, "code": code})
            self.problems.append(Problem(row.at(by_name), name, allowed))
        return code or (self._find_by_name(row, by_name, name) if name else None)

    def named(self, name: str) -> list[str]:
        """Return the codes of the units that bear a name."""
        return self._named.get(name, [])

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for unit in self.after.values():
            found.setdefault(unit.name, []).append(unit.code)
        return found

    def _find_by_name(self, row: FileRow, column: str, name: str) -> str | None:
        codes = self.named(name)
        if len(codes) == 1:
            return codes[0]
        allowed = (
            Notice("a unit's code, since several bear this name: %(codes)s", {"codes": ", ".join(codes)})
            if codes
            else Notice("the name of a unit of the roster or of this file")
        )
        self.problems.append(Problem(row.at(column), name, allowed))
        return None


def plan_units(known: Mapping[str, UnitRecord], file: RosterFile, taken: Iterable[str] = ()) -> UnitsPlan:
    """Return what would become of the units: rows matched by code, or without one by the one unit of that name.

    No code is made that is among `taken`.
    """
    plan = UnitsPlan(after=dict(known), broken=set(file.broken))
    maker = CodeMaker([*known, *taken, *(row.code for row in file.units)])
    names = Counter(row.name for row in file.units)
    known_names: dict[str, list[str]] = {}
    for unit in known.values():
        known_names.setdefault(unit.name, []).append(unit.code)
    rows: dict[str, tuple[UnitRow, bool]] = {}
    for row in file.units:
        code = row.code or _code_by_name(row, known_names, names, plan)
        if code in rows:
            allowed = Notice("each unit once; row %(row)s says the same", {"row": rows[code][0].number})
            plan.problems.append(Problem(row.at("code"), code, allowed))
        elif code is not None:
            made = code == ""
            rows[code or maker.make_for_unit()] = row, made
    for code, (row, _) in rows.items():
        before = known.get(code)
        class_ = row.get("class")
        if class_ is None:
            class_ = before.class_ if before else ""
        parent = before.parent_code if before else None
        plan.after[code] = UnitRecord(code, row.name, parent, cells.line(class_))
    _set_parents(rows, plan)
    _find_cycles(rows, plan)
    for code, (row, made) in rows.items():
        before, after = known.get(code), plan.after[code]
        plan.changes.append(Change(before, after, (row.number,), made, unit_changes(before, after)))
    return plan


def _code_by_name(
    row: UnitRow, known_names: Mapping[str, list[str]], names: Mapping[str, int], plan: UnitsPlan
) -> str | None:
    """Return the code of the one unit of this name, empty text for a new unit, ``None`` where it isn't certain."""
    there = known_names.get(row.name, [])
    if len(there) > 1 or names[row.name] > 1:
        plan.problems.append(Problem(row.at("code"), "", Notice("a code, since several units bear this name")))
        plan.broken.add(row.name)
        return None
    return there[0] if there else ""


def _set_parents(rows: Mapping[str, tuple[UnitRow, bool]], plan: UnitsPlan) -> None:
    for code, (row, _) in rows.items():
        if row.get("parent") is None and row.get("parent_name") is None:
            continue
        unit = plan.after[code]
        plan.after[code] = UnitRecord(code, unit.name, plan.find(row, "parent", "parent_name"), unit.class_)


def _find_cycles(rows: Mapping[str, tuple[UnitRow, bool]], plan: UnitsPlan) -> None:
    told: set[str] = set()
    for code, (row, _) in rows.items():
        path = [code]
        # What lies above one's own part of the roster is not known here.
        while (above := plan.after[path[-1]].parent_code) in plan.after and above not in path:
            path.append(above)
        if above == code and code not in told:
            told |= set(path)
            column = "parent" if row.get("parent") is not None else "parent_name"
            allowed = Notice("a unit that is not below this one")
            plan.problems.append(Problem(row.at(column), " → ".join([*path, above]), allowed))

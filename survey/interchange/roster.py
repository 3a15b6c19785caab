"""The roster as an office keeps it: a table of units and a table of targets, read row by row with every problem."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from survey.errors import Notice, Problem
from survey.interchange import cells, headings
from survey.interchange.headings import TARGET_COLUMNS, UNIT_COLUMNS, Columns, Headings
from survey.interchange.tables import WHOLE_FILE, Table
from survey.models import TargetKind

UNITS, TARGETS = "单位", "对象"
EXPLANATIONS = {"说明", "填写说明"}
KINDS: Mapping[str, TargetKind] = {
    "个人": TargetKind.PERSON,
    "单位": TargetKind.UNIT,
    "班子": TargetKind.LEADING_BODY,
    "党组织": TargetKind.PARTY_ORGANISATION,
    "项目": TargetKind.PROJECT,
    "党员": TargetKind.MEMBER,
}
KIND_WORDS: Mapping[str, str] = {kind.value: word for word, kind in KINDS.items()}
UNDERSTOOD_KINDS: Mapping[str, TargetKind] = {
    **KINDS,
    "干部": TargetKind.PERSON,
    "人员": TargetKind.PERSON,
    "领导班子": TargetKind.LEADING_BODY,
    **{kind.value: kind for kind in TargetKind},
}
LONGEST = {"name": 60, "title": 60, "class": 40, "layer": 40, "duties": 120}


@dataclass(frozen=True)
class FileRow:
    """A row of the file; what the file has no column for is ``None``, an empty cell is empty text."""

    table: Table
    number: int
    words: Mapping[str, str]
    values: Mapping[str, str]

    def get(self, column: str) -> str | None:
        """Return the cell's text, ``None`` where the file has no such column."""
        return self.values.get(column)

    @property
    def name(self) -> str:
        """The name in its one form."""
        return cells.name(self.values["name"])

    @property
    def code(self) -> str:
        """The code in its one form, empty where it is to be made."""
        return cells.code(self.values.get("code", ""))

    def at(self, column: str) -> Notice:
        """Return where the cell stands, in the file's own words."""
        return self.table.place(self.number, self.words.get(column) or _own_word(column))


@dataclass(frozen=True)
class UnitRow(FileRow):
    """A row of the table of units."""


@dataclass(frozen=True)
class TargetRow(FileRow):
    """A row of the table of targets: one post of one target."""

    @property
    def kind(self) -> TargetKind:
        """What is rated; a list headed 姓名 without 类型 is a list of persons."""
        return UNDERSTOOD_KINDS[self.values.get("kind", TargetKind.PERSON.value).lower()]

    @property
    def main(self) -> bool:
        """Whether the row says that it is the main post."""
        return cells.yes_or_no(self.values.get("main", "")) is True


RowKind = TypeVar("RowKind", bound=FileRow)


@dataclass(frozen=True)
class RosterFile:
    """What stands in a roster file.

    Attributes
    ----------
    units, targets
        The rows that are sound by themselves.
    problems
        All that is wrong with the others, and with the tables.
    ignored
        Sheets and columns that nothing is read from.
    broken
        Codes and names of the unit rows that have problems, so that nobody is told they don't exist.
    """

    units: tuple[UnitRow, ...]
    targets: tuple[TargetRow, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[Notice, ...]
    broken: frozenset[str] = frozenset()


@dataclass
class _Reading:
    """A roster file while it is read."""

    problems: list[Problem] = field(default_factory=list)
    ignored: list[Notice] = field(default_factory=list)
    broken: list[FileRow] = field(default_factory=list)

    def rows(
        self, table: Table | None, known: Columns, make: type[RowKind], check: Callable[[RowKind], list[Problem]]
    ) -> tuple[RowKind, ...]:
        """Return the sound rows of a table, keeping what else there is to say."""
        if table is None:
            return ()
        found, wrong = headings.find(table, known)
        wrong += _missing_columns(table, known, found)
        self.problems += wrong
        if found is None or wrong:
            return ()
        self.ignored += [table.place(found.row, heading) for heading in found.unknown]
        sound: list[RowKind] = []
        broken: list[RowKind] = []
        for row in table.rows:
            values = {column: row.cells[at] if at < len(row.cells) else "" for column, at in found.columns.items()}
            if row.number <= found.row or not any(values.values()):
                continue
            read = make(table, row.number, found.words, values)
            wrong = check(read)
            self.problems += wrong
            (broken if wrong else sound).append(read)
        self.broken += broken
        return tuple(sound)


def read_roster(tables: Mapping[str, Table]) -> RosterFile:
    """Return the rows of a roster file and all that is wrong with them.

    Parameters
    ----------
    tables
        As `spreadsheets.read_tables` gives them. Where a sheet is named 单位 or 对象 only those two are read;
        otherwise a table is told by its headings, and left aside with a notice where it is neither.
    """
    reading = _Reading()
    chosen = _choose(tables, reading)
    units = reading.rows(chosen.get(UNITS), UNIT_COLUMNS, UnitRow, _check_row)
    broken = frozenset(word for row in reading.broken for word in (row.code, row.name))
    targets = reading.rows(chosen.get(TARGETS), TARGET_COLUMNS, TargetRow, _check_target)
    return RosterFile(units, targets, tuple(reading.problems), tuple(reading.ignored), broken - {""})


def _choose(tables: Mapping[str, Table], reading: _Reading) -> dict[str, Table]:
    """Return the table of units and the table of targets."""
    named = {name: table for name, table in tables.items() if name in {UNITS, TARGETS} and table.rows}
    chosen: dict[str, Table] = dict(named)
    for name, table in tables.items():
        if name in named or not table.rows:
            continue
        meaning = None if named else _meaning(table)
        here = Notice("sheet %(sheet)s", {"sheet": name})
        if meaning is None:
            reading.ignored += [here] if name and name not in EXPLANATIONS else []
        elif meaning in chosen:
            allowed = Notice("one table of this kind; put the rows of both into one sheet")
            reading.problems.append(Problem(here, name, allowed))
        else:
            chosen[meaning] = table
    if not chosen:
        found = ", ".join(cell for table in tables.values() for row in table.rows[:1] for cell in row.cells if cell)
        allowed = Notice("a heading row as in the template (编码, 名称 …)")
        reading.problems.append(Problem(WHOLE_FILE, found[:80], allowed))
    return chosen


def _meaning(table: Table) -> str | None:
    if headings.says_targets(table):
        return TARGETS
    return UNITS if headings.says_units(table) else None


def _missing_columns(table: Table, known: Columns, found: Headings | None) -> list[Problem]:
    if found is None:
        first = table.rows[0]
        allowed = Notice("a heading row: %(headings)s", {"headings": ", ".join(each[0] for each in known.values())})
        return [Problem(table.place(first.number, "A"), ", ".join(filter(None, first.cells))[:80], allowed)]
    needed: list[tuple[str, ...]] = [("name",)]
    if known is TARGET_COLUMNS:
        needed.append(("unit", "unit_name"))
        if headings.plain(found.words.get("name", "")) != "姓名":
            needed.append(("kind",))
    return [
        Problem(table.place(found.row, known[either[0]][0]), "", Notice("this column must be there"))
        for either in needed
        if not set(either) & set(found.columns)
    ]


def _check_row(row: FileRow) -> list[Problem]:
    wrong = []
    if row.code and not cells.is_code(row.code):
        wrong.append(Problem(row.at("code"), row.code, Notice("up to 32 letters, digits and . _ -")))
    if not row.name:
        wrong.append(Problem(row.at("name"), "", Notice("a name in every row")))
    for column, most in LONGEST.items():
        if len(row.get(column) or "") > most:
            allowed = Notice("at most %(most)s characters", {"most": most})
            wrong.append(Problem(row.at(column), f"{row.values[column][:20]}…", allowed))
    return wrong


def _check_target(row: TargetRow) -> list[Problem]:
    wrong = _check_row(row)
    kind = row.get("kind")
    if kind is not None and kind.lower() not in UNDERSTOOD_KINDS:
        wrong.append(Problem(row.at("kind"), kind, Notice("one of %(kinds)s", {"kinds": ", ".join(KINDS)})))
    main = row.get("main")
    if main and cells.yes_or_no(main) is None:
        wrong.append(Problem(row.at("main"), main, Notice("是 or 否")))
    return wrong


def _own_word(column: str) -> str:
    return TARGET_COLUMNS.get(column, UNIT_COLUMNS.get(column, (column,)))[0]

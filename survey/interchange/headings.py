"""Headings of roster tables: what offices really write over a column, and which column that means."""

from collections.abc import Mapping
from dataclasses import dataclass

from survey.errors import Notice, Problem
from survey.interchange.tables import Row, Table

Columns = Mapping[str, tuple[str, ...]]
# The first heading of each column is the template's own; the others are what else is understood.
UNIT_COLUMNS: Columns = {
    "code": ("编码", "单位编码", "单位代码", "代码", "编号", "code"),
    "name": ("名称", "单位名称", "单位", "name"),
    "parent": ("上级编码", "上级单位编码", "上级代码", "parent code"),
    "parent_name": ("上级单位", "上级单位名称", "上级名称", "上级", "parent"),
    "class": ("类别", "单位类别", "class"),
}
TARGET_COLUMNS: Columns = {
    "code": ("编码", "对象编码", "代码", "编号", "工号", "code"),
    "kind": ("类型", "对象类型", "kind"),
    "name": ("姓名或名称", "姓名", "名称", "对象名称", "name"),
    "unit": ("单位编码", "部门编码", "单位代码", "unit code"),
    "unit_name": ("单位", "单位名称", "部门", "部门名称", "所在单位", "工作单位", "unit"),
    "title": ("职务", "现任职务", "职务名称", "岗位", "title"),
    "class": ("类别", "对象类别", "class"),
    "layer": ("层次", "职务层次", "layer"),
    "duties": ("主要职责", "职责", "分工", "duties"),
    "main": ("主岗", "是否主岗", "main"),
}
# Columns that say nothing to the roster and stand in many lists; anything else unknown is reported.
PASSED_OVER = {"序号", "备注", "no.", "remarks", ""}
ONLY_TARGETS = {"kind", "title", "layer", "duties", "main"}
ONLY_UNITS = {"parent", "parent_name"}
FIRST_ROWS = 10  # how far down a heading row is looked for, under a title and a note
FEWEST_HEADINGS = 2


@dataclass(frozen=True)
class Headings:
    """The heading row of a table.

    Attributes
    ----------
    row
        Its number.
    columns
        Column → its place in a row, counted from 0.
    words
        Column → the heading as it stands in the file.
    unknown
        Headings that nothing is read from.
    """

    row: int
    columns: Mapping[str, int]
    words: Mapping[str, str]
    unknown: tuple[str, ...]


def find(table: Table, known: Columns) -> tuple[Headings | None, list[Problem]]:
    """Return the heading row of `table`, or ``None``, and what is wrong with it."""
    meanings = {heading: column for column, headings in known.items() for heading in headings}
    row = next((row for row in table.rows[:FIRST_ROWS] if _recognised(row, meanings) >= FEWEST_HEADINGS), None)
    if row is None:
        return None, []
    columns: dict[str, int] = {}
    words: dict[str, str] = {}
    problems = []
    unknown = []
    for at, heading in enumerate(row.cells):
        column = meanings.get(plain(heading))
        if column is None:
            unknown += [] if plain(heading) in PASSED_OVER else [heading]
        elif column in columns:
            place = table.place(row.number, heading)
            allowed = Notice("one column of this meaning; %(other)s says the same", {"other": words[column]})
            problems.append(Problem(place, heading, allowed))
        else:
            columns[column], words[column] = at, heading
    return Headings(row.number, columns, words, tuple(unknown)), problems


def says_targets(table: Table) -> bool:
    """Return whether the headings are those of targets."""
    return bool(_columns(table, TARGET_COLUMNS) & ONLY_TARGETS) or "姓名" in _words(table, TARGET_COLUMNS)


def says_units(table: Table) -> bool:
    """Return whether the headings are those of units and cannot be those of targets."""
    columns = _columns(table, UNIT_COLUMNS)
    return bool(columns & ONLY_UNITS) or ("name" in columns and not says_targets(table))


def _columns(table: Table, known: Columns) -> set[str]:
    headings, _ = find(table, known)
    return set(headings.columns) if headings else set()


def _words(table: Table, known: Columns) -> set[str]:
    headings, _ = find(table, known)
    return {plain(word) for word in headings.words.values()} if headings else set()


def _recognised(row: Row, meanings: Mapping[str, str]) -> int:
    return len({meanings[plain(cell)] for cell in row.cells if plain(cell) in meanings})


def plain(heading: str) -> str:
    """Return a heading without the marks that forms put around it.

    Examples
    --------
    >>> plain("姓  名"), plain("*编码"), plain("类别："), plain("Unit code*")
    ('姓名', '编码', '类别', 'unit code')
    """
    return "".join(heading.split()).strip("*＊:：").lower() if not heading.isascii() else heading.strip("* :").lower()

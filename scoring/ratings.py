"""Ratings as a file: one row a mark, ``ballot,group,target,item,mark``.

A ballot is (group, ballot id). No row means not asked; an empty mark is a blank; ``#spoiled``, ``#unknown`` and
``#self`` are the other marks that are no level.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from scoring.points import DirectPoints, allowed_levels, level_name
from scoring.problems import Problem
from scoring.scheme import Scheme
from scoring.tables import Table, open_table
from scoring.tally import RESERVED, VOIDED, Tally, empty_tally

COLUMNS = ("ballot", "group", "target", "item", "mark")
NAMED = tuple(text for byte, text in RESERVED.items() if byte != VOIDED)
SPECIAL = tuple(text for text in NAMED if text)
WEIGHT = {"weight": "no such column yet: sampling weights cannot be applied, and are not ignored"}

Codes = NDArray[np.int64]


@dataclass
class _Column:
    """A column's distinct texts in order of appearance, and which of them stands in each row."""

    index: dict[str, int] = field(default_factory=dict)
    codes: "array[int]" = field(default_factory=lambda: array("q"))

    @property
    def names(self) -> list[str]:
        return list(self.index)

    def numbers(self) -> Codes:
        return np.array(self.codes, np.int64)


def read_ratings(data: bytes, file: str, scheme: Scheme, targets: Sequence[str] | None = None) -> Tally:
    r"""Return the tally of a ratings file.

    Parameters
    ----------
    targets
        Who may be rated, in the order of the result; ``None`` for whoever is, by name.

    Raises
    ------
    FileError
        Naming the file and, of everything wrong, row, column, what was found and what is allowed.

    Examples
    --------
    >>> from scoring.scheme import load_scheme
    >>> scheme = load_scheme("{name: 一项, scale: {好: 1, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> rows = "ballot,group,target,item,mark\n1,村民,甲,态度,好\n2,村民,甲,态度,\n"
    >>> read_ratings(rows.encode(), "R.csv", scheme).counts[0, 0, 0].tolist()
    [1, 0, 1, 0, 0, 0, 0]
    """
    table = open_table(data, file, COLUMNS, refused=WEIGHT)
    columns = [_Column() for _ in COLUMNS]
    rows = array("q")
    filling = [(column.index, column.codes) for column in columns]
    for number, cells in table.rows(*COLUMNS):
        rows.append(number)
        for (index, codes), cell in zip(filling, cells, strict=True):
            codes.append(index.setdefault(cell, len(index)))
    numbers = np.array(rows, np.int64)
    _check_names(table, columns, numbers, scheme, targets)
    _check_pairs(table, columns, numbers, scheme)
    _check_repeats(table, columns, numbers)
    table.check()
    return _count(columns, scheme, sorted(columns[2].names) if targets is None else targets)


def _check_names(
    table: Table, columns: list[_Column], rows: Codes, scheme: Scheme, targets: Sequence[str] | None
) -> None:
    """Note ballots without an id, groups that are no leaf, and targets that are not listed."""
    ballot, group, target, *_ = columns
    leaves = [leaf.id for leaf in scheme.leaves()]
    listed = None if targets is None else set(targets)
    for column, name, wrong, allowed in (
        (ballot, "ballot", [text for text in ballot.names if not text], "an id"),
        (group, "group", [text for text in group.names if text not in leaves], leaves),
        (target, "target", [text for text in target.names if not text], "a target"),
        (
            target,
            "target",
            [text for text in target.names if text and listed is not None and text not in listed],
            "a target of the targets file",
        ),
    ):
        for text in wrong:
            _note(table, rows[column.numbers() == column.index[text]], name, text, allowed)


def _check_pairs(table: Table, columns: list[_Column], rows: Codes, scheme: Scheme) -> None:
    """Note items and marks that the scheme does not know for their group."""
    _, group, _, *others = columns
    leaves = {leaf.id: leaf for leaf in scheme.leaves()}
    for column, name in zip(others, ("item", "mark"), strict=True):
        pairs = group.numbers() * max(1, len(column.index)) + column.numbers()
        for pair in np.unique(pairs).tolist():
            of, text = divmod(pair, len(column.index))
            leaf, found = leaves.get(group.names[of]), column.names[text]
            if leaf is None:
                continue
            if name == "item" and found not in leaf.asks:
                _note(table, rows[pairs == pair], name, found, leaf.asks)
            elif name == "mark" and found not in leaf.points and found not in NAMED:
                allowed = [*allowed_levels(leaf.points), "an empty mark", *SPECIAL]
                _note(table, rows[pairs == pair], name, found, allowed)


def _note(table: Table, rows: Codes, column: str, found: str, allowed: str | Sequence[str]) -> None:
    """Note one wrong text once, at its first row, with how many rows have it."""
    times = f" (in {len(rows)} rows)" if len(rows) > 1 else ""
    table.wrong(int(rows[0]), column, found, allowed, times)


def _check_repeats(table: Table, columns: list[_Column], rows: Codes) -> None:
    """Note every second row for one group, ballot, target and item, with the first."""
    cells = _joined(columns[:4])
    order = np.argsort(cells, kind="stable")
    again = np.flatnonzero(cells[order][1:] == cells[order][:-1])
    for place in again.tolist():
        first, second = (int(rows[order[each]]) for each in (place, place + 1))
        table.note(
            Problem(
                f"row {second}",
                f"the same group, ballot, target and item as row {first}",
                "one row for each group, ballot, target and item",
            )
        )


def _joined(columns: Sequence[_Column]) -> Codes:
    """Return one number a row that says which texts stand in these columns together."""
    joined = np.zeros(len(columns[0].codes), np.int64)
    for column in columns:
        joined = joined * max(1, len(column.index)) + column.numbers()
    return joined


def _count(columns: list[_Column], scheme: Scheme, listed: Sequence[str]) -> Tally:
    """Return the tally of checked columns."""
    _, group, target, item, mark = columns
    names, which = _levels(group, mark, scheme)
    direct = {name for (of, _), name in names.items() if isinstance(scheme.leaf(of).points, DirectPoints)}
    tally = empty_tally(scheme, listed, direct.difference(RESERVED.values()))
    groups, targets, items = (
        _placed(column, axis) for column, axis in ((group, tally.groups), (target, tally.targets), (item, tally.items))
    )
    places = {level: place for place, level in enumerate((*tally.levels, *RESERVED.values()))}
    marks = np.array([places[name] for name in names.values()], np.int64)[which]
    shape = tally.counts.shape
    cells = np.ravel_multi_index((targets, items, groups, marks), shape)
    counts = np.bincount(cells, minlength=tally.counts.size).reshape(shape)
    judged = np.pad(tally.judged, ((0, 0), (0, len(RESERVED))))[groups, marks]
    ballots = np.unique(_joined(columns[:3])[judged], return_index=True)[1]
    pairs = (targets[judged][ballots], groups[judged][ballots])
    n = np.zeros((len(tally.targets), len(tally.groups)), np.int64)
    np.add.at(n, pairs, 1)
    return replace(tally, counts=counts.astype(np.int64), n=n)


def _levels(group: _Column, mark: _Column, scheme: Scheme) -> tuple[dict[tuple[str, str], str], Codes]:
    """Return the level that each mark of each group is, and which of these pairs stands in each row."""
    pairs, which = np.unique(_joined([group, mark]), return_inverse=True)
    names: dict[tuple[str, str], str] = {}
    for pair in pairs.tolist():
        of, text = divmod(pair, len(mark.index))
        cell = (group.names[of], mark.names[text])
        names[cell] = level_name(scheme.leaf(cell[0]).points, cell[1]) or cell[1]
    return names, which


def _placed(column: _Column, axis: Sequence[str]) -> Codes:
    """Return where each row's text stands on an axis."""
    places = {text: place for place, text in enumerate(axis)}
    return np.array([places[text] for text in column.names], np.int64)[column.numbers()]

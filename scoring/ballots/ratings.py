"""Ratings as a file: one row a mark, ``ballot,group,target,item,mark[,weight]``.

A ballot is (group, ballot id). No row means not asked; an empty mark is a blank; ``#spoiled``, ``#unknown`` and
``#self`` are the other marks that are no level.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.ballots.columns import Column, Columns, read_columns
from scoring.ballots.joined import Numbers, join, look_up, stretches
from scoring.ballots.marks import Marks, Places, tally_marks
from scoring.ballots.numbering import Numbering
from scoring.ballots.ratings_problems import check_names, check_pairs, check_repeats, pairs_met
from scoring.ballots.tally import RESERVED, Tally, empty_tally
from scoring.ballots.weight_column import WEIGHT, read_weights
from scoring.document.points import DirectPoints, level_name
from scoring.document.scheme import Scheme

COLUMNS = ("ballot", "group", "target", "item", "mark")


@dataclass(frozen=True, eq=False)
class Ratings:
    """A file of ratings: its marks one by one, and their tally.

    Attributes
    ----------
    ballot
        The column of ballot ids, a row a mark.
    """

    marks: Marks
    tally: Tally
    ballot: Column

    def ballot_ids(self) -> list[str]:
        """Return the id of each ballot, by its number; within its group it is the only one of that id."""
        codes = np.zeros(int(self.marks.ballots.max(initial=-1)) + 1, np.int64)
        codes[self.marks.ballots] = self.ballot.codes
        names = self.ballot.names
        return [names[code] for code in codes.tolist()]


def read_ratings(data: bytes, file: str, scheme: Scheme, targets: Sequence[str] | None = None) -> Ratings:
    r"""Return the marks of a ratings file and their tally.

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
    >>> from scoring.document.scheme import load_scheme
    >>> scheme = load_scheme("{name: 一项, scale: {好: 1, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> rows = "ballot,group,target,item,mark\n1,村民,甲,态度,好\n2,村民,甲,态度,\n"
    >>> ratings = read_ratings(rows.encode(), "R.csv", scheme)
    >>> ratings.tally.counts[0, 0, 0].tolist(), ratings.marks.ballots.tolist()
    ([1, 0, 1, 0, 0, 0, 0], [0, 1])
    """
    columns = read_columns(data, file, COLUMNS, [WEIGHT])
    ballots = _ballots(columns)
    check_names(columns, scheme, targets)
    check_pairs(columns, scheme)
    check_repeats(columns, ballots)
    weights, unit = read_weights(columns, ballots)
    columns.table.check()
    target, item, group = (columns.named[name] for name in ("target", "item", "group"))
    axes, levels = _levels(columns, scheme, sorted(target.names) if targets is None else targets)
    marks = Marks(
        ballots=ballots,
        targets=_placed(target, axes.targets),
        items=_placed(item, axes.items),
        groups=_placed(group, axes.groups),
        levels=levels,
        weights=weights,
        weight_unit=unit,
    )
    return Ratings(marks, tally_marks(axes, marks), columns.named["ballot"])


def _ballots(columns: Columns) -> Numbers:
    """Return the number of each row's ballot, in order of first appearance."""
    ballot, group = columns.named["ballot"], columns.named["group"]
    group_of = np.zeros(len(ballot.texts), group.codes.dtype)
    group_of[ballot.codes] = group.codes
    if all((group_of[ballot.codes[rows]] == group.codes[rows]).all() for rows in stretches(len(ballot.codes))):
        return ballot.codes.astype(np.int64)
    numbers, numbering = np.empty(len(ballot.codes), np.int64), Numbering()
    for rows in stretches(len(numbers)):
        pairs = join([ballot.codes, group.codes], [len(ballot.texts), len(group.texts)], rows)
        numbers[rows] = numbering.number(pairs.view(np.uint64))
    return numbers


def _levels(columns: Columns, scheme: Scheme, listed: Sequence[str]) -> tuple[Tally, Places]:
    """Return the axes that checked columns need, and the place of each row's mark on the last of them."""
    group, mark = columns.named["group"], columns.named["mark"]
    pairs = pairs_met(group, mark)
    found = {}
    direct = set()
    for of, text in pairs:
        points, name = scheme.leaf(group.names[of]).points, mark.names[text]
        found[of, text] = level_name(points, name) or name
        if isinstance(points, DirectPoints):
            direct.add(found[of, text])
    axes = empty_tally(scheme, listed, direct.difference(RESERVED.values()))
    places = {level: place for place, level in enumerate((*axes.levels, *RESERVED.values()))}
    table = np.zeros((len(group.names), len(mark.names)), np.int32)
    for pair, level in found.items():
        table[pair] = places[level]
    return axes, look_up(table, [group.codes, mark.codes])


def _placed(column: Column, axis: Sequence[str]) -> Places:
    """Return where each row's text stands on an axis."""
    places = {text: place for place, text in enumerate(axis)}
    return look_up(np.array([places[text] for text in column.names], np.int32), [column.codes])

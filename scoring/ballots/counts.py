"""Counts as a file: ``target,item,group,level,count``; an empty level counts blanks, as in ratings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scoring.ballots.tally import RESERVED, Tally, empty_tally
from scoring.document.points import DirectPoints, allowed_levels, level_name
from scoring.document.problems import Problem
from scoring.document.scheme import Leaf, Scheme
from scoring.document.tables import Table, open_table

COLUMNS = ("target", "item", "group", "level", "count")

SPECIAL = tuple(text for text in RESERVED.values() if text)
NAMED = frozenset(RESERVED.values())

Cell = tuple[str, str, str, str]


def read_counts(data: bytes, file: str, scheme: Scheme, targets: Sequence[str] | None = None) -> Tally:
    r"""Return the tally in a file of counts; how many ballots are behind it is not known.

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
    >>> rows = "target,item,group,level,count\n甲,态度,村民,好,28\n"
    >>> read_counts(rows.encode(), "T.csv", scheme).counts[0, 0, 0].tolist()
    [28, 0, 0, 0, 0, 0, 0]
    """
    table = open_table(data, file, COLUMNS)
    counts: dict[Cell, int] = {}
    first: dict[Cell, int] = {}
    leaves = {leaf.id: leaf for leaf in scheme.leaves()}
    listed = None if targets is None else frozenset(targets)
    for row, (target, item, group, level, number) in table.rows(*COLUMNS):
        cell = (target, item, group, _named(leaves, group, level))
        _check(table, row, cell, leaves, listed)
        if cell in first:
            found = f"the same target, item, group and level as row {first[cell]}"
            table.note(Problem(f"row {row}", found, "one row for each target, item, group and level"))
        first[cell] = row
        counts[cell] = table.whole(row, "count", number)
    table.check()
    direct = {level for _, _, group, level in counts if isinstance(leaves[group].points, DirectPoints)} - NAMED
    tally = empty_tally(scheme, sorted({cell[0] for cell in counts}) if targets is None else targets, direct)
    axes = [
        {name: place for place, name in enumerate(axis)}
        for axis in (tally.targets, tally.items, tally.groups, (*tally.levels, *RESERVED.values()))
    ]
    for cell, count in counts.items():
        tally.counts[tuple(axis[name] for axis, name in zip(axes, cell, strict=True))] = count
    return replace(tally, n=None)


def _check(table: Table, row: int, cell: Cell, leaves: Mapping[str, Leaf], listed: frozenset[str] | None) -> None:
    target, item, group, level = cell
    if not target or (listed is not None and target not in listed):
        table.wrong(row, "target", target, "a target" if listed is None else "a target of the targets file")
    if group not in leaves:
        table.wrong(row, "group", group, list(leaves))
        return
    leaf = leaves[group]
    if item not in leaf.asks:
        table.wrong(row, "item", item, leaf.asks)
    if level not in leaf.points and level not in NAMED:
        table.wrong(row, "level", level, [*allowed_levels(leaf.points), "an empty level", *SPECIAL])


def _named(leaves: Mapping[str, Leaf], group: str, level: str) -> str:
    """Return a direct score in its shortest form, and any other level as it is."""
    return (level_name(leaves[group].points, level) if group in leaves else None) or level

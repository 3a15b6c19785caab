"""What is wrong with a ratings file, column by column, however many rows have it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.columns import Column, Columns
from scoring.ballots.joined import Numbers, distinct, join, repeated
from scoring.ballots.tally import RESERVED, VOIDED
from scoring.document.points import allowed_levels
from scoring.document.problems import Problem
from scoring.document.scheme import Scheme

NAMED = tuple(text for byte, text in RESERVED.items() if byte != VOIDED)
SPECIAL = tuple(text for text in NAMED if text)


def pairs_met(first: Column, second: Column) -> list[tuple[int, int]]:
    """Return which texts stand in two columns together in any row, in order.

    Examples
    --------
    >>> codes = np.array([1, 0, 1], np.int32)
    >>> pairs_met(Column(codes, ["甲", "乙"]), Column(codes[::-1], ["好", "差"]))
    [(0, 0), (1, 1)]
    """
    met = distinct([first.codes, second.codes], [len(first.texts), len(second.texts)])
    return [divmod(pair, len(second.texts)) for pair in met.tolist()]


def check_names(columns: Columns, scheme: Scheme, targets: Sequence[str] | None) -> None:
    """Note ballots without an id, groups that are no leaf, and targets that are not listed."""
    ballot, group, target = (columns.named[name] for name in ("ballot", "group", "target"))
    leaves = [leaf.id for leaf in scheme.leaves()]
    listed = None if targets is None else set(targets)
    for column, name, wrong, allowed in (
        (ballot, "ballot", [""], "an id"),
        (group, "group", [text for text in group.names if text not in leaves], leaves),
        (target, "target", [""], "a target"),
        (
            target,
            "target",
            [text for text in target.names if text and listed is not None and text not in listed],
            "a target of the targets file",
        ),
    ):
        for text in wrong:
            note(columns, column.rows_with(text), name, text, allowed)


def check_pairs(columns: Columns, scheme: Scheme) -> None:
    """Note items and marks that the scheme does not know for their group."""
    group = columns.named["group"]
    leaves = {leaf.id: leaf for leaf in scheme.leaves()}
    for name in ("item", "mark"):
        column = columns.named[name]
        for of, text in pairs_met(group, column):
            leaf, found = leaves.get(group.names[of]), column.names[text]
            allowed: Sequence[str] = ()
            if leaf is None:
                continue
            if name == "item" and found not in leaf.asks:
                allowed = leaf.asks
            elif name == "mark" and found not in leaf.points and found not in NAMED:
                allowed = [*allowed_levels(leaf.points), "an empty mark", *SPECIAL]
            if allowed:
                note(columns, np.flatnonzero((group.codes == of) & (column.codes == text)), name, found, allowed)


def note(columns: Columns, places: NDArray[np.int64], column: str, found: str, allowed: str | Sequence[str]) -> None:
    """Note one wrong text once, at the first row that has it, with how many have it; nothing if none has."""
    times = f" (in {len(places)} rows)" if len(places) > 1 else ""
    if len(places):
        columns.table.wrong(columns.row(places[0]), column, found, allowed, times)


def check_repeats(columns: Columns, ballots: Numbers) -> None:
    """Note every second row for one ballot, target and item, with the one before it.

    Parameters
    ----------
    ballots
        Shape (rows,): the number of each row's ballot.
    """
    target, item = columns.named["target"], columns.named["item"]
    numbers = [ballots, target.codes, item.codes]
    sizes = [int(ballots.max(initial=-1)) + 1, len(target.texts), len(item.texts)]
    if not repeated(numbers, sizes):
        return
    cells = join(numbers, sizes)
    order = np.argsort(cells, kind="stable")
    again = np.flatnonzero(cells[order][1:] == cells[order][:-1])
    for first, second in sorted(zip(order[again].tolist(), order[again + 1].tolist(), strict=True), key=max):
        columns.table.note(
            Problem(
                f"row {columns.row(second)}",
                f"the same group, ballot, target and item as row {columns.row(first)}",
                "one row for each group, ballot, target and item",
            )
        )

"""Small rounds for tests: schemes and tallies written down in a line or two."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from scoring.ballots.tally import BLANK, SELF, SPOILED, UNKNOWN, Block, Tally, empty_tally, tally_blocks
from scoring.document.scheme import Scheme, scheme_from_document

MARKS = {"": BLANK, "#unknown": UNKNOWN, "#self": SELF, "#spoiled": SPOILED}
FOUR = {"优秀": 100, "称职": 80, "基本称职": 60, "不称职": 0, "不了解": None}


def make_scheme(groups: Sequence[Any] = ("群众",), criteria: Sequence[Any] = ("德",), **more: Any) -> Scheme:
    """Return a scheme on four grades; groups and criteria may be given by their ids alone."""
    document = {
        "name": "测试",
        "scale": FOUR,
        "groups": [{"id": group} if isinstance(group, str) else group for group in groups],
        "criteria": [{"id": each} if isinstance(each, str) else each for each in criteria],
        **more,
    }
    return scheme_from_document(document)


def count(scheme: Scheme, cells: Mapping[tuple[str, str, str], Mapping[str, int]], n: int | None = None) -> Tally:
    """Return the tally of (target, group, item) → level → count; without `n` the ballots are not known."""
    tally = empty_tally(scheme, sorted({target for target, _, _ in cells}))
    levels = [*tally.levels, "", "#unknown", "#self", "#spoiled"]
    for (target, group, item), marks in cells.items():
        place = (tally.targets.index(target), tally.items.index(item), tally.groups.index(group))
        for level, number in marks.items():
            tally.counts[(*place, levels.index(level))] += number
    return replace(tally, n=None if n is None else np.full((len(tally.targets), len(tally.groups)), n))


def count_one(scheme: Scheme, marks: Mapping[str, int], target: str = "甲") -> Tally:
    """Return the tally of one target marked on one item by one group."""
    [leaf, *_], [item, *_] = scheme.leaves(), scheme.item_ids()
    return count(scheme, {(target, leaf.id, item): marks})


def cast(scheme: Scheme, ballots: Mapping[tuple[str, str], Iterable[Sequence[str]]]) -> Tally:
    """Return the tally of (group, target) → ballots, each with a mark for every item that the group is asked."""
    blocks = []
    for (group, target), marks in ballots.items():
        leaf = scheme.leaf(group)
        levels = tuple(leaf.points)
        rows = [[MARKS[mark] if mark in MARKS else levels.index(mark) for mark in ballot] for ballot in marks]
        array = np.array(rows, np.uint8).reshape(-1, len(leaf.asks))
        blocks.append(Block(group, target, leaf.asks, levels, array))
    return tally_blocks(scheme, sorted({target for _, target in ballots}), blocks)

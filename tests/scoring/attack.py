"""An attacker who knows the rules, how many ballots there are and what up to two raters tell, and tries all marks out.

A *table* says how many ballots of each group marked each level of each item. All tables of one shape are released,
each as a target with a ranking of its own. Tables that are released alike cannot be told apart, so a rater's mark is
certain if it is the same in all of them that agree with what is told. The attacker knows what the product does, and
so also what it would have released of every other table. Nothing is drawn by lot: a shape is tried out completely.

That a whole group gave no judgement stands beside the result, since it has no score then; it is no mark.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.tally import empty_tally
from scoring.document.scheme import Scheme
from scoring.document.targets import TargetInfo
from scoring.score import score

Counts = NDArray[np.int64]
Told = tuple[tuple[int, ...], ...]
"""What the raters of one group who tell marked: for each item how many of them marked each level."""


@dataclass(frozen=True)
class Shape:
    """A round whose tables are all tried out.

    Attributes
    ----------
    sizes
        How many ballots each leaf group handed in; none abstains from a judgement but by a level that is none.
    beside
        A target that is ranked together with each of the tables, with the same marks each time: (group, item) → counts.
    imported
        The score that is brought in for the component 实绩.
    draws
        How many draws sets of ranks are made of.
    """

    scheme: Scheme
    sizes: Mapping[str, int]
    beside: Mapping[tuple[str, str], Sequence[int]] | None = None
    imported: str = ""
    draws: int = 0


@dataclass(frozen=True)
class Certain:
    """A mark that the attacker knows: of all who did not tell, in a group, on an item.

    Attributes
    ----------
    counts
        How many ballots of the group marked each level of the item.
    told, elsewhere
        What raters of the group told, and of which other group what.
    """

    group: str
    item: str
    counts: tuple[int, ...]
    told: Told
    elsewhere: tuple[int | None, Told]


def compositions(ballots: int, levels: int) -> Iterator[tuple[int, ...]]:
    """Yield every way in which some ballots can mark some levels."""
    if levels == 1:
        yield (ballots,)
        return
    for first in range(ballots + 1):
        for rest in compositions(ballots - first, levels - 1):
            yield (first, *rest)


def tables(shape: Shape) -> Counts:
    """Return all tables of a shape, (tables, groups, items, levels); what a group isn't asked has no marks."""
    scheme = shape.scheme
    levels = len(scheme.levels())
    cells: list[list[tuple[int, ...]]] = []
    for leaf in scheme.leaves():
        own = [place for place, level in enumerate(scheme.levels()) if level in leaf.points]
        for item in scheme.item_ids():
            if item not in leaf.asks or not shape.sizes.get(leaf.id):
                cells.append([(0,) * levels])
                continue
            spreads = []
            for spread in compositions(shape.sizes[leaf.id], len(own)):
                row = [0] * levels
                for place, number in zip(own, spread, strict=True):
                    row[place] = number
                spreads.append(tuple(row))
            cells.append(spreads)
    found = np.array(list(product(*cells)), np.int64)
    return found.reshape(len(found), len(scheme.leaves()), len(scheme.item_ids()), levels)


def released(
    shape: Shape,
    marks: Counts,
    thresholds: Mapping[str, int] | None = None,
    earlier: Mapping[str, tuple[Fraction, Fraction]] | None = None,
) -> list[str]:
    """Return what is released of each table, as text."""
    scheme = shape.scheme
    names = [f"{number:07}" for number in range(len(marks))]
    beside = [f"x{name}" for name in names] if shape.beside else []
    tally = empty_tally(scheme, names + beside)
    levels = marks.shape[-1]
    tally.counts[: len(names), :, :, :levels] = marks.transpose(0, 2, 1, 3)
    for (group, item), counts in (shape.beside or {}).items():
        tally.counts[len(names) :, scheme.item_ids().index(item), tally.groups.index(group), :levels] = counts
    judged = (tally.marked * tally.judged).sum(axis=-1)
    tally = replace(tally, n=judged.max(axis=1))
    information = {name: TargetInfo(class_=name.removeprefix("x")) for name in tally.targets}
    imported = {(name, "实绩"): Fraction(shape.imported) for name in tally.targets} if shape.imported else {}
    results = score(
        scheme,
        tally,
        release=True,
        information=information,
        thresholds=thresholds,
        draws=shape.draws,
        imported=imported,
        earlier=earlier or {},
    ).results
    by_name = {each.target: each for each in results}
    return [_seen(by_name, name) for name in names]


def _seen(results: Mapping[str, Any], name: str) -> str:
    text: str = results[name].model_dump_json()
    other = results.get(f"x{name}")
    return (text + (other.model_dump_json() if other else "")).replace(name, "甲")


def certain(shape: Shape, marks: Counts, texts: Sequence[str]) -> Iterator[Certain]:
    """Yield every mark that is certain to somebody in some of the tables."""
    alike: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        alike[text].append(number)
    for numbers in alike.values():
        yield from _certain_among(shape, marks[numbers])


def _certain_among(shape: Shape, marks: Counts) -> Iterator[Certain]:
    groups = [leaf.id for leaf in shape.scheme.leaves()]
    items = shape.scheme.item_ids()
    for group, item, tellers in product(range(len(groups)), range(len(items)), (0, 1, 2)):
        cell = marks[:, group, item]
        size = int(cell[0].sum())
        if size <= tellers:
            continue
        judged = [value is not None for value in _points(shape, group)]
        suspects = (size - cell[:, judged].max(axis=1)) <= tellers
        tried = set()
        for number in np.flatnonzero(suspects).tolist():
            for told in _told(marks[number, group], item, tellers):
                for other, elsewhere in _elsewhere(marks[number], group, 2 - tellers):
                    key = tuple(cell[number].tolist()), told, (other, elsewhere)
                    if key in tried:
                        continue
                    tried.add(key)
                    agrees = (marks[:, group] >= np.array(told)).all(axis=(1, 2))
                    if other is not None:
                        agrees &= (marks[:, other] >= np.array(elsewhere)).all(axis=(1, 2))
                    if (cell[agrees] == cell[number]).all():
                        yield Certain(groups[group], items[item], *key)


def _points(shape: Shape, group: int) -> list[Fraction | None]:
    points = shape.scheme.leaves()[group].points
    return [points.get(level) for level in shape.scheme.levels()]


def _told(marks: Counts, item: int, tellers: int) -> Iterator[Told]:
    """Yield what so many raters of a group could tell that leaves one level alone on an item."""
    levels = marks.shape[-1]
    rows: list[list[tuple[int, ...]]] = []
    for place, counts in enumerate(marks):
        if not counts.sum():
            rows.append([(0,) * levels])
            continue
        own = []
        for some in combinations_with_replacement(range(levels), tellers):
            told = np.bincount(np.array(some, np.int64), minlength=levels)
            left = counts - told
            if (left >= 0).all() and (place != item or left.max() == left.sum()):
                own.append(tuple(told.tolist()))
        rows.append(own)
    yield from product(*rows)


def _elsewhere(marks: Counts, group: int, tellers: int) -> Iterator[tuple[int | None, Told]]:
    """Yield what raters of another group could tell besides."""
    yield None, ()
    for other in range(len(marks)) if tellers else ():
        if other != group and marks[other].sum():
            sizes = marks[other].sum(axis=-1)
            for told in _any_told(marks[other], min(tellers, int(sizes.max()))):
                yield other, told


def _any_told(marks: Counts, tellers: int) -> Iterator[Told]:
    levels = marks.shape[-1]
    rows = []
    for counts in marks:
        number = min(tellers, int(counts.sum()))
        own = [
            np.bincount(np.array(some, np.int64), minlength=levels)
            for some in combinations_with_replacement(range(levels), number)
        ]
        rows.append([tuple(told.tolist()) for told in own if (counts - told >= 0).all()])
    yield from product(*rows)

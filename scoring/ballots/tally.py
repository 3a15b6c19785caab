"""Count marks: how many ballots of each group marked each level of each item of each target.

A tally is exact, and adding the tallies of two parts of the ballots gives the tally of both, bit by bit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.kernel import count_ballots_with, count_levels
from scoring.document.canonical import rows_sha256
from scoring.document.exact import ratio_text
from scoring.document.points import DirectPoints, level_name
from scoring.document.scheme import Scheme

Counts = NDArray[np.int64]
Marks = NDArray[np.uint8]

BLANK, UNKNOWN, SELF, SPOILED, VOIDED = 255, 254, 253, 252, 251
"""Bytes that are no level: nothing marked, not this person (不了解此人), myself (本人不评), unreadable paper, and
whatever stood on a ballot that a ballot rule voided."""

RESERVED = {BLANK: "", UNKNOWN: "#unknown", SELF: "#self", SPOILED: "#spoiled", VOIDED: "#voided"}
"""Those bytes in the order of a tally's last levels, and how files write them."""

INVALID = 2
"""How many of them, the last ones, came back but are not valid."""


@dataclass(frozen=True, eq=False)
class Tally:
    """Counted marks.

    Attributes
    ----------
    scheme_sha256
        The scheme under which the axes mean something.
    targets, items, groups, levels
        The axes; groups are the scheme's leaves, levels those of all its scales.
    counts
        Shape (targets, items, groups, levels + 5); the last five are blank, unknown, self, spoiled, voided.
    judged
        Shape (groups, levels), bool: which level is a judgement in which group.
    n
        Shape (targets, groups): ballots with at least one judgement; ``None`` where only counts are known.
    weighted
        Shape of ``counts``: the sum of the ballots' sampling weights in units of 1 / ``weight_unit``; ``None``
        where ballots have no weights. All other counts are of ballots as they came.
    weight_unit
        How many units a weight of 1 has.
    """

    scheme_sha256: str
    targets: tuple[str, ...]
    items: tuple[str, ...]
    groups: tuple[str, ...]
    levels: tuple[str, ...]
    counts: Counts
    judged: NDArray[np.bool_]
    n: Counts | None
    weighted: Counts | None = None
    weight_unit: int = 1

    def __add__(self, other: "Tally") -> "Tally":
        """Return the tally of both parts.

        ``ValueError`` if they were not counted under the same scheme and axes, or only one has weights.
        """
        if not isinstance(other, Tally):
            return NotImplemented
        for axis in ("scheme_sha256", "targets", "items", "groups", "levels"):
            if getattr(self, axis) != getattr(other, axis):
                raise ValueError(f"tallies with different {axis} cannot be added")
        n = None if self.n is None or other.n is None else self.n + other.n
        unit = lcm(self.weight_unit, other.weight_unit)
        weighted = None
        if self.weighted is not None and other.weighted is not None:
            weighted = self.weighted * (unit // self.weight_unit) + other.weighted * (unit // other.weight_unit)
        elif self.weighted is not other.weighted:
            raise ValueError("ballots with weights and ballots without cannot be added")
        return replace(self, counts=self.counts + other.counts, n=n, weighted=weighted, weight_unit=unit)

    @cached_property
    def heavy(self) -> "Tally":
        """The tally whose counts are sums of weights, of which means and shares are made; itself without weights."""
        return self if self.weighted is None else replace(self, counts=self.weighted, weighted=None)

    @cached_property
    def marked(self) -> Counts:
        """Shape (targets, items, groups, levels): counts of the levels alone."""
        return self.counts[..., : len(self.levels)]

    @cached_property
    def judgements(self) -> Counts:
        """Shape (targets, items, groups): marks with points."""
        counts: Counts = np.einsum("tigl,gl->tig", self.marked, self.judged)
        return counts

    @cached_property
    def returned(self) -> Counts:
        """Shape (targets, items, groups): all marks, spoiled and voided ones too."""
        counts: Counts = self.counts.sum(axis=-1)
        return counts

    @cached_property
    def valid(self) -> Counts:
        """Shape (targets, items, groups): judgements, what is not a judgement, and blanks."""
        invalid: Counts = self.counts[..., -INVALID:].sum(axis=-1)
        return self.returned - invalid

    @cached_property
    def ballots(self) -> Counts:
        """Shape (targets, groups): ballots with a judgement; from counts alone the most judgements on an item."""
        return self.judgements.max(axis=1, initial=0) if self.n is None else self.n

    def sha256(self, salt: bytes = b"") -> str:
        """Return the fingerprint of a salt and the sorted non-zero [target, item, group, level, count] rows.

        Of ballots with sampling weights the sum of weights stands in the place of the count, as a reduced ``p/q``.
        """
        names = (self.targets, self.items, self.groups, (*self.levels, *RESERVED.values()))
        orders = [sorted(range(len(axis)), key=axis.__getitem__) for axis in names]
        ordered = self.heavy.counts[np.ix_(*orders)]
        where = np.nonzero(ordered)
        columns = (
            [axis[order[place]] for place in places.tolist()]
            for axis, order, places in zip(names, orders, where, strict=True)
        )
        found: Iterable[int | str] = ordered[where].tolist()
        if self.weighted is not None:
            found = [ratio_text(Fraction(weight, self.weight_unit)) for weight in ordered[where].tolist()]
        return rows_sha256([list(row) for row in zip(*columns, found, strict=True)], salt)


def empty_tally(scheme: Scheme, targets: Sequence[str], direct: Iterable[str] = ()) -> Tally:
    """Return the tally of no ballot.

    Parameters
    ----------
    direct
        The direct scores that ballots hold, in their shortest form; they come after the named levels.
    """
    items, leaves, named = scheme.item_ids(), scheme.leaves(), scheme.levels()
    levels = (*named, *sorted(set(direct) - set(named), key=Fraction, reverse=True))
    judged = np.array([[leaf.points.get(level) is not None for level in levels] for leaf in leaves])
    shape = (len(targets), len(items), len(leaves), len(levels) + len(RESERVED))
    return Tally(
        scheme_sha256=scheme.sha256(),
        targets=tuple(targets),
        items=items,
        groups=tuple(leaf.id for leaf in leaves),
        levels=levels,
        counts=np.zeros(shape, np.int64),
        judged=judged,
        n=np.zeros((len(targets), len(leaves)), np.int64),
    )


@dataclass(frozen=True)
class Block:
    """The ballots of one leaf group on one target.

    Attributes
    ----------
    items
        The scheme's item in each column of ``rows``.
    levels
        The level that each byte means: byte 0 is ``levels[0]``. Bytes from 251 are the reserved ones.
    rows
        Shape (ballots, items), uint8.
    ballots
        Shape (ballots,): the number of each row's ballot within its group, so that rows about different targets
        can be told to be of one ballot; ``None`` once that is gone, as it is after an opening.
    """

    group: str
    target: str
    items: tuple[str, ...]
    levels: tuple[str, ...]
    rows: Marks
    ballots: NDArray[np.int64] | None = None


def tally_blocks(scheme: Scheme, targets: Sequence[str], blocks: Iterable[Block], threads: int = 1) -> Tally:
    """Return the tally of ballots that lie in blocks of one group and target each.

    Parameters
    ----------
    threads
        How many count at once; the tally is the same, bit by bit.

    Raises
    ------
    ValueError
        If a block has a group, target, item or level that the scheme (for that group) or the list does not
        know, or a byte that stands for nothing.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> scheme = load_scheme("{name: 一项, scale: {好: 1, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> block = Block("村民", "甲", ("态度",), ("好", "差"), np.array([[0], [0], [1], [BLANK]], np.uint8))
    >>> tally_blocks(scheme, ["甲"], [block]).counts[0, 0, 0].tolist()
    [2, 1, 1, 0, 0, 0, 0]
    """
    blocks = list(blocks)
    tally = empty_tally(scheme, targets, _direct_scores(scheme, blocks))
    known, leaves = set(tally.targets), set(tally.groups)
    alike: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Block]] = {}
    for block in blocks:
        if block.target not in known or block.group not in leaves:
            raise ValueError(f"no such target and leaf group here: {block.target!r}, {block.group!r}")
        alike.setdefault((block.group, block.items, block.levels), []).append(block)
    for some in alike.values():
        _add_blocks(scheme, tally, some, threads)
    return tally


def _add_blocks(scheme: Scheme, tally: Tally, blocks: Sequence[Block], threads: int) -> None:
    """Count blocks of one group, items and levels into a tally."""
    first, columns = blocks[0], _columns(scheme, blocks)
    points, level_at = scheme.leaf(first.group).points, {level: place for place, level in enumerate(tally.levels)}
    places = [level_at[level_name(points, level) or level] for level in first.levels]
    counted = count_levels([block.rows for block in blocks], (*range(len(places)), *RESERVED), threads)
    for block, marks in zip(blocks, counted.sum(axis=(1, 2)).tolist(), strict=True):
        if marks != block.rows.size:
            raise ValueError(f"a mark of {block.group!r} on {block.target!r} stands for no level")
    target_at = {target: place for place, target in enumerate(tally.targets)}
    rows, group = np.array([target_at[block.target] for block in blocks]), tally.groups.index(first.group)
    at: Any = (rows[:, None, None], np.array(columns)[:, None], group, np.array([*places, *range(-len(RESERVED), 0)]))
    np.add.at(tally.counts, at, counted)
    judged = np.array([points[level] is not None for level in first.levels], np.bool_)
    if tally.n is not None:
        np.add.at(tally.n[:, group], rows, _with_judgement(blocks, counted[:, :, : len(places)], judged))


def _with_judgement(blocks: Sequence[Block], counted: Counts, judged: NDArray[np.bool_]) -> list[int]:
    """Return how many ballots of each block hold a judgement; looks at them only where counts cannot tell."""
    is_judged = np.zeros(256, np.bool_)
    is_judged[: len(judged)] = judged
    most = counted[:, :, judged].sum(axis=2).max(axis=1, initial=0).tolist()
    return [
        found if found == len(block.rows) or len(block.items) == 1 else count_ballots_with(block.rows, is_judged)
        for block, found in zip(blocks, most, strict=True)
    ]


def _direct_scores(scheme: Scheme, blocks: Iterable[Block]) -> set[str]:
    """Return the direct scores that blocks may hold."""
    direct = {leaf.id: leaf.points for leaf in scheme.leaves() if isinstance(leaf.points, DirectPoints)}
    held = {(block.group, level) for block in blocks if block.group in direct for level in block.levels}
    return {name for group, level in held if (name := level_name(direct[group], level)) is not None}


def _columns(scheme: Scheme, blocks: Sequence[Block]) -> list[int]:
    """Return where the scheme keeps each item of blocks that are alike and fit it."""
    first = blocks[0]
    leaf, items = scheme.leaf(first.group), scheme.item_ids()
    strange: list[object] = [item for item in first.items if item not in leaf.asks]
    strange += [level for level in first.levels if level not in leaf.points]
    strange += [each.rows.shape for each in blocks if each.rows.shape != (len(each.rows), len(each.items))]
    strange += [each.rows.dtype for each in blocks if each.rows.dtype != np.uint8]
    if strange:
        raise ValueError(f"rows of {first.group!r} do not fit the scheme: {strange}")
    return [items.index(item) for item in first.items]

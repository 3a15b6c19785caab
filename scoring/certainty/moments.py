"""Co-moments of marks: a second summary, beside the tally, that standard errors can be worked out from.

Counts say nothing about which marks were one rater's. Sums of products of a ballot's marks do, add up over parts of
the ballots like a tally, and give the spread of scores under any weights, with no ballot at hand.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.kernel import count_ballots_with
from scoring.ballots.marks import Marks
from scoring.ballots.tally import Block, Counts, Tally
from scoring.certainty.influence import ballot_targets
from scoring.document.scheme import Scheme
from scoring.scores.linear import Linear, Values, asked_levels, counted_levels, mark_places

Sums: TypeAlias = NDArray[Any]
"""int64, or float64 where that is too small."""

EXACT_SINGLE, EXACT_DOUBLE, EXACT_WHOLE = 2**24, 2**53, 2**62
"""Whole numbers up to these are exact in float32, float64 and int64."""

ROWS = 8192
"""How many ballots are taken at a time, to stay within a processor's cache."""

BALLOTS = 2**24
"""How many ballots of a group on a target sums are laid out for."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over ballots of the products of x, which holds for each item whether the ballot's mark counts, a (0 or 1,
    or its sampling weight), and then for each item the points of that mark, a · s.

    Attributes
    ----------
    scheme_sha256, targets, items, groups
        As of the tally.
    unit
        Points are whole parts of ``1/unit``.
    ballots
        Shape (targets, groups): valid ballots asked, whether or not they judged.
    products
        Shape (targets, groups, 2 · items, 2 · items): Σ x xᵀ; int64 and exact, float64 only where points on a common
        unit are too large for that.
    """  # noqa: D205 - one sentence defines x

    scheme_sha256: str
    targets: tuple[str, ...]
    items: tuple[str, ...]
    groups: tuple[str, ...]
    unit: int
    ballots: Counts
    products: Sums

    def __add__(self, other: "Moments") -> "Moments":
        """Return the moments of both parts; ``ValueError`` if they do not belong to the same scheme and axes."""
        if not isinstance(other, Moments):
            return NotImplemented
        for axis in ("scheme_sha256", "targets", "items", "groups", "unit"):
            if getattr(self, axis) != getattr(other, axis):
                raise ValueError(f"moments with different {axis} cannot be added")
        return replace(self, ballots=self.ballots + other.ballots, products=self.products + other.products)

    def squares(self, parts: Linear) -> Values:
        """Return Σ u² of the ballots' influences u on their group's score, shape (targets, groups).

        With q = (-v m / D, v / D) a ballot's influence is u = q · x, so Σ u² = qᵀ (Σ x xᵀ) q. Points are first
        counted from the whole point nearest to each item's mean, exactly, so that little cancels; marks that are all
        alike give 0 and nothing else.
        """
        means = np.swapaxes(parts.centres, 1, 2) * self.unit
        slopes = np.swapaxes(parts.per_mark, 1, 2) / self.unit
        near = np.rint(means)
        moved = _moved(self.products, near.astype(self.products.dtype))
        away = np.concatenate([slopes * (near - means), slopes], axis=2)
        squares: NDArray[np.float64] = np.einsum(
            "tgi,tgij,tgj->tg", away, moved.astype(np.float64), away, optimize=True
        )
        return squares.clip(min=0.0)


def _moved(products: Sums, near: Sums) -> Sums:
    """Return the products of (a, a · s - a · near)."""
    items = near.shape[2]
    moved = products.copy()
    moved[..., items:, :] -= near[..., :, np.newaxis] * moved[..., :items, :]
    moved[..., :, items:] -= near[..., np.newaxis, :] * moved[..., :, :items]
    return moved


@dataclass(frozen=True, eq=False)
class Coordinates:
    """What x is for each mark: whether it counts, and its points in whole parts; arrays (groups, levels + 5)."""

    unit: int
    counted: NDArray[np.bool_]
    points: Sums


def coordinates(scheme: Scheme, tally: Tally) -> Coordinates:
    """Return what each mark contributes to the moments."""
    points = [[leaf.points.get(level) or Fraction(0) for level in tally.levels] for leaf in scheme.leaves()]
    unit = lcm(*(value.denominator for row in points for value in row))
    whole = [[int(value * unit) for value in row] for row in points]
    most = max((abs(value) for row in whole for value in row), default=0)
    exact = most * most * BALLOTS < EXACT_WHOLE
    table = np.array(whole if exact else [[float(each) for each in row] for row in points])
    counted = counted_levels(scheme, tally)
    padded = np.zeros(counted.shape, np.int64 if exact else np.float64)
    padded[:, : len(tally.levels)] = table
    return Coordinates(unit if exact else 1, counted, padded * counted)


def empty_moments(scheme: Scheme, tally: Tally) -> Moments:
    """Return the moments of no ballot on a tally's axes."""
    axes = coordinates(scheme, tally)
    shape = (len(tally.targets), len(tally.groups))
    products: Sums = np.zeros((*shape, 2 * len(tally.items), 2 * len(tally.items)), axes.points.dtype)
    return Moments(
        tally.scheme_sha256, tally.targets, tally.items, tally.groups, axes.unit, np.zeros(shape, np.int64), products
    )


def block_moments(scheme: Scheme, tally: Tally, blocks: Iterable[Block]) -> Moments:
    """Return the moments of the blocks that a tally was made of.

    Parameters
    ----------
    tally
        The tally of these blocks or of more: it gives the axes.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> from scoring.ballots.tally import BLANK, tally_blocks
    >>> scheme = load_scheme("{name: 一项, scale: {好: 10, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> block = Block("村民", "甲", ("态度",), ("好", "差"), np.array([[0], [1], [BLANK]], np.uint8))
    >>> block_moments(scheme, tally_blocks(scheme, ["甲"], [block]), [block]).products[0, 0].tolist()
    [[2, 10], [10, 100]]
    """
    found = empty_moments(scheme, tally)
    axes, asked = coordinates(scheme, tally), asked_levels(scheme, tally)
    target_at = {target: place for place, target in enumerate(tally.targets)}
    unasked: Counts = tally.counts[..., ~asked].sum(axis=(1, 3))
    alike: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Block]] = {}
    for block in blocks:
        alike.setdefault((block.group, block.items, block.levels), []).append(block)
    for some in alike.values():
        group, places = tally.groups.index(some[0].group), mark_places(scheme, tally, some[0])
        columns = np.array([tally.items.index(item) for item in some[0].items])
        columns = np.concatenate([columns, len(tally.items) + columns])
        values = np.stack([axes.counted[group][places], axes.points[group][places]], axis=1)
        room = np.empty((ROWS, len(some[0].items), 2), _narrowest(values, ROWS))
        for block in some:
            target = target_at[block.target]
            found.products[target, group][columns[:, np.newaxis], columns] += _products(block.rows, values, room)
            look = unasked[target, group] or not block.items
            found.ballots[target, group] += count_ballots_with(block.rows, asked[places]) if look else len(block.rows)
    return found


def _products(rows: NDArray[np.uint8], values: Sums, room: Sums) -> Sums:
    """Return Σ x xᵀ over rows, from what each byte counts and its points, shape (256, 2), with room for some rows."""
    items = rows.shape[1]
    total = np.zeros((2 * items, 2 * items), values.dtype)
    table = values.astype(room.dtype)
    for start in range(0, len(rows), ROWS):
        part = rows[start : start + ROWS]
        # Looked up together, both numbers of a mark take half the time; they are put in order in the sums.
        x: Sums = table.take(part, axis=0, out=room[: len(part)], mode="clip").reshape(-1, 2 * items)
        total += (x.T @ x).astype(total.dtype)
    return total.reshape(items, 2, items, 2).transpose(1, 0, 3, 2).reshape(2 * items, 2 * items)


def _narrowest(values: Sums, rows: int) -> type[np.float32 | np.float64 | np.int64]:
    """Return the fastest type in which sums of that many products of two of these values are exact."""
    most = max(1, int(np.abs(values).max(initial=0))) ** 2 * rows
    if values.dtype != np.int64 or EXACT_SINGLE <= most < EXACT_DOUBLE:
        return np.float64
    return np.float32 if most < EXACT_SINGLE else np.int64


def marks_moments(scheme: Scheme, tally: Tally, marks: Marks) -> Moments:
    """Return the moments of marks in long form; with sampling weights, a is the mark's weight instead of 1."""
    axes, asked = coordinates(scheme, tally), asked_levels(scheme, tally)
    entries, firsts = ballot_targets(marks, len(tally.targets))
    x = np.zeros((len(firsts), 2 * len(tally.items)), axes.points.dtype)
    factor = 1 if marks.weights is None else marks.weights
    x[entries, marks.items] = axes.counted[marks.groups, marks.levels] * factor
    x[entries, marks.items + len(tally.items)] = axes.points[marks.groups, marks.levels] * factor
    there = np.zeros(len(firsts), np.bool_)
    there[entries[asked[marks.levels]]] = True
    cells = (marks.targets[firsts].astype(np.int64) * len(tally.groups) + marks.groups[firsts])[there]
    found = empty_moments(scheme, tally)
    ballots = np.bincount(cells, minlength=found.ballots.size).reshape(found.ballots.shape)
    return replace(found, ballots=ballots, products=_by_cell(found.products, x[there], cells))


def _by_cell(empty: Sums, x: Sums, cells: Counts) -> Sums:
    """Return Σ x xᵀ of the rows of each cell."""
    if int(np.abs(x).max(initial=0)) ** 2 * BALLOTS >= EXACT_WHOLE:
        x, empty = x.astype(np.float64), empty.astype(np.float64)
    order = np.argsort(cells, kind="stable")
    ends = np.cumsum(np.bincount(cells, minlength=empty.shape[0] * empty.shape[1]))
    kind = _narrowest(x, int(np.diff(ends, prepend=0).max(initial=0)))
    rows = x[order].astype(kind)
    flat = empty.reshape(-1, *empty.shape[2:])
    for cell in np.unique(cells).tolist():
        part: Sums = rows[ends[cell - 1] if cell else 0 : ends[cell]]
        flat[cell] = part.T @ part
    return flat.reshape(empty.shape)


def tally_moments(scheme: Scheme, tally: Tally) -> Moments | None:
    """Return the moments that counts alone give; ``None`` if any group is asked more than one item.

    Where a ballot has a single mark about a target, the counts say all. Ballots are those with a mark that shows
    that they were asked.
    """
    if any(len(leaf.asks) > 1 for leaf in scheme.leaves()):
        return None
    found = empty_moments(scheme, tally)
    axes, asked = coordinates(scheme, tally), asked_levels(scheme, tally)
    for group, leaf in enumerate(scheme.leaves()):
        for item in leaf.asks:
            place = tally.items.index(item)
            counts = tally.counts[:, place, group]
            x = np.stack([axes.counted[group].astype(axes.points.dtype), axes.points[group]])
            both = np.array([place, place + len(tally.items)])
            found.products[:, group, both[:, np.newaxis], both] = np.einsum("tl,al,bl->tab", counts, x, x)
            found.ballots[:, group] = counts @ asked.astype(np.int64)
    return found

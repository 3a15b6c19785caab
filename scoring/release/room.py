"""Whether a printed mean leaves room for other marks: who knows what two raters marked then knows no other mark.

Take a mean that lacks so and so much of full marks. Two ballots may lack much of it, and their raters may tell. If
what is left is less than one mark one level down would lack, every other mark is known to be the best there is. So at
least twice that much must be left, whichever two ballots are taken out; and the other way round from the lowest marks.
Which ballots marks stand on is not known here: of each group the two worst marks on every item are taken together, and
each for at least one level under the best. So nothing that could be marked instead, with the same to be seen, has less
room, and who is let off here is let off there as well; nobody can conclude anything from what the rule decides.

That something else can be marked instead also takes marks that count little: the printed unit must be at least twice
a step of some groups' means. That is known from numbers of ballots alone.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.extremes import Counted
from scoring.ballots.tally import Tally
from scoring.document.points import DirectPoints, Points
from scoring.document.rule_problems import all_groups
from scoring.document.scheme import Scheme
from scoring.document.scheme_document import DirectScale

Numbers = NDArray[np.float64]

LEFT = 2
"""So many marks, each one level off, must be left."""

FINE = 2
"""So many steps of a group's mean must be in a printed unit."""

ENOUGH = 4
"""Cells that are so fine must together have so many times the weight of the coarsest single mark."""

MANY = 3
"""Of so many times as many marks as a scale has steps, some can together change a mean by a single step."""

EQUAL = 1e-9
"""Sums of ratios that differ by no more are equal."""


@dataclass(frozen=True)
class Side:
    """What marks lack of one end of their scale; (targets, items, groups), or (groups,).

    Attributes
    ----------
    first, second
        What the two marks that lack most lack; 0 where there is none.
    lacking
        What the mean lacks, of the judgements alone.
    gap
        What the level next to the end lacks.
    """

    first: Numbers
    second: Numbers
    lacking: Numbers
    gap: Numbers


@dataclass(frozen=True)
class Cells:
    """Each leaf group's judgements on each item of each target.

    Attributes
    ----------
    judged
        Shape (targets, items, groups): how many there are.
    mark
        The same shape: what a point more on one of them adds to the mean.
    scales
        The groups' scales.
    top, bottom
        What they lack of full marks, and of the lowest.
    """

    judged: NDArray[np.int64]
    mark: Numbers
    scales: "Scales"
    top: Side
    bottom: Side

    def of(self, target: int) -> "Cells":
        """Return one target's cells; arrays then lack the first axis."""
        top, bottom = (
            Side(side.first[target], side.second[target], side.lacking[target], side.gap)
            for side in (self.top, self.bottom)
        )
        return Cells(self.judged[target], self.mark[target], self.scales, top, bottom)


@dataclass(frozen=True)
class Scales:
    """The leaf groups' scales, shape (groups,) each.

    Attributes
    ----------
    least, most
        The lowest and the highest points.
    widest, common
        The widest gap between two levels that follow each other, and the greatest step that all gaps are multiples of.
    low_gap, high_gap
        The gaps at both ends.
    """

    least: Numbers
    most: Numbers
    widest: Numbers
    common: Numbers
    low_gap: Numbers
    high_gap: Numbers

    @property
    def reach(self) -> Numbers:
        """From the lowest to the highest points."""
        return self.most - self.least


def cells_of(scheme: Scheme, tally: Tally, counted: Counted) -> Cells:
    """Return the cells of a tally.

    Parameters
    ----------
    counted
        The marks that means are made of. Ballots of a sample are taken to weigh as much as they do on average.
    """
    judged = tally.judgements
    heavy = np.where(tally.judged, tally.heavy.marked, 0).sum(axis=-1)
    over = np.where(counted.over > 0, counted.over, 1)
    mark = np.where(judged > 0, heavy / np.maximum(judged, 1) / over, 0.0)
    scales = Scales(*np.array([_scale(leaf.points, _step(scheme)) for leaf in scheme.leaves()]).T)
    points = np.array([[float(leaf.points.get(level) or 0) for level in tally.levels] for leaf in scheme.leaves()])
    kept = counted.marks * tally.judged / over[..., np.newaxis]
    sides = []
    for end, gap in ((scales.most, scales.high_gap), (scales.least, scales.low_gap)):
        lacks = np.where(tally.judged, np.abs(end[:, np.newaxis] - points), 0.0)
        order = np.argsort(-lacks, axis=-1, kind="stable")
        so_far = np.cumsum(np.take_along_axis(tally.marked * tally.judged, order[np.newaxis, np.newaxis], -1), axis=-1)
        falling = np.broadcast_to(np.take_along_axis(lacks, order, -1), so_far.shape)
        first, second = (
            np.where(judged >= number, _at(falling, np.argmax(so_far >= number, axis=-1)), 0.0) for number in (1, 2)
        )
        sides.append(Side(first, second, (kept * lacks).sum(axis=-1), gap))
    return Cells(judged, mark, scales, *sides)


def _at(values: Numbers, places: NDArray[np.int64]) -> Numbers:
    return np.take_along_axis(values, places[..., np.newaxis], -1)[..., 0]


def _step(scheme: Scheme) -> Fraction:
    """Return the widest step of any direct scale; 0 where none is said."""
    own = [scheme.document.scale, *(group.scale for group in all_groups(scheme.groups))]
    return max((scale.step or Fraction(0) for scale in own if isinstance(scale, DirectScale)), default=Fraction(0))


def _scale(points: Points, step: Fraction) -> tuple[float, ...]:
    """Return what ``Scales`` says of one scale; of direct scores a hundredth is taken as the step if none is said."""
    if isinstance(points, DirectPoints):
        step = max(step, (points.most - points.least) / 100)
        return tuple(map(float, (points.least, points.most, step, step, step, step)))
    levels = sorted({value for value in points.values() if value is not None})
    gaps = [better - worse for worse, better in pairwise(levels)]
    if not gaps:
        return float(levels[0]), float(levels[0]), 0.0, 0.0, 0.0, 0.0
    below = lcm(*(gap.denominator for gap in gaps))
    common = Fraction(gcd(*(int(gap * below) for gap in gaps)), below)
    return tuple(map(float, (levels[0], levels[-1], max(gaps), common, gaps[0], gaps[-1])))


@dataclass(frozen=True)
class Room:
    """The room in one figure about one target: a weighted mean of its cells.

    Attributes
    ----------
    cells
        The target's.
    weights
        Shape (items, groups): of each cell in the figure.
    """

    cells: Cells
    weights: Numbers

    @cached_property
    def _mark(self) -> Numbers:
        return self.weights * self.cells.mark

    @cached_property
    def lacking(self) -> tuple[float, float]:
        """What the figure lacks of full marks, and of the lowest."""
        top, bottom = (float((self.weights * side.lacking).sum()) for side in (self.cells.top, self.cells.bottom))
        return top, bottom

    @property
    def reach(self) -> float:
        """From the lowest to the highest that the figure could be."""
        return sum(self.lacking)

    def is_fine(self, unit: float, *, but_one: bool) -> bool:
        """Return whether a figure can be printed in such units, whatever was marked.

        Parameters
        ----------
        but_one
            Whether it must be so without any one of the cells, which is withheld because its marks are alike.
        """
        scales, mark, judged = self.cells.scales, self._mark, self.cells.judged
        many = judged * scales.common >= MANY * scales.reach
        step = mark * np.where(many, scales.common, scales.widest)
        weights = self.weights * scales.reach * ((judged > 0) & (FINE * step <= unit + EQUAL))
        weight = weights.sum() - (weights.max(initial=0) if but_one else 0)
        coarsest = (mark * scales.reach).max(initial=0)
        return bool(weight + EQUAL >= ENOUGH * coarsest and 2 * max(self.zones(unit)) < self.reach - EQUAL)

    def is_wide(self, unit: float) -> bool:
        """Return whether a unit of a figure that is one cell's alone hides which of its marks differ, if a few do."""
        moved = self._mark * self.cells.scales.reach
        return np.count_nonzero(moved) == 1 and (LEFT + FINE) * float(moved.max()) <= unit + EQUAL

    def is_there(self, above: float, below: float) -> bool:
        """Return whether there is room where the same is printed of a figure greater, or less, by up to so much."""
        side = self._side(above, below)
        told = self._two(np.maximum(side.first, side.gap), np.maximum(side.second, side.gap))
        lacking, slack = (self.lacking[0], above) if side is self.cells.top else (self.lacking[1], below)
        return told + LEFT * self._step(side) <= lacking - slack + EQUAL

    def _side(self, above: float, below: float) -> Side:
        """Return the end of the scale that a figure is nearer to, or all figures that are printed alike."""
        return self.cells.top if self.lacking[0] - above <= self.lacking[1] - below + EQUAL else self.cells.bottom

    def _step(self, side: Side) -> float:
        return float((self._mark * side.gap).max(initial=0))

    def _two(self, first: Numbers, second: Numbers) -> float:
        """Return what two ballots could lack at most, of one group or of two."""
        one = (self._mark * first).sum(axis=0)
        both = one + np.where(self.cells.judged > 1, self._mark * second, 0).sum(axis=0)
        return float(max(both.max(initial=0), np.sort(one)[-2:].sum()))

    def zones(self, unit: float) -> tuple[float, float]:
        """Return how far from full marks, and from the lowest, there may be no room."""
        reach = np.broadcast_to(self.cells.scales.reach, self.weights.shape)
        two = self._two(reach, reach)
        top, bottom = (two + LEFT * self._step(side) + unit for side in (self.cells.top, self.cells.bottom))
        return top, bottom

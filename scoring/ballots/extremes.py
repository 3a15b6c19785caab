"""Drop the highest and lowest marks of each item in each leaf group about each target before means are taken.

``drop_high`` and ``drop_low`` marks are dropped where there are more than ``above`` judgements; ``trim`` drops
floor(trim × judgements) at each end. Only means change: shares, ties and n count every mark.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.tally import Counts, Tally
from scoring.document.scheme import Scheme
from scoring.document.scheme_rules import Extremes


@dataclass(frozen=True)
class Counted:
    """The marks that means are made of.

    Attributes
    ----------
    marks
        Shape (targets, items, groups, levels).
    over
        Shape (targets, items, groups): the denominators, less what was dropped.
    """

    marks: Counts
    over: Counts


def counted(scheme: Scheme, tally: Tally, over: Counts) -> Counted:
    """Return the marks that means are made of, and over how many they are taken.

    Parameters
    ----------
    over
        Shape (targets, items, groups): the scheme's denominators.
    """
    rule = scheme.document.extremes
    if rule is None:
        return Counted(tally.marked, over)
    marks = tally.marked.copy()
    for group, leaf in enumerate(scheme.leaves()):
        points = [(leaf.points.get(level), place) for place, level in enumerate(tally.levels)]
        rising = [place for _, place in sorted((value, place) for value, place in points if value is not None)]
        marks[:, :, group, rising] = kept(tally.marked[:, :, group, rising], rule)
    return Counted(marks, over - (tally.marked - marks).sum(axis=-1))


def kept(counts: Counts, rule: Extremes) -> Counts:
    """Return the counts that are left of levels in rising order, shape (…, levels).

    Examples
    --------
    >>> kept(np.array([2, 1, 3]), Extremes(drop_high=1, drop_low=1)).tolist()
    [1, 1, 2]
    """
    number = counts.sum(axis=-1, keepdims=True)
    low, high = _dropped(number, rule)
    below = np.clip(np.cumsum(counts, axis=-1) - low, 0, number - low - high)
    left: Counts = np.diff(below, axis=-1, prepend=0)
    return left


def _dropped(number: NDArray[np.int64], rule: Extremes) -> tuple[Counts, Counts]:
    """Return how many marks are dropped at the low and the high end of that many."""
    if rule.trim is not None:
        share = Fraction(rule.trim)
        each = np.array([share.numerator * count // share.denominator for count in number.ravel().tolist()], np.int64)
        return each.reshape(number.shape), each.reshape(number.shape)
    enough = number > max(rule.above, rule.drop_high + rule.drop_low)
    return np.where(enough, rule.drop_low, 0), np.where(enough, rule.drop_high, 0)

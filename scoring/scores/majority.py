"""Majority Judgment: rank by the median grade, and by how far the marks lean from it; points play no part.

Balinski and Laraki 2007, *A theory of measuring, electing, and ranking*, PNAS 104(21):8720-8725; the same 2010,
*Majority Judgment*, MIT Press. The other rules that go by the median: Fabre 2021, *Tie-breaking the
highest median*, Social Choice and Welfare 56:101-124. Exact throughout.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Literal

MajorityKey = tuple[int | Fraction, ...]
"""What Majority Judgment compares; greater is better."""

Leaning = Literal["majority", "typical", "central", "usual"]
"""What is added to the median: see ``leaning``."""

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class MajorityGauge:
    """Where the middle of the marks lies.

    Attributes
    ----------
    level
        The majority grade's place among the levels, 0 for the best.
    better, worse
        Share of the marks on levels above and below it, each at most a half.
    """

    level: int
    better: Fraction
    worse: Fraction

    @property
    def sign(self) -> Literal["+", "-"]:
        """Plus if more marks are better than the majority grade than worse, else minus."""
        return "+" if self.better > self.worse else "-"


def majority(counts: Sequence[int]) -> MajorityGauge:
    """Return the majority grade with the shares of marks above and below it.

    The grade is the best level that more than half of the marks reach: of two middle marks the lower one (Balinski
    and Laraki 2007).

    Parameters
    ----------
    counts
        Marks on each level, best level first; only judgements.

    Raises
    ------
    ValueError
        If a count is negative or there is no mark.

    Examples
    --------
    >>> majority([5, 8, 4, 3])
    MajorityGauge(level=1, better=Fraction(1, 4), worse=Fraction(7, 20))
    >>> majority([5, 5, 0, 0]).level
    1
    """
    total = _total(counts)
    level, at_least = next((place, upto) for place, upto in enumerate(accumulate(counts)) if 2 * upto > total)
    return MajorityGauge(level, Fraction(at_least - counts[level], total), Fraction(total - at_least, total))


def majority_key(counts: Sequence[int]) -> MajorityKey:
    """Return what the majority ranking compares: a greater key ranks higher, equal keys have equal distributions.

    Take one middle mark away again and again, the lower one of two: the majority grades in turn are the majority
    value, and the first that differs decides (Balinski and Laraki 2007). Where the gauges differ, so that
    the grade, then the sign, then the larger share with ``+`` or the smaller share with ``-`` decides, this
    gives the same order (2010); it goes on where they tie. Only shares matter, so targets with different
    numbers of marks can be compared: it is as if every mark stood there so often that the numbers are equal.

    Parameters
    ----------
    counts
        Marks on each level, best level first; only judgements. Keys compare where the levels are the same.

    Raises
    ------
    ValueError
        If a count is negative or there is no mark.

    Examples
    --------
    Both have the grade 1 with a quarter better and a quarter worse; the marks of the first are worse further out.

    >>> majority([1, 2, 0, 1]) == majority([1, 2, 1, 0])
    True
    >>> majority_key([1, 2, 0, 1]) < majority_key([1, 2, 1, 0])
    True
    """
    key: list[int | Fraction] = []
    runs = list(_outwards(counts, _total(counts)))
    for place, (low, high, reach) in enumerate(runs):
        falls = place + 1 < len(runs) and runs[place + 1][0] != low
        rises = place + 1 < len(runs) and not falls
        # To fall late is better than to fall early, to rise early better than late, and to rise than to stay.
        key += [-low, -high, int(rises) - int(falls), -reach if rises else reach if falls else 0]
    return tuple(key)


def leaning(gauge: MajorityGauge, levels: int, rule: Leaning = "majority") -> Fraction:
    """Return by how much of a level the marks lean from the median, upwards if positive.

    With p better and q worse (Fabre 2021, section 3): ``majority`` p if p > q, else -q; ``typical`` p - q;
    ``central`` (p - q) / 2(p + q); ``usual`` (p - q) / 2(1 - p - q). Added to the number of the median level, counted
    upwards, this ranks targets, each rule in its own way; ``majority`` as the gauge does. On the lowest level (p - 1/2)
    / 2 and on the highest (1/2 - q) / 2 is added to ``central``, which would not tell such targets apart.

    Parameters
    ----------
    levels
        How many there are.

    Examples
    --------
    >>> [str(leaning(majority([5, 8, 4, 3]), 4, rule)) for rule in ("majority", "typical", "central", "usual")]
    ['-7/20', '-1/10', '-1/12', '-1/8']
    """
    better, worse = gauge.better, gauge.worse
    if rule == "majority":
        return better if better > worse else -worse
    if rule == "typical":
        return better - worse
    if rule == "usual":
        return (better - worse) / (2 * (1 - better - worse))
    within = (better - worse) / (2 * (better + worse)) if better + worse else Fraction(0)
    highest = (HALF - worse) / 2 if gauge.level == 0 else 0
    lowest = (better - HALF) / 2 if gauge.level == levels - 1 else 0
    return within + highest + lowest


def _total(counts: Sequence[int]) -> int:
    if min(counts, default=0) < 0 or not sum(counts):
        raise ValueError(f"no majority grade of these counts: {list(counts)}")
    return sum(counts)


def _outwards(counts: Sequence[int], total: int) -> Iterator[tuple[int, int, Fraction]]:
    """Yield, from the middle outwards, the levels of the worse and the better mark and up to which share they stay."""
    upto = list(accumulate(counts))
    low = next(level for level, marks in enumerate(upto) if 2 * marks > total)
    high = next(level for level, marks in enumerate(upto) if 2 * marks >= total and marks)
    reached = 0
    while reached < total:
        lower, higher = 2 * upto[low] - total, total - 2 * (upto[high] - counts[high])
        reached = min(lower, higher)
        yield low, high, Fraction(reached, 2 * total)
        low = next((level for level in range(low, len(counts)) if 2 * upto[level] - total > reached), low)
        high = next(
            (level for level in range(high, -1, -1) if total - 2 * (upto[level] - counts[level]) > reached), high
        )

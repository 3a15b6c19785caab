"""Intervals of shares: of one share, and of all shares of a distribution at once.

Over one group these are intervals of what the group as a whole would mark, if who came back is as good as drawn by lot.
Shares of marks *pooled over groups* are no simple random sample where groups differ in size or in turnout: an interval
then is that of marks drawn at random from a crowd mixed just as the ballots are, not of any group, and not of all the
entitled. Marks on several items are not independent either, so ``n`` must be ballots, never marks.
"""

from collections.abc import Sequence
from functools import cache
from math import exp, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, gammaln, ndtri, xlogy

Interval = tuple[float, float]

LEVEL = 0.95


def wilson(count: int, n: int, *, entitled: int | None = None, level: float = LEVEL) -> Interval:
    """Return Wilson's score interval of a share.

    The shares p with (p̂ - p)² ≤ z² · p (1 - p) / n (Wilson 1927, *JASA* 22, 209-212). With a finite population the
    variance of p̂ is (N - n) / (N - 1) times that (Cochran 1977, *Sampling Techniques*, § 3.3), which is the interval of
    n (N - 1) / (N - n) independent marks; where all N came back it is the share itself.

    Parameters
    ----------
    count, n
        How many of n ballots.
    entitled
        N; ``None`` where it is not known: no correction.

    Raises
    ------
    ValueError
        If there is no ballot, or not 0 ≤ count ≤ n ≤ N.

    Examples
    --------
    >>> [round(bound, 4) for bound in wilson(15, 20)]
    [0.5313, 0.8881]
    >>> wilson(15, 20, entitled=20)
    (0.75, 0.75)
    """
    if not 0 <= count <= n or n < 1 or (entitled is not None and entitled < n):
        raise ValueError(f"not a count of ballots out of those there are: {count} of {n} of {entitled}")
    share = count / n
    if entitled == n:
        return share, share
    effective = n if entitled is None else n * (entitled - 1) / (entitled - n)
    return _score_interval(share, effective, float(ndtri((1 + level) / 2)) ** 2)


def goodman(counts: Sequence[int], *, entitled: int | None = None, level: float = LEVEL) -> list[Interval]:
    """Return intervals of all shares of a distribution that hold together: each Wilson's, by Bonferroni.

    Goodman 1965, *Technometrics* 7, 247-254. This is the default for results: it keeps its level for any number of
    ballots about as well as Wilson's, each bound can be worked out by hand, and no interval is empty or passes 0 or 1.

    Parameters
    ----------
    counts
        Ballots by level.
    entitled
        N; ``None`` where it is not known.

    Examples
    --------
    >>> [tuple(round(bound, 3) for bound in each) for each in goodman([30, 12, 6, 2])]
    [(0.425, 0.752), (0.124, 0.414), (0.046, 0.278), (0.008, 0.174)]
    """
    n = _ballots(counts, entitled)
    if entitled == n:
        return [(count / n, count / n) for count in counts]
    effective = n if entitled is None else n * (entitled - 1) / (entitled - n)
    quantile = _quantile(1 - (1 - level) / len(counts))
    return [_score_interval(count / n, effective, quantile) for count in counts]


@cache
def _quantile(level: float) -> float:
    return float(chdtri(1, 1 - level))


def _score_interval(share: float, n: float, quantile: float) -> Interval:
    half = sqrt(quantile * (quantile + 4 * n * share * (1 - share)))
    low, high = ((quantile + 2 * n * share + side * half) / (2 * (n + quantile)) for side in (-1, 1))
    return max(low, 0.0) if share else 0.0, min(high, 1.0) if share < 1 else 1.0


def _ballots(counts: Sequence[int], entitled: int | None) -> int:
    n = sum(counts)
    if n < 1 or min(counts) < 0 or (entitled is not None and entitled < n):
        raise ValueError(f"not counts of ballots out of those there are: {list(counts)} of {entitled}")
    return n


def sison_glaz(counts: Sequence[int], *, level: float = LEVEL) -> list[Interval]:
    """Return intervals of all shares that hold together, all of the same width but for the ends.

    Sison and Glaz 1995, *JASA* 90, 366-369: the width is the smallest c with P(every count within c of its expectation)
    of at least the level, by the multinomial's form in truncated Poisson variables with an Edgeworth expansion, moved
    up between c and c + 1. Narrower than Goodman's for many levels, and less sure for few ballots.

    Examples
    --------
    >>> [tuple(round(bound, 3) for bound in each) for each in sison_glaz([56, 72, 73, 59])]
    [(0.154, 0.283), (0.215, 0.344), (0.219, 0.348), (0.165, 0.294)]
    """
    n = _ballots(counts, None)
    within, below, width = 0.0, 0.0, 0
    while within < level and width <= n:
        below, width = within, width + 1
        within = _within(counts, n, width)
    moved = (level - below) / (within - below)
    width -= 1
    return [(max(0.0, count / n - width / n), min(1.0, count / n + width / n + 2 * moved / n)) for count in counts]


def _within(counts: Sequence[int], n: int, width: int) -> float:
    """Return about the probability that multinomial counts stay within a width of what was found."""
    moments = np.array([_truncated(count, width) for count in counts])
    inside, mean, variance, third, fourth = moments.T
    spread = float(variance.sum())
    if spread <= 0:
        return 0.0
    skewness = float(third.sum()) / spread**1.5
    kurtosis = float((fourth - 3 * variance**2).sum()) / spread**2
    away = (n - float(mean.sum())) / sqrt(spread)
    hermite = (
        1
        + skewness * (away**3 - 3 * away) / 6
        + kurtosis * (away**4 - 6 * away**2 + 3) / 24
        + skewness**2 * (away**6 - 15 * away**4 + 45 * away**2 - 15) / 72
    )
    density = hermite * exp(-(away**2) / 2) / sqrt(2 * pi * spread)
    return float(np.prod(inside) * density / _poisson(np.array(n), n))


def _truncated(count: int, width: int) -> tuple[float, float, float, float, float]:
    """Return P(within width) of a Poisson count, and mean and central moments of it there."""
    values = np.arange(max(0, count - width), count + width + 1)
    chances = _poisson(values, count)
    inside = float(chances.sum())
    mean = float((chances * values).sum()) / inside
    second, third, fourth = (float((chances * (values - mean) ** power).sum()) / inside for power in (2, 3, 4))
    return inside, mean, second, third, fourth


def _poisson(values: NDArray[np.int64], mean: int) -> NDArray[np.float64]:
    """Return the probabilities that a Poisson count with this mean has these values."""
    chances: NDArray[np.float64] = np.exp(xlogy(values, mean) - mean - gammaln(values + 1.0))
    return chances

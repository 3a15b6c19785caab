"""How well marks go together: Cronbach's alpha over a target's items, Krippendorff's alpha among raters.

Both describe a round and change no score.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

Missing = Literal["pairwise", "listwise"]
"""Whether each two items are compared on the ballots that judge both, or all on those that judge everything."""

Metric = Literal["nominal", "ordinal", "interval", "ratio"]

Floats = NDArray[np.float64]
Sums = NDArray[np.int64] | NDArray[np.float64]

PAIR = 2


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha.

    Attributes
    ----------
    alpha
        At most 1; negative if items go against each other.
    interval
        Feldt's confidence interval.
    ballots
        The fewest that judge two items together.
    items
        How many.
    """

    alpha: float
    interval: tuple[float, float]
    ballots: int
    items: int


def cronbach_alpha(marks: Floats, missing: Missing = "pairwise", level: float = 0.95) -> Reliability | None:
    """Return how reliably the items measure one thing: k/(k-1) · (1 - sum of variances / variance of the sum).

    Cronbach 1951, *Psychometrika* 16(3):297-334.

    Parameters
    ----------
    marks
        Shape (ballots, items), points; ``nan`` where there is no judgement.
    missing
        ``pairwise`` takes each covariance over the ballots that judge both items.
    level
        Of the interval.

    Returns
    -------
    ``None`` with fewer than two items or ballots, or if the ballots' sums don't vary.

    Examples
    --------
    Six ballots on four items (Shrout and Fleiss 1979, *Psychological Bulletin* 86:420-428, table 2).

    >>> marks = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> found = cronbach_alpha(np.array(marks, float))
    >>> round(found.alpha, 4), found.ballots, found.items
    (0.9093, 6, 4)
    """
    if missing == "listwise":
        marks = marks[~np.isnan(marks).any(axis=1)]
    there = ~np.isnan(marks)
    number = np.maximum(there.sum(axis=0), 1)
    # Covariances don't change when each item's mean is taken off first, and nothing is lost in large sums.
    centred = np.where(there, marks - np.where(there, marks, 0).sum(axis=0) / number, 0)
    judged = there.astype(np.float64)
    return alpha_of_sums(judged.T @ judged, centred.T @ judged, centred.T @ centred, level)


def alpha_of_sums(together: Floats, sums: Floats, products: Floats, level: float = 0.95) -> Reliability | None:
    """Return Cronbach's alpha from sums over ballots, which can be added up from parts and need no ballots.

    Parameters
    ----------
    together
        Shape (items, items): how many ballots judge both items.
    sums
        Shape (items, items): the sum of the row's item over the ballots that judge the column's item too.
    products
        Shape (items, items): the sum of both items' product over these ballots.

    Returns
    -------
    With covariances over the ballots that judge both items; ``None`` as ``cronbach_alpha``.
    """
    items = len(together)
    ballots = int(together.min(initial=np.inf)) if items >= PAIR else 0
    if ballots < PAIR:
        return None
    covariance = (products - sums * sums.T / together) / (together - 1)
    whole, own = float(covariance.sum()), float(np.trace(covariance))
    if whole <= np.finfo(np.float64).eps * float(np.abs(covariance).sum()):
        return None
    alpha = items / (items - 1) * (1 - own / whole)
    return Reliability(alpha, _feldt(alpha, ballots, items, level), ballots, items)


def alpha_within(together: Sums, sums: Sums, products: Sums, raters: int, level: float = 0.95) -> Reliability | None:
    """Return Cronbach's alpha of marks about several targets, each held against the mean of its own target.

    That targets differ is not what makes items go together here: sums of squares and products are taken within
    targets and pooled, as in an analysis of variance.

    Parameters
    ----------
    together, sums, products
        Shape (targets, items, items), as of ``alpha_of_sums``; whole numbers are worked with as such.
    raters
        How many ballots there are at least. Marks of one ballot about several targets go together, so Feldt's
        interval is that of so many ballots, not of all the rows: too wide rather than too narrow.

    Examples
    --------
    The ballots of ``cronbach_alpha``, of which the last three judge a second target ten points worse:

    >>> marks = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    >>> parts = [marks, marks[3:] - 10]
    >>> together = np.array([np.full((4, 4), len(part)) for part in parts])
    >>> sums = np.array([np.repeat(part.sum(axis=0)[:, np.newaxis], 4, axis=1) for part in parts])
    >>> found = alpha_within(together, sums, np.array([part.T @ part for part in parts]), raters=6)
    >>> round(found.alpha, 4), found.ballots
    (0.9275, 6)
    """
    own = np.diagonal(sums, axis1=1, axis2=2) / np.maximum(np.diagonal(together, axis1=1, axis2=2), 1)
    # Counted from the whole number next to the mean, marks that are all alike give 0 and nothing else.
    near = np.rint(own).astype(sums.dtype)[:, :, np.newaxis]
    moved = sums - near * together
    squares = products - near * np.swapaxes(moved, 1, 2) - np.swapaxes(near, 1, 2) * sums
    between = moved * np.swapaxes(moved, 1, 2) / np.maximum(together, 1)
    degrees = np.maximum(together - 1, 0).sum(axis=0)
    pooled = np.where(together > 0, squares - between, 0.0).sum(axis=0)
    found = alpha_of_sums(degrees + 1.0, np.zeros(pooled.shape), pooled, level)
    if found is None:
        return None
    ballots = min(found.ballots, raters)
    return replace(found, ballots=ballots, interval=_feldt(found.alpha, ballots, found.items, level))


def _feldt(alpha: float, ballots: int, items: int, level: float) -> tuple[float, float]:
    """Return the exact interval under normal marks (Feldt, Woodruff, Salih 1987, *Appl. Psych. Meas.* 11:93-103)."""
    degrees = (ballots - 1, (ballots - 1) * (items - 1))
    quantiles = fdtri(*degrees, [(1 + level) / 2, (1 - level) / 2])
    lower, upper = 1 - (1 - alpha) * quantiles
    return float(lower), float(upper)


def krippendorff_alpha(counts: NDArray[np.int64], values: Floats, metric: Metric) -> float | None:
    """Return how far raters agree on units: 1 - observed / expected disagreement; 0 is what chance would give.

    Krippendorff 2011, *Computing Krippendorff's Alpha-Reliability*, section E: with o(c, k) the pairs of values c and k
    within units, each unit's pairs weighted by 1 / (its marks - 1), and n(c) the number of values c that can be
    paired, alpha = 1 - (n - 1) · Σ o(c, k) δ²(c, k) / Σ n(c) n(k) δ²(c, k). Raters may have judged some units only.

    Parameters
    ----------
    counts
        Shape (units, levels): how many raters gave each unit each level, such as a tally's marks of the targets on
        one item in one group; only judgements.
    values
        Shape (levels,): points, which for ``nominal`` only have to differ and for ``ordinal`` to be in order.
    metric
        δ²: ``nominal`` 1 for different levels; ``ordinal`` the square of the marks from c to k, those on c and k
        counting a half; ``interval`` (c - k)²; ``ratio`` ((c - k) / (c + k))², for values of 0 or more.

    Returns
    -------
    ``None`` if no unit has two marks or all marks that can be paired are alike.

    Examples
    --------
    Three raters; two units with full agreement, one with two against one.

    >>> round(krippendorff_alpha(np.array([[3, 0], [0, 3], [2, 1]]), np.array([1., 0.]), "nominal"), 4)
    0.6
    """
    order = np.argsort(values, kind="stable")
    paired = counts[counts.sum(axis=1) >= PAIR][:, order].astype(np.float64)
    in_unit = paired.sum(axis=1, keepdims=True)
    weighted = paired / (in_unit - 1)
    pairs = weighted.T @ paired - np.diag(weighted.sum(axis=0))
    number = paired.sum(axis=0)
    apart = _differences(np.asarray(values, np.float64)[order], number, metric)
    expected = float(number @ apart @ number)
    if expected == 0:
        return None
    return 1 - float(number.sum() - 1) * float((pairs * apart).sum()) / expected


def _differences(values: Floats, number: Floats, metric: Metric) -> Floats:
    """Return δ² between every two values, shape (levels, levels)."""
    first, second = values[:, np.newaxis], values[np.newaxis, :]
    if metric == "nominal":
        different: Floats = (first != second).astype(np.float64)
        return different
    if metric == "ordinal":
        middle = np.cumsum(number) - number / 2
        between: Floats = np.subtract.outer(middle, middle) ** 2
        return between
    if metric == "ratio":
        whole = first + second
        squared: Floats = (np.divide(first - second, whole, out=np.zeros_like(whole), where=whole != 0)) ** 2
        return squared
    square: Floats = (first - second) ** 2
    return square


def unit_counts(ratings: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return how often each unit got each value, shape (units, values), and the values, rising.

    Parameters
    ----------
    ratings
        Shape (raters, units); ``nan`` where a rater has not judged a unit.

    Examples
    --------
    >>> counts, values = unit_counts(np.array([[1, 2, np.nan], [1, 3, 3]]))
    >>> counts.tolist(), values.tolist()
    ([[2, 0, 0], [0, 1, 1], [0, 0, 1]], [1.0, 2.0, 3.0])
    """
    there = ~np.isnan(ratings)
    values, level = np.unique(ratings[there], return_inverse=True)
    counts = np.zeros((ratings.shape[1], len(values)), np.int64)
    np.add.at(counts, (np.nonzero(there)[1], level), 1)
    return counts, values

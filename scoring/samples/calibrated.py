"""The standard error of a mean whose weights were fitted to margins: smaller where the margins tell of the marks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.samples.weighting import Weighted, WeightingError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Design:
    """How the sample was drawn.

    Attributes
    ----------
    strata
        Shape (ballots,), from 0: the stratum that each ballot was drawn in; one if not said.
    clusters
        Shape (ballots,), from 0: ballots that were drawn together, as all of a household; each by itself if not said.
    sizes
        Shape (strata,): how many clusters, or people where there are none, could have been drawn in each stratum;
        no finite-population correction if not said.
    """

    strata: Integers | None = None
    clusters: Integers | None = None
    sizes: Integers | None = None


@dataclass(frozen=True, eq=False)
class WeightedMeans:
    """Means over one weighted sample, each of shape (columns,); ``nan`` where nothing was judged.

    Attributes
    ----------
    means
        Sum of weight · value over sum of weights, where there is a value.
    se
        Calibrated standard errors.
    degrees
        Clusters (or ballots) less strata.
    """

    means: Floats
    se: Floats
    degrees: int


def weighted_means(values: Floats, weighted: Weighted, design: Design | None = None) -> WeightedMeans:
    """Return weighted means and their calibrated standard errors.

    Parameters
    ----------
    values
        Shape (ballots, columns), such as ballots' points on targets; ``nan`` where there is none, which leaves the
        ballot out of that mean but not out of the sample.
    design
        One simple random sample without correction if not said.

    Raises
    ------
    WeightingError
        If a stratum has a single ballot or cluster.

    Examples
    --------
    Two men at 90 and 92, two women at 70 and 74, weighted up to 30 men and 70 women:

    >>> from scoring.samples.margins import Margin
    >>> from scoring.samples.weighting import post_stratify
    >>> sample = post_stratify({"性别": ["男", "男", "女", "女"]}, Margin(("性别",), {("男",): 30, ("女",): 70}))
    >>> found = weighted_means(np.array([[90.0], [92.0], [70.0], [74.0]]), sample)
    >>> found.means, found.se.round(4), found.degrees
    (array([77.7]), array([1.169]), 3)
    """
    there = ~np.isnan(values)
    known = np.where(there, values, 0.0)
    whole = weighted.weights @ there
    means = np.divide(weighted.weights @ known, whole, out=np.full_like(whole, np.nan), where=whole > 0)
    linear = np.divide(np.where(there, known - means, 0.0), whole, out=np.zeros_like(known), where=whole > 0)
    se, degrees = calibrated_errors(linear, weighted, design)
    return WeightedMeans(means, np.where(whole > 0, se, np.nan), degrees)


def calibrated_errors(linear: Floats, weighted: Weighted, design: Design | None = None) -> tuple[Floats, int]:
    """Return the standard errors of estimates whose errors are about Σ weight · linear, and their degrees of freedom.

    What the margins explain no longer varies from sample to sample, so each linear value is replaced by its residual
    from the regression on the margins' cells with base weights (Deville and Särndal 1992, *JASA* 87:376-382);
    for post-stratification that is the distance from the cell's mean. Then, over each stratum's n of N clusters with
    totals t, the variance is Σ (1 - n/N) · n/(n-1) · Σ (t - mean t)² (as ``svymean`` after ``postStratify`` or
    ``calibrate`` in R's survey; Lumley 2010, *Complex Surveys*, ch. 7).

    Parameters
    ----------
    linear
        Shape (ballots, columns): of a mean m, (value - m) / Σ weights, 0 where there is no value.

    Raises
    ------
    WeightingError
        If a stratum has a single ballot or cluster, and more could have been drawn.
    """
    design = design or Design()
    ballots = len(weighted.weights)
    totals = weighted.weights[:, np.newaxis] * residuals(linear, weighted)
    strata = np.zeros(ballots, np.int64) if design.strata is None else design.strata
    if design.clusters is not None:
        together, first, cluster = np.unique(design.clusters, return_index=True, return_inverse=True)
        totals, strata = _sums(totals, cluster, len(together)), strata[first]
    number = np.bincount(strata)
    scale = _scale(number, design.sizes)
    means = _sums(totals, strata, len(number)) / np.maximum(number, 1)[:, np.newaxis]
    variance: Floats = (scale[strata, np.newaxis] * (totals - means[strata]) ** 2).sum(axis=0)
    return np.sqrt(variance), len(totals) - int((number > 0).sum())


def _scale(number: Integers, sizes: Integers | None) -> Floats:
    """Return (1 - n/N) · n/(n-1) of each stratum."""
    known = np.full(len(number), np.inf) if sizes is None else np.asarray(sizes, np.float64)
    left = 1 - number / known
    if (left < 0).any():
        raise WeightingError(
            [f"stratum {at}: {number[at]} drawn of {known[at]:.0f}" for at in np.flatnonzero(left < 0)]
        )
    lonely = np.flatnonzero((number == 1) & (left > 0))
    if len(lonely):
        raise WeightingError([f"stratum {at}: one ballot or cluster alone has no spread" for at in lonely.tolist()])
    scale: Floats = left * number / np.maximum(number - 1, 1)
    return scale


def residuals(linear: Floats, weighted: Weighted) -> Floats:
    """Return what is left of the values after a regression on all margins' cells with base weights.

    Parameters
    ----------
    linear
        Shape (ballots, columns), as the residuals.

    Examples
    --------
    Of two men at 1 and 3 and a woman at 7, sex explains all but 1 of each man's:

    >>> from scoring.samples.margins import Margin
    >>> from scoring.samples.weighting import post_stratify
    >>> sample = post_stratify({"性别": ["男", "男", "女"]}, Margin(("性别",), {("男",): 30, ("女",): 70}))
    >>> residuals(np.array([[1.0], [3.0], [7.0]]), sample).round(9).tolist()
    [[-1.0], [1.0], [0.0]]
    """
    sizes = [len(margin.population) for margin in weighted.margins]
    starts = np.cumsum([0, *sizes])
    columns = [cells + start for cells, start in zip(weighted.cells, starts, strict=False)]
    cross = np.zeros((starts[-1], starts[-1]))
    for rows in columns:
        for others in columns:
            np.add.at(cross, (rows, others), weighted.base)
    explained = sum(_sums(weighted.base[:, np.newaxis] * linear, each, int(starts[-1])) for each in columns)
    # Cells of two margins overlap, so there are many solutions; all of them leave the same residuals.
    slopes = np.linalg.lstsq(cross, explained, rcond=None)[0]
    fitted: Floats = sum(slopes[each] for each in columns)
    return linear - fitted


def _sums(values: Floats, places: Integers, size: int) -> Floats:
    """Return the sums over rows with the same place, shape (size, columns)."""
    order = np.argsort(places, kind="stable")
    sorted_places = places[order]
    starts = np.flatnonzero(np.diff(sorted_places, prepend=-1))
    sums = np.zeros((size, values.shape[1]))
    sums[sorted_places[starts]] = np.add.reduceat(values[order], starts, axis=0)
    return sums

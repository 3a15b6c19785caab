"""Confidence sets for ranks: which places a target may really have, by what its differences from the others show.

Mogstad, Romano, Shaikh and Wilhelm 2024, *Inference for Ranks with Applications to Mobility across Neighbourhoods and
Academic Achievement across Countries*, Review of Economic Studies 91(1), 476-518, § 3: intervals for all differences
that hold together are turned into a set of ranks; the critical value is a bootstrap's, improved step by step (Romano
and Wolf 2005, *Exact and Approximate Stepdown Methods for Multiple Hypothesis Testing*, JASA 100, 94-108).
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtr

from scoring.certainty.critical import Differences, differences
from scoring.certainty.draws import Singles, correlated_draws

Ranks = NDArray[np.int64]
Values = NDArray[np.float64]

STEPS = 5
"""After so many steps the rest is left as it is: fewer steps make sets wider, never wrong."""


@dataclass(frozen=True, eq=False)
class RankSets:
    """Where each target may stand; arrays (targets,).

    Attributes
    ----------
    lower, upper
        The best and the worst rank of the confidence set.
    chance
        Indicative chance of being among the first places: how often it is when the scores are drawn anew around
        those that were found. Not a confidence level: the best of many is partly the luckiest.
    """

    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    chance: Values


def rank_sets(
    scores: Values,
    covariance: Values,
    degrees: Values,
    *,
    level: float = 0.95,
    draws: int = 1000,
    seed: int,
    places: int = 0,
    threads: int = 1,
) -> RankSets:
    """Return each target's confidence set of ranks; rank 1 has the highest score, equal scores the better rank.

    Each target's own set covers its true rank with at least the level, about, in large samples; all sets together
    cover less. For a target j, all hypotheses θ_j ≤ θ_k and θ_k ≤ θ_j are tested together: rejected are those whose
    studentised difference exceeds the bootstrap quantile of the largest one; then the quantile is taken anew over
    those that are left, until no more are rejected. The rank is at least 1 + how many are surely better, and at most
    as many as are not surely worse.

    The bootstrap draws normal differences with the covariance of the estimates. Few ballots have wider tails: a
    difference is compared by the probability that Student's t gives it (Westfall and Young 1993, *Resampling-Based
    Multiple Testing*, § 2.3). Its degrees of freedom are Welch's (1947, *Biometrika* 34, 28-35) for scores without
    covariance, else the smaller of the two.

    Parameters
    ----------
    scores
        Shape (targets,).
    covariance
        Shape (targets, targets), or (targets,) where they are independent. ``nan`` for a variance that cannot be told:
        such a target may have any rank, and be before or behind every other; chances are ``nan`` then.
    degrees
        Shape (targets,): of each variance; ``inf`` for one that is exact.
    seed
        Of the draws; the same seed gives the same sets, however the work is divided.
    places
        Among how many first places the chance is.
    threads
        How many targets are looked at at a time; it changes nothing in what comes out.

    Examples
    --------
    >>> found = rank_sets(np.array([90.0, 60.0, 61.0]), np.array([1.0, 1.0, 1.0]), np.full(3, 50.0), seed=1)
    >>> found.lower.tolist(), found.upper.tolist()
    ([1, 2, 2], [1, 3, 3])
    """
    size = len(scores)
    if size == 0:
        return RankSets(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    shared = np.diag(covariance) if covariance.ndim == 1 else covariance
    known = np.isfinite(np.diag(shared))
    if not known.all():
        among = shared[np.ix_(known, known)]
        sets = rank_sets(scores[known], among, degrees[known], level=level, draws=draws, seed=seed, threads=threads)
        return _among_unknown(known, sets)
    # In units of the largest error, so that draws fit into single precision.
    unit = float(np.sqrt(np.diag(shared).max())) or 1.0
    order = np.argsort(-scores, kind="stable")
    own, shared = scores[order] / unit, shared[np.ix_(order, order)] / unit**2
    drawn = correlated_draws(shared, draws, seed)
    certain = _normal_scores(own, shared, degrees[order])
    lower, upper = _surely(certain, _errors(shared), np.diag(shared), drawn, level, threads)
    found = np.empty((3, size))
    found[:, order] = 1 + lower, size - upper, _chance(own, drawn, places)
    return RankSets(found[0].astype(np.int64), found[1].astype(np.int64), found[2])


def _among_unknown(known: NDArray[np.bool_], sets: RankSets) -> RankSets:
    """Return the sets where some targets may stand anywhere, from those of the others among themselves."""
    size = len(known)
    lower, upper = np.ones(size, np.int64), np.full(size, size)
    lower[known], upper[known] = sets.lower, sets.upper + size - len(sets.upper)
    return RankSets(lower, upper, np.full(size, np.nan))


def _errors(covariance: Values) -> Values:
    """Return the standard errors of all differences; 0 where less is left than rounding leaves."""
    own = np.diag(covariance)
    both = own[:, np.newaxis] + own
    squares = both - 2 * covariance
    return np.sqrt(np.where(squares > np.maximum(both * 1e-9, 1e-18), squares, 0.0))


def _normal_scores(scores: Values, covariance: Values, degrees: Values) -> Values:
    """Return each difference, row less column, as the normal quantile of its probability under Student's t."""
    errors, own = _errors(covariance), np.diag(covariance)
    away = scores[:, np.newaxis] - scores
    ratio = np.divide(away, errors, out=np.where(away > 0, np.inf, -np.inf), where=errors > 0)
    ratio[away == 0] = 0.0
    fewest = np.minimum(degrees[:, np.newaxis], degrees)
    parts = own**2 / degrees
    below = parts[:, np.newaxis] + parts
    welch = np.divide((own[:, np.newaxis] + own) ** 2, below, out=np.full_like(below, np.inf), where=below > 0)
    apart = np.where(covariance == 0, welch, fewest)
    normal: Values = np.sign(ratio) * -ndtri(stdtr(apart, -np.abs(ratio)))
    return normal


def _surely(
    certain: Values, errors: Values, variances: Values, drawn: Singles, level: float, threads: int
) -> tuple[Ranks, Ranks]:
    """Return how many targets are surely better and how many surely worse than each; rows and columns best first."""
    draws, size = drawn.shape
    rank = draws - min(draws, ceil(level * (draws + 1))) + 1
    # Whatever passes Bonferroni's bound would be rejected at the first step anyway.
    bound = float(-ndtri((1 - level) / (2 * max(1, size - 1))))
    scale = np.divide(1.0, errors, out=np.zeros_like(errors), where=errors > 0).astype(np.float32)
    ready = differences(drawn, variances)
    settle = partial(_settled, ready=ready, rank=rank, bound=bound)
    with ThreadPoolExecutor(threads) as pool:
        found = list((map if threads == 1 else pool.map)(settle, range(size), certain, scale))
    better, worse = np.array(found, np.int64).T
    return better, worse


def _settled(
    target: int, certain: Values, scale: Singles, *, ready: Differences, rank: int, bound: float
) -> tuple[int, int]:
    """Return how many others are surely better and how many surely worse than a target, step by step."""
    worse, better = certain > bound, certain < -bound
    for _ in range(STEPS):
        # That another is not better is rejected where it surely is; that it is not worse is still to be tested.
        critical = ready.quantile(target, scale * ~better, scale * ~worse, rank)
        before = int(worse.sum() + better.sum())
        worse, better = worse | (certain > critical), better | (certain < -critical)
        if worse.sum() + better.sum() == before:
            break
    return int(better.sum()), int(worse.sum())


def _chance(scores: Values, drawn: Singles, places: int) -> Values:
    """Return how often each target is among the first places when all scores are drawn anew."""
    size = len(scores)
    if not 0 < places < size:
        return np.full(size, float(places > 0))
    anew = scores + drawn
    last = np.partition(anew, size - places, axis=1)[:, size - places, np.newaxis]
    chance: Values = (anew >= last).mean(axis=0)
    return chance

"""Variances of scores: groups are strata, and what came back is taken as a simple random sample of those entitled.

Sources: Cochran 1977, *Sampling Techniques*, § 5.3 and 5.4 (stratified mean, finite-population correction, degrees of
freedom); Lumley 2010, *Complex Surveys*, ch. 2 and § A.1 (groups of a single ballot).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.tally import Counts, Tally
from scoring.certainty.moments import Moments
from scoring.document.scheme import Scheme
from scoring.scores.linear import Linear, Values
from scoring.scores.scores import Scored

Lonely = Literal["fail", "remove", "certainty", "adjust", "average"]
"""What to do with a group of one ballot that is not the whole group, as R's ``options(survey.lonely.psu)``."""


def group_variances(squares: Values, ballots: Counts, judging: Counts, entitled: Counts) -> Values:
    """Return the variance of each group's score, (1 - n/N) · n/(n - 1) · Σ u².

    The influences u are those of ``influence_table``, each already divided by n; in the design's terms this is
    (1 - n/N) · s²/n with s² = Σ (n u)² / (n - 1).

    Parameters
    ----------
    squares
        Σ u², any shape, as all parameters.
    ballots
        n, valid ballots asked.
    judging
        Those of them with a judgement, or n again where blanks count: one alone shows no spread.
    entitled
        N; -1 where it is not known: no correction.

    Returns
    -------
    ``nan`` where nobody or a single ballot judged; 0 where n = N.

    Examples
    --------
    >>> squares, three, nobody_knows = np.array([200 / 9]), np.array([3]), np.array([-1])
    >>> group_variances(squares, three, three, nobody_knows), group_variances(squares, three, three, np.array([12]))
    (array([33.33333333]), array([25.]))
    """
    n = ballots.astype(np.float64)
    sampled = np.divide(n, entitled, out=np.zeros_like(n), where=entitled > 0)
    stretched = np.divide(n, n - 1, out=np.full_like(n, np.nan), where=(n > 1) & (judging > 1))
    variances: Values = np.where((n > 0) & (n >= entitled) & (entitled > 0), 0.0, (1 - sampled) * stretched * squares)
    return variances


def satterthwaite(variances: Values, degrees: Values) -> float:
    """Return the degrees of freedom of a sum of independent variance estimates; ``inf`` if they are all 0.

    (Σ V)² / Σ (V² / d): Satterthwaite 1946, *Biometrics Bulletin* 2, 110-114; Cochran 1977, § 5.4.

    Examples
    --------
    >>> satterthwaite(np.array([1.0, 1.0]), np.array([4.0, 4.0])), satterthwaite(np.array([1.0, 0.0]), np.array([4, 0]))
    (8.0, 4.0)
    """
    there = variances > 0
    if not there.any():
        return float("inf")
    return float(variances[there].sum() ** 2 / (variances[there] ** 2 / degrees[there]).sum())


@dataclass(frozen=True, eq=False)
class Spread:
    """What the variances of totals are made of; arrays (targets, groups).

    Attributes
    ----------
    weights, scores
        Each leaf group's share in the total, and its score; 0 where it has none.
    variances
        As of ``group_variances``.
    degrees
        Degrees of freedom of each variance.
    ballots, entitled
        n, and N or -1 where it is not known.
    """

    weights: Values
    scores: Values
    variances: Values
    degrees: Values
    ballots: Counts
    entitled: Counts

    @property
    def lonely(self) -> NDArray[np.bool_]:
        """Which groups with a part in the total have ballots, but no variance."""
        alone: NDArray[np.bool_] = (self.weights > 0) & (self.ballots > 0) & np.isnan(self.variances)
        return alone

    @property
    def parts(self) -> Values:
        """Each group's part in the variance of the total; 0 for lonely groups and those without ballots."""
        return self.weights**2 * np.nan_to_num(self.variances)

    @property
    def per_influence(self) -> Values:
        """By how much a ballot's influence on a group's score counts for the error of the total; 0 in lonely groups."""
        n, entitled = self.ballots.astype(np.float64), self.entitled
        left = 1 - np.divide(n, entitled, out=np.zeros_like(n), where=entitled > 0)
        stretched = np.divide(n, n - 1, out=np.zeros_like(n), where=(n > 1) & ~np.isnan(self.variances))
        counted: Values = self.weights * np.sqrt(np.maximum(left, 0.0) * stretched)
        return counted

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Which groups have a part in the total and handed in every ballot, or none that could say more."""
        everyone: NDArray[np.bool_] = (self.weights > 0) & ((self.ballots == 0) | (self.ballots == self.entitled))
        return everyone


def spread(
    scheme: Scheme, tally: Tally, scored: Sequence[Scored], moments: Moments, parts: Linear, entitled: Counts
) -> Spread:
    """Return the variances of the groups' scores and what weighs them.

    Parameters
    ----------
    entitled
        Shape (targets, groups): -1 where the number is not known, as of ``entitled_cells``.
    """
    ballots = moments.ballots
    judging = np.minimum(ballots, tally.ballots) if scheme.document.denominator == "judgements" else ballots
    return Spread(
        weights=_by_group(tally, [each.weights for each in scored]),
        scores=_by_group(tally, [each.groups for each in scored]),
        variances=group_variances(moments.squares(parts), ballots, judging, entitled),
        degrees=parts.degrees,
        ballots=ballots,
        entitled=entitled,
    )


def _by_group(tally: Tally, values: Sequence[Mapping[str, Fraction | None]]) -> Values:
    rows = [[float(each.get(group) or 0) for group in tally.groups] for each in values]
    return np.array(rows, np.float64).reshape(len(values), len(tally.groups))


def total_variance(found: Spread, target: int, total: float, lonely: Lonely = "fail") -> tuple[float, float] | None:
    """Return the variance of a target's total and its degrees of freedom; ``None`` where it cannot be told.

    A group of one ballot that is not all of the group shows no spread. ``fail``: nothing is told. ``remove`` and
    ``certainty``: it adds nothing (too small an error). ``adjust``: its ballot is held against the total instead of
    its own mean, with one degree of freedom. ``average``: it adds what the others add on average. (Lumley 2010,
    *Complex Surveys*, § A.1; R's survey, ``?surveyoptions``.)
    """
    parts, degrees, alone = found.parts[target], found.degrees[target], found.lonely[target]
    if not alone.any():
        return float(parts.sum()), satterthwaite(parts, degrees)
    others = int(((found.weights[target] > 0) & ~alone).sum())
    if lonely == "fail" or (lonely == "average" and not others):
        return None
    if lonely == "adjust":
        missing = np.where(found.entitled[target] > 0, 1 - 1 / np.maximum(found.entitled[target], 1), 1.0)
        away = found.weights[target] * (found.scores[target] - total)
        parts = np.where(alone, missing * away**2, parts)
    stretch = 1 + int(alone.sum()) / others if lonely == "average" else 1.0
    return float(parts.sum() * stretch), satterthwaite(parts, degrees)

"""Standard errors and intervals of scores: what other ballots of the same groups might have said.

An interval covers the score that all entitled would have given, in about 95 of 100 rounds, if who came back is as good
as drawn by lot. It says nothing of those who would never answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan, sqrt

import numpy as np
from scipy.special import stdtrit

from scoring.certainty.strata import Lonely, Spread, total_variance
from scoring.document.points import DirectPoints
from scoring.document.scheme import Leaf, Scheme
from scoring.scores.scores import Scored

LEVEL = 0.95


@dataclass(frozen=True)
class Uncertainty:
    """How exact a target's total is.

    Attributes
    ----------
    se
        Standard error; ``None`` where it cannot be told. 0 where every entitled ballot is in.
    degrees
        Satterthwaite degrees of freedom; ``None`` with ``se`` 0 or ``None``.
    interval
        Of the level asked for; ``None`` where it cannot be told, also where a sample's ballots are all alike: then
        the standard error is 0, and nothing is known of the others.
    groups
        Leaf group → standard error of its own score.
    corrected
        Whether the number of entitled was known for every group behind the total.
    lonely
        Groups behind the total of which one ballot came back out of more, or of nobody knows how many.
    """

    se: float | None = None
    degrees: float | None = None
    interval: tuple[float, float] | None = None
    groups: Mapping[str, float | None] = field(default_factory=dict)
    corrected: bool = False
    lonely: tuple[str, ...] = ()


def t_interval(score: float, se: float, degrees: float, level: float = LEVEL) -> tuple[float, float]:
    """Return score ± t · SE.

    Examples
    --------
    >>> [round(bound, 4) for bound in t_interval(80.0, 1.0, 4.0)]
    [77.2236, 82.7764]
    """
    half = float(stdtrit(degrees, (1 + level) / 2)) * se
    return score - half, score + half


def uncertainties(
    scheme: Scheme, scored: Sequence[Scored], found: Spread, *, lonely: Lonely = "fail", level: float = LEVEL
) -> list[Uncertainty]:
    """Return how exact each target's total is, in the order of ``scored``.

    The interval is score ± t · SE with Satterthwaite's degrees of freedom, cut to what the total can be at all: the
    mean that it is for lies there, so it loses nothing that it should cover.
    """
    names = [leaf.id for leaf in scheme.leaves()]
    reach = found.weights @ np.array([possible_points(scheme, leaf) for leaf in scheme.leaves()])
    told = []
    for target, each in enumerate(scored):
        total = None if each.total is None else float(each.total)
        variance = None if total is None else total_variance(found, target, total, lonely)
        se, degrees = (None, None) if variance is None else (variance[0] ** 0.5, variance[1])
        own = found.weights[target] > 0
        interval = None
        if total is not None and se and degrees:
            low, high = t_interval(total, se, degrees, level)
            interval = max(low, float(reach[target, 0])), min(high, float(reach[target, 1]))
        elif total is not None and se == 0 and found.whole[target][own].all():
            interval = total, total
        told.append(
            Uncertainty(
                se=se,
                degrees=degrees if se else None,
                interval=interval,
                groups=dict(zip(names, map(_root, found.variances[target].tolist()), strict=True)),
                corrected=bool((found.entitled[target][own] > 0).all()),
                lonely=tuple(name for name, alone in zip(names, found.lonely[target], strict=True) if alone),
            )
        )
    return told


def possible_points(scheme: Scheme, leaf: Leaf) -> tuple[float, float]:
    """Return the least and the most that a leaf's score can be; 0 counts too where blanks do."""
    scale = leaf.points
    points = [scale.least, scale.most] if isinstance(scale, DirectPoints) else [*scale.values()]
    judged = [float(value) for value in points if value is not None]
    nothing = [] if scheme.document.denominator == "judgements" else [0.0]
    return min([*judged, *nothing]), max([*judged, *nothing])


def _root(variance: float) -> float | None:
    return None if isnan(variance) else sqrt(variance)

"""What a target's score could still become while groups that should be heard are empty."""

from fractions import Fraction

from scoring.brought_in.decisions import Decisions
from scoring.document.points import DirectPoints, Points
from scoring.document.scheme import Scheme
from scoring.document.weights import group_weights, mix
from scoring.scores.composition import Final, final_at
from scoring.scores.scores import Scored


def final_bounds(
    scheme: Scheme, target: str, scored: Scored, final: Final, decisions: Decisions
) -> tuple[Fraction, Fraction] | None:
    """Return the least and the greatest final score that empty groups could still make.

    ``None`` where they hold nothing back, where another part of the score is missing, and where a mode stands between
    the mean of points and the score.
    """
    if scored.total is not None or final.missing or scheme.document.mode is not None:
        return None
    ends = score_bounds(scheme, scored)
    if ends is None:
        return None
    worst, best = (final_at(scheme, target, final, end, decisions) for end in ends)
    return worst, best


def score_bounds(scheme: Scheme, scored: Scored) -> tuple[Fraction, Fraction] | None:
    """Return the least and the greatest mean that empty groups could still make; ``None`` where there is nothing.

    Every group that is empty is taken to give the worst, then the best points of its scale.
    """
    if len(scored.empty) == len(scheme.leaves()):
        return None
    weights = group_weights(scheme.groups, frozenset(leaf.id for leaf in scheme.leaves()))[""]
    known = {name: value for name in weights if (value := scored.groups[name]) is not None and name not in scored.empty}
    ranges = {name: _range(scheme.leaf(name).points) for name in scored.empty}
    worst, best = (mix(weights, known | {name: ends[end] for name, ends in ranges.items()}) for end in (0, 1))
    return worst, best


def _range(points: Points) -> tuple[Fraction, Fraction]:
    if isinstance(points, DirectPoints):
        return points.least, points.most
    values = [value for value in points.values() if value is not None]
    return min(values), max(values)

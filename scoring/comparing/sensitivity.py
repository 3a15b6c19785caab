"""How much of the weights would have to move before two neighbours in a ranking change places.

With weights written as shares that sum to 1, the distance between two sets of them is half the sum of the absolute
changes (the total variation): the share of the whole weight that is taken from some and given to others. The
nearest weights under which the lower target reaches the higher one solve a linear programme with one constraint
beside the simplex, so they have a closed form, like a fractional knapsack (Dantzig 1957, *Operations Research* 5):
weight goes from where the higher one leads most to where it leads least. The idea of a smallest change that
reverses a ranking is Triantaphyllou & Sánchez 1997, *Decision Sciences* 28, who change one weight at a time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from scoring.document.scheme import Scheme
from scoring.document.weights import Weights, mix, shared_out
from scoring.scores.scores import Scored

LEADS = "leads in every part"
"""No weights can reverse these two."""

NO_SCORE = "no score"
NOT_ALIKE = "not judged by the same groups or on the same criteria"
NOT_LINEAR = "groups judged different criteria"
"""Then a score is no linear function of the criteria's weights, and the distance has no closed form."""

NO_MEAN = "scores are not means of points"
"""A step table, points by place or a ratio to the best stands between the weights and the score."""

By = Literal["groups", "criteria"]


@dataclass(frozen=True)
class Flip:
    """How far the weights are from putting the lower of two targets level with the higher.

    Attributes
    ----------
    by
        Whose weights move: the outermost groups' or the criteria's.
    lead
        By how much the higher one is ahead; ``None`` without a score.
    distance
        Share of the whole weight that must move, 0 to 1; ``None`` where no weights do it, or for another ``reason``.
    shares
        The nearest shares under which both are level; empty without a distance.
    passes
        Whether the lower one can come out ahead, or only level.
    reason
        Why there is no distance.
    """

    higher: str
    lower: str
    by: By
    lead: Fraction | None = None
    distance: Fraction | None = None
    shares: Weights = field(default_factory=dict)
    passes: bool = False
    reason: str | None = None


def nearest(shares: Weights, leads: Mapping[str, Fraction]) -> tuple[Fraction, Weights] | None:
    """Return the nearest shares under which Σ share · lead is 0 or less, and how far they are.

    Parameters
    ----------
    shares
        The shares as they are; they sum to 1.
    leads
        By how much the higher target is ahead in each part.

    Returns
    -------
    ``None`` if the higher one leads in every part. Of several nearest ones, weight goes to the first part.

    Examples
    --------
    >>> thirds = dict.fromkeys(("群众", "政府", "党委"), Fraction(1, 3))
    >>> far, shares = nearest(thirds, {"群众": Fraction(4), "政府": Fraction(1), "党委": Fraction(-2)})
    >>> str(far), {group: str(share) for group, share in shares.items()}
    ('1/6', {'群众': '1/6', '政府': '1/3', '党委': '1/2'})
    """
    ahead = mix(shares, leads)
    least = min(leads, key=leads.__getitem__)
    if ahead > 0 and leads[least] > 0:
        return None
    moved = dict(shares)
    for part in sorted(shares, key=leads.__getitem__, reverse=True):
        gain = leads[part] - leads[least]
        if ahead <= 0 or not gain:
            break
        step = min(shares[part], ahead / gain)
        moved[part] -= step
        moved[least] += step
        ahead -= step * gain
    return sum((abs(moved[part] - share) for part, share in shares.items()), Fraction(0)) / 2, moved


def neighbours(
    scheme: Scheme,
    scored: Mapping[str, Scored],
    ranking: Sequence[str],
    beside: Mapping[str, tuple[Fraction, Fraction]] | None = None,
    whose: Sequence[By] = ("groups", "criteria"),
) -> list[Flip]:
    r"""Return how far each target of a ranking is from the next one: by the groups' weights, then by the criteria's.

    Parameters
    ----------
    ranking
        Targets of one pool, best first.
    beside
        Target → the share of the ballots in its score, and what everything else adds, where ballots are not all.
        Caps and floors are taken as they are now.
    whose
        The weights that move.

    Examples
    --------
    >>> from scoring.ballots.denominators import denominators
    >>> from scoring.ballots.extremes import counted
    >>> from scoring.ballots.ratings import read_ratings
    >>> from scoring.document.scheme import load_scheme
    >>> from scoring.scores.scores import score_targets
    >>> scheme = load_scheme(
    ...     "{name: 一项, scale: {好: 100, 差: 0}, groups: [{id: 村民, weight: 3}, {id: 代表}], criteria: [{id: 态度}]}"
    ... )
    >>> marks = ["甲,村民,好", "乙,村民,差", "甲,代表,差", "乙,代表,好"]
    >>> rows = ["1,{1},{0},态度,{2}".format(*mark.split(",")) for mark in marks]
    >>> tally = read_ratings("\n".join(["ballot,group,target,item,mark", *rows]).encode(), "R.csv", scheme).tally
    >>> marks = counted(scheme, tally, denominators(scheme, tally, None))
    >>> scored = dict(zip(tally.targets, score_targets(scheme, tally, marks)))
    >>> by_groups, by_criteria = neighbours(scheme, scored, ["甲", "乙"])
    >>> str(by_groups.lead), str(by_groups.distance), by_criteria.reason
    ('50', '1/4', 'leads in every part')
    """
    known = beside or {}
    sides: dict[By, list[_Side]] = {
        by: [
            _Side(target, scored[target].total, _VALUES[by](scheme, scored[target]), *known.get(target, _BALLOTS_ALONE))
            for target in ranking
        ]
        for by in whose
    }
    return [
        _flip(scheme, by, sides[by][place], sides[by][place + 1]) for place in range(len(ranking) - 1) for by in whose
    ]


Values = Mapping[str, Fraction]
"""Part → a score to be weighed; the score of the ballots is Σ share · value."""

_BALLOTS_ALONE = (Fraction(1), Fraction(0))


@dataclass(frozen=True)
class _Side:
    target: str
    total: Fraction | None
    values: Values | None
    share: Fraction
    rest: Fraction


def _flip(scheme: Scheme, by: By, higher: _Side, lower: _Side) -> Flip:
    weights, first, second = _WEIGHTS[by](scheme), higher.values, lower.values
    reason = _why_not(scheme, higher, lower, {part for part, weight in weights.items() if weight})
    if reason is not None or first is None or second is None:
        return Flip(higher.target, lower.target, by, reason=reason)
    there = [part for part in weights if part in first and part in second]
    shares = shared_out({part: weights[part] for part in there})
    more = higher.rest - lower.rest
    leads = {part: higher.share * first[part] - lower.share * second[part] + more for part in there}
    ahead, reached = mix(shares, leads), nearest(shares, leads)
    if reached is None:
        return Flip(higher.target, lower.target, by, ahead, reason=LEADS)
    distance, moved = reached
    return Flip(higher.target, lower.target, by, ahead, distance, moved, passes=min(leads.values()) < 0)


def _why_not(scheme: Scheme, higher: _Side, lower: _Side, weighing: AbstractSet[str]) -> str | None:
    """Return why two targets cannot be compared by their parts."""
    if scheme.document.mode is not None:
        return NO_MEAN
    if higher.total is None or lower.total is None:
        return NO_SCORE
    if higher.values is None or lower.values is None:
        return NOT_LINEAR
    return None if higher.values.keys() & weighing == lower.values.keys() & weighing else NOT_ALIKE


def _group_values(scheme: Scheme, scored: Scored) -> Values:
    """Return the scores of the outermost groups that have one, those without weight too."""
    values = {group.id: scored.groups[group.id] for group in scheme.groups}
    return {group: value for group, value in values.items() if value is not None}


def _criterion_values(scheme: Scheme, scored: Scored) -> Values | None:
    """Return the score that each criterion alone would give; ``None`` if leaves judged different ones.

    A leaf's score is (1 − s) Σ v_k m_k + s · overall mark, so where every leaf judged the same criteria the total is
    Σ v_k Σ_g W_g ((1 − s) m_gk + s · overall mark), the shares v summing to 1.
    """
    overall = scheme.document.overall.item if scheme.document.overall else ""
    leaves: dict[str, Values] = {}
    weights, fixed = dict(scored.weights), Fraction(0)
    for leaf, weight in scored.weights.items():
        own, means = scored.item_weights.get(leaf), scored.group_items[leaf]
        if own:  # else it counts as 0
            leaves[leaf] = dict(_criteria(scheme, means))
            if overall in own:
                weights[leaf] = weight * (1 - own[overall])
                fixed += weight * own[overall] * (means[overall] or 0)
    weighing = {each.id for each in scheme.criteria if each.weight}
    everywhere = frozenset.intersection(*map(frozenset, leaves.values())) if leaves else frozenset()
    if not everywhere & weighing or any(leaf.keys() & weighing != everywhere & weighing for leaf in leaves.values()):
        return None
    return {name: mix(weights, {leaf: values[name] for leaf, values in leaves.items()}) + fixed for name in everywhere}


def _criteria(scheme: Scheme, means: Mapping[str, Fraction | None]) -> Iterator[tuple[str, Fraction]]:
    """Yield the mean of each criterion of which a leaf judged an item that has a weight."""
    there = {item: mean for item, mean in means.items() if mean is not None}
    for criterion in scheme.criteria:
        weights = {item: weight for item, weight in criterion.items.items() if weight and item in there}
        if len(weights) == 1:
            yield criterion.id, there[next(iter(weights))]
        elif weights:
            yield criterion.id, mix(shared_out(weights), there)


_VALUES: Mapping[By, Callable[[Scheme, Scored], Values | None]] = {
    "groups": _group_values,
    "criteria": _criterion_values,
}
_WEIGHTS: Mapping[By, Callable[[Scheme], Weights]] = {
    "groups": lambda scheme: {group.id: group.weight for group in scheme.groups},
    "criteria": lambda scheme: {each.id: each.weight for each in scheme.criteria},
}

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
from itertools import pairwise
from typing import Literal

from scoring.scheme import Scheme
from scoring.scores import Scored
from scoring.weights import Weights, mix, shared_out

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
    >>> from scoring.denominators import denominators
    >>> from scoring.extremes import counted
    >>> from scoring.ratings import read_ratings
    >>> from scoring.scheme import load_scheme
    >>> from scoring.scores import score_targets
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
    return [
        _flip(scheme, by, [_Side(target, scored[target], *known.get(target, _BALLOTS_ALONE)) for target in pair])
        for pair in pairwise(ranking)
        for by in whose
    ]


Values = Mapping[str, Fraction]
"""Part → a score to be weighed; the score of the ballots is Σ share · value."""

_BALLOTS_ALONE = (Fraction(1), Fraction(0))


@dataclass(frozen=True)
class _Side:
    target: str
    scored: Scored
    share: Fraction
    rest: Fraction


def _flip(scheme: Scheme, by: By, pair: Sequence[_Side]) -> Flip:
    higher, lower = pair
    values, weights = _VALUES[by], _WEIGHTS[by](scheme)
    first, second = values(scheme, higher.scored), values(scheme, lower.scored)
    reason = _why_not(scheme, pair, first, second, {part for part, weight in weights.items() if weight})
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


def _why_not(
    scheme: Scheme, pair: Sequence[_Side], first: Values | None, second: Values | None, weighing: AbstractSet[str]
) -> str | None:
    """Return why two targets cannot be compared by their parts."""
    if scheme.document.mode is not None:
        return NO_MEAN
    if any(side.scored.total is None for side in pair):
        return NO_SCORE
    if first is None or second is None:
        return NOT_LINEAR
    return None if first.keys() & weighing == second.keys() & weighing else NOT_ALIKE


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
    leaves: list[Values] = []
    for leaf, weight in scored.weights.items():
        own, means = scored.item_weights.get(leaf), scored.group_items[leaf]
        if own:  # else it counts as 0
            share = own.get(overall, Fraction(0))
            fixed = share * (means.get(overall) or 0)
            leaves.append({name: weight * ((1 - share) * mean + fixed) for name, mean in _criteria(scheme, means)})
    weighing = {each.id for each in scheme.criteria if each.weight}
    everywhere = frozenset.intersection(*(frozenset(leaf) for leaf in leaves)) if leaves else frozenset()
    if not everywhere & weighing or any(leaf.keys() & weighing != everywhere & weighing for leaf in leaves):
        return None
    return {name: sum((leaf[name] for leaf in leaves), Fraction(0)) for name in everywhere}


def _criteria(scheme: Scheme, means: Mapping[str, Fraction | None]) -> Iterator[tuple[str, Fraction]]:
    """Yield the mean of each criterion of which a leaf judged an item that has a weight."""
    there = {item: mean for item, mean in means.items() if mean is not None}
    for criterion in scheme.criteria:
        weights = shared_out({item: weight for item, weight in criterion.items.items() if item in there})
        if weights:
            yield criterion.id, mix(weights, there)


_VALUES: Mapping[By, Callable[[Scheme, Scored], Values | None]] = {
    "groups": _group_values,
    "criteria": _criterion_values,
}
_WEIGHTS: Mapping[By, Callable[[Scheme], Weights]] = {
    "groups": lambda scheme: {group.id: group.weight for group in scheme.groups},
    "criteria": lambda scheme: {each.id: each.weight for each in scheme.criteria},
}

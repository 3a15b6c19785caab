"""How much of the weights would have to move before two neighbours in a ranking change places.

With weights written as shares that sum to 1, the distance between two sets of them is half the sum of the absolute
changes (the total variation): the share of the whole weight that is taken from some and given to others. The
nearest weights under which the lower target reaches the higher one solve a linear programme with one constraint
beside the simplex, so they have a closed form, like a fractional knapsack (Dantzig 1957, *Operations Research* 5):
weight goes from where the higher one leads most to where it leads least. The idea of a smallest change that
reverses a ranking is Triantaphyllou & Sánchez 1997, *Decision Sciences* 28, who change one weight at a time.
"""

from collections.abc import Callable, Mapping, Sequence
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
NOT_ALIKE = "not judged by the same groups on the same items"
NOT_LINEAR = "groups judged different criteria"
"""Then the lead is no linear function of the criteria's weights, and the distance has no closed form."""

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
    *,
    share_of_ballots: Fraction = Fraction(1),
    others: Mapping[str, Fraction] | None = None,
) -> list[Flip]:
    r"""Return how far each target of a ranking is from the next one: by the groups' weights, then by the criteria's.

    Parameters
    ----------
    ranking
        Targets of one pool, best first.
    share_of_ballots, others
        Where ballots are one part of the score: their share, and target → what everything else adds. Caps and
        floors are taken as they are now.

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
    >>> tally = read_ratings("\n".join(["ballot,group,target,item,mark", *rows]).encode(), "R.csv", scheme)
    >>> marks = counted(scheme, tally, denominators(scheme, tally, None))
    >>> scored = dict(zip(tally.targets, score_targets(scheme, tally, marks)))
    >>> by_groups, by_criteria = neighbours(scheme, scored, ["甲", "乙"])
    >>> str(by_groups.lead), str(by_groups.distance), by_criteria.reason
    ('50', '1/4', 'leads in every part')
    """
    rest = others or {}
    flips = []
    for higher, lower in pairwise(ranking):
        more = rest.get(higher, Fraction(0)) - rest.get(lower, Fraction(0))
        for by, leads in _LEADS.items():
            found = leads(scheme, scored[higher], scored[lower])
            flips.append(_flip(higher, lower, by, found, share_of_ballots, more))
    return flips


@dataclass(frozen=True)
class _Leads:
    """Shares of the parts of a score and the leads in them; or why there are none."""

    shares: Weights = field(default_factory=dict)
    leads: Weights = field(default_factory=dict)
    reason: str | None = None


def _flip(higher: str, lower: str, by: By, found: _Leads, share: Fraction, more: Fraction) -> Flip:
    if found.reason is not None:
        return Flip(higher, lower, by, reason=found.reason)
    leads = {part: share * lead + more for part, lead in found.leads.items()}
    ahead, reached = mix(found.shares, leads), nearest(found.shares, leads)
    if reached is None:
        return Flip(higher, lower, by, ahead, reason=LEADS)
    distance, shares = reached
    return Flip(higher, lower, by, ahead, distance, shares, passes=min(leads.values()) < 0)


def _by_groups(scheme: Scheme, higher: Scored, lower: Scored) -> _Leads:
    """Return the leads within the outermost groups; those without weight are among them where both have a score."""
    if higher.total is None or lower.total is None:
        return _Leads(reason=NO_SCORE)
    weights: dict[str, Fraction] = {}
    leads: dict[str, Fraction] = {}
    for group in scheme.groups:
        first, second = higher.groups[group.id], lower.groups[group.id]
        if first is not None and second is not None:
            weights[group.id], leads[group.id] = group.weight, first - second
        elif group.weight and first is not second:
            return _Leads(reason=NOT_ALIKE)
    return _Leads(shared_out(weights), leads)


def _by_criteria(scheme: Scheme, higher: Scored, lower: Scored) -> _Leads:
    """Return the leads within criteria, over all groups.

    A leaf's score is Q · Σ v_k m_k + the overall mark's part, so with the same criteria in every leaf the total is
    linear in the shares v. The overall mark's lead is added to each, since the shares sum to 1.
    """
    if higher.total is None or lower.total is None:
        return _Leads(reason=NO_SCORE)
    if higher.weights != lower.weights or higher.item_weights != lower.item_weights:
        return _Leads(reason=NOT_ALIKE)
    overall = scheme.document.overall.item if scheme.document.overall else ""
    weighing = {each.id for each in scheme.criteria if each.weight}
    sums: dict[str, Fraction] = {each.id: Fraction(0) for each in scheme.criteria}
    rest = Fraction(0)
    seen: set[frozenset[str]] = set()
    for leaf, weight in higher.weights.items():
        own = higher.item_weights.get(leaf)
        if not own:
            continue  # counts as 0 for both
        leads = _leaf_leads(scheme, higher.group_items[leaf], lower.group_items[leaf])
        seen.add(frozenset(leads.keys() & weighing))
        sums = {name: sums[name] + weight * (1 - own.get(overall, 0)) * leads[name] for name in sums.keys() & leads}
        if overall in own:
            rest += weight * own[overall] * _lead(higher.group_items[leaf], lower.group_items[leaf], overall)
    if len(seen) != 1 or not weighing & sums.keys():
        return _Leads(reason=NOT_LINEAR)
    there = [each for each in scheme.criteria if each.id in sums]
    return _Leads(
        shared_out({each.id: each.weight for each in there}), {each.id: sums[each.id] + rest for each in there}
    )


Means = Mapping[str, Fraction | None]


def _leaf_leads(scheme: Scheme, higher: Means, lower: Means) -> dict[str, Fraction]:
    """Return criterion → the lead in one leaf, for those of which it judged the same items of both, with weight."""
    leads = {}
    for criterion in scheme.criteria:
        there = {item: weight for item, weight in criterion.items.items() if higher[item] is not None}
        alike = all((lower[item] is not None) == (item in there) for item in criterion.items)
        if alike and any(there.values()):
            leads[criterion.id] = mix(shared_out(there), {item: _lead(higher, lower, item) for item in there})
    return leads


def _lead(higher: Means, lower: Means, item: str) -> Fraction:
    return (higher[item] or Fraction(0)) - (lower[item] or Fraction(0))


_LEADS: Mapping[By, Callable[[Scheme, Scored, Scored], _Leads]] = {"groups": _by_groups, "criteria": _by_criteria}

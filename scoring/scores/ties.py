"""What ranks compare: the final score, then whatever the scheme says settles a tie, then the order people gave."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from scoring.ballots.pooled import Pooled
from scoring.ballots.tally import Tally
from scoring.brought_in.decisions import Decisions, is_out, of_kind
from scoring.document.scheme import Scheme
from scoring.document.scheme_document import TieBreak
from scoring.document.targets import TargetInfo
from scoring.scores.composition import Final
from scoring.scores.grades import common_traits
from scoring.scores.ranks import Key, compared_score, pools
from scoring.scores.scores import Scored

LAST = Fraction(-(10**12))
"""Stands where there is nothing to compare."""


def ranking_keys(
    scheme: Scheme,
    tally: Tally,
    scored: Mapping[str, Scored],
    finals: Mapping[str, Final],
    pooled: Pooled,
    decisions: Decisions,
    information: Mapping[str, TargetInfo],
) -> dict[str, Key]:
    """Return what ranks compare, for each target with a final score that nothing leaves out of the ranking."""
    keys: dict[str, Key] = {}
    for place, target in enumerate(tally.targets):
        total = finals[target].total
        if total is None or is_out(decisions, target):
            continue
        breakers = (_broken_by(each, scored[target], pooled, place) for each in scheme.document.ranking.break_ties_by)
        keys[target] = (compared_score(scheme, total), *breakers)
    if scheme.document.ranking.ties == "hand":
        for members in pools(list(keys), information, scheme.document.ranking.within).values():
            keys |= put_in_order({target: keys[target] for target in members}, decisions)
    return keys


def grading_keys(
    scheme: Scheme, keys: Mapping[str, Key], information: Mapping[str, TargetInfo], decisions: Decisions
) -> dict[str, Key]:
    """Return what quotas compare: ranks' keys, with the order that people gave all equals who compete for places.

    A quota's pool may hold several rankings; an order of the equals in one of them says nothing of the others.
    """
    if scheme.document.ranking.ties != "hand":
        return dict(keys)
    ordered: dict[str, Key] = {}
    for members in pools(list(keys), information, common_traits(scheme)).values():
        ordered |= put_in_order({target: keys[target][:-1] for target in members}, decisions)
    return ordered


def put_in_order(keys: Mapping[str, Key], decisions: Decisions) -> dict[str, Key]:
    """Return the keys of one pool with the order that people gave equals, once each of them has a place of its own.

    Examples
    --------
    >>> from scoring.outcome.results import Decided
    >>> keys = {"甲": (Fraction(90),), "乙": (Fraction(90),)}
    >>> first, second = (Decided(decision="order", value=place) for place in "12")
    >>> ordered = put_in_order(keys, {"甲": [second], "乙": [first]})
    >>> ordered["乙"] > ordered["甲"]
    True
    >>> len(set(put_in_order(keys, {"乙": [first]}).values()))
    1
    """
    equals: dict[Key, list[str]] = defaultdict(list)
    for target, key in keys.items():
        equals[key].append(target)
    ordered: dict[str, Key] = {}
    for key, tied in equals.items():
        given = {target: int(each.value) for target in tied for each in of_kind(decisions, target, "order")}
        decided = len(tied) > 1 and len(set(given.values())) == len(tied)
        ordered |= {target: (*key, Fraction(-given[target] if decided else 0)) for target in tied}
    return ordered


def _broken_by(breaker: str | TieBreak, scored: Scored, pooled: Pooled, place: int) -> Fraction:
    if isinstance(breaker, str):
        return pooled.share(place, breaker)
    value = scored.criteria[breaker.criterion] if breaker.criterion else scored.groups[breaker.group or ""]
    return LAST if value is None else value

"""What ranks compare: the final score, then whatever the scheme says settles a tie, then the order people gave."""

from collections.abc import Mapping
from fractions import Fraction

from scoring.composition import Final
from scoring.decisions import Decisions, is_out, of_kind
from scoring.pooled import Pooled
from scoring.ranks import Key, compared_score
from scoring.scheme import Scheme
from scoring.scheme_document import TieBreak
from scoring.scores import Scored
from scoring.tally import Tally

LAST = Fraction(-(10**12))
"""Stands where there is nothing to compare."""


def ranking_keys(
    scheme: Scheme,
    tally: Tally,
    scored: Mapping[str, Scored],
    finals: Mapping[str, Final],
    pooled: Pooled,
    decisions: Decisions,
) -> dict[str, Key]:
    """Return what ranks compare, for each target with a final score that nothing leaves out of the ranking."""
    keys: dict[str, Key] = {}
    for place, target in enumerate(tally.targets):
        total = finals[target].total
        if total is None or is_out(decisions, target):
            continue
        breakers = (_broken_by(each, scored[target], pooled, place) for each in scheme.document.ranking.break_ties_by)
        order = [Fraction(-int(each.value)) for each in of_kind(decisions, target, "order")] or [LAST]
        by_hand = order if scheme.document.ranking.ties == "hand" else []
        keys[target] = (compared_score(scheme, total), *breakers, *by_hand)
    return keys


def _broken_by(breaker: str | TieBreak, scored: Scored, pooled: Pooled, place: int) -> Fraction:
    if isinstance(breaker, str):
        return pooled.share(place, breaker)
    value = scored.criteria[breaker.criterion] if breaker.criterion else scored.groups[breaker.group or ""]
    return LAST if value is None else value

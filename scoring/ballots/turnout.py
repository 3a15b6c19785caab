"""The turnout rule: whether enough ballots came back about a target, by group or in all."""

from collections.abc import Mapping

from scoring.ballots.tally import Tally
from scoring.document.scheme import Scheme
from scoring.document.scheme_rules import TurnoutRule
from scoring.outcome.results import Turnout

Turnouts = Mapping[tuple[str, str], Turnout]
"""(leaf group, target) → its ballots."""

WHOLE = ""
"""Stands for all groups together."""


def missed_turnout(scheme: Scheme, tally: Tally, turnouts: Turnouts) -> list[tuple[str, ...]]:
    """Return, for each target of the tally, the leaf groups that missed the rule, or ``WHOLE``; often none.

    A group that isn't asked about a target (nobody is entitled, nothing came back) cannot miss it there.
    """
    rule = scheme.document.turnout
    if rule is None:
        return [() for _ in tally.targets]
    found = []
    for target in tally.targets:
        asked = {group: turnouts[group, target] for group in tally.groups if (group, target) in turnouts}
        if rule.scope == "whole":
            asked = {WHOLE: _together(list(asked.values()))}
        found.append(tuple(group for group, each in asked.items() if _was_asked(each) and not enough(rule, each)))
    return found


def enough(rule: TurnoutRule, turnout: Turnout) -> bool:
    """Return whether so many came; shares are compared as whole numbers, a share of unknown entitled is never enough.

    Examples
    --------
    >>> from fractions import Fraction
    >>> two_thirds = TurnoutRule(min_share=Fraction(2, 3))
    >>> enough(two_thirds, Turnout(entitled=30, returned=20)), enough(two_thirds, Turnout(entitled=30, returned=19))
    (True, False)
    >>> enough(TurnoutRule(min_share=Fraction(2, 3), strict=True), Turnout(entitled=30, returned=20))
    False
    """
    returned = turnout.returned or 0
    if rule.min_count is not None and returned < rule.min_count:
        return False
    if rule.min_share is None:
        return True
    if turnout.entitled is None:
        return False
    came, needed = returned * rule.min_share.denominator, turnout.entitled * rule.min_share.numerator
    return came > needed if rule.strict else came >= needed


def _was_asked(turnout: Turnout) -> bool:
    return bool(turnout.entitled or turnout.returned)


def _together(turnouts: list[Turnout]) -> Turnout:
    entitled = [each.entitled for each in turnouts if each.entitled is not None]
    complete = len(entitled) == len(turnouts)
    return Turnout(entitled=sum(entitled) if complete else None, returned=sum(each.returned or 0 for each in turnouts))

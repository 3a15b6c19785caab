"""Take from a result what a decision does not let be shown: it is then absent, and the reason stands in its place."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from scoring.disclosure import Decision, Shown
from scoring.exact import printed
from scoring.reason_words import EMPTY_GROUP, MISSED_TURNOUT
from scoring.results import Cell, Distribution, TargetResult, Turnout
from scoring.scheme import Scheme
from scoring.value import Withheld


def withhold(scheme: Scheme, result: TargetResult, decision: Decision, exact: Fraction | None) -> TargetResult:
    """Return what may be shown of a target's result.

    Parameters
    ----------
    exact
        The total, to be printed again to fewer places.
    """
    shown = decision.shown
    if shown is Shown.ALL:
        return result
    flags = tuple(flag for flag in result.flags if flag not in _narrow(scheme))
    changes: dict[str, Any] = {"exact": None, "group_items": _group_items(result, decision), "flags": flags} | _DETAILS
    if shown <= Shown.NO_ITEMS:
        changes |= _items(scheme, result, decision)
    if shown <= Shown.TOTAL:
        changes |= _groups(result, decision) | {"flags": tuple(_unnamed(flag) for flag in flags)}
        places = scheme.document.rounding.places if decision.places is None else decision.places
        changes["score"] = None if exact is None else printed(exact, places, scheme.document.rounding.mode)
    if shown is Shown.NOTHING:
        changes |= {"score": None, "rank": None, "grade": None, "tied": False, "pool": None}
        changes |= {"rank_interval": None, "quota_chance": None}
        changes |= {"flags": (), "withheld": decision.total}
    return result.model_copy(update=changes)


_DETAILS: dict[str, Any] = {
    "se": None,
    "interval": None,
    "degrees": None,
    "bounds": None,
    "ballot_score": None,
    "components": {},
    "contributions": (),
    "left_out": (),
    "favourable": None,
    "majority": None,
    "share_intervals": {},
}
"""What is shown only where everything is: each of these could solve for a withheld cell."""


_NAMING = (EMPTY_GROUP, MISSED_TURNOUT)


def _cell(reason: Withheld | None) -> Cell:
    return Cell(withheld=reason or "complementary")


def _first(reasons: Iterable[Withheld | None]) -> Withheld:
    found = set(reasons)
    return "few" if "few" in found else "alike" if "alike" in found else "complementary"


def _group_items(result: TargetResult, decision: Decision) -> dict[str, dict[str, Cell]]:
    return {
        group: {item: _cell(decision.items.get((group, item))) for item in items}
        for group, items in result.group_items.items()
    }


def _items(scheme: Scheme, result: TargetResult, decision: Decision) -> dict[str, Any]:
    reasons: Mapping[str, Withheld] = {
        item: _first(reason for (_, of), reason in decision.items.items() if of == item) for item in scheme.item_ids()
    }
    return {
        "items": {item: _cell(reasons[item]) for item in result.items},
        "criteria": {each.id: _cell(_first(reasons[item] for item in each.items)) for each in scheme.criteria},
        "distributions": {item: Distribution(withheld=reasons[item]) for item in result.distributions},
        "shares": {},
    }


def _groups(result: TargetResult, decision: Decision) -> dict[str, Any]:
    return {
        "groups": {group: _cell(decision.groups.get(group)) for group in result.groups},
        "turnout": {
            group: Turnout(entitled=numbers.entitled, issued=numbers.issued)
            for group, numbers in result.turnout.items()
        },
        "provisional": result.provisional and _unnamed(result.provisional),
    }


def _unnamed(reason: str) -> str:
    """Return a reason or flag without the groups it names: how few their ballots are, or how empty, is content."""
    parts = (part.split(": ")[0] if part.startswith(_NAMING) else part for part in reason.split("; "))
    return "; ".join(parts)


def _narrow(scheme: Scheme) -> frozenset[str]:
    """Return the flags that speak of the marks of one group or on one item."""
    return frozenset(
        trigger.flag
        for trigger in scheme.document.triggers or ()
        if any(part.group is not None or part.item is not None for part in trigger.condition.conditions())
    )

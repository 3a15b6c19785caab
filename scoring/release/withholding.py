"""Take from a result what a decision does not let be shown: it is then absent, and the reason stands in its place."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from scoring.document.exact import plain_text, printed, ratio_text
from scoring.outcome.reason_words import EMPTY_GROUP, MISSED_TURNOUT
from scoring.outcome.results import Cell, Distribution, TargetResult, Turnout
from scoring.outcome.value import Withheld
from scoring.release.disclosure import Decision, Shown
from scoring.release.release import leaves_open
from scoring.working import Worked


def withhold(worked: Worked, result: TargetResult, decision: Decision) -> TargetResult:
    """Return what may be shown of a target's result."""
    shown = decision.shown
    if shown is Shown.ALL:
        return result
    changes: dict[str, Any] = _DETAILS | _items(result, decision) | {"flags": _steady_flags(worked, result)}
    if shown is Shown.ITEMS:
        changes |= _over_groups(worked, result, decision)
    if shown < Shown.GROUPS:
        changes |= _groups(result, decision) | _total(worked, result.target, decision)
        changes["told"] = None if decision.told is None else tuple(ratio_text(end) for end in decision.told)
        changes["flags"] = tuple(_unnamed(flag) for flag in _untriggered(worked, result))
    if shown is Shown.NOTHING:
        changes |= {"score": None, "rank": None, "grade": None, "tied": False, "pool": None}
        changes |= {"flags": (), "provisional": None}
    return result.model_copy(update=changes)


_DETAILS: dict[str, Any] = {
    "exact": None,
    "se": None,
    "interval": None,
    "degrees": None,
    "rank_interval": None,
    "quota_chance": None,
    "bounds": None,
    "ballot_score": None,
    "components": {},
    "contributions": (),
    "left_out": (),
    "favourable": None,
    "majority": None,
    "shares": {},
    "share_intervals": {},
}
"""What is shown only where everything is: each of these could solve for a withheld cell."""


_NAMING = (EMPTY_GROUP, MISSED_TURNOUT)


def _why(decision: Decision, *groups: str) -> Withheld:
    """Return why a cell of some groups is withheld; of which cell the marks are alike is content."""
    if decision.few:
        return "few" if not decision.few.isdisjoint(groups) else "complementary"
    return decision.reason or "complementary"


def _items(result: TargetResult, decision: Decision) -> dict[str, Any]:
    """Return what stands in the place of everything about items."""
    whole = Cell(withheld=decision.reason)
    return {
        "items": dict.fromkeys(result.items, whole),
        "criteria": dict.fromkeys(result.criteria, whole),
        "distributions": dict.fromkeys(result.distributions, Distribution(withheld=decision.reason)),
        "group_items": {
            group: dict.fromkeys(items, Cell(withheld=_why(decision, group)))
            for group, items in result.group_items.items()
        },
    }


def _over_groups(worked: Worked, result: TargetResult, decision: Decision) -> dict[str, Any]:
    """Return items and criteria of all groups together, printed to as many places as may be."""
    scored, rounding = worked.scored[result.target], worked.scheme.document.rounding
    places = rounding.places if decision.item_places is None else decision.item_places

    def cells(values: Mapping[str, Fraction | None]) -> dict[str, Cell]:
        return {
            name: Cell(score=None if value is None else printed(value, places, rounding.mode))
            for name, value in values.items()
        }

    return {"items": cells({name: scored.items[name] for name in result.items}), "criteria": cells(scored.criteria)}


def _groups(result: TargetResult, decision: Decision) -> dict[str, Any]:
    return {
        "groups": {group: Cell(withheld=_why(decision, group)) for group in result.groups},
        "turnout": {
            group: Turnout(entitled=numbers.entitled, issued=numbers.issued)
            for group, numbers in result.turnout.items()
        },
        "provisional": result.provisional and _unnamed(result.provisional),
    }


def _total(worked: Worked, target: str, decision: Decision) -> dict[str, Any]:
    """Return the total to as many places as may be, or the band that it lies in."""
    if decision.total is not None:
        band = None if decision.band is None else tuple(plain_text(end) for end in decision.band)
        return {"score": None, "withheld": decision.total, "band": band}
    total, rounding = worked.finals[target].total, worked.scheme.document.rounding
    places = rounding.places if decision.places is None else decision.places
    return {"score": None if total is None else printed(total, places, rounding.mode)}


def _unnamed(reason: str) -> str:
    """Return a reason or flag without the groups it names: how few their ballots are, or how empty, is content."""
    parts = (part.split(": ")[0] if part.startswith(_NAMING) else part for part in reason.split("; "))
    return "; ".join(parts)


def _untriggered(worked: Worked, result: TargetResult) -> tuple[str, ...]:
    """Return the flags without those that marks raise: beside a total they could leave a single way of marking."""
    triggers = {trigger.flag for trigger in worked.scheme.document.triggers or ()}
    return tuple(flag for flag in result.flags if flag not in triggers)


def _steady_flags(worked: Worked, result: TargetResult) -> tuple[str, ...]:
    """Return the flags without those that the marks of one group or item raise, or that only some marks could."""
    place = worked.places[result.target]
    narrow = {
        trigger.flag
        for trigger in worked.scheme.document.triggers or ()
        if not leaves_open(worked, place, trigger.condition)
    }
    return tuple(flag for flag in result.flags if flag not in narrow)

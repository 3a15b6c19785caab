"""Say what is wrong with the rules of a scheme: what they name must be there, what they ask for possible."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scoring.document.conditions import Condition
from scoring.document.problems import Problem, visible
from scoring.document.scheme_document import DirectScale, Group, Scale, SchemeDocument
from scoring.document.scheme_rules import Adjustments, BallotRule, Component, TurnoutRule


def rule_problems(document: SchemeDocument, items: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong with the rules, given the items of the scheme."""
    yield from _extremes(document)
    for number, trigger in enumerate(document.triggers or ()):
        for condition in trigger.condition.conditions():
            yield from _condition(f"triggers.{number}.when", condition, document, items)
    yield from _mode(document, items)
    for number, rule in enumerate(document.ballot_rules or ()):
        yield from _ballot_rule(f"ballot_rules.{number}", rule, document.scale)
    yield from _turnout(document.turnout)
    yield from _components(document.components or ())
    yield from _adjustments(document.adjustments or Adjustments())
    for number, level in enumerate(document.favourable or ()):
        if level not in judged_levels(document.scale):
            yield Problem(f"favourable.{number}", visible(level), levels_of(document.scale))


def all_groups(groups: Iterable[Group]) -> Iterator[Group]:
    """Yield every group of the tree, parents before children."""
    for group in groups:
        yield group
        yield from all_groups(group.groups or ())


def repeated(place: str, noun: str, names: Sequence[str]) -> Iterator[Problem]:
    """Yield the names that stand more than once."""
    for name, times in Counter(names).items():
        if times > 1:
            yield Problem(place, f"{name} {times} times", f"each {noun} once")


def weightless(place: str, parts: Sequence[Any]) -> Iterator[Problem]:
    """Yield a problem where no part has a weight."""
    if not any(part.weight for part in parts):
        yield Problem(place, "weights that are all 0", "at least one weight above 0")


def judged_levels(scale: Scale) -> tuple[str, ...]:
    """Return the levels of a scale that have points; a direct score has none by name."""
    return () if isinstance(scale, DirectScale) else tuple(name for name, points in scale.items() if points is not None)


def levels_of(scale: Scale) -> str:
    """Return the levels that may be named, in words."""
    return "nothing: a direct score has no levels" if isinstance(scale, DirectScale) else ", ".join(scale)


def _extremes(document: SchemeDocument) -> Iterator[Problem]:
    rule = document.extremes
    if rule is None:
        return
    if (rule.trim is None) == (rule.drop_high == rule.drop_low == 0):
        yield Problem("extremes", "both or neither", "either drop_high and drop_low or trim")
    if rule.trim is not None and rule.trim * 2 >= 1:
        yield Problem("extremes.trim", str(rule.trim), "a share below 1/2")


def _condition(place: str, condition: Condition, document: SchemeDocument, items: Sequence[str]) -> Iterator[Problem]:
    if condition.item is not None and condition.item not in items:
        yield Problem(place, visible(condition.item), ", ".join(items))
    scales: list[Scale] = [document.scale]
    if condition.group is not None:
        scales = list(_scales_below(document.groups, document.scale, condition.group, inside=False))
    if not scales:
        names = ", ".join(group.id for group in all_groups(document.groups))
        yield Problem(place, visible(str(condition.group)), names)
    elif any(scale != scales[0] for scale in scales):
        yield Problem(place, visible(str(condition.group)), "a group whose parts all mark on one scale")
    else:
        for level in condition.levels:
            if isinstance(scales[0], DirectScale) or level not in scales[0]:
                yield Problem(place, visible(level), levels_of(scales[0]))


def _scales_below(groups: Iterable[Group], scale: Scale, wanted: str, *, inside: bool) -> Iterator[Scale]:
    """Yield the scales of the leaves below a group."""
    for group in groups:
        own, within = group.scale or scale, inside or group.id == wanted
        if group.groups:
            yield from _scales_below(group.groups, own, wanted, inside=within)
        elif within:
            yield own


def _mode(document: SchemeDocument, items: Sequence[str]) -> Iterator[Problem]:
    mode = document.mode
    if mode is None:
        return
    if sum(each is not None for each in (mode.steps, mode.ranks, mode.ratio)) != 1:
        yield Problem("mode", "several or none", "points, or exactly one of steps, ranks and ratio")
    steps = mode.steps or ()
    for number, step in enumerate(steps):
        place = f"mode.steps.{number}"
        for condition in step.condition.conditions() if step.condition else ():
            yield from _condition(f"{place}.when", condition, document, items)
        if (step.condition is None) != (number == len(steps) - 1):
            yield Problem(f"{place}.when", visible(step.when or ""), "a condition in each row but the last")


_NEEDS: dict[str, tuple[bool, bool | None]] = {
    "uniform": (False, None),
    "max_share": (True, True),
    "min_share": (True, True),
    "min_marked": (True, False),
}
"""Whether a ballot rule takes a share and a level; it may take either where that is ``None``."""


def _ballot_rule(place: str, rule: BallotRule, scale: Scale) -> Iterator[Problem]:
    share, level = _NEEDS[rule.rule]
    if (rule.share is not None) != share:
        found = "" if rule.share is None else str(rule.share)
        yield Problem(f"{place}.share", found, f"a share from 0 to 1 for {rule.rule}" if share else "no share here")
    if level is not None and (rule.level is not None) != level:
        yield Problem(f"{place}.level", visible(rule.level or ""), "a level" if level else "no level here")
    if rule.level is not None and rule.level not in judged_levels(scale):
        yield Problem(f"{place}.level", visible(rule.level), levels_of(scale))


def _turnout(rule: TurnoutRule | None) -> Iterator[Problem]:
    if rule is not None and rule.min_share is None and rule.min_count is None:
        yield Problem("turnout", "neither min_share nor min_count", "min_share, min_count or both")


def _components(components: Sequence[Component]) -> Iterator[Problem]:
    if not components:
        return
    yield from repeated("components", "component id", [each.id for each in components])
    yield from weightless("components", components)
    ballots = [each for each in components if each.source == "ballots"]
    if len(ballots) != 1:
        yield Problem("components", f"{len(ballots)} with source ballots", "exactly one component with source ballots")


def _adjustments(adjustments: Adjustments) -> Iterator[Problem]:
    yield from repeated("adjustments.items", "item id", [each.id for each in adjustments.items or ()])
    floor, cap = adjustments.floor, adjustments.cap
    if floor is not None and cap is not None and floor > cap:
        yield Problem("adjustments.cap", str(cap), "a number not below floor")

"""Grades by trying every order in which equals could stand; see `plain_rules`."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, groupby, permutations, product
from typing import Any

from tests.scoring.plain_rules import Round, in_order, number, rounded

Keys = Mapping[str, tuple[Any, ...]]


def grades_of(round_: Round, keys: Keys) -> tuple[dict[str, str], dict[str, str]]:
    """Return target → grade, and target → the grade whose quota line cuts its tie; `keys` are of those ranked.

    What people decided about equals counts once all of them among whom places go have an order of their own.
    """
    rules = round_.document.get("grades")
    if rules is None:
        return {}, {}
    graded = {target: key for target, key in keys.items() if not round_.decided(target, "no_grade", "not_assessed")}
    keys, _ = in_order(round_, graded, _shared(round_))
    closed = {target: barred(round_, target) for target in keys}
    tried: list[dict[str, str]] = []
    found: dict[str, str] = {}
    while True:
        runs = [_graded(round_, keys, order, found, closed) for order in _orders(keys)]
        last = {target: {run[target][-1] for run in runs} for target in runs[0]}
        sure = {target: grade for target, [(grade, given), *others] in last.items() if given and not others}
        if sure == found or (tried and not found):
            cut = {target: _cut(round_, keys, runs, target) for target, ends in last.items() if len(ends) > 1}
            return sure, {target: grade for target, grade in cut.items() if grade}
        tried.append(found)
        found = {} if sure in tried else sure


def _shared(round_: Round) -> list[str]:
    """Return the traits that the pools of all quotas have in common."""
    own = round_.document.get("ranking", {}).get("within", ["class", "layer"])
    pools = [quota.get("per", own) for quota in round_.document["grades"].get("quotas") or ()]
    return [trait for trait in ("class", "layer", "unit", "kind") if all(trait in pool for pool in pools or [[]])]


def _orders(keys: Keys) -> Iterator[list[str]]:
    """Yield every order of the targets by their keys, equals in every order."""
    best_first = sorted(keys, key=lambda target: keys[target], reverse=True)
    equals = [list(each) for _, each in groupby(best_first, key=lambda target: keys[target])]
    for order in product(*(permutations(each) for each in equals)):
        yield list(chain(*order))


def grade_names(document: Mapping[str, Any]) -> list[str]:
    rules = document["grades"]
    bands = sorted(rules.get("bands") or (), key=lambda band: number(band["from"]), reverse=True)
    return [each["grade"] for each in bands or rules["quotas"]]


def barred(round_: Round, target: str) -> set[str]:
    """Return the grades that were decided not to be given to a target."""
    names = grade_names(round_.document)
    closed = {each["value"] for each in round_.decided(target, "ineligible")}
    for each in round_.decided(target, "veto"):
        closed |= set(names[: names.index(each["value"])]) if each["value"] else set()
    return closed


def _graded(
    round_: Round, keys: Keys, order: Sequence[str], found: Mapping[str, str], closed: Mapping[str, set[str]]
) -> dict[str, list[tuple[str, bool]]]:
    """Return target → the grades it reached, best first, each with whether it got it."""
    rules = round_.document["grades"]
    reached = {each["grade"]: number(each["from"]) for each in rules.get("bands") or ()}
    quotas = {each["grade"]: each for each in rules.get("quotas") or ()}
    asked: dict[str, list[tuple[str, bool]]] = {target: [("", False)] for target in order}
    for grade in grade_names(round_.document):
        left: dict[Any, int] = {}
        for target in order:
            if asked[target][-1][1] or grade in closed[target] or keys[target][0] < reached.get(grade, keys[target][0]):
                continue
            pool = _pool(round_, quotas.get(grade), target)
            left.setdefault(pool, _places(round_, quotas.get(grade), pool, found))
            asked[target].append((grade, left[pool] > 0))
            left[pool] -= 1
    return {target: reached if reached[-1][1] else [*reached, ("", False)] for target, reached in asked.items()}


def _pool(round_: Round, quota: Mapping[str, Any] | None, target: str) -> tuple[str, ...]:
    return round_.pool(target, quota.get("per") if quota else ())


def _places(round_: Round, quota: Mapping[str, Any] | None, pool: tuple[str, ...], found: Mapping[str, str]) -> int:
    if quota is None:
        return len(round_.targets)
    base = [
        target
        for target in round_.targets
        if _pool(round_, quota, target) == pool and not round_.decided(target, "no_grade", "not_assessed")
    ]
    shares = quota.get("by_unit_grade", {})
    whole = sum(
        (number(shares.get(_unit_grade(round_, target, found), quota["share"])) for target in base), Fraction(0)
    )
    return rounded(whole, quota.get("rounding", "half_up"))


def _unit_grade(round_: Round, target: str, found: Mapping[str, str]) -> str:
    unit = round_.targets[target].get("unit", "")
    for kind in ("unit_grade", "final_grade"):
        for each in round_.decided(unit, kind):
            return each["value"]
    return found.get(unit, "")


def _cut(round_: Round, keys: Keys, runs: Sequence[Any], target: str) -> str:
    """Return the best grade of which some equals in the target's pool can get a place and others none."""
    quotas = {each["grade"]: each for each in round_.document["grades"].get("quotas") or ()}
    for grade in grade_names(round_.document):
        equals = [
            other
            for other in keys
            if keys[other] == keys[target]
            and _pool(round_, quotas.get(grade), other) == _pool(round_, quotas.get(grade), target)
        ]
        for run in runs:
            asking = {other: dict(run[other])[grade] for other in equals if other in run and grade in dict(run[other])}
            if target in asking and len(set(asking.values())) > 1:
                return grade
    return ""

"""Grades: by the bands of the score, held back by quotas.

Targets choose in the order of their rank: each takes the best grade whose band its score reaches and whose quota has
a place left in its pool. Equals may choose in any order. A grade is given only where it is the same in every such
order; the others are left to people, and those whose own tie a quota line cuts are flagged.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from math import ceil, floor

from scoring.document.scheme import Scheme
from scoring.document.scheme_document import Quota, QuotaRounding
from scoring.document.scheme_values import Trait
from scoring.document.targets import TargetInfo
from scoring.scores.ranks import Key, pools

FREE = -1
MOST_CASES = 20_000
"""How many cases of ties across pools that overlap are followed; beyond them nobody further down gets a grade."""

Way = tuple[tuple[int, int], ...]
"""The grades that a target's score reaches, best first, each with where its places are counted, or ``FREE``."""

Rooms = tuple[int, ...]
"""The places left, one number for each quota and pool."""


class _TooManyCasesError(Exception):
    """Ties across pools that overlap can fall in too many ways."""


@dataclass
class Graded:
    """Grades given, and for whom a quota line could not be drawn.

    Attributes
    ----------
    grades
        Target → grade.
    undecided
        Target → the grade whose quota line runs through its tie.
    """

    grades: dict[str, str] = field(default_factory=dict)
    undecided: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Decided:
    """What was decided beside the score.

    Attributes
    ----------
    barred
        Target → the grades that it may not get.
    unit_grades
        Unit → its own grade, which moves its members' quota.
    """

    barred: Mapping[str, Collection[str]] = field(default_factory=dict)
    unit_grades: Mapping[str, str] = field(default_factory=dict)


NOTHING_DECIDED = Decided()


def places(exact: Fraction, rounding: QuotaRounding) -> int:
    """Return how many may have a grade, given the sum of the shares of all in the pool.

    Examples
    --------
    >>> [places(13 * Fraction(1, 5), mode) for mode in ("half_up", "up", "down")]
    [3, 3, 2]
    """
    if rounding == "up":
        return ceil(exact)
    return floor(exact + Fraction(1, 2)) if rounding == "half_up" else floor(exact)


def quota_places(scheme: Scheme, members: Sequence[str]) -> int:
    """Return the places of the best grade with a quota in a pool of the ranking.

    0 where there is none, or where it is not the ranking's pool alone that decides.
    """
    for _, _, quota in _ladder(scheme):
        if quota is not None:
            alone = scheme.pool_traits(quota) == scheme.document.ranking.within and not quota.by_unit_grade
            return places(quota.share * len(members), quota.rounding) if alone else 0
    return 0


def grade(
    scheme: Scheme,
    targets: Sequence[str],
    keys: Mapping[str, Key],
    information: Mapping[str, TargetInfo],
    decided: Decided = NOTHING_DECIDED,
    scores: Mapping[str, Fraction] | None = None,
) -> Graded:
    """Return the grades of the targets that have a key, whose first part is the score.

    Parameters
    ----------
    targets
        All that belong to the quotas' pools, with or without a score.
    decided
        What was decided beside the score.
    scores
        What bands compare, where it is not the first part of a key.
    """
    graded, ladder = Graded(), _ladder(scheme)
    names = [name for name, _, _ in ladder]
    for members in pools(targets, information, common_traits(scheme)).values():
        ways, rooms = _ways(scheme, members, keys, information, decided, scores or {})
        for equals in _choices(ways, keys, rooms):
            for target, (may, cut) in equals.items():
                if cut is not None:
                    graded.undecided[target] = names[cut]
                elif len(may) == 1 and min(may) < len(ladder):
                    graded.grades[target] = names[min(may)]
    return graded


def _ladder(scheme: Scheme) -> list[tuple[str, Fraction | None, Quota | None]]:
    """Return the grades from the best down, each with the score it asks for and its quota."""
    grades = scheme.document.grades
    if grades is None:
        return []
    quotas = {quota.grade: quota for quota in grades.quotas}
    least = {band.grade: band.from_ for band in grades.bands}
    return [(name, least.get(name), quotas.get(name)) for name in scheme.grade_names()]


def common_traits(scheme: Scheme) -> tuple[Trait, ...]:
    """Return the traits that every quota's pool shares: targets that differ in one never compete for a place."""
    quotas = scheme.document.grades.quotas if scheme.document.grades else ()
    per = [scheme.pool_traits(quota) for quota in quotas]
    return tuple(trait for trait in per[0] if all(trait in traits for traits in per)) if per else ()


def _ways(
    scheme: Scheme,
    members: Sequence[str],
    keys: Mapping[str, Key],
    information: Mapping[str, TargetInfo],
    decided: Decided,
    scores: Mapping[str, Fraction],
) -> tuple[dict[str, Way], Rooms]:
    """Return the way of each target with a key, and all places; a way ends with no grade, which is free."""
    ways: dict[str, list[tuple[int, int]]] = {target: [] for target in members if target in keys}
    rooms: list[int] = []
    ladder = _ladder(scheme)
    for rung, (name, least, quota) in enumerate(ladder):
        traits = scheme.pool_traits(quota) if quota else ()
        for pool in pools(members, information, traits).values():
            slot = FREE
            if quota:
                slot = len(rooms)
                shares = (_share(quota, information.get(target, TargetInfo()).unit, decided) for target in pool)
                rooms.append(places(sum(shares, Fraction(0)), quota.rounding))
            for target in pool:
                reached = target in keys and (least is None or scores.get(target, keys[target][0]) >= least)
                if reached and name not in decided.barred.get(target, ()):
                    ways[target].append((rung, slot))
    return {target: (*way, (len(ladder), FREE)) for target, way in ways.items()}, tuple(rooms)


def _share(quota: Quota, unit: str, decided: Decided) -> Fraction:
    """Return what one member of a pool adds to its places: more where its unit did well, if the quota says so."""
    return Fraction((quota.by_unit_grade or {}).get(decided.unit_grades.get(unit, ""), quota.share))


def _choices(
    ways: Mapping[str, Way], keys: Mapping[str, Key], rooms: Rooms
) -> Iterator[dict[str, tuple[set[int], int | None]]]:
    """Yield for each tie, from the best down, what its targets may get and the line that cuts it, if one does."""
    cases = {rooms}
    for _, tie in groupby(sorted(ways, key=keys.__getitem__, reverse=True), key=keys.__getitem__):
        equals = list(tie)
        may: dict[str, set[int]] = {target: set() for target in equals}
        cut: dict[str, int] = {}
        after: set[Rooms] = set()
        for case in cases:
            still = {target: _open(ways[target], case) for target in equals}
            try:
                found, ends = _every_order(Counter(still.values()), case)
            except _TooManyCasesError:
                yield {target: ({rung for rung, _ in ways[target]}, ways[target][0][0]) for target in equals}
                return
            after |= ends
            for target, way in still.items():
                may[target] |= found[way]
                if len(found[way]) > 1:
                    cut[target] = min(cut.get(target, way[-1][0]), *found[way])
        yield {target: (may[target], cut.get(target)) for target in equals}
        cases = after


def _open(way: Way, rooms: Rooms) -> Way:
    """Return what is left of a way: the grades with a place, down to the first that is free."""
    left = [step for step in way if step[1] == FREE or rooms[step[1]] > 0]
    free = next(number for number, (_, slot) in enumerate(left) if slot == FREE)
    return tuple(left[: free + 1])


def _every_order(equals: Counter[Way], rooms: Rooms) -> tuple[dict[Way, set[int]], set[Rooms]]:
    """Return what equals with each way may get when they choose in any order, and the places left then."""
    sure = {way: way[0] for way in equals if _enough(equals, way[0][1], rooms)}
    found = {way: {sure[way][0]} if way in sure else set() for way in equals}
    for way, (_, slot) in sure.items():
        rooms = _less(rooms, slot, equals[way])
    ways = [way for way in equals if way not in sure]
    cases = {(tuple(equals[way] for way in ways), rooms)}
    for _ in range(sum(equals[way] for way in ways)):
        after = set()
        for left, case in cases:
            for place, way in enumerate(ways):
                if left[place]:
                    rung, slot = next(step for step in way if step[1] == FREE or case[step[1]] > 0)
                    found[way].add(rung)
                    after.add((_less(left, place, 1), _less(case, slot, 1)))
        if len(after) > MOST_CASES:
            raise _TooManyCasesError
        cases = after
    return found, {case for _, case in cases}


def _enough(equals: Counter[Way], slot: int, rooms: Rooms) -> bool:
    """Return whether a quota has places for all equals who might come for one."""
    return slot == FREE or rooms[slot] >= sum(
        count for way, count in equals.items() if any(each == slot for _, each in way)
    )


def _less(numbers: Rooms, place: int, taken: int) -> Rooms:
    return numbers if place == FREE else (*numbers[:place], numbers[place] - taken, *numbers[place + 1 :])

"""How many decimal places of a total may be printed while what is withheld beside it cannot be solved for.

A reader who knows the scheme sees a total, a rank and a grade. A group's mean could have had another value if some
of its marks had been others and marks of another group had made up for it, so that everything printed stayed
as it is. At least three values of every group's mean must be possible in this sense. Counting only such
exchanges finds fewer values than there are, never more.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Self

from scoring.exact import rounded
from scoring.extremes import Counted
from scoring.ranks import compared_score
from scoring.scheme import Scheme
from scoring.scores import Scored
from scoring.tally import Tally

VALUES = 3
TRIED = 12

Seen = object


@dataclass(frozen=True)
class Exchange:
    """Marks of one group on one item that could stand one level higher or lower.

    Attributes
    ----------
    step
        What one mark raises the total by.
    up, down
        How many marks could be raised, and lowered.
    """

    step: Fraction
    up: int
    down: int


def open_places(
    scheme: Scheme, total: Fraction, exchanges: Mapping[str, Sequence[Exchange]], known: Sequence[Fraction]
) -> list[int]:
    """Return the numbers of places with which every group's mean keeps three possible values.

    Parameters
    ----------
    exchanges
        Of every leaf group with a part in the total.
    known
        The scores, in rising order, of targets that are ranked together with this one and shown in full: its
        rank says between which of them it lies.
    """
    movable = [Movable.of(each) for each in exchanges.values()]
    places = range(scheme.document.rounding.places + 1)
    return [each for each in places if is_open(total, movable, _reader(scheme, known, each))]


@dataclass(frozen=True)
class Movable:
    """One group's small changes of the total, and the finest steps by which it can make up for another's."""

    changes: tuple[Fraction, ...]
    answers: tuple[Exchange, ...]

    @classmethod
    def of(cls, exchanges: Sequence[Exchange]) -> Self:
        """Return what one or two marks can change, smallest first, and the finest exchanges."""
        finest = sorted(exchanges, key=lambda each: float(each.step))  # the order only saves time
        steps = [
            each.step * count for each in finest[:TRIED] for count in (-1, 1, -2, 2) if -each.down <= count <= each.up
        ]
        return cls(tuple(dict.fromkeys(steps)), tuple(finest[:TRIED]))


def is_open(total: Fraction, groups: Sequence[Movable], reader: Callable[[Fraction], Seen]) -> bool:
    """Return whether every group's mean could have three values that leave the same to be seen.

    Examples
    --------
    Three ballots of one group on 100/0 and half the weight, two hundred of another, printed to whole points:

    >>> small = Movable.of([Exchange(Fraction(50, 3), 1, 2)])
    >>> large = Movable.of([Exchange(Fraction(50, 200), 100, 100)])
    >>> is_open(Fraction(60), [small, large], round), is_open(Fraction(60), [small], round)
    (True, False)
    """
    seen = reader(total)
    for place, group in enumerate(groups):
        others = [answer for other in (*groups[:place], *groups[place + 1 :]) for answer in other.answers]
        found = 1
        for change in group.changes:
            found += any(reader(total + change + answer) == seen for answer in _answers(change, others))
            if found == VALUES:
                break
        if found < VALUES:
            return False
    return True


def _answers(change: Fraction, others: Sequence[Exchange]) -> Iterator[Fraction]:
    """Yield by how much another group's marks could make up for a change, as nearly as they can."""
    yield Fraction(0)
    for each in others:
        nearest = round(-change / each.step)
        for count in (nearest, nearest - 1, nearest + 1):
            if -each.down <= count <= each.up:
                yield each.step * count


def _reader(scheme: Scheme, known: Sequence[Fraction], places: int) -> Callable[[Fraction], Seen]:
    """Return what a total shows: its printed digits, its place among known scores, its band."""
    bands = sorted(band.from_ for band in scheme.document.grades.bands) if scheme.document.grades else []
    mode = scheme.document.rounding.mode

    def read(total: Fraction) -> Seen:
        compared = compared_score(scheme, total)
        return (
            rounded(total, places, mode),
            bisect_left(known, compared),
            bisect_right(known, compared),
            bisect_right(bands, compared),
        )

    return read


def exchanges(scheme: Scheme, tally: Tally, counted: Counted, target: int, scored: Scored) -> dict[str, list[Exchange]]:
    """Return the exchanges of every leaf group that has a part in a target's total.

    Where extremes are dropped, only marks that are not dropped change places, and only among themselves: the
    dropped ones then stay the extreme ones.
    """
    found: dict[str, list[Exchange]] = {}
    for place, group in enumerate(tally.groups):
        if not scored.weights.get(group) or group not in scored.item_weights:
            continue
        own = scored.item_weights[group]
        found[group] = []
        for column, item in enumerate(tally.items):
            part = scored.weights[group] * own.get(item, Fraction(0))
            below = int(counted.over[target, column, place])
            if part and below:
                points = scheme.leaf(group).points
                counts = zip(tally.levels, counted.marks[target, column, place].tolist(), strict=True)
                judged = [(value, count) for level, count in counts if (value := points.get(level)) is not None]
                found[group] += _neighbours(_span(judged) if scheme.document.extremes else judged, part / below)
    return found


def _span(judged: list[tuple[Fraction, int]]) -> list[tuple[Fraction, int]]:
    """Return the levels from the best to the worst that is marked."""
    marked = [value for value, count in judged if count]
    return [(value, count) for value, count in judged if marked and min(marked) <= value <= max(marked)]


def _neighbours(judged: list[tuple[Fraction, int]], part: Fraction) -> list[Exchange]:
    """Return the exchanges between each two levels, with their counts, that follow each other in points."""
    return [
        Exchange(part * (better - worse), few, many)
        for (better, many), (worse, few) in pairwise(sorted(judged, reverse=True))
        if better != worse
    ]

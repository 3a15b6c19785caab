"""Grades: by the bands of the score, held back by quotas.

Grades are given from the best down. A target gets the best grade whose band its score reaches and whose quota
has a place left for it; places go by rank within the quota's pool and never to the next lower rank while equals
wait: where a tie lies across the quota line, none of the tied gets a grade, and each is flagged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from math import ceil, floor

from scoring.ranks import Key, pools
from scoring.scheme import Scheme
from scoring.scheme_document import QuotaRounding
from scoring.targets import TargetInfo


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
class Tie:
    """Equals for whom a quota has some room, but not for all; the rest will take places of the next grade."""

    equals: frozenset[str]
    room: int


def places(share: Fraction, pool: int, rounding: QuotaRounding) -> int:
    """Return how many of a pool may have a grade.

    Examples
    --------
    >>> [places(Fraction(1, 5), 13, mode) for mode in ("half_up", "up", "down")]
    [3, 3, 2]
    """
    exact = share * pool
    if rounding == "up":
        return ceil(exact)
    return floor(exact + Fraction(1, 2)) if rounding == "half_up" else floor(exact)


def grade(
    scheme: Scheme, targets: Sequence[str], keys: Mapping[str, Key], information: Mapping[str, TargetInfo]
) -> Graded:
    """Return the grades of the targets that have a key, whose first part is the score.

    Parameters
    ----------
    targets
        All that belong to the quotas' pools, with or without a score.
    """
    graded = Graded()
    quotas = {quota.grade: quota for quota in scheme.document.grades.quotas} if scheme.document.grades else {}
    falling: list[Tie] = []
    for name, least in _ladder(scheme):
        settled = graded.grades.keys() | graded.undecided.keys()
        able = {
            target: key for target, key in keys.items() if target not in settled and (least is None or key[0] >= least)
        }
        if name not in quotas:
            graded.grades |= dict.fromkeys(able, name)
            falling = []
            continue
        across: list[Tie] = []
        for members in pools(targets, information, scheme.pool_traits(quotas[name])).values():
            room = places(quotas[name].share, len(members), quotas[name].rounding)
            room -= sum(max(0, len(tie.equals.intersection(members)) - tie.room) for tie in falling)
            across += _fill(graded, name, room, {target: able[target] for target in members if target in able})
        falling = across
    return graded


def _ladder(scheme: Scheme) -> list[tuple[str, Fraction | None]]:
    """Return the grades from the best down, each with the score it asks for."""
    grades = scheme.document.grades
    if grades is None:
        return []
    if not grades.bands:
        return [(quota.grade, None) for quota in grades.quotas]
    ordered = sorted(grades.bands, key=lambda band: band.from_, reverse=True)
    return [(band.grade, band.from_) for band in ordered]


def _fill(graded: Graded, name: str, room: int, able: Mapping[str, Key]) -> list[Tie]:
    """Give out a quota's places in one pool; return the tie that lies across its line, if one does."""
    for _, tie in groupby(sorted(able, key=able.__getitem__, reverse=True), key=able.__getitem__):
        equals = frozenset(tie)
        if room <= 0:
            break
        if len(equals) > room:
            graded.undecided |= dict.fromkeys(equals, name)
            return [Tie(equals, room)]
        graded.grades |= dict.fromkeys(equals, name)
        room -= len(equals)
    return []

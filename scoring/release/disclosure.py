"""What a target's counts alone let be shown of it, so that nobody's marks can be worked out from what is printed.

Some raters may tell each other, or anybody, what they marked; what the others marked must stay open even then. Where
more marks of a group on an item than these differ from the most frequent one, the others still do, whatever is
printed. One ladder, from everything down to nothing; a target stands on one step of it:

``ALL``
    Every value.
``GROUPS``
    The total and the groups' totals, since some group has too few ballots for more.
``ITEMS``
    The total, and criteria and items of all groups together.
``TOTAL``
    The total alone.
``NOTHING``
    A band that the total lies in, or not even that.

Below the second step there must be room in what is printed for other marks (``scoring.release.room``);
``scoring.release.release`` looks for the highest step where there is.
"""

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.tally import Tally
from scoring.document.scheme_document import Disclosure
from scoring.outcome.value import Withheld

TELLERS = 2
"""So many raters may tell what they marked."""

SPARE = TELLERS + 1
"""So many marks must differ from any other one, so that one that isn't told still does."""

Flags = NDArray[np.bool_]
Span = tuple[Fraction, Fraction]
"""The least and the greatest value that a band leaves possible."""


class Shown(IntEnum):
    """How much of a target is shown; see the module."""

    NOTHING = 0
    TOTAL = 1
    ITEMS = 2
    GROUPS = 3
    ALL = 4


@dataclass(frozen=True)
class Decision:
    """What is shown of one target, and why not more.

    Attributes
    ----------
    shown
        The step of the ladder.
    reason
        Why not everything is shown; the same for all cells, since which of them it is about would be content.
    few
        The leaf groups with too few ballots, which is no secret; other groups are withheld to protect them.
    total
        Why the total is withheld, if it is.
    places, item_places
        To how many places the total, and the items of all groups together, are printed; ``None``: as the scheme says.
    band
        Between what a withheld total lies.
    told
        Between what the ballots' score lies by what this result and earlier ones print of it, where that is not all.
    level_with
        The target whose rank it shares, since which of them is greater would say too much.
    """

    shown: Shown
    reason: Withheld | None = None
    few: frozenset[str] = frozenset()
    total: Withheld | None = None
    places: int | None = None
    item_places: int | None = None
    band: Span | None = None
    told: Span | None = None
    level_with: str | None = None


@dataclass(frozen=True)
class Footing:
    """What the numbers of ballots and marks let be shown of one target.

    Attributes
    ----------
    everything, groups, items, nothing
        Whether everything may be, the groups' totals, the items of all groups together; or not even a total.
    reason, few
        As in a decision.
    """

    everything: bool
    groups: bool
    items: bool
    nothing: bool
    reason: Withheld | None
    few: frozenset[str]


def footings(tally: Tally, least: Disclosure) -> list[Footing]:
    """Return what may be tried for each target by its counts alone.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> from scoring.ballots.tally import Block, tally_blocks
    >>> scheme = load_scheme("{name: 一项, scale: {好: 1, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> block = Block("村民", "甲", ("态度",), ("好", "差"), np.array([[0], [0], [1]], np.uint8))
    >>> [footing] = footings(tally_blocks(scheme, ["甲"], [block]), scheme.document.disclosure)
    >>> footing.nothing, footing.reason
    (True, 'few')
    """
    cells = _Cells(tally, least)
    return [cells.footing(target) for target in range(len(tally.targets))]


class _Cells:
    """Which cells of a tally are too small or too much alike; arrays are (targets, items, groups) and less."""

    def __init__(self, tally: Tally, least: Disclosure) -> None:
        judged = tally.judgements
        levels = tally.marked * tally.judged
        marks = max(least.items, least.distribution)
        self.least = least
        self.groups: tuple[str, ...] = tally.groups
        self.ballots = tally.ballots
        self.there: Flags = tally.returned.max(axis=1, initial=0) > 0
        self.few_ballots: Flags = self.there & (self.ballots < max(least.score, marks))
        self.few_marks: Flags = np.any((tally.returned > 0) & (judged < marks), axis=(1, 2))
        # What is withheld only for this says that it is so. One mark more must differ, so that two raters who
        # differ, and tell, don't learn that they are the only ones.
        self.alike: Flags = np.any((judged > 0) & (levels.max(axis=-1, initial=0) >= judged - SPARE), axis=(1, 2))
        fewest_each = np.where((judged > 0).sum(axis=1) <= 1, max(least.score, marks), least.score)
        self.too_few: Flags = np.logical_and(self.there, self.ballots < fewest_each)
        together = judged.sum(axis=2)
        self.items: Flags = ((together == 0) | (together >= marks)).all(axis=1)
        only_one = (together > 0).sum(axis=1) <= 1
        fewest = np.where(only_one, max(least.score, least.items), least.score)
        self.nothing: Flags = np.less(self.ballots.sum(axis=1), fewest)

    def footing(self, target: int) -> Footing:
        few = self._named(self.few_ballots[target])
        reason: Withheld | None = "few" if few or self.few_marks[target] else "alike" if self.alike[target] else None
        there = bool(self.there[target].any())
        return Footing(
            everything=not there or reason is None,
            groups=not self.too_few[target].any() and not self.alike[target],
            items=bool(self.items[target]),
            nothing=there and bool(self.nothing[target]),
            reason=reason if there else None,
            few=few,
        )

    def _named(self, chosen: Flags) -> frozenset[str]:
        return frozenset(self.groups[place] for place in np.flatnonzero(chosen).tolist())

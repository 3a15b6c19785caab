"""What may be shown of each target, so that nobody's marks can be worked out from what is printed.

One ladder, from everything down to nothing; a target stands on one step of it:

``ALL``
    Every value.
``NO_GROUP_ITEMS``
    All but the item means of single groups, some of whose marks on an item are (nearly) all alike.
``NO_ITEMS``
    The total and the groups' totals: on some item a group gave too few judgements, or all marks are alike.
``TOTAL``
    The total alone: some group is under a threshold, or its ballots are (nearly) all alike. Printed to so few
    places that every group's mean could still have at least three values.
``NOTHING``
    Not even the total.

Withholding one cell always withholds a second, since a step takes all cells of a kind away at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from scoring.scheme_document import Disclosure
from scoring.tally import Tally
from scoring.value import Withheld

ODD_ONES_OUT = 2
"""Marks are as good as all alike where all but this many are the same."""

ENOUGH_GROUPS = 3
"""From this many groups a pooled mean and pooled counts together leave each group's mean open."""

Flags = NDArray[np.bool_]


class Shown(IntEnum):
    """How much of a target is shown; see the module."""

    NOTHING = 0
    TOTAL = 1
    NO_ITEMS = 2
    NO_GROUP_ITEMS = 3
    ALL = 4


@dataclass(frozen=True)
class Decision:
    """What is shown of one target, and why not more.

    Attributes
    ----------
    shown
        The step of the ladder.
    total
        Why the total is withheld, if it is.
    groups
        Leaf → why its total is withheld; other groups of the target are withheld to protect it.
    items
        (leaf, item) → why that cell is withheld; other cells are withheld to protect it.
    places
        To how many places the total may be printed; ``None`` for as many as the scheme says.
    """

    shown: Shown
    total: Withheld | None = None
    groups: Mapping[str, Withheld] = field(default_factory=dict)
    items: Mapping[tuple[str, str], Withheld] = field(default_factory=dict)
    places: int | None = None


def decide(tally: Tally, least: Disclosure) -> list[Decision]:
    """Return what may be shown of each target by its counts alone, before its printed places are looked at.

    Examples
    --------
    >>> from scoring.scheme import load_scheme
    >>> from scoring.tally import Block, tally_blocks
    >>> scheme = load_scheme("{name: 一项, scale: {好: 1, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> block = Block("村民", "甲", ("态度",), ("好", "差"), np.array([[0], [0], [1]], np.uint8))
    >>> decide(tally_blocks(scheme, ["甲"], [block]), scheme.document.disclosure)[0].total
    'few'
    """
    cells = _Cells(tally, least)
    return [cells.decision(target) for target in range(len(tally.targets))]


class _Cells:
    """Which cells of a tally are too small or too much alike; arrays are (targets, items, groups) and less."""

    def __init__(self, tally: Tally, least: Disclosure) -> None:
        judged = tally.judgements
        levels = tally.marked * tally.judged
        self.least = least
        self.groups, self.names = tally.groups, tally.items
        self.ballots = tally.ballots
        self.there: Flags = tally.returned.max(axis=1, initial=0) > 0
        self.few_ballots: Flags = self.there & (self.ballots < max(least.score, least.items, least.distribution))
        self.few_marks: Flags = (tally.returned > 0) & (judged < max(least.items, least.distribution))
        self.alike: Flags = (judged > 0) & (levels.max(axis=-1, initial=0) >= judged - ODD_ONES_OUT)
        self.all_alike: Flags = (judged > 0).any(axis=1) & (self.alike | (judged == 0)).all(axis=1)
        together, pooled = judged.sum(axis=2), levels.sum(axis=2)
        self.items_judged = (together > 0).sum(axis=1)
        self.pooled_alike: Flags = (together > 0) & (pooled.max(axis=-1, initial=0) >= together - ODD_ONES_OUT)
        self.everything_alike: Flags = (together > 0).any(axis=1) & (self.pooled_alike | (together == 0)).all(axis=1)

    def decision(self, target: int) -> Decision:
        if not self.there[target].any():
            return Decision(Shown.ALL)
        single = self.items_judged[target] <= 1
        if self.ballots[target].sum() < (max(self.least.score, self.least.items) if single else self.least.score):
            return self._withhold(target, Shown.NOTHING, "few")
        if self.everything_alike[target]:
            return self._withhold(target, Shown.NOTHING, "alike")
        if self.few_ballots[target].any() or self.all_alike[target].any():
            return self._withhold(target, Shown.TOTAL, None)
        return self._withhold(target, self._step_of_items(target), None)

    def _step_of_items(self, target: int) -> Shown:
        if self.few_marks[target].any() or self.pooled_alike[target].any():
            return Shown.NO_ITEMS
        if self.alike[target].any():
            return Shown.NO_GROUP_ITEMS if self.there[target].sum() >= ENOUGH_GROUPS else Shown.NO_ITEMS
        return Shown.ALL

    def _withhold(self, target: int, shown: Shown, total: Withheld | None) -> Decision:
        groups: dict[str, Withheld] = {}
        if shown <= Shown.TOTAL:
            groups |= dict.fromkeys(self._names(self.groups, self.all_alike[target]), "alike")
            groups |= dict.fromkeys(self._names(self.groups, self.few_ballots[target]), "few")
        items: dict[tuple[str, str], Withheld] = {}
        if shown < Shown.ALL:
            items |= dict.fromkeys(self._cells(self.alike[target]), "alike")
            items |= dict.fromkeys(self._cells(self.few_marks[target]), "few")
        return Decision(shown, total, groups, items)

    @staticmethod
    def _names(axis: Sequence[str], chosen: Flags) -> list[str]:
        return [axis[place] for place in np.flatnonzero(chosen).tolist()]

    def _cells(self, chosen: Flags) -> list[tuple[str, str]]:
        return [(self.groups[group], self.names[item]) for item, group in np.argwhere(chosen).tolist()]

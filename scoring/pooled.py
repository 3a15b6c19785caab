"""Marks of all groups together, unweighted: what shares, distributions and ties go by.

Groups that mark on a scale of their own are left out. Where there is an overall item, shares and ties go by its
marks, else by those of all items.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np

from scoring.conditions import Condition
from scoring.exact import printed
from scoring.results import Distribution
from scoring.scheme import Scheme
from scoring.tally import Counts, Tally

NAMES = ("blank", "unknown", "self", "spoiled", "voided")
"""How a distribution calls the last levels of a tally."""


@dataclass(frozen=True)
class Pooled:
    """Marks per target and item over the groups that share the scheme's scale.

    Attributes
    ----------
    counts
        Shape (targets, items, levels + 5).
    over
        Shape (targets, items): the scheme's denominator.
    judgements, valid, returned
        Shape (targets, items).
    """

    scheme: Scheme
    levels: tuple[str, ...]
    items: tuple[str, ...]
    counts: Counts
    over: Counts
    judgements: Counts
    valid: Counts
    returned: Counts

    @property
    def shared_items(self) -> list[int]:
        """Where the items stand by which shares and ties go."""
        overall = self.scheme.document.overall
        return [self.items.index(overall.item)] if overall else list(range(len(self.items)))

    def share_of(self, target: int, condition: Condition) -> tuple[int, int]:
        """Return how many marks a condition counts, and out of how many."""
        items = self.shared_items if condition.item is None else [self.items.index(condition.item)]
        levels = [self.levels.index(level) for level in condition.levels]
        marks = self.counts[target][np.ix_(items, levels)].sum()
        return int(marks), int(self.over[target, items].sum())

    def marks(self, target: int, level: str) -> int:
        """Return how many marks of a level count for shares and ties."""
        return int(self.counts[target, self.shared_items, self.levels.index(level)].sum())

    def share(self, target: int, level: str) -> Fraction:
        """Return the share of a level that ties go by; 0 where nothing counts."""
        over = int(self.over[target, self.shared_items].sum())
        return Fraction(self.marks(target, level), over) if over else Fraction(0)

    def shares(self, target: int) -> dict[str, str]:
        """Return level → share in per cent, as printed; no share for a level that the denominator leaves out."""
        over = int(self.over[target, self.shared_items].sum())
        everything = self.scheme.document.denominator != "judgements"
        return {
            level: self._printed(self.marks(target, level), over)
            for level, points in self.scheme.points.items()
            if over and (everything or points is not None)
        }

    def distribution(self, target: int, item: int) -> Distribution:
        """Return how the marks on one item are spread."""
        over = int(self.over[target, item])
        own = self.scheme.points
        counts = dict(zip(self.levels, self.counts[target, item].tolist(), strict=False))
        judged = {level: counts[level] for level, points in own.items() if points is not None}
        others = {level: counts[level] for level, points in own.items() if points is None}
        last = self.counts[target, item, len(self.levels) :].tolist()
        return Distribution(
            counts=judged,
            shares={level: self._printed(count, over) for level, count in judged.items() if over},
            denominator=over,
            judgements=int(self.judgements[target, item]),
            valid=int(self.valid[target, item]),
            returned=int(self.returned[target, item]),
            not_judged=others | dict(zip(NAMES, last, strict=True)),
        )

    def _printed(self, count: int, over: int) -> str:
        rounding = self.scheme.document.rounding
        return printed(Fraction(100 * count, over), rounding.places, rounding.mode)


def pool(scheme: Scheme, tally: Tally, over: Counts, group: str | None = None) -> Pooled:
    """Return the marks of all groups on the scheme's own scale together, or of those below one group.

    Parameters
    ----------
    over
        Shape (targets, items, groups): the scheme's denominators.
    """
    if group is None:
        alike = np.array([leaf.points == scheme.points for leaf in scheme.leaves()])
    else:
        alike = np.array([leaf.id in scheme.leaves_below(group) for leaf in scheme.leaves()])
    return Pooled(
        scheme=scheme,
        levels=tally.levels,
        items=tally.items,
        counts=tally.counts[:, :, alike].sum(axis=2),
        over=over[:, :, alike].sum(axis=2),
        judgements=tally.judgements[:, :, alike].sum(axis=2),
        valid=tally.valid[:, :, alike].sum(axis=2),
        returned=tally.returned[:, :, alike].sum(axis=2),
    )


class Shares:
    """How many marks any condition counts, and out of how many; groups are pooled once."""

    def __init__(self, scheme: Scheme, tally: Tally, over: Counts) -> None:
        self._pooled = cache(lambda group: pool(scheme, tally, over, group))

    def of(self, target: int) -> Callable[[Condition], tuple[int, int]]:
        """Return what counts for each condition about one target."""
        return lambda condition: self._pooled(condition.group).share_of(target, condition)


def raised(scheme: Scheme, shares: Shares, targets: int) -> list[list[str]]:
    """Return the flags that each target's marks raise, in the tally's and the scheme's order."""
    flags: list[list[str]] = [[] for _ in range(targets)]
    for trigger in scheme.document.triggers or ():
        condition = trigger.condition
        for target, own in enumerate(flags):
            if trigger.flag not in own and condition.holds(shares.of(target)):
                own.append(trigger.flag)
    return flags

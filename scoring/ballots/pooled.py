"""Marks of all groups together, unweighted: what shares, distributions and ties go by.

Groups that mark on a scale of their own are left out. Where there is an overall item, shares and ties go by its
marks, else by those of all items.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np

from scoring.ballots.proportions import goodman
from scoring.ballots.tally import Counts, Tally
from scoring.document.conditions import Condition
from scoring.document.exact import printed
from scoring.document.remainder import shares_to_whole
from scoring.document.scheme import Scheme
from scoring.outcome.results import Distribution

NAMES = ("blank", "unknown", "self", "spoiled", "voided")
"""How a distribution calls the last levels of a tally."""


@dataclass(frozen=True)
class Pooled:
    """Marks per target and item over the groups that share the scheme's scale.

    Attributes
    ----------
    counts, heavy
        Shape (targets, items, levels + 5): marks, and their weights where ballots have such.
    over
        Shape (targets, items): the scheme's denominator, in weights.
    judgements, valid, returned
        Shape (targets, items): marks.
    """

    scheme: Scheme
    levels: tuple[str, ...]
    items: tuple[str, ...]
    counts: Counts
    heavy: Counts
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
        """Return how many marks a condition counts, and out of how many; 0 where nothing came back."""
        items = self.shared_items if condition.item is None else [self.items.index(condition.item)]
        levels = [self.levels.index(level) for level in condition.levels]
        marks = self.heavy[target][np.ix_(items, levels)].sum()
        return int(marks), int(self.over[target, items].sum()) if self.returned[target, items].any() else 0

    def marks(self, target: int, level: str) -> int:
        """Return how many marks of a level count for shares and ties."""
        return int(self.heavy[target, self.shared_items, self.levels.index(level)].sum())

    def share(self, target: int, level: str) -> Fraction:
        """Return the share of a level that ties go by; 0 where nothing counts."""
        over = int(self.over[target, self.shared_items].sum())
        return Fraction(self.marks(target, level), over) if over else Fraction(0)

    def shares(self, target: int) -> dict[str, str]:
        """Return level → share in per cent, as printed; no share for a level that the denominator leaves out."""
        over = int(self.over[target, self.shared_items].sum())
        everything = self.scheme.document.denominator != "judgements"
        levels = [name for name, points in self.scheme.points.items() if everything or points is not None]
        return self._printed({level: self.marks(target, level) for level in levels}, over)

    def favourable(self, target: int) -> str | None:
        """Return the share of the marks that the scheme calls favourable; ``None`` where it calls none so."""
        over = int(self.over[target, self.shared_items].sum())
        levels = self.scheme.document.favourable
        if levels is None or not over:
            return None
        [share] = self._printed({"": sum(self.marks(target, level) for level in levels)}, over).values()
        return share

    def share_intervals(self, target: int) -> dict[str, tuple[float, float]]:
        """Return level → simultaneous interval of its share in per cent (``proportions.goodman``).

        Of the levels with points, where each ballot has one mark that counts: shares over judgements of one item,
        from ballots without sampling weights. The pooled ballots are taken as drawn by lot from all groups together.
        """
        counts = self.judged(target)
        one_mark_each = len(self.shared_items) == 1 and self.scheme.document.denominator == "judgements"
        if not one_mark_each or self.heavy is not self.counts or not any(counts.values()):
            return {}
        found = goodman(list(counts.values()))
        return {
            level: (round(100 * low, 6), round(100 * high, 6)) for level, (low, high) in zip(counts, found, strict=True)
        }

    def judged(self, target: int) -> dict[str, int]:
        """Return level → marks that count for shares, of the levels with points, best first."""
        return {level: self.marks(target, level) for level, points in self.scheme.points.items() if points is not None}

    def distribution(self, target: int, item: int) -> Distribution:
        """Return how the marks on one item are spread."""
        own = self.scheme.points
        heavy = dict(zip(self.levels, self.heavy[target, item].tolist(), strict=False))
        counts = dict(zip(self.levels, self.counts[target, item].tolist(), strict=False))
        judged = {level: counts[level] for level, points in own.items() if points is not None}
        others = {level: counts[level] for level, points in own.items() if points is None}
        last = self.counts[target, item, len(self.levels) :].tolist()
        return Distribution(
            counts=judged,
            shares=self._printed({level: heavy[level] for level in judged}, int(self.over[target, item])),
            denominator=self._denominator(target, item),
            judgements=int(self.judgements[target, item]),
            valid=int(self.valid[target, item]),
            returned=int(self.returned[target, item]),
            not_judged=others | dict(zip(NAMES, last, strict=True)),
        )

    def _denominator(self, target: int, item: int) -> int:
        """Return over how many marks shares are taken, whatever the marks weigh."""
        own = {"judgements": self.judgements, "valid": self.valid, "returned": self.returned}
        return int(own.get(self.scheme.document.denominator, self.over)[target, item])

    def _printed(self, counts: Mapping[str, int], over: int) -> dict[str, str]:
        """Return shares in per cent, each rounded by itself or, if the scheme says so, to make up a whole row."""
        rounding = self.scheme.document.rounding
        if not over:
            return {}
        if rounding.shares == "whole":
            return dict(zip(counts, shares_to_whole(list(counts.values()), rounding.places, over), strict=True))
        return {
            level: printed(Fraction(100 * count, over), rounding.places, rounding.mode)
            for level, count in counts.items()
        }


def pool(scheme: Scheme, tally: Tally, over: Counts, group: str | None = None) -> Pooled:
    """Return the marks of all groups on the scheme's own scale together, or of those below one group.

    Parameters
    ----------
    over
        Shape (targets, items, groups): the scheme's denominators, in weights where ballots have such.
    """
    if group is None:
        alike = np.array([leaf.points == scheme.points for leaf in scheme.leaves()])
    else:
        alike = np.array([leaf.id in scheme.leaves_below(group) for leaf in scheme.leaves()])
    counts = tally.counts[:, :, alike].sum(axis=2)
    return Pooled(
        scheme=scheme,
        levels=tally.levels,
        items=tally.items,
        counts=counts,
        heavy=counts if tally.weighted is None else tally.weighted[:, :, alike].sum(axis=2),
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

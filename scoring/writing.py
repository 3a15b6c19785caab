"""Write one target's exact values down as they are printed: the only place where numbers are rounded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.denominators import asked
from scoring.exact import printed, ratio_text
from scoring.grades import Graded
from scoring.pooled import Pooled
from scoring.ranks import Standing
from scoring.results import EMPTY_GROUP, TIE_AT_QUOTA, Cell, Distribution, TargetResult, Turnout
from scoring.scheme import Scheme
from scoring.scheme_document import Group
from scoring.scores import Scored
from scoring.tally import Tally
from scoring.targets import TargetInfo


@dataclass(frozen=True)
class Writer:
    """All that is known of a round's targets, exact; ``raised`` holds the flags of each, in the tally's order."""

    scheme: Scheme
    tally: Tally
    scored: Mapping[str, Scored]
    pooled: Pooled
    information: Mapping[str, TargetInfo]
    turnout: Mapping[tuple[str, str], Turnout]
    standings: Mapping[str, Standing]
    graded: Graded
    raised: Sequence[Sequence[str]]

    def result(self, place: int) -> TargetResult:
        """Return everything about the target at a place of the tally; nothing is withheld yet."""
        target = self.tally.targets[place]
        scored = self.scored[target]
        known = self.information.get(target, TargetInfo())
        standing = self.standings.get(target)
        return TargetResult(
            target=target,
            score=self._printed(scored.total),
            exact=None if scored.total is None else ratio_text(scored.total),
            rank=standing.rank if standing else None,
            provisional=_empty(scored) if scored.total is None else None,
            grade=self.graded.grades.get(target),
            flags=self._flags(place, scored),
            groups=self._groups(place, scored),
            criteria={name: self._cell(value) for name, value in scored.criteria.items()},
            shares=self.pooled.shares(place),
            name=known.name,
            kind=known.kind,
            class_=known.class_,
            layer=known.layer,
            unit=known.unit,
            duties=known.duties,
            tied=standing.tied if standing else False,
            pool=standing.pool if standing else None,
            items=self._items(place, scored.items, ""),
            group_items={node: self._items(place, scored.group_items[node], node) for node in self._below},
            distributions=self._distributions(place),
            turnout={
                group: self.turnout[group, target] for group in self.tally.groups if (group, target) in self.turnout
            },
        )

    def _printed(self, value: Fraction | None) -> str | None:
        rounding = self.scheme.document.rounding
        return None if value is None else printed(value, rounding.places, rounding.mode)

    @cached_property
    def _below(self) -> dict[str, list[int]]:
        """Return where the leaves below each group stand in the tally."""
        found: dict[str, list[int]] = {}

        def walk(group: Group) -> list[int]:
            found[group.id] = []
            found[group.id] += (
                [place for child in group.groups for place in walk(child)]
                if group.groups
                else [self.tally.groups.index(group.id)]
            )
            return found[group.id]

        for group in self.scheme.groups:
            walk(group)
        return found

    @cached_property
    def _asked(self) -> NDArray[np.bool_]:
        return asked(self.scheme, self.tally)

    @cached_property
    def _judged(self) -> dict[str, NDArray[np.int64]]:
        """Node, or "" for the whole → judgements, shape (targets, items); -1 where none of its leaves was asked."""
        below = {"": list(range(len(self.tally.groups)))} | self._below
        return {
            node: np.where(self._asked[:, :, leaves].any(axis=2), self.tally.judgements[:, :, leaves].sum(axis=2), -1)
            for node, leaves in below.items()
        }

    @cached_property
    def _cells(self) -> dict[tuple[Fraction | None, int | None], Cell]:
        return {}

    def _cell(self, value: Fraction | None, n: int | None = None) -> Cell:
        """Return a cell; equal ones are one, since most of a large result's cells are empty or alike."""
        key = (value, n)
        if key not in self._cells:
            self._cells[key] = Cell(score=self._printed(value), n=n)
        return self._cells[key]

    def _groups(self, place: int, scored: Scored) -> dict[str, Cell]:
        return {
            node: self._cell(scored.groups[node], int(self.tally.ballots[place, leaves].sum()))
            for node, leaves in self._below.items()
        }

    def _items(self, place: int, means: Mapping[str, Fraction | None], node: str) -> dict[str, Cell]:
        """Return the means of the items that any of a node's leaves was asked."""
        judged = zip(self.tally.items, self._judged[node][place].tolist(), strict=True)
        return {item: self._cell(means[item], n) for item, n in judged if n >= 0}

    def _distributions(self, place: int) -> dict[str, Distribution]:
        return {
            item: self.pooled.distribution(place, column)
            for column, item in enumerate(self.tally.items)
            if self._judged[""][place, column] >= 0
        }

    def _flags(self, place: int, scored: Scored) -> tuple[str, ...]:
        flags, undecided = [*self.raised[place]], self.graded.undecided.get(self.tally.targets[place])
        if undecided is not None:
            flags.append(f"{TIE_AT_QUOTA}: {undecided}")
        if scored.total is not None and scored.empty:
            flags.append(_empty(scored))
        return tuple(flags)


def _empty(scored: Scored) -> str:
    return f"{EMPTY_GROUP}: {', '.join(scored.empty)}"

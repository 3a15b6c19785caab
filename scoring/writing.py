"""Write one target's exact values down as they are printed: the only place where numbers are rounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.denominators import asked
from scoring.ballots.tally import Tally
from scoring.brought_in.decisions import of_kind
from scoring.document.exact import printed, ratio_text
from scoring.document.scheme import Scheme
from scoring.document.scheme_document import Group
from scoring.document.targets import TargetInfo
from scoring.outcome.reason_words import TIE_BY_HAND
from scoring.outcome.results import Cell, Distribution, Majority, TargetResult
from scoring.precision import Precision
from scoring.reasons import flags, provisional
from scoring.scores.bounds import final_bounds
from scoring.scores.composition import Final
from scoring.scores.explain import contributions, final_parts, left_out
from scoring.scores.grades import Graded
from scoring.scores.majority import majority
from scoring.scores.ranks import Standing
from scoring.scores.scores import Scored
from scoring.working import Worked


@dataclass(frozen=True)
class Writer:
    """Writes the results of a round that was worked out, ranked and graded."""

    worked: Worked
    sure: Precision
    standings: Mapping[str, Standing]
    graded: Graded

    @property
    def scheme(self) -> Scheme:
        """The scheme."""
        return self.worked.scheme

    @property
    def tally(self) -> Tally:
        """The tally."""
        return self.worked.tally

    def result(self, place: int) -> TargetResult:
        """Return everything about the target at a place of the tally; nothing is withheld yet."""
        target = self.tally.targets[place]
        worked, scored, final = self.worked, self.worked.scored[target], self.worked.finals[target]
        known = worked.information.get(target, TargetInfo())
        standing = self.standings.get(target)
        by_hand = standing is not None and standing.tied and self.scheme.document.ranking.ties == "hand"
        return TargetResult(
            target=target,
            score=self._printed(final.total),
            exact=None if final.total is None else ratio_text(final.total),
            rank=standing.rank if standing and not by_hand else None,
            provisional=TIE_BY_HAND if by_hand else provisional(worked, target),
            grade=self.graded.grades.get(target),
            flags=flags(worked, target, self.graded.undecided.get(target)),
            groups=self._groups(place, scored),
            criteria={name: self._cell(value) for name, value in scored.criteria.items()},
            shares=worked.pooled.shares(place),
            share_intervals=worked.pooled.share_intervals(place),
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
            turnout=worked.turnout_of(target),
            decisions=tuple(worked.decisions.get(target, ())),
            se=self.sure.errors.get(target),
            interval=self.sure.intervals.get(target),
            degrees=self.sure.degrees.get(target),
            rank_interval=self.sure.ranks.get(target),
            quota_chance=self.sure.chances.get(target),
            **self._beside(target, final),
            **self._explained(place, scored, final),
        )

    def _beside(self, target: str, final: Final) -> dict[str, Any]:
        """Return what stands beside the score: how it is composed, what it could become, what a meeting decided."""
        document = self.scheme.document
        decisions = self.worked.decisions
        adjusted = any(part.kind == "adjustment" for part in final.parts)
        composed = document.components or document.adjustments or document.mode or adjusted
        bounds = final_bounds(self.scheme, target, self.worked.scored[target], final, decisions)
        decided = of_kind(decisions, target, "final_grade")
        return {
            "ballot_score": self._printed(final.ballots) if composed else None,
            "components": {
                name: self._printed(value) for name, value in final.components.items() if document.components
            },
            "bounds": None if bounds is None else tuple(self._printed(end) for end in bounds),
            "final_grade": decided[0].value if decided else None,
            "favourable": self.worked.pooled.favourable(self.worked.places[target]),
            "majority": self._majority(self.worked.places[target]),
        }

    def _explained(self, place: int, scored: Scored, final: Final) -> dict[str, Any]:
        """Return the parts that the score is the sum of, and what has no part in it."""
        rounding, missed = self.scheme.document.rounding, self.worked.missed[self.tally.targets[place]]
        parts = final_parts(self.scheme, scored, final)
        silent = missed if self.worked.voids_turnout else ()
        return {
            "contributions": contributions(parts, rounding.places, rounding.mode),
            "left_out": left_out(self.scheme, scored, self._asked[place], silent) if parts else (),
        }

    def _majority(self, place: int) -> Majority | None:
        """Return the median grade with what lies above and below it, where levels have names."""
        judged = self.worked.pooled.judged(place)
        if not any(judged.values()):
            return None
        gauge = majority(list(judged.values()))
        better, worse = (self._printed(100 * share) or "" for share in (gauge.better, gauge.worse))
        return Majority(grade=list(judged)[gauge.level], better=better, worse=worse, sign=gauge.sign)

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
            item: self.worked.pooled.distribution(place, column)
            for column, item in enumerate(self.tally.items)
            if self._judged[""][place, column] >= 0
        }

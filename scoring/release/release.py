"""Decide what a released result shows of each target, with its counts, its rank and its printed digits in view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from scoring.document.conditions import Expression
from scoring.document.exact import rounded
from scoring.document.scheme_document import Disclosure
from scoring.release.disclosure import TELLERS, Decision, Footing, Shown, Span, footings
from scoring.release.figures import Figures
from scoring.release.room import Cells, cells_of
from scoring.release.standing_alone import StandingAlone
from scoring.scores.ranks import pools
from scoring.working import Worked

_HIDDEN = Decision(Shown.NOTHING, "complementary", total="solvable")


@dataclass(frozen=True)
class Release:
    """A round that was worked out, from which the release takes what may be shown.

    Attributes
    ----------
    least
        The fewest ballots from which something is shown.
    earlier
        Target → between what its ballots' score lies by earlier results of the same ballots.
    """

    worked: Worked
    least: Disclosure
    earlier: Mapping[str, Span] = field(default_factory=dict)

    def decisions(self) -> dict[str, Decision]:
        """Return what may be shown of each target.

        Totals without their groups' totals are printed to the same places within a ranking. If another one, known
        more closely, would be printed alike, both share a rank, which would else say which of them is greater. A
        target whose total is not printed takes no part in the ranking, where the gap would say between which others
        it lies.
        """
        targets, within = self.worked.tally.targets, self.worked.scheme.document.ranking.within
        footing = dict(zip(targets, footings(self.worked.tally, self.least), strict=True))
        decided = {name: found for name in targets if (found := self._settled(name, footing[name])) is not None}
        decided |= self._hanging(decided)
        decided |= self._by_place(decided)
        keys = self.worked.keys
        for members in pools(targets, self.worked.information, within).values():
            known = sorted((keys[name][0], name) for name in members if name in decided and name in keys)
            decided |= self._together({name: footing[name] for name in members if name not in decided}, known)
        return {target: decided[target] for target in targets}

    def _settled(self, target: str, footing: Footing) -> Decision | None:
        """Return what is shown of a target where that needs no look at the digits of its total."""
        why, few, mode = footing.reason, footing.few, self.worked.scheme.document.mode
        if footing.everything:
            return Decision(Shown.ALL)
        if footing.nothing:
            return Decision(Shown.NOTHING, why, few, total=why)
        if mode is not None:
            place = self.worked.places[target]
            steady = all(leaves_open(self.worked, place, step.condition) for step in mode.steps or () if step.condition)
            if not steady:
                return Decision(Shown.NOTHING, why, few, total="solvable")
        if footing.groups:
            return Decision(Shown.GROUPS, why, few)
        return (
            None if mode is None and self.worked.finals[target].total is not None else Decision(Shown.TOTAL, why, few)
        )

    def _hanging(self, decided: Mapping[str, Decision]) -> dict[str, Decision]:
        """Return those whose scores are made of others' too, of which not everything is shown: they would tell it."""
        sources = {each.source for each in self.worked.scheme.document.components or ()}
        known = {name: each for name, each in self.worked.information.items() if name in self.worked.finals}
        hidden = {name for name in known if name not in decided or decided[name].shown is not Shown.ALL}
        found = {known[name].unit for name in hidden if known[name].unit != name} if "members" in sources else set()
        if "unit" in sources:
            found |= {name for name, each in known.items() if each.unit in hidden - {name}}
        return {name: Decision(Shown.NOTHING, "complementary", total="solvable") for name in found & known.keys()}

    def _by_place(self, decided: Mapping[str, Decision]) -> dict[str, Decision]:
        """Return the targets of rankings in which points go by place or by the best one, where any mean is withheld."""
        mode, found = self.worked.scheme.document.mode, dict[str, Decision]()
        if mode is None or mode.steps is not None:
            return found
        within = self.worked.scheme.document.ranking.within
        for members in pools(self.worked.tally.targets, self.worked.information, within).values():
            if any(decided.get(name, _HIDDEN).shown is not Shown.ALL for name in members):
                found |= dict.fromkeys(members, _HIDDEN)
        return found

    @cached_property
    def _cells(self) -> Cells:
        return cells_of(self.worked.scheme, self.worked.tally, self.worked.counted)

    @cached_property
    def _figures(self) -> Figures:
        return Figures(self.worked.scheme)

    def _together(self, footing: Mapping[str, Footing], known: Sequence[tuple[Fraction, str]]) -> dict[str, Decision]:
        """Return what is shown of those targets of one ranking of which groups are withheld.

        Parameters
        ----------
        known
            What ranks compare of the others, with their names, in rising order.
        """
        worked, places = self.worked, self.worked.places
        alone = {
            name: StandingAlone(worked, name, each, self._cells.of(places[name]), self._figures, self.earlier.get(name))
            for name, each in footing.items()
        }
        every = range(worked.scheme.document.rounding.places + 1)
        fine = {
            name: [place for place in every if each.is_fine(Fraction(1, 10**place))] for name, each in alone.items()
        }
        best = max(every, key=lambda place: (sum(place in options for options in fine.values()), place))
        decided = {
            name: each.with_total(best, known) if best in fine[name] else each.with_band()
            for name, each in alone.items()
        }
        return self._level(decided, best)

    def _level(self, decided: Mapping[str, Decision], places: int) -> dict[str, Decision]:
        """Let those share a rank whose totals are printed alike: many in strict order would lie close to each other."""
        first: dict[Fraction, str] = {}
        found = dict(decided)
        for name, each in decided.items():
            total = self.worked.finals[name].total
            if (
                each.shown > Shown.NOTHING
                and total is not None
                and each.level_with is None
                and name in self.worked.keys
            ):
                printed = rounded(total, places, self.worked.scheme.document.rounding.mode)
                found[name] = replace(each, level_with=first.setdefault(printed, name))
        return found


def leaves_open(worked: Worked, place: int, expression: Expression) -> bool:
    """Return whether no mark can be told from whether a condition on the marks of all groups holds."""
    spare = TELLERS * len(worked.pooled.shared_items) + 1
    return worked.scheme.document.denominator == "judgements" and all(
        each.item is None and each.group is None and each.leaves_open(worked.pooled.share_of(place, each)[1], spare)
        for each in expression.conditions()
    )

"""Decide what a released result shows of each target, with its counts, its rank and its printed digits in view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from scoring.disclosure import Decision, Shown, decide
from scoring.extremes import Counted
from scoring.ranks import Key, pools
from scoring.scheme import Scheme
from scoring.scheme_document import Disclosure
from scoring.scores import Scored
from scoring.solvable import exchanges, open_places
from scoring.tally import Tally
from scoring.targets import TargetInfo


@dataclass(frozen=True)
class Release:
    """A round's exact results, from which the release takes what may be shown.

    Attributes
    ----------
    counted
        The marks that means are made of.
    scored
        Target → exact values.
    keys
        Target with a final score → what ranks compare.
    least
        The fewest ballots from which something is shown.
    """

    scheme: Scheme
    tally: Tally
    counted: Counted
    scored: Mapping[str, Scored]
    keys: Mapping[str, Key]
    information: Mapping[str, TargetInfo]
    least: Disclosure

    @cached_property
    def _places(self) -> dict[str, int]:
        return {target: place for place, target in enumerate(self.tally.targets)}

    def decisions(self) -> dict[str, Decision]:
        """Return what may be shown of each target, with the places of each total that stands alone.

        Totals that stand alone are printed to the same places within a ranking, since a rank says which of
        two is greater. A target whose total cannot be printed at all takes no part in the ranking, where the
        gap would say between which others it lies.
        """
        decided = dict(zip(self.tally.targets, decide(self.tally, self.least), strict=True))
        traits = self.scheme.document.ranking.within
        for members in pools(self.tally.targets, self.information, traits).values():
            final = [name for name in members if name in self.keys]
            known = sorted(self.keys[name][0] for name in final if decided[name].shown > Shown.TOTAL)
            alone = [name for name in final if decided[name].shown is Shown.TOTAL]
            may = {name: self._open_places(name, known) for name in alone}
            every = range(self.scheme.document.rounding.places + 1)
            best = max(every, key=lambda places: (sum(places in options for options in may.values()), places))
            for name, options in may.items():
                if best in options:
                    decided[name] = replace(decided[name], places=best)
                else:
                    decided[name] = replace(decided[name], shown=Shown.NOTHING, total="solvable")
        return decided

    def _open_places(self, target: str, known: Sequence[Fraction]) -> list[int]:
        """Return the numbers of places to which a total that stands alone may be printed."""
        scored = self.scored[target]
        if scored.total is None:
            return []
        place = self._places[target]
        groups = exchanges(self.scheme, self.tally, self.counted, place, scored)
        if len(groups) == 1 and self._is_a_groups_own(next(iter(groups)), place):
            return list(range(self.scheme.document.rounding.places + 1))
        return open_places(self.scheme, scored.total, groups, known)

    def _is_a_groups_own(self, group: str, target: int) -> bool:
        """Return whether a total that is the score of one group has ballots enough to be shown as such."""
        single = len(self.scored[self.tally.targets[target]].item_weights[group]) == 1
        ballots = self.tally.ballots[target, self.tally.groups.index(group)]
        return bool(ballots >= (max(self.least.score, self.least.items) if single else self.least.score))

"""How the scores of one target differ between two rounds, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import hypot
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, Field
from scipy.special import stdtrit

from scoring.document.exact import Mode, printed, ratio_text
from scoring.outcome.reason_words import EMPTY_GROUP, MISSED_TURNOUT
from scoring.outcome.results import Cell, TargetResult

By = Literal["exact", "printed"]
"""Whether a difference is one of exact scores, or of printed ones and so up to a unit of the last place off."""

_LEVEL = 0.95
_COUNTED_OTHERWISE = (EMPTY_GROUP, MISSED_TURNOUT)


class Value(BaseModel):
    """A piece of a trend's document."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")


class Change(Value):
    """How a score differs between two rounds.

    Attributes
    ----------
    change
        After less before, as printed; of printed scores to the places of the coarser one.
    exact
        The same as a reduced ``p/q``; ``None`` where it is taken from printed scores.
    se
        Standard error in points, as for independent rounds.
    interval
        95 % interval in points, where both rounds give degrees of freedom.
    """

    before: str
    after: str
    change: str
    by: By
    exact: str | None = None
    se: float | None = None
    interval: tuple[float, float] | None = None


class TargetTrend(Value):
    """One target in both rounds.

    Attributes
    ----------
    reason
        Why its scores are not compared.
    notes
        Groups that did not count in one of the rounds, so that the others had their weight.
    against_drift
        Its change less the drift of its class, as printed.
    groups, criteria
        Where both rounds show a score.
    """

    target: str
    name: str = ""
    class_: str = Field(default="", alias="class")
    reason: str | None = None
    notes: tuple[str, ...] = ()
    score: Change | None = None
    against_drift: str | None = None
    groups: dict[str, Change] = Field(default_factory=dict)
    criteria: dict[str, Change] = Field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """A difference, exact or of printed scores, to so many places; or the mean of so many."""

    value: Fraction
    by: By
    places: int
    of: int = 1

    @property
    def exact(self) -> str | None:
        """The reduced ``p/q`` of an exact one."""
        return ratio_text(self.value) if self.by == "exact" else None

    def text(self, mode: str) -> str:
        """Return it as printed."""
        return printed(self.value, self.places, cast("Mode", mode))


def _of_printed(before: str, after: str) -> Difference:
    places = min(len(text.partition(".")[2]) for text in (before, after))
    return Difference(Fraction(after) - Fraction(before), "printed", places)


def welch_degrees(errors: Sequence[tuple[float, float | None]]) -> float | None:
    """Return the degrees of freedom of a difference: (Σ se²)² / Σ (se⁴ / degrees), by Welch 1947.

    Parameters
    ----------
    errors
        Standard errors, each with its degrees of freedom; what has no error needs none.

    Examples
    --------
    >>> welch_degrees([(1.0, 10), (1.0, 10)]), welch_degrees([(1.0, 10), (0.0, None)]), welch_degrees([(1.0, None)])
    (20.0, 10.0, None)
    """
    there = [(se, degrees) for se, degrees in errors if se]
    known = [(se, degrees) for se, degrees in there if degrees]
    if not known or len(known) < len(there):
        return None
    largest = max(se for se, _ in known)  # else the fourth power of a small one would be 0
    parts = [((se / largest) ** 2, degrees) for se, degrees in known]
    return sum(part for part, _ in parts) ** 2 / sum(part**2 / degrees for part, degrees in parts)


@dataclass(frozen=True)
class Pair:
    """A target in both rounds, and how the later one prints."""

    before: TargetResult
    after: TargetResult
    places: int
    mode: str

    def reason(self) -> str | None:
        """Return why its scores are not compared."""
        then, now = _asked(self.before), _asked(self.after)
        differing = sorted(then ^ now) if then and now else []
        if self.before.class_ != self.after.class_:
            return f"class: {self.before.class_ or 'nothing'}, then {self.after.class_ or 'nothing'}"
        for when, result in (("before", self.before), ("after", self.after)):
            if result.score is None:
                return f"{when}: {'withheld' if result.withheld else result.provisional or 'no score'}"
        return f"asked in one round alone: {', '.join(differing[0])}" if differing else None

    def change(self) -> Difference:
        """Return the difference of its scores."""
        if self.before.exact is not None and self.after.exact is not None:
            value = Fraction(self.after.exact) - Fraction(self.before.exact)
            return Difference(value, "exact", self.places)
        return _of_printed(self.before.score or "", self.after.score or "")

    def trend(self, change: Difference | None, drift: Difference | None) -> TargetTrend:
        """Return everything about the target."""
        after = self.after
        if change is None:
            return TargetTrend(target=after.target, name=after.name, class_=after.class_, reason=self.reason())
        rest = None
        if drift is not None:
            rest = Difference(change.value - drift.value, drift.by, min(change.places, drift.places)).text(self.mode)
        return TargetTrend(
            target=after.target,
            name=after.name,
            class_=after.class_,
            notes=self._notes(),
            score=self._score(change),
            against_drift=rest,
            groups=self._cells(self.before.groups, after.groups),
            criteria=self._cells(self.before.criteria, after.criteria),
        )

    def _notes(self) -> tuple[str, ...]:
        then, now = (
            {flag for flag in each.flags if flag.startswith(_COUNTED_OTHERWISE)} for each in (self.before, self.after)
        )
        return (*(f"before: {flag}" for flag in sorted(then - now)), *(f"after: {flag}" for flag in sorted(now - then)))

    def _score(self, change: Difference) -> Change:
        before, after = self.before, self.after
        se = interval = None
        if before.se is not None and after.se is not None:
            se = hypot(before.se, after.se)
            degrees = welch_degrees([(before.se, before.degrees), (after.se, after.degrees)])
            if degrees is not None or not se:
                half = se * float(stdtrit(degrees, (1 + _LEVEL) / 2)) if se else 0.0
                interval = (float(change.value) - half, float(change.value) + half)
        return Change(
            before=before.score or "",
            after=after.score or "",
            change=change.text(self.mode),
            by=change.by,
            exact=change.exact,
            se=se,
            interval=interval,
        )

    def _cells(self, before: Mapping[str, Cell], after: Mapping[str, Cell]) -> dict[str, Change]:
        changes = {}
        for name, cell in after.items():
            then = before[name].score if name in before else None
            if then is not None and cell.score is not None:
                change = _of_printed(then, cell.score).text(self.mode)
                changes[name] = Change(before=then, after=cell.score, change=change, by="printed")
        return changes


def _asked(result: TargetResult) -> set[tuple[str, str]]:
    return {(group, item) for group, items in result.group_items.items() for item in items}

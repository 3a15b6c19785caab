"""The rules of a scheme beside its weights: what a ballot must look like, who must have come, what acts on a score."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from scoring.document.conditions import Expression, read_condition
from scoring.document.scheme_values import (
    Answer,
    Level,
    Name,
    Number,
    Part,
    Points,
    Positive,
    Ratio,
    Share,
    Weight,
    When,
)

Action = Literal["flag", "void"]
Source = Literal["ballots", "imported", "members", "unit"]
Lonely = Literal["fail", "remove", "certainty", "adjust", "average"]
"""What stands in for the variance of a group with one ballot; see ``scoring.certainty.uncertainty``."""


class Extremes(Part):
    """The highest and lowest marks that are dropped before a mean is taken."""

    drop_high: Number = 0
    drop_low: Number = 0
    above: Number = 0
    trim: Share | None = None


class Step(Part):
    """A row of a step table: the points of the first row whose condition holds; one without a condition always does."""

    when: When | None = None
    points: Ratio

    @property
    def condition(self) -> Expression | None:
        """The condition that was read."""
        return None if self.when is None else read_condition(self.when)


class RankPoints(Part):
    """Full marks for the first, a share of them less for every place further down, never under the least."""

    full: Points = Fraction(100)
    less: Share
    least: Points = Fraction(0)


class RatioToBest(Part):
    """The score as a part of the best one in its ranking, times the full marks."""

    full: Points = Fraction(100)


class Mode(Part):
    """What becomes of the mean of points; exactly one of the three."""

    steps: Annotated[tuple[Step, ...], Field(min_length=1)] | None = None
    ranks: RankPoints | None = None
    ratio: RatioToBest | None = None


class BallotRule(Part):
    """What is wrong with a ballot as a whole, and what is done about it."""

    rule: Literal["uniform", "max_share", "min_share", "min_marked"]
    action: Action = "flag"
    level: Level | None = None
    share: Share | None = None


class TurnoutRule(Part):
    """How many must have handed in a ballot about a target for the ballots to count."""

    min_share: Share | None = None
    strict: Answer = False
    min_count: Positive | None = None
    scope: Literal["group", "whole"] = "group"
    action: Action = "flag"


class Component(Part):
    """A part of the final score: the ballots', one brought in, the members' mean, or the own unit's."""

    id: Name
    weight: Weight = Fraction(1)
    source: Source


class AdjustmentItem(Part):
    """A kind of bonus or deduction and the most points it may come to."""

    id: Name
    kind: Literal["bonus", "deduction"]
    max: Points


class Adjustments(Part):
    """How far bonuses and deductions may move a score, together and by item, and the bounds of the result."""

    max_bonus: Points | None = None
    max_deduction: Points | None = None
    items: tuple[AdjustmentItem, ...] | None = None
    floor: Ratio | None = None
    cap: Ratio | None = None


class Trigger(Part):
    """A flag, and the share of marks that raises it."""

    flag: Name
    when: When

    @property
    def condition(self) -> Expression:
        """The condition that was read."""
        return read_condition(self.when)

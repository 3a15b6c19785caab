"""What results say of the marks behind them: gaps, agreement, samples, and how firm ranks are."""

from typing import Literal

from pydantic import Field

from scoring.outcome.value import Value, Withheld


class GroupGap(Value):
    """By how much two groups' scores of a target, as printed, differ: the first's less the second's.

    ``se`` and ``interval`` (95 %, of this gap by itself) are in points; ``None`` where a group's error cannot be told.
    """

    first: str
    second: str
    gap: str
    se: float | None = None
    interval: tuple[float, float] | None = None


class GroupQuality(Value):
    """What the ballots of a leaf group are like, whatever they score; ``None`` where that cannot be told.

    Attributes
    ----------
    ballots
        Ballots with a judgement; not known where they were cut into rows, one for each target.
    rows
        Pairs of such a ballot and a target that it judges.
    uniform
        Of the ballots with two judgements or more, the share whose judgements are all alike, in per cent.
    straight_lines
        Of the ballots that judge two items or more of a target, the share that gives each target one level all the
        way down, in per cent; of such rows where ballots were cut.
    alpha, alpha_interval
        Cronbach's alpha of the criteria's items, within targets, and its 95 % interval.
    items
        How many items that is.
    """

    ballots: int | None = None
    rows: int
    uniform: str | None = None
    straight_lines: str | None = None
    alpha: float | None = None
    alpha_interval: tuple[float, float] | None = None
    items: int | None = None


class SampleMargin(Value):
    """How one cell of a margin is represented in a sample; shares in per cent, as printed.

    Attributes
    ----------
    cell
        ``"性别=女"``, ``"社区=东城, 年龄=80+"``.
    ballots
        How many there are.
    before, after
        The cell's share of the weights before, and of the fitted ones.
    target
        Its share of the population.
    """

    cell: str
    ballots: int
    before: str
    after: str
    target: str


class SampleScore(Value):
    """What a sampled group gives a target: its weighted score as printed, ballots behind it, calibrated error."""

    score: str
    n: int
    se: float | None = None


class SampleResult(Value):
    """A sampled leaf group, weighted up to its population.

    Attributes
    ----------
    ballots
        How many were weighted.
    design_effect
        Kish's: the sample is worth ballots / design effect equally weighted ones, for marks that have nothing to do
        with the weights.
    least_weight, greatest_weight
        Exact decimals.
    margins
        Each cell, as it was and as it is weighted.
    scores
        Target → its score from this group.
    """

    ballots: int | None = None
    design_effect: float | None = None
    least_weight: str | None = None
    greatest_weight: str | None = None
    margins: tuple[SampleMargin, ...] = ()
    scores: dict[str, SampleScore] = Field(default_factory=dict)
    withheld: Withheld | None = None


class FlipDistance(Value):
    """How much of the weights would have to move before the lower of two neighbours in a ranking is level.

    Attributes
    ----------
    by
        Whose weights move.
    lead
        By how much the higher one is ahead, as printed.
    distance
        The share of the whole weight that must move, in per cent.
    shares
        The nearest weights under which both are level, in per cent of the whole.
    passes
        Whether the lower one could come out ahead, or only level.
    reason
        Why there is no distance: ``leads in every part`` (no weights can reverse these two), or why it cannot be told.
    """

    higher: str
    lower: str
    by: Literal["groups", "criteria"]
    lead: str | None = None
    distance: str | None = None
    shares: dict[str, str] = Field(default_factory=dict)
    passes: bool = False
    reason: str | None = None

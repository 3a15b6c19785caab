"""What scoring hands over: one immutable document per scheme, as printed, ready for pages, files and JSON.

Everything here has been rounded and, where asked, has passed the disclosure gate: what is withheld is absent
and carries the reason, so whoever draws or prints these values cannot leak what is not in them.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Withheld = Literal["few", "complementary", "alike", "solvable"]
"""Why a value isn't shown: too few ballots; it would give away another withheld one; all marks (nearly) the
same; printed places leave too few possibilities."""


EMPTY_GROUP = "empty group"
"""Reason (``provisional``) or flag: these groups gave no judgement, ``"empty group: 党委, 政府"``."""

MISSED_TURNOUT = "turnout"
"""Reason or flag: too few ballots of these groups, or in all, came back, ``"turnout: 党委"``, ``"turnout"``."""

MISSING_COMPONENT = "component missing"
"""Reason: this part of the score has not been brought in yet, ``"component missing: 实绩"``."""

NOTHING_ABOVE_ZERO = "no score above 0 to compare with"
"""Reason: scores are parts of the best one, and the best is 0 or less."""

TIE_BY_HAND = "tie to be decided by hand"
"""Reason: the scheme leaves the order of these equals to people, who have not decided it yet."""

LEFT_OUT_BY_VETO = "veto: out of the ranking"
CAPPED_BY_VETO = "veto: no better than"
NOT_ELIGIBLE = "not eligible for"
NO_GRADE = "no grade"
NOT_ASSESSED = "not assessed"
"""Flags: what was decided beside the ballots; two of them are followed by a grade, ``"not eligible for: 优秀"``."""

TIE_AT_QUOTA = "tie at quota"
"""Flag: a grade's quota line runs through this tie, so people decide, ``"tie at quota: 优秀"``."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")


class Cell(_Value):
    """A mean of points.

    Attributes
    ----------
    score
        As printed, e.g. ``"88.60"``; ``None`` where nothing was judged or the value is withheld.
    n
        Valid ballots with at least one judgement behind it; ``None`` where that count is withheld too.
    """

    score: str | None = None
    n: int | None = None
    withheld: Withheld | None = None


class Distribution(_Value):
    """How the marks on one item are spread, pooled over the leaf groups that share the scheme's scale.

    Attributes
    ----------
    counts, shares
        Level → count, level → share in per cent as printed, over ``denominator``; best level first.
    judgements, valid, returned
        Judged marks; judgements + not-a-judgement + blank; valid + spoiled (design, files).
    not_judged
        What isn't a judgement, by name: not-a-judgement levels by their own name, and ``blank``,
        ``unknown``, ``self``, ``spoiled``.
    """

    counts: dict[str, int] = Field(default_factory=dict)
    shares: dict[str, str] = Field(default_factory=dict)
    denominator: int | None = None
    judgements: int | None = None
    valid: int | None = None
    returned: int | None = None
    not_judged: dict[str, int] = Field(default_factory=dict)
    withheld: Withheld | None = None


class Turnout(_Value):
    """Ballots of one leaf group that asked about a target."""

    entitled: int | None = None
    issued: int | None = None
    returned: int | None = None
    valid: int | None = None


class Contribution(_Value):
    """One signed part of a score; all parts of a target add up to it exactly, and as printed.

    Attributes
    ----------
    kind
        ``mark`` (a leaf group's mean on an item), ``component``, ``adjustment`` or ``limit`` (what a cap or floor
        of the whole took or gave).
    group, item
        The leaf group and item of a mark; the component's or the adjustment's id stands in ``item``.
    weight, value
        Effective weight after everything absent has dropped out, and the mean or score it is put on: reduced ``p/q``.
    points
        weight × value as printed; the last place is settled by the largest remainder, so that the column adds up.
    exact
        weight × value as a reduced ``p/q``.
    """

    kind: Literal["mark", "component", "adjustment", "limit"]
    group: str = ""
    item: str = ""
    weight: str = "1/1"
    value: str
    points: str
    exact: str


class LeftOut(_Value):
    """A part of the scheme that has no part in a target's score, and why.

    ``reason``: ``not asked``, ``no judgement``, ``weight 0``, ``turnout``, ``empty group``.
    """

    group: str = ""
    item: str = ""
    reason: str


class Majority(_Value):
    """Majority Judgment of the pooled marks: the median grade, and the shares above and below it as printed."""

    grade: str
    better: str
    worse: str
    sign: Literal["+", "-"]


class BallotCheck(_Value):
    """How many ballots of a leaf group a ballot rule found, by what was done with them; ``None`` if withheld."""

    rule: str
    action: Literal["flag", "void"]
    ballots: int | None = None


class GroupGap(_Value):
    """By how much two groups' scores of a target, as printed, differ: the first's less the second's.

    ``se`` and ``interval`` (95 %, of this gap by itself) are in points; ``None`` where a group's error cannot be told.
    """

    first: str
    second: str
    gap: str
    se: float | None = None
    interval: tuple[float, float] | None = None


class GroupQuality(_Value):
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


class SampleMargin(_Value):
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


class SampleScore(_Value):
    """What a sampled group gives a target: its weighted score as printed, ballots behind it, calibrated error."""

    score: str
    n: int
    se: float | None = None


class SampleResult(_Value):
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


class FlipDistance(_Value):
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


DecisionKind = Literal[
    "bonus", "deduction", "veto", "ineligible", "no_grade", "not_assessed", "unit_grade", "final_grade", "order"
]
"""What people may decide about a target beside the ballots; see ``scoring.decisions``."""


class Decided(_Value):
    """One thing that people decided about a target beside the ballots, as it stands in the decisions."""

    decision: DecisionKind
    item: str = ""
    value: str = ""
    reason: str = ""
    document: str = ""


class TargetResult(_Value):
    """One target's result. The keys up to ``shares`` are the contract of ``gongping score --json``.

    Attributes
    ----------
    ballot_score
        What the ballots alone give, where components or adjustments act on it.
    components
        Component → its score as printed; ``None`` where it is missing.
    bounds
        The least and the greatest total that empty groups could still make of it.
    final_grade
        The grade that the meeting gave; it stands beside the computed one.
    favourable
        Share of favourable marks in per cent, where the scheme says which levels are.
    share_intervals
        Level → simultaneous interval of its share in per cent.
    quota_chance
        Indicative chance, from 0 to 1, of being among the first quota's places.
    degrees
        Satterthwaite degrees of freedom behind ``interval``.
    gaps
        Each pair of the outermost groups that have a score; of the inner ones where there is one outermost.
    """

    target: str
    score: str | None = None
    exact: str | None = None
    rank: int | None = None
    provisional: str | None = None
    grade: str | None = None
    flags: tuple[str, ...] = ()
    se: float | None = None
    interval: tuple[float, float] | None = None
    rank_interval: tuple[int, int] | None = None
    groups: dict[str, Cell] = Field(default_factory=dict)
    criteria: dict[str, Cell] = Field(default_factory=dict)
    shares: dict[str, str] = Field(default_factory=dict)

    name: str = ""
    kind: str = ""
    class_: str = Field(default="", alias="class")
    layer: str = ""
    unit: str = ""
    duties: str = ""
    withheld: Withheld | None = None
    tied: bool = False
    pool: int | None = None
    items: dict[str, Cell] = Field(default_factory=dict)
    group_items: dict[str, dict[str, Cell]] = Field(default_factory=dict)
    distributions: dict[str, Distribution] = Field(default_factory=dict)
    turnout: dict[str, Turnout] = Field(default_factory=dict)

    ballot_score: str | None = None
    components: dict[str, str | None] = Field(default_factory=dict)
    bounds: tuple[str, str] | None = None
    final_grade: str | None = None
    decisions: tuple[Decided, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    favourable: str | None = None
    majority: Majority | None = None
    share_intervals: dict[str, tuple[float, float]] = Field(default_factory=dict)
    quota_chance: float | None = None
    degrees: float | None = None
    gaps: tuple[GroupGap, ...] = ()


class GroupNode(_Value):
    """One evaluator group as the definitions print it: id, weight as an exact share of its parent, children."""

    id: str
    weight: str
    share: str
    scale: dict[str, str | None] | None = None
    groups: tuple["GroupNode", ...] = ()


class QuotaRule(_Value):
    """The most of a pool that may have a grade; ``by_unit_grade`` puts another share in its place, by unit's grade."""

    grade: str
    share: str
    rounding: str = ""
    per: str = ""
    by_unit_grade: dict[str, str] = Field(default_factory=dict)


class Rules(_Value):
    """The definitions that stand beside the numbers, taken from the scheme with its defaults filled in.

    ``mode`` is that of rounding; the scheme's own is ``steps`` (condition, points), ``rank_points``, ``ratio_to_best``
    or none of them: points. ``ties``: ``shared``, ``printed``, ``hand`` or ``hand, printed``.
    """

    scheme: str
    scale: dict[str, str | None]
    groups: tuple[GroupNode, ...]
    criteria: dict[str, str]
    items: dict[str, dict[str, str]]
    overall: dict[str, str] | None
    denominator: str
    empty_group: str
    ranking: tuple[str, ...]
    ties: str
    break_ties_by: tuple[str, ...] = ()
    bands: tuple[tuple[str, str], ...] = ()
    quotas: tuple[QuotaRule, ...] = ()
    extremes: dict[str, str] | None = None
    steps: tuple[tuple[str, str], ...] = ()
    rank_points: dict[str, str] | None = None
    ratio_to_best: str | None = None
    ballot_rules: tuple[dict[str, str], ...] = ()
    turnout: dict[str, str] | None = None
    components: tuple[dict[str, str], ...] = ()
    adjustments: dict[str, str] | None = None
    adjustment_items: tuple[dict[str, str], ...] = ()
    triggers: tuple[tuple[str, str], ...] = ()
    favourable: tuple[str, ...] = ()
    lonely: str | None = None
    places: int
    mode: str
    shares: str = "separate"
    disclosure: dict[str, int]


class Results(_Value):
    """All targets under one scheme, by class, layer, rank, target.

    Attributes
    ----------
    ballots, quality
        Leaf group → what ballot rules found, and what its ballots are like.
    flips
        Each two neighbours of a ranking, by the groups' weights and by the criteria's.
    samples
        Sampled leaf group → how it was weighted up to its population.
    """

    results: tuple[TargetResult, ...]
    rules: Rules
    ballots: dict[str, tuple[BallotCheck, ...]] = Field(default_factory=dict)
    quality: dict[str, GroupQuality] = Field(default_factory=dict)
    flips: tuple[FlipDistance, ...] = ()
    samples: dict[str, SampleResult] = Field(default_factory=dict)
    tally_sha256: str
    scheme_sha256: str

"""What scoring hands over: one immutable document per scheme, as printed, ready for pages, files and JSON.

Everything here has been rounded and, where asked, has passed the disclosure gate: what is withheld is absent
and carries the reason, so whoever draws or prints these values cannot leak what is not in them.
"""

from typing import Literal

from pydantic import Field

from scoring.outcome.quality_results import FlipDistance, GroupGap, GroupQuality, SampleResult
from scoring.outcome.stated_rules import Rules
from scoring.outcome.value import Value, Withheld


class Cell(Value):
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


class Distribution(Value):
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


class Turnout(Value):
    """Ballots of one leaf group that asked about a target."""

    entitled: int | None = None
    issued: int | None = None
    returned: int | None = None
    valid: int | None = None


class Contribution(Value):
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


class LeftOut(Value):
    """A part of the scheme that has no part in a target's score, and why.

    ``reason``: ``not asked``, ``no judgement``, ``weight 0``, ``turnout``, ``empty group``.
    """

    group: str = ""
    item: str = ""
    reason: str


class Majority(Value):
    """Majority Judgment of the pooled marks: the median grade, and the shares above and below it as printed."""

    grade: str
    better: str
    worse: str
    sign: Literal["+", "-"]


class BallotCheck(Value):
    """How many ballots of a leaf group a ballot rule found, by what was done with them; ``None`` if withheld."""

    rule: str
    action: Literal["flag", "void"]
    ballots: int | None = None


DecisionKind = Literal[
    "bonus", "deduction", "veto", "ineligible", "no_grade", "not_assessed", "unit_grade", "final_grade", "order"
]
"""What people may decide about a target beside the ballots; see ``scoring.brought_in.decisions``."""


class Decided(Value):
    """One thing that people decided about a target beside the ballots, as it stands in the decisions."""

    decision: DecisionKind
    item: str = ""
    value: str = ""
    reason: str = ""
    document: str = ""


class TargetResult(Value):
    """One target's result. The keys up to ``shares`` are the contract of ``gongping score --json``.

    Attributes
    ----------
    band
        Between what a withheld score lies, where that much may be shown.
    told
        Between what the ballots' score lies by this result and earlier ones, reduced ``p/q`` each, where groups are
        withheld: a later result of the same ballots must not narrow it to what tells single marks.
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
    band: tuple[str, str] | None = None
    told: tuple[str, str] | None = None
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


class Results(Value):
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

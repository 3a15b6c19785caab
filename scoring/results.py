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


class TargetResult(_Value):
    """One target's result. The keys up to ``shares`` are the contract of ``gongping score --json``."""

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


class GroupNode(_Value):
    """One evaluator group as the definitions print it: id, weight as an exact share of its parent, children."""

    id: str
    weight: str
    share: str
    scale: dict[str, str | None] | None = None
    groups: tuple["GroupNode", ...] = ()


class Rules(_Value):
    """The definitions that stand beside the numbers, taken from the scheme with its defaults filled in."""

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
    quotas: tuple[dict[str, str], ...] = ()
    extremes: dict[str, str] | None = None
    triggers: tuple[tuple[str, str], ...] = ()
    places: int
    mode: str
    disclosure: dict[str, int]


class Results(_Value):
    """All targets under one scheme, by class, layer, rank, target."""

    results: tuple[TargetResult, ...]
    rules: Rules
    tally_sha256: str
    scheme_sha256: str

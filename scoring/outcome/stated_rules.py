"""The definitions that stand beside the numbers, as text."""

from pydantic import Field

from scoring.outcome.value import Value


class GroupNode(Value):
    """One evaluator group as the definitions print it: id, weight as an exact share of its parent, children."""

    id: str
    weight: str
    share: str
    scale: dict[str, str | None] | None = None
    groups: tuple["GroupNode", ...] = ()


class QuotaRule(Value):
    """The most of a pool that may have a grade; ``by_unit_grade`` puts another share in its place, by unit's grade."""

    grade: str
    share: str
    rounding: str = ""
    per: str = ""
    by_unit_grade: dict[str, str] = Field(default_factory=dict)


class Rules(Value):
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

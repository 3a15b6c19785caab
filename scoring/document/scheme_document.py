"""The scheme document: what may stand in it, key by key, and what stands there when a key is left out."""

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from scoring.document.exact import Mode as RoundingMode
from scoring.document.scheme_rules import (
    Adjustments,
    BallotRule,
    Component,
    Extremes,
    Lonely,
    Mode,
    Trigger,
    TurnoutRule,
)
from scoring.document.scheme_values import (
    Level,
    Name,
    Names,
    Part,
    Places,
    Ratio,
    Share,
    Threshold,
    Traits,
    Weight,
    listed,
)

Denominator = Literal["judgements", "valid", "returned", "entitled"]
EmptyGroup = Literal["fail", "renormalise", "zero"]
QuotaRounding = Literal["half_up", "up", "down"]


class DirectScale(Part):
    """A direct score: any decimal between two bounds; on a ballot, in steps."""

    min: Ratio
    max: Ratio
    step: Ratio | None = None


LEVELS, DIRECT = "(levels)", "(direct)"


def _kind_of_scale(value: Any) -> str:  # noqa: ANN401 - whatever stands in the document
    return DIRECT if isinstance(value, DirectScale) or (isinstance(value, dict) and "min" in value) else LEVELS


Levels = dict[Level, Ratio | None]
Scale = Annotated[Annotated[Levels, Tag(LEVELS)] | Annotated[DirectScale, Tag(DIRECT)], Discriminator(_kind_of_scale)]


class Item(Part):
    """A question and its weight within its criterion."""

    id: Name
    weight: Weight = Fraction(1)


class Criterion(Part):
    """A criterion; without items it is itself the item."""

    id: Name
    weight: Weight = Fraction(1)
    items: tuple[Item, ...] | None = None


class Group(Part):
    """An evaluator group; a leaf hands in ballots, an inner node only weighs its children."""

    id: Name
    weight: Weight = Fraction(1)
    groups: tuple["Group", ...] | None = None
    scale: Scale | None = None
    asks: tuple[Name, ...] | None = None


class Overall(Part):
    """An overall mark asked beside the criteria, and its share of the ballot score."""

    item: Name
    share: Share


class TieBreak(Part):
    """A score that settles a tie: that of a criterion or of a group; exactly one of them."""

    criterion: Name | None = None
    group: Name | None = None


TieBreaks = Annotated[tuple[Name | TieBreak, ...], BeforeValidator(listed)]


class Ranking(Part):
    """Among whom ranks are given, and how equal scores are settled."""

    within: Traits = ("class", "layer")
    ties: Literal["shared", "hand"] = "shared"
    break_ties_by: TieBreaks = ()
    on: Literal["exact", "printed"] = "exact"


class Band(Part):
    """A grade and the score from which it is given."""

    grade: Name
    from_: Ratio = Field(alias="from")


class Quota(Part):
    """The most targets of a pool that may have a grade; the pool is the ranking's unless ``per`` says so."""

    grade: Name
    share: Share
    rounding: QuotaRounding = "half_up"
    per: Traits | None = None
    by_unit_grade: dict[Name, Share] | None = None


class Grades(Part):
    """Grades by score and by quota."""

    bands: tuple[Band, ...] = ()
    quotas: tuple[Quota, ...] = ()


class Rounding(Part):
    """How printed numbers are rounded, once, at the end."""

    places: Places = 2
    mode: RoundingMode = "half_up"
    shares: Literal["separate", "whole"] | None = None


class Disclosure(Part):
    """The fewest ballots from which something is shown; none may be under the floor of 3."""

    score: Threshold = 5
    items: Threshold = 10
    distribution: Threshold = 10
    comments: Threshold = 10


class SchemeDocument(Part):
    """The whole scheme; only name, scale, groups and criteria must stand in it."""

    unbuilt = frozenset({"extends"})

    name: Name
    scale: Scale
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    overall: Overall | None = None
    denominator: Denominator = "judgements"
    empty_group: EmptyGroup = "fail"
    extremes: Extremes | None = None
    mode: Annotated[Mode | None, BeforeValidator(lambda value: None if value == "points" else value)] = None
    ballot_rules: Annotated[tuple[BallotRule, ...], Field(min_length=1)] | None = None
    turnout: TurnoutRule | None = None
    components: Annotated[tuple[Component, ...], Field(min_length=1)] | None = None
    adjustments: Adjustments | None = None
    favourable: Names | None = None
    lonely: Lonely | None = None
    ranking: Ranking = Ranking()
    grades: Grades | None = None
    triggers: tuple[Trigger, ...] | None = None
    rounding: Rounding = Rounding()
    disclosure: Disclosure = Disclosure()

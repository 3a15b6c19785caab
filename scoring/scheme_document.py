"""The scheme document: what may stand in it, key by key, and what stands there when a key is left out."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    InstanceOf,
    StringConstraints,
    Tag,
)
from pydantic_core import PydanticCustomError

from scoring.exact import LONGEST, Mode, parse_ratio
from scoring.triggers import ALLOWED, Condition, read_condition

Denominator = Literal["judgements", "valid", "returned", "entitled"]
EmptyGroup = Literal["fail", "renormalise", "zero"]
Trait = Literal["class", "layer", "unit", "kind"]
QuotaRounding = Literal["half_up", "up", "down"]

MOST_PLACES = 10
FEWEST = 3


def refusal(allowed: str) -> PydanticCustomError:
    """Return the error that says what would have been allowed."""
    return PydanticCustomError("allowed", "{allowed}", {"allowed": allowed})


def _ratio(value: object) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and len(value) > LONGEST:
        raise refusal("a number or ratio of at most 60 characters")
    if isinstance(value, int | str | Decimal) and not isinstance(value, bool):
        try:
            return parse_ratio(str(value))
        except ValueError:
            pass
    raise refusal('a number or ratio as text, e.g. 30, 0.4 or "1/3"')


def _whole(value: object) -> int:
    try:
        ratio = _ratio(value)
    except PydanticCustomError as error:
        raise refusal("a whole number") from error
    if ratio.denominator != 1:
        raise refusal("a whole number")
    return int(ratio)


def _weight(value: Fraction) -> Fraction:
    if value < 0:
        raise refusal("a weight of 0 or more")
    return value


def _share(value: Fraction) -> Fraction:
    if not 0 <= value <= 1:
        raise refusal("a share from 0 to 1")
    return value


def _listed(value: object) -> object:
    if isinstance(value, bool):
        return [str(value).lower()]
    return [value] if isinstance(value, str) else value


def _level(value: str) -> str:
    if not value or value.startswith("#"):
        raise refusal("a level's name, not empty and not starting with #")
    return value


def _condition(value: object) -> str:
    try:
        read_condition(str(value))
    except ValueError as error:
        raise refusal(ALLOWED) from error
    return str(value)


def _places(value: object) -> int:
    places = _whole(value)
    if not 0 <= places <= MOST_PLACES:
        raise refusal("a whole number from 0 to 10")
    return places


def _number(value: object) -> int:
    number = _whole(value)
    if number < 0:
        raise refusal("a whole number, 0 or more")
    return number


def _threshold(value: object) -> int:
    ballots = _whole(value)
    if ballots < FEWEST:
        raise refusal("a whole number of 3 or more")
    return ballots


Ratio = Annotated[InstanceOf[Fraction], BeforeValidator(_ratio)]
Weight = Annotated[InstanceOf[Fraction], BeforeValidator(lambda value: _weight(_ratio(value)))]
Share = Annotated[InstanceOf[Fraction], BeforeValidator(lambda value: _share(_ratio(value)))]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Level = Annotated[str, BeforeValidator(_level)]
Threshold = Annotated[int, BeforeValidator(_threshold)]
Traits = Annotated[tuple[Trait, ...], BeforeValidator(_listed)]


class Part(BaseModel):
    """A piece of the document. ``unbuilt`` keys belong to the format, but this version cannot apply them."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True)
    unbuilt: ClassVar[frozenset[str]] = frozenset()


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


class Extremes(Part):
    """The highest and lowest marks that are dropped before a mean is taken."""

    drop_high: Annotated[int, BeforeValidator(_number)] = 0
    drop_low: Annotated[int, BeforeValidator(_number)] = 0
    above: Annotated[int, BeforeValidator(_number)] = 0
    trim: Share | None = None


class Trigger(Part):
    """A flag, and the share of marks that raises it."""

    flag: Name
    when: Annotated[str, BeforeValidator(_condition)]

    @property
    def condition(self) -> Condition:
        """The condition that was read."""
        return read_condition(self.when)


class Ranking(Part):
    """Among whom ranks are given, and how equal scores are settled."""

    within: Traits = ("class", "layer")
    ties: Literal["shared"] = "shared"
    break_ties_by: Annotated[tuple[Name, ...], BeforeValidator(_listed)] = ()
    on: Literal["exact", "printed"] = "exact"


class Band(Part):
    """A grade and the score from which it is given."""

    grade: Name
    from_: Ratio = Field(alias="from")


class Quota(Part):
    """The most targets of a pool that may have a grade; the pool is the ranking's unless ``per`` says so."""

    unbuilt = frozenset({"by_unit_grade"})

    grade: Name
    share: Share
    rounding: QuotaRounding = "half_up"
    per: Traits | None = None


class Grades(Part):
    """Grades by score and by quota."""

    bands: tuple[Band, ...] = ()
    quotas: tuple[Quota, ...] = ()


class Rounding(Part):
    """How printed numbers are rounded, once, at the end."""

    places: Annotated[int, BeforeValidator(_places)] = 2
    mode: Mode = "half_up"


class Disclosure(Part):
    """The fewest ballots from which something is shown; none may be under the floor of 3."""

    score: Threshold = 5
    items: Threshold = 10
    distribution: Threshold = 10
    comments: Threshold = 10


class SchemeDocument(Part):
    """The whole scheme; only name, scale, groups and criteria must stand in it."""

    unbuilt = frozenset({"extends", "ballot_rules", "turnout", "components", "adjustments", "mode", "lonely", "steps"})

    name: Name
    scale: Scale
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    overall: Overall | None = None
    denominator: Denominator = "judgements"
    empty_group: EmptyGroup = "fail"
    extremes: Extremes | None = None
    ranking: Ranking = Ranking()
    grades: Grades | None = None
    triggers: tuple[Trigger, ...] | None = None
    rounding: Rounding = Rounding()
    disclosure: Disclosure = Disclosure()

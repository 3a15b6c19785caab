"""The single values that may stand in a scheme document, and the words that say what else could."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, InstanceOf, StringConstraints
from pydantic_core import PydanticCustomError

from scoring.document.conditions import ALLOWED, read_condition
from scoring.document.exact import LONGEST, parse_ratio

Trait = Literal["class", "layer", "unit", "kind"]

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


def listed(value: object) -> object:
    """Return a list, also of a single value that stands where a list may."""
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


def _at_least_one(value: object) -> int:
    number = _whole(value)
    if number < 1:
        raise refusal("a whole number of 1 or more")
    return number


def _answer(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise refusal("true or false")


def _points_or_more(value: Fraction) -> Fraction:
    if value < 0:
        raise refusal("points, 0 or more")
    return value


Ratio = Annotated[InstanceOf[Fraction], BeforeValidator(_ratio)]
Weight = Annotated[InstanceOf[Fraction], BeforeValidator(lambda value: _weight(_ratio(value)))]
Share = Annotated[InstanceOf[Fraction], BeforeValidator(lambda value: _share(_ratio(value)))]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Level = Annotated[str, BeforeValidator(_level)]
Points = Annotated[InstanceOf[Fraction], BeforeValidator(lambda value: _points_or_more(_ratio(value)))]
Number = Annotated[int, BeforeValidator(_number)]
Positive = Annotated[int, BeforeValidator(_at_least_one)]
Places = Annotated[int, BeforeValidator(_places)]
Answer = Annotated[bool, BeforeValidator(_answer)]
When = Annotated[str, BeforeValidator(_condition)]
Threshold = Annotated[int, BeforeValidator(_threshold)]
Traits = Annotated[tuple[Trait, ...], BeforeValidator(listed)]
Names = Annotated[tuple[Name, ...], BeforeValidator(listed)]


class Part(BaseModel):
    """A piece of the document. ``unbuilt`` keys belong to the format, but this version cannot apply them."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True)
    unbuilt: ClassVar[frozenset[str]] = frozenset()

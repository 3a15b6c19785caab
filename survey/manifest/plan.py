"""The round plan: the draft of a round as a document; the freeze turns it into the manifest."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from survey.manifest.states import TwoPersonAct

FEWEST_OWN_UNIT = 5  # a smaller own-unit sheet would tell who marked what
DOORS = ("phone", "paper")


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")


def _one_or_more(given: Any) -> Any:  # noqa: ANN401 - whatever the document holds
    return [given] if isinstance(given, str) else given


Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]


class Selector(_Document):
    """Which targets are meant: those that fit every key that is given."""

    kind: Names = ()
    class_: Names = Field(default=(), alias="class")
    layer: Names = ()
    unit: Names = ()
    codes: Names = ()


class PartPlan(_Document):
    """One part of the programme: which targets, scored how, asked what by whom."""

    targets: Selector = Selector()
    scheme: str
    ask: dict[str, str] = Field(min_length=1)
    map: dict[str, dict[str, str]] = Field(default_factory=dict)


class WindowPlan(_Document):
    """When a door takes ballots; without a zone the installation's clock is meant."""

    opens: datetime
    closes: datetime

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens.replace(tzinfo=None) >= self.closes.replace(tzinfo=None):
            raise ValueError(f"closes is {self.closes}; allowed: a time after opens ({self.opens})")
        return self


class SheetPlan(_Document):
    """A rule that makes sheets: who rates what, and how many may."""

    group: str
    label: str = ""
    rates: Literal["all", "own unit"] | tuple[str, ...] | Selector = "all"
    entitled: Annotated[int, Field(ge=1)] | dict[str, Annotated[int, Field(ge=1)]]
    windows: dict[Literal["phone", "paper"], WindowPlan] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _own_units_are_counted_apart(self) -> Self:
        if (self.rates == "own unit") != isinstance(self.entitled, dict):
            raise ValueError(
                "entitled is one number, or with 'rates: own unit' one number per unit code such as {U01: 30}"
            )
        return self


class Thresholds(_Document):
    """From how many ballots on something is shown; the floors can't be set lower."""

    score: int = Field(default=5, ge=3)
    items: int = Field(default=10, ge=5)
    distribution: int = Field(default=10, ge=5)
    comments: int = Field(default=10, ge=5)


class Plan(_Document):
    """The draft of a round."""

    name: str = Field(min_length=1, max_length=80)
    office: str = Field(default="", max_length=40)
    seal: Literal["sealed", "three keys"] = "sealed"
    signed: bool = False
    appeal_until: date | None = None
    approvals: tuple[TwoPersonAct, ...] = ()
    comment_bytes: int = Field(default=1500, ge=0, le=20000)
    programme: tuple[PartPlan, ...] = Field(min_length=1)
    sheets: tuple[SheetPlan, ...] = Field(min_length=1)
    windows: dict[Literal["phone", "paper"], WindowPlan] = Field(default_factory=dict)
    disclosure: Thresholds = Thresholds()

    @model_validator(mode="after")
    def _appeals_need_three_keys(self) -> Self:
        if self.appeal_until is not None and self.seal != "three keys":
            raise ValueError("appeal_until is given; allowed: only with 'seal: three keys'")
        return self

    def parties(self) -> tuple[str, ...]:
        """Return the parties that need a key slip for this round."""
        if self.seal == "three keys":
            return ("organiser", "third_party", "supervisor")
        return ("organiser", "third_party") if self.signed else ()

    @model_validator(mode="after")
    def _every_sheet_has_a_window(self) -> Self:
        for number, sheet in enumerate(self.sheets):
            if not sheet.windows and not self.windows:
                raise ValueError(f"sheets.{number} has no window; allowed: windows here or for the whole round")
        return self

"""A questionnaire: the levels of its scale, best first, and the items that are asked of each target."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_LEVELS = 250  # a mark is one byte and the values from 250 on are reserved


class Item(BaseModel):
    """One thing that is asked about a target."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=40)
    label: str = ""
    hint: str = Field(default="", max_length=200)

    @property
    def words(self) -> str:
        """What stands on the ballot."""
        return self.label or self.id


class Questionnaire(BaseModel):
    """What a rater is asked about one target."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    scale: tuple[str, ...] = Field(min_length=2, max_length=MOST_LEVELS)
    not_a_judgement: tuple[str, ...] = ()
    items: tuple[Item, ...] = Field(min_length=1, max_length=40)
    comment: bool = False

    @model_validator(mode="after")
    def _names_are_one_each(self) -> Self:
        for what, names in (("scale", self.scale), ("items", tuple(item.id for item in self.items))):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"{what} names {twice[0]} more than once; allowed: each name once")
        for level in self.not_a_judgement:
            if level not in self.scale:
                allowed = ", ".join(self.scale)
                raise ValueError(f"not_a_judgement names {level}; allowed: a level of the scale ({allowed})")
        if len(self.not_a_judgement) >= len(self.scale):
            raise ValueError("every level is not_a_judgement; allowed: leave at least one level that judges")
        return self

"""What results are made of: values that never change, known by their names."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Withheld = Literal["few", "complementary", "alike", "solvable"]
"""Why a value isn't shown: too few ballots; it would give away another withheld one; all marks (nearly) the
same; printed places leave too few possibilities."""


class Value(BaseModel):
    """A piece of a result document."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")

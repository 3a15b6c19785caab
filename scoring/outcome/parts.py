"""The signed parts that a score is the sum of: what marks, components, adjustments and limits add to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True)
class Part:
    """One signed part of a score, exact: ``weight`` × ``value``; attributes as in ``results.Contribution``."""

    kind: Literal["mark", "component", "adjustment", "limit"]
    value: Fraction
    weight: Fraction = Fraction(1)
    group: str = ""
    item: str = ""

    @property
    def points(self) -> Fraction:
        """What the part adds to the score."""
        return self.weight * self.value


def sum_of(parts: Iterable[Part]) -> Fraction:
    """Return what parts add up to.

    Examples
    --------
    >>> str(sum_of([Part("mark", Fraction(90), Fraction(1, 3)), Part("adjustment", Fraction(-2))]))
    '28'
    """
    return sum((part.points for part in parts), Fraction(0))

"""What a mark is worth: points by level, or the number that was written where scores are given directly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from scoring.document.exact import parse_ratio, plain_text

Points: TypeAlias = Mapping[str, Fraction | None]
"""Level → points, ``None`` for a level that is not a judgement; best first, not-a-judgement levels last."""


@dataclass(frozen=True)
class DirectPoints(Mapping[str, Fraction | None]):
    """A direct score: every decimal from the least to the most is its own points.

    It names no levels by itself (iterating gives none): which ones there are, the ballots say.

    Examples
    --------
    >>> points = DirectPoints(Fraction(0), Fraction(100))
    >>> points["88.5"], "88.50" in points, "101" in points, "1/3" in points
    (Fraction(177, 2), True, False, False)
    """

    least: Fraction
    most: Fraction

    def __getitem__(self, level: str) -> Fraction:
        try:
            value = parse_ratio(level)
        except ValueError as error:
            raise KeyError(level) from error
        if "/" in level or not self.least <= value <= self.most:
            raise KeyError(level)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def level_name(points: Points, mark: str) -> str | None:
    """Return the level that a mark is, a direct score in its shortest form; ``None`` if it is none.

    Examples
    --------
    >>> level_name(DirectPoints(Fraction(0), Fraction(100)), "88.50"), level_name({"优秀": Fraction(100)}, "优")
    ('88.5', None)
    """
    if isinstance(points, DirectPoints):
        value = points.get(mark)
        return None if value is None else plain_text(value)
    return mark if mark in points else None


def allowed_levels(points: Points) -> list[str]:
    """Return what may be marked, in words."""
    if isinstance(points, DirectPoints):
        return [f"a number from {plain_text(points.least)} to {plain_text(points.most)}"]
    return list(points)


def best_first(scale: Points) -> Points:
    """Return a scale by falling points, then by name, so that the order of a document's keys says nothing."""
    judged = {level: points for level, points in scale.items() if points is not None}
    others = sorted(set(scale) - set(judged))
    return {level: scale[level] for level in (*sorted(judged, key=lambda name: (-judged[name], name)), *others)}

"""Conditions on shares of marks: what raises a flag, and what picks a row of a step table.

A condition is read, never evaluated as a program, and compared in whole numbers: 20 of 30 is not below 2/3.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from operator import ge, gt, le, lt

from scoring.document.exact import parse_ratio

ALLOWED = "share(level, …) < 2/3, with <, <=, > or >=, joined by and, or; item=… and group=… may follow the levels"

_SHARE = r"share\((?P<inside>[^()]*)\)\s*(?P<sign><=|>=|<|>)\s*(?P<line>\S+)"
_CONDITION = re.compile(rf"\s*{_SHARE}\s*")
_JOINED = re.compile(r"\s(and|or)\s+(?=share\()")
_SIGNS = {"<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True)
class Condition:
    """The share of some levels, of an item and of a group if they are named, against a line."""

    levels: tuple[str, ...]
    sign: str
    line: Fraction
    item: str | None = None
    group: str | None = None

    def holds(self, marks: int, over: int) -> bool:
        """Return whether so many marks out of so many pass the line; never where there are none.

        Examples
        --------
        >>> [[below]] = read_condition("share(优秀, 称职) < 2/3").ways
        >>> below.holds(20, 30), below.holds(19, 30)
        (False, True)
        """
        return over > 0 and bool(_SIGNS[self.sign](marks * self.line.denominator, self.line.numerator * over))

    def leaves_open(self, over: int, spare: int) -> bool:
        """Return whether so many marks could be of these levels, and so many not, whether it holds or not.

        Examples
        --------
        >>> [[below]] = read_condition("share(优秀, 称职) < 2/3").ways
        >>> below.leaves_open(30, 3), below.leaves_open(6, 3)
        (True, False)
        """
        line = self.line * over
        first = ceil(line) if self.sign in {"<", ">="} else floor(line) + 1
        return spare < first <= over - spare


@dataclass(frozen=True)
class Expression:
    """Conditions joined by ``and`` and ``or``, where ``and`` binds more closely.

    Attributes
    ----------
    ways
        The expression holds if all conditions of one of these hold.
    """

    ways: tuple[tuple[Condition, ...], ...]

    def conditions(self) -> Iterator[Condition]:
        """Yield every condition in it."""
        for way in self.ways:
            yield from way

    def holds(self, share_of: Callable[[Condition], tuple[int, int]]) -> bool:
        """Return whether it holds, given how many marks each condition counts and out of how many."""
        return any(all(condition.holds(*share_of(condition)) for condition in way) for way in self.ways)


def read_condition(text: str) -> Expression:
    """Return the expression in a text.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> both = read_condition("share(不称职, item=总体评价) >= 1/3 and share(优秀) < 0.5")
    >>> [condition.item for condition in both.conditions()]
    ['总体评价', None]
    >>> both.holds(lambda condition: (10, 30))
    True
    """
    first, *rest = _JOINED.split(text)
    ways = [[_condition(first)]]
    for word, part in zip(rest[::2], rest[1::2], strict=True):
        if word == "or":
            ways.append([])
        ways[-1].append(_condition(part))
    return Expression(tuple(tuple(way) for way in ways))


def _condition(text: str) -> Condition:
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise ValueError(f"not a condition: {text!r}")
    parts = [part.strip() for part in match["inside"].split(",")]
    levels = tuple(part for part in parts if "=" not in part)
    narrowing = [part.split("=", 1) for part in parts if "=" in part]
    named = {name.strip(): value.strip() for name, value in narrowing}
    strange = set(named) - {"item", "group"} or len(named) < len(narrowing)
    if strange or not levels or not all((*levels, *named.values())):
        raise ValueError(f"not a condition: {text!r}")
    line = parse_ratio(match["line"])
    return Condition(tuple(dict.fromkeys(levels)), match["sign"], line, named.get("item"), named.get("group"))

"""Triggers: flags raised where the share of some levels passes a line. They only flag; people decide.

A condition is read, never evaluated as a program, and compared in whole numbers: 20 of 30 is not below 2/3.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from operator import ge, gt, le, lt

from scoring.exact import parse_ratio

ALLOWED = "share(level, …) < 2/3, with <, <=, > or >=; item=… and group=… may follow the levels"

_CONDITION = re.compile(r"\s*share\((?P<inside>[^()]*)\)\s*(?P<sign><=|>=|<|>)\s*(?P<line>\S+)\s*")
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
        >>> below = read_condition("share(优秀, 称职) < 2/3")
        >>> below.holds(20, 30), below.holds(19, 30)
        (False, True)
        """
        return over > 0 and bool(_SIGNS[self.sign](marks * self.line.denominator, self.line.numerator * over))


def read_condition(text: str) -> Condition:
    """Return the condition in a text.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> read_condition("share(不称职, item=总体评价) >= 1/3").item
    '总体评价'
    """
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
    return Condition(levels, match["sign"], line, named.get("item"), named.get("group"))

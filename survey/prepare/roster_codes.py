"""Codes for rows that bring none: readable, in the file's order, never one that is taken."""

import re
from collections.abc import Iterable

from survey.models import TargetKind

UNIT_PREFIX, UNIT_DIGITS = "U", 2
TARGET_DIGITS = 4
TARGET_PREFIXES = {
    TargetKind.PERSON: "P",
    TargetKind.MEMBER: "M",
    TargetKind.UNIT: "D",
    TargetKind.LEADING_BODY: "B",
    TargetKind.PARTY_ORGANISATION: "Z",
    TargetKind.PROJECT: "X",
}


class CodeMaker:
    """Makes the codes that follow the highest one taken under each prefix, as wide as that one.

    Examples
    --------
    >>> maker = CodeMaker(["P07", "P12", "U01"])
    >>> maker.make("P", 4), maker.make("P", 4), maker.make("U", 2), maker.make("B", 4)
    ('P13', 'P14', 'U02', 'B0001')
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._highest: dict[str, tuple[int, int]] = {}
        for code in taken:
            if match := re.fullmatch(r"([A-Z])([0-9]{1,12})", code):
                found = int(match[2]), len(match[2])
                self._highest[match[1]] = max(self._highest.get(match[1], (0, 0)), found)

    def make(self, prefix: str, digits: int) -> str:
        """Return the next code under `prefix`, with so many digits where it is the first."""
        number, digits = self._highest.get(prefix, (0, digits))
        self._highest[prefix] = number + 1, digits
        return f"{prefix}{number + 1:0{digits}}"

    def make_for_target(self, kind: TargetKind) -> str:
        """Return the next code of a target of this kind."""
        return self.make(TARGET_PREFIXES[kind], TARGET_DIGITS)

    def make_for_unit(self) -> str:
        """Return the next code of a unit."""
        return self.make(UNIT_PREFIX, UNIT_DIGITS)

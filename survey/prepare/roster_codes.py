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
    """Makes the codes that follow the highest one taken under each prefix.

    Examples
    --------
    >>> maker = CodeMaker(["P0007", "P12", "U01"])
    >>> maker.make("P", 4), maker.make("P", 4), maker.make("U", 2), maker.make("B", 4)
    ('P0013', 'P0014', 'U02', 'B0001')
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._highest: dict[str, int] = {}
        for code in taken:
            if match := re.fullmatch(r"([A-Z])0*([0-9]{1,12})", code):
                self._highest[match[1]] = max(self._highest.get(match[1], 0), int(match[2]))

    def make(self, prefix: str, digits: int) -> str:
        """Return the next code under `prefix`."""
        self._highest[prefix] = self._highest.get(prefix, 0) + 1
        return f"{prefix}{self._highest[prefix]:0{digits}}"

    def make_for_target(self, kind: TargetKind) -> str:
        """Return the next code of a target of this kind."""
        return self.make(TARGET_PREFIXES[kind], TARGET_DIGITS)

    def make_for_unit(self) -> str:
        """Return the next code of a unit."""
        return self.make(UNIT_PREFIX, UNIT_DIGITS)

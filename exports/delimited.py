"""CSV whose text stays text: no spreadsheet takes a name for a formula when somebody opens the file."""

import csv
import unicodedata
from collections.abc import Iterable
from typing import Final, Protocol

STARTS_A_FORMULA: Final = frozenset("=+-@|%")
# What a program may pass over before it looks at the first character: space, controls, what nobody sees.
PASSED_OVER: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
STARTS_A_FIELD: Final = frozenset("\t\r\n")


class _Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def write_rows(stream: _Writable, rows: Iterable[Iterable[str | int]], *, line_end: str = "\r\n") -> None:
    """Write `rows` as CSV; a text that a spreadsheet might run gets an apostrophe before it, numbers none."""
    csv.writer(stream, lineterminator=line_end).writerows(
        [inert(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )


def inert(text: str) -> str:
    r"""Return `text` as a spreadsheet shows it without running it.

    Full-width signs count as the narrow ones, which some programs make of them.

    Examples
    --------
    >>> inert("李明"), inert("-12.50"), inert("=1+1"), inert("＝1+1"), inert(" \t@SUM(A1)"), inert("-a")
    ('李明', '-12.50', "'=1+1", "'＝1+1", "' \t@SUM(A1)", "'-a")
    """
    if text[:1] in STARTS_A_FIELD and text:
        return f"'{text}"
    first = next((letter for letter in text if unicodedata.category(letter) not in PASSED_OVER), "")
    if unicodedata.normalize("NFKC", first)[:1] in STARTS_A_FORMULA and first and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.replace(".", "", 1).isdigit()

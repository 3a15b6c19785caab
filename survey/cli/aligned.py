"""Tables of text, aligned by how wide Chinese is on a screen."""

from collections.abc import Sequence
from unicodedata import east_asian_width


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines; a cell that starts with a digit is set to the right.

    Examples
    --------
    >>> aligned([["名次", "名"], ["1", "甲"]])
    ['名次  名', '   1  甲']
    """
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _pad(text: str, width: int) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if text[:1].isdigit() else text + blanks

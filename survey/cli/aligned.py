"""Tables of text, aligned by how wide Chinese is on a screen."""

from collections.abc import Sequence
from unicodedata import east_asian_width


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines, the head first; a column that begins with a number is set to the right.

    Examples
    --------
    >>> aligned([["名次", "名", "得分"], ["1", "甲", "9.00"], ["2", "乙丙", ""]])
    ['名次  名    得分', '   1  甲    9.00', '   2  乙丙']
    """
    columns = [_column(column) for column in zip(*rows, strict=True)]
    return ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]


def _column(cells: Sequence[str]) -> list[str]:
    width = max(map(_width, cells))
    first = next(filter(None, cells[1:]), "")
    numbers = first[:1].isdigit() or first.startswith("-")
    return [_pad(cell, width, to_the_right=numbers) for cell in cells]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _pad(text: str, width: int, *, to_the_right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if to_the_right else text + blanks

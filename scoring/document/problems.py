"""What is wrong with a document or a file: every problem with its place, what was found and what is allowed."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 40
COLLECTED = 1000
"""How many problems a table notes before it is given up."""

_LONGEST = 200


def visible(text: str) -> str:
    r"""Return a text as it may be shown: what cannot be seen is written out, in quotes.

    Examples
    --------
    >>> print(visible("优秀"), visible("优秀 "), visible("优\u200b秀"))
    优秀 "优秀 " "优\u200b秀"
    """
    if len(text) > _LONGEST:
        return f"{visible(text[:_LONGEST])}… ({len(text)} characters)"
    if text.isprintable() and text == text.strip():
        return text
    return '"' + "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text) + '"'


@dataclass(frozen=True)
class Problem:
    """One thing wrong.

    Attributes
    ----------
    place
        Where: ``"groups.2.weight"`` in a document, ``"row 7, column mark"`` in a table.
    found
        What stands there, as text; empty where something is missing.
    allowed
        What may stand there, in words.
    """

    place: str
    found: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.place}: found {self.found or 'nothing'}; allowed: {self.allowed}"


class DocumentError(Exception):
    """A document or file that cannot be used; all its problems are listed at once.

    Examples
    --------
    >>> print(FileError("R.csv", [Problem("row 7, column mark", "优", "优秀, 称职")]))
    R.csv cannot be used:
      row 7, column mark: found 优; allowed: 优秀, 称职
    """

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        lines = [f"{visible(file)} cannot be used:", *(f"  {problem}" for problem in problems[:SHOWN])]
        if len(problems) > SHOWN:
            lines.append(f"  and {len(problems) - SHOWN} more")
        super().__init__("\n".join(lines))
        self.file = file
        self.problems = tuple(problems)


class SchemeError(DocumentError):
    """A scheme document that cannot be used."""


class FileError(DocumentError):
    """A ratings, tally, entitled or targets file that cannot be used."""

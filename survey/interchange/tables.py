"""Tables of text: what every kind of spreadsheet becomes before anybody asks what it means."""

from dataclasses import dataclass

from survey.errors import BadDocumentError, Notice, Problem

MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000

BROKEN = "a workbook that opens in Excel or WPS; this file is broken: open it there and save it again"
LOCKED = "a file without a password: remove it and save again"
PASSWORD = Notice("a password")
WHOLE_FILE = Notice("the whole file")


@dataclass(frozen=True)
class Row:
    """One row with something in it.

    Attributes
    ----------
    number
        As the spreadsheet shows it: the first row is 1, empty rows count.
    cells
        Text without surrounding space; empty cells are empty text.
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A sheet of a workbook, or a CSV file (whose name is empty)."""

    name: str
    rows: tuple[Row, ...]

    def place(self, row: int, column: str) -> Notice:
        """Return where a cell stands, in words."""
        if self.name:
            values = {"sheet": self.name, "row": row, "column": column}
            return Notice("sheet %(sheet)s, row %(row)s, column %(column)s", values)
        return Notice("row %(row)s, column %(column)s", {"row": row, "column": column})


def refusal(file: str, found: str, allowed: str, **values: object) -> BadDocumentError:
    """Return the refusal of a file that isn't a table at all; `found` is a `Notice` where the words are ours."""
    return BadDocumentError(file, [Problem(WHOLE_FILE, found, Notice(allowed, values))])


def letter(column: int) -> str:
    """Return the letters over a column, counted from 0.

    Examples
    --------
    >>> letter(0), letter(25), letter(26), letter(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name

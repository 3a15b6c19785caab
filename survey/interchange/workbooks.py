"""Workbooks, .xlsx and the older .xls, sheet by sheet into tables of text."""

from survey.errors import BadDocumentError, Notice, Problem
from survey.interchange.apart import grids_apart
from survey.interchange.cell_values import Grid, Grids
from survey.interchange.delimited import check_extent
from survey.interchange.tables import BROKEN, LOCKED, MOST_ROWS, PASSWORD, WHOLE_FILE, Row, Table, letter, refusal

OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # how an .xlsx with a password calls its content


def read_workbook(data: bytes, file: str) -> dict[str, Table]:
    """Return the tables of a workbook by sheet name.

    Raises
    ------
    BadDocumentError
        Where it is broken, too large or protected by a password, or a number lost digits.
    """
    if ENCRYPTED in data:
        raise refusal(file, PASSWORD, LOCKED)
    return {name: _table(name, grid, file) for name, grid in _sheets(grids_apart(data), file).items()}


def _sheets(found: Grids, file: str) -> dict[str, Grid]:
    """Return the sheets that were found, or refuse the file with what was found instead."""
    match found["found"]:
        case "password":
            raise refusal(file, PASSWORD, LOCKED)
        case "too much":
            raise refusal(file, found["of"], "at most %(most)s rows in few sheets", most=f"{MOST_ROWS:,}")
        case "broken":
            raise refusal(file, found.get("of", ""), BROKEN)
        case "refused":
            raise BadDocumentError(file, [Problem(WHOLE_FILE, *found["problem"])])
    return found["sheets"]


def _table(name: str, grid: Grid, file: str) -> Table:
    rows = [Row(number, tuple(map(str, cells))) for number, cells in enumerate(grid, start=1)]
    table = Table(name, tuple(row for row in rows if any(row.cells)))
    check_extent(table, file)
    allowed = Notice("digits typed as text: a spreadsheet keeps only 15 digits of a number")
    lost = [
        Problem(table.place(number, letter(at)), str(cell), allowed)
        for number, cells in enumerate(grid, start=1)
        for at, cell in enumerate(cells)
        if isinstance(cell, float)
    ]
    if lost:
        raise BadDocumentError(file, lost)
    return table

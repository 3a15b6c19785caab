"""CSV files as offices really have them: UTF-8 or GB18030, comma, tab or semicolon."""

import csv
import io

from survey.errors import BadDocumentError, Notice, Problem
from survey.interchange.tables import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Row, Table, letter, refusal

# In this order: a text that is valid UTF-8 is never GB18030 by chance, the other way round it often is.
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = (",", "\t", ";", "；")
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def read_delimited(data: bytes, file: str) -> Table:
    """Return the table of a CSV file.

    Raises
    ------
    BadDocumentError
        Where it is not text, a quotation mark is never closed, or it is too large.
    """
    text = _decode(data, file)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows = []
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MOST_ROWS:
                raise refusal(file, f"> {MOST_ROWS:,}", "at most %(most)s rows", most=f"{MOST_ROWS:,}")
            row = Row(number, tuple(clean(cell) for cell in cells))
            if any(row.cells):
                rows.append(row)
    except csv.Error as error:
        raise refusal(
            file,
            str(error),
            "a CSV file whose quotation marks are closed; look at line %(line)s",
            line=reader.line_num,
        ) from error
    table = Table("", tuple(rows))
    check_extent(table, file)
    return table


def clean(text: str) -> str:
    """Return the text of a cell without what nobody sees: surrounding space and zero-width characters."""
    return text.translate(INVISIBLE).strip()


def check_extent(table: Table, file: str) -> None:
    """Refuse cells beyond the widest table or longer than the longest text, each with its place.

    Raises
    ------
    BadDocumentError
        Listing the first cell of each row that is too wide, and every cell that is too long.
    """
    problems = []
    for row in table.rows:
        beyond = [at for at, cell in enumerate(row.cells) if at >= MOST_COLUMNS and cell]
        if beyond:
            place = table.place(row.number, letter(beyond[0]))
            allowed = Notice("text in the columns A to %(last)s only", {"last": letter(MOST_COLUMNS - 1)})
            problems.append(Problem(place, row.cells[beyond[0]][:40], allowed))
        too_long = Notice("at most %(most)s characters", {"most": LONGEST_CELL})
        problems += [
            Problem(table.place(row.number, letter(at)), cell[:40] + "…", too_long)
            for at, cell in enumerate(row.cells)
            if len(cell) > LONGEST_CELL
        ]
    if problems:
        raise BadDocumentError(file, problems)


def _decode(data: bytes, file: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in data:
        encodings = ()
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refusal(file, Notice("bytes that are no text"), "text in UTF-8 or GB18030")


def _delimiter(text: str) -> str:
    """Return what parts the cells: whatever parts the first row that has text into the most cells."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first.count)

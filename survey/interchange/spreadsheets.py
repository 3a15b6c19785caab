"""Spreadsheets in: .xlsx, .xls and .csv become tables of text; what cannot be read is refused with the reason."""

from pathlib import PurePath

from survey.interchange.delimited import read_delimited
from survey.interchange.measuring import ZIPPED_WORKBOOK
from survey.interchange.tables import Table, refusal
from survey.interchange.workbooks import OLD_WORKBOOK, read_workbook

MOST_BYTES = 5 * 1024 * 1024
TYPES = (".xlsx", ".xls", ".csv")


def read_tables(data: bytes, file: str) -> dict[str, Table]:
    """Return the tables of a spreadsheet by the names of their sheets; the one table of a CSV has no name.

    Parameters
    ----------
    data
        The file's bytes, at most `MOST_BYTES`.
    file
        Its name: the ending says the type, and every error names it.

    Raises
    ------
    BadDocumentError
        For an unknown type, an empty, broken, too large or password-protected file, and for cells whose text
        is not what was typed (a number of more than 15 digits).
    """
    ending = PurePath(file).suffix.lower()
    if ending not in TYPES:
        raise refusal(file, ending or file, "a spreadsheet: .xlsx, .xls or .csv")
    if len(data) > MOST_BYTES:
        raise refusal(file, f"{len(data):,} B", "at most %(most)s MB", most=MOST_BYTES // 1024**2)
    if not data.strip():
        raise refusal(file, "", "a file with a heading row and at least one row under it")
    # What a file is, its first bytes say: exports are often misnamed, and Excel opens them all the same.
    if data.startswith((ZIPPED_WORKBOOK, OLD_WORKBOOK)):
        tables = read_workbook(data, file)
    elif ending == ".csv":
        tables = {"": read_delimited(data, file)}
    else:
        raise refusal(
            file,
            _beginning(data),
            "a workbook. This is text or a web page under the name of a workbook: "
            "open it in Excel or WPS and save it as .xlsx",
        )
    if not any(table.rows for table in tables.values()):
        raise refusal(file, "", "a file with a heading row and at least one row under it")
    return tables


def _beginning(data: bytes) -> str:
    return " ".join(data[:200].decode("utf-8", errors="replace").split())[:40]

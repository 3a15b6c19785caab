"""What the library finds in a workbook's cells, as text; a number that lost digits stays a number."""

import io
from datetime import date, datetime, time, timedelta
from typing import TypedDict

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from survey.interchange.delimited import clean
from survey.interchange.tables import MOST_ROWS

MOST_SHEETS = 30
MOST_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number

Found = int | float | str | bool | time | date | datetime | timedelta
Grid = list[list[str | float]]


class Grids(TypedDict, total=False):
    """What was found: ``cells``, or what stands in the way (``password``, ``too much``, ``broken``, ``refused``)."""

    found: str
    of: str
    sheets: dict[str, Grid]
    problem: tuple[str, str]


def grids(data: bytes) -> Grids:
    """Return the cells of a workbook by sheet name; the first row of a grid is the sheet's first row."""
    sheets: dict[str, Grid] = {}
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            if len(workbook.sheet_names) > MOST_SHEETS:
                return {"found": "too much", "of": f"{len(workbook.sheet_names)} sheets"}
            for name in workbook.sheet_names:
                sheet = workbook.get_sheet_by_name(name)
                if sheet.total_height > MOST_ROWS:
                    return {"found": "too much", "of": f"{sheet.total_height:,} rows"}
                sheets[name] = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except PasswordError:
        return {"found": "password"}
    except CalamineError as error:
        return {"found": "broken", "of": str(error)[:80]}
    return {"found": "cells", "sheets": sheets}


def _text(value: Found) -> str | float:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        if abs(value) >= MOST_EXACT:
            return float(value)
        return str(int(value)) if value == int(value) else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return str(value)

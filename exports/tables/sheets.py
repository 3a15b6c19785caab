"""How a sheet of a workbook is laid out: formats, widths, frozen heads, print set-up."""

import unicodedata
from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from exports.tables.values import Figure, Table, Value, is_missing

FONT = "微软雅黑"
_A4 = 9
_WIDEST, _NARROWEST = 28, 7
_NAME_MOST = 31
_SMALL_PART = 0.85
_PAGE_WIDTH = 190
_UNFITTED_PER_CENT = 85


class Styles:
    """The few formats of the workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._figures: dict[int, Format] = {}
        plain = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        self.title = book.add_format(plain | {"font_size": 16, "bold": True})
        self.label = book.add_format(plain | {"font_color": "#535d63", "valign": "top"})
        self.text = book.add_format(plain)
        self.wrapped = book.add_format(plain | {"text_wrap": True, "valign": "top"})
        self.missing = book.add_format(plain | {"font_color": "#535d63", "font_size": 8})
        self.count = book.add_format(plain | {"num_format": "0"})
        self.head = book.add_format(
            plain | {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#e4eff0", "bottom": 1}
        )
        self.section = book.add_format(plain | {"bold": True, "font_size": 12})

    def figure(self, places: int) -> Format:
        """Return the number format that shows `places` decimals, neither more nor fewer."""
        if places not in self._figures:
            form = "0." + "0" * places if places else "0"
            look = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "num_format": form}
            self._figures[places] = self._book.add_format(look)
        return self._figures[places]


def write_table(sheet: Worksheet, table: Table, styles: Styles) -> None:
    """Write heads and rows; numbers as numbers, with the printed places."""
    for column, head in enumerate(table.heads):
        sheet.write_string(0, column, head, styles.head)
        sheet.set_column(column, column, _width(table, column))
    for offset, line in enumerate(table.rows, start=1):
        for column, value in enumerate(line):
            write_value(sheet, offset, column, value, styles)


def write_value(sheet: Worksheet, row: int, column: int, value: Value, styles: Styles) -> None:
    """Write one cell; text is text, whatever it begins with."""
    match value:
        case None:
            sheet.write_blank(row, column, None, styles.text)
        case Figure():
            sheet.write_number(row, column, float(value.text), styles.figure(value.places))
        case int():
            sheet.write_number(row, column, value, styles.count)
        case _:
            sheet.write_string(row, column, value, styles.missing if is_missing(value) else styles.text)


def frozen(sheet: Worksheet, table: Table, first_columns: int) -> None:
    """Keep heads and names in view, on screen and on each printed page, and let rows be filtered."""
    sheet.freeze_panes(1, first_columns)
    sheet.autofilter(0, 0, len(table.rows), len(table.heads) - 1)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, first_columns - 1)
    total = sum(_width(table, column) for column in range(len(table.heads)))
    sheet.fit_to_pages(max(1, round(total / _PAGE_WIDTH)), 0)


def printable_a4(sheet: Worksheet, title: str, *, fit: bool = True) -> None:
    """Set up printing: A4 landscape with title and page numbers, as wide as the page where it should `fit`."""
    safe = title.replace("&", "&&")
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    if fit:
        sheet.fit_to_pages(1, 0)
    else:
        sheet.set_print_scale(_UNFITTED_PER_CENT)
    sheet.set_header(f"&L{safe[:100]}&R&A")
    sheet.set_footer("&C第 &P 页，共 &N 页")


def sheet_name(wanted: str, taken: Sequence[str]) -> str:
    """Return a sheet name that spreadsheets accept and that isn't taken.

    Examples
    --------
    >>> sheet_name("排名 甲/乙", []), sheet_name("排名", ["排名"])
    ('排名 甲乙', '排名2')
    """
    bare = "".join(c for c in wanted if c not in "[]:*?/\\'") or "表"
    name, number = bare[:_NAME_MOST], 1
    while name.casefold() in {other.casefold() for other in taken}:
        number += 1
        name = f"{bare[: _NAME_MOST - len(str(number))]}{number}"
    return name


def _width(table: Table, column: int) -> float:
    """Return a column's width in characters: heads wrap, and words in place of numbers are set smaller."""
    widest = _cells(table.heads[column]) / 2 + 2
    for line in table.rows:
        value = line[column]
        words = value.text if isinstance(value, Figure) else str(value or "")
        widest = max(widest, _cells(words) * _SMALL_PART if is_missing(value) else _cells(words) + 1.5)
    return min(_WIDEST, max(_NARROWEST, widest))


def _cells(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in words)

import datetime as dt
import io
import struct
import zipfile
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from survey.errors import BadDocumentError
from survey.interchange import measuring
from survey.interchange.spreadsheets import MOST_BYTES, read_tables
from survey.interchange.tables import MOST_COLUMNS, MOST_ROWS, Row
from tests.workbooks import saved, with_part, xls, xlsx

ROWS = [["编码", "名称"], ["U01", "党政办公室"], [], ["U02", "财政所"]]
READ = (Row(1, ("编码", "名称")), Row(2, ("U01", "党政办公室")), Row(4, ("U02", "财政所")))
CSV = "编码,名称\r\nU01,党政办公室\r\n\r\nU02,财政所\r\n"


def refused(data: bytes, file: str) -> str:
    with pytest.raises(BadDocumentError) as caught:
        read_tables(data, file)
    assert file in str(caught.value)
    return str(caught.value)


def cells(value: Any) -> str:
    book = openpyxl.Workbook()
    book.worksheets[0]["B2"] = value
    (row,) = read_tables(saved(book), "值.xlsx")["Sheet"].rows
    assert (row.number, row.cells[0]) == (2, "")
    return row.cells[1]


def test_an_xlsx_gives_each_sheet_with_the_spreadsheets_own_row_numbers() -> None:
    tables = read_tables(xlsx({"单位": ROWS, "空表": []}), "名册.xlsx")

    assert {name: table.rows for name, table in tables.items()} == {"单位": READ, "空表": ()}


def test_an_xls_reads_the_same_as_an_xlsx() -> None:
    assert read_tables(xls({"单位": ROWS}), "名册.XLS")["单位"].rows == READ


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_reads_the_same_in_every_encoding_that_offices_use(encoding: str) -> None:
    assert read_tables(CSV.encode(encoding), "单位.csv")[""].rows == READ


@pytest.mark.parametrize("delimiter", ["\t", ";", "；"])
def test_a_csv_may_part_its_cells_with_tab_or_semicolon(delimiter: str) -> None:
    assert read_tables(CSV.replace(",", delimiter).encode(), "单位.csv")[""].rows == READ


def test_a_quoted_cell_may_hold_commas_and_lines_and_counts_as_one_row() -> None:
    text = '编码,名称\n"U01","党政办公室,\n综合科"\nU02,财政所\n'

    rows = read_tables(text.encode(), "单位.csv")[""].rows

    assert rows[1] == Row(2, ("U01", "党政办公室,\n综合科"))
    assert rows[2].number == 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (101.0, "101"),
        (101, "101"),
        (0.5, "0.5"),
        (True, "TRUE"),
        ("  ０１ \u3000", "０１"),
        ("\ufeff李\u200b明", "李明"),
        (dt.date(2026, 12, 1), "2026-12-01"),
        (dt.datetime(2026, 12, 1, 8, 30), "2026-12-01 08:30:00"),  # noqa: DTZ001 - a cell has no zone
    ],
)
def test_a_cell_becomes_the_text_that_a_person_sees(value: object, text: str) -> None:
    assert cells(value) == text


def test_a_number_that_lost_digits_is_refused_with_its_place() -> None:
    words = refused(xlsx({"对象": [["编码"], [310101199001011234]]}), "名册.xlsx")

    assert "sheet 对象, row 2, column A" in words
    assert "15 digits" in words


def test_another_kind_of_file_is_refused_naming_what_is_allowed() -> None:
    assert ".xlsx, .xls or .csv" in refused(b"%PDF-1.7", "名册.pdf")
    assert ".xlsx, .xls or .csv" in refused(b"text", "名册")


@pytest.mark.parametrize("data", [b"", b" \r\n\r\n", "\ufeff".encode(), b",,\r\n,,\r\n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert "heading row" in refused(data, "空.csv")


def test_a_workbook_without_a_filled_cell_is_refused() -> None:
    assert "heading row" in refused(xlsx({"单位": [], "对象": []}), "空.xlsx")


def test_a_file_of_too_many_bytes_is_refused() -> None:
    assert "5 MB" in refused(b"a" * (MOST_BYTES + 1), "大.csv")


def test_bytes_that_are_no_text_are_refused() -> None:
    assert "UTF-8 or GB18030" in refused(b"a,b\n\xff\xff\xff\n", "乱.csv")
    assert "UTF-8 or GB18030" in refused(b"a,b\0c\n", "乱.csv")


def test_an_open_quotation_mark_is_refused_naming_the_line() -> None:
    assert "line 3" in refused('编码,名称\nU01,"党政\nU02,财政所'.encode(), "引号.csv")


def test_a_web_page_under_the_name_of_a_workbook_is_refused_saying_how_to_mend_it() -> None:
    words = refused(b"<html><table><tr><td>1</td></tr></table></html>", "导出.xls")

    assert "save it as .xlsx" in words


def test_a_workbook_under_the_wrong_ending_is_read_as_what_it_is() -> None:
    assert read_tables(xlsx({"单位": ROWS}), "单位.csv")["单位"].rows == READ
    assert read_tables(xls({"单位": ROWS}), "单位.xlsx")["单位"].rows == READ


@pytest.mark.parametrize("keep", [30, 1000, 4000])
def test_a_broken_workbook_is_refused(keep: int) -> None:
    assert "broken" in refused(xlsx({"单位": ROWS})[:keep], "断.xlsx")
    assert "broken" in refused(xls({"单位": ROWS})[: keep // 2], "断.xls")


def test_an_old_workbook_whose_positions_are_broken_ends_nothing() -> None:
    """A cell at row and column 65,535 makes the library ask for more than a hundred gigabytes at once."""
    last_cell, far_away = (struct.pack("<4H", 0xFD, 10, row, column) for row, column in ((3, 1), (0xFFFF, 0xFFFF)))
    workbook = xls({"单位": ROWS})
    assert workbook.count(last_cell) == 1

    assert "broken" in refused(workbook.replace(last_cell, far_away), "坏.xls")


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "x")

    assert "another kind" in refused(stream.getvalue(), "包.xlsx")


def test_a_workbook_with_a_password_is_refused_saying_so() -> None:
    """Office keeps an encrypted workbook as an older container with a stream named EncryptedPackage."""
    locked = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 480

    assert "without a password" in refused(locked, "密.xlsx")


def test_a_zip_bomb_is_refused_by_its_declared_size() -> None:
    bomb = with_part(xlsx({"单位": ROWS}), "xl/media/a.bin", b"\0" * (measuring.MOST_INFLATED + 1))
    assert len(bomb) < MOST_BYTES

    assert "60 MB" in refused(bomb, "弹.xlsx")


def test_a_zip_bomb_that_lies_about_its_size_is_refused_too() -> None:
    size = measuring.MOST_INFLATED + 1
    bomb = with_part(xlsx({"单位": ROWS}), "xl/media/a.bin", b"\0" * size)
    lying = bomb.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with zipfile.ZipFile(io.BytesIO(lying)) as archive:
        assert archive.getinfo("xl/media/a.bin").file_size == 1000

    assert "60 MB" in refused(lying, "弹.xlsx")


def test_text_in_the_last_cell_of_a_sheet_is_refused_instead_of_filling_the_memory() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "编码"
    book.worksheets[0]["XFD1048576"] = " "

    words = refused(saved(book), "远.xlsx")

    assert "XFD1048576" in words
    assert f"{MOST_ROWS:,}" in words


def test_a_format_far_away_does_no_harm() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "编码"
    book.worksheets[0]["XFD1048576"].font = Font(bold=True)

    assert [row.cells for row in read_tables(saved(book), "远.xlsx")["Sheet"].rows] == [("编码",)]


def test_cells_without_a_reference_are_counted_by_their_order() -> None:
    """A cell may leave out where it stands; the parts are measured in their order then."""
    workbook = xlsx({"单位": ROWS})
    far = b'<worksheet><sheetData><row r="1048576"><c><v>1</v></c></row></sheetData></worksheet>'

    assert "A1048576" in refused(with_part(workbook, "xl/worksheets/sheet1.xml", far), "远.xlsx")


def test_a_large_roster_is_not_mistaken_for_a_bomb() -> None:
    rows = [["姓名", "单位", "主要职责"]] + [[f"人{n}", "财政所", "管账" * 30] for n in range(15_000)]

    assert len(read_tables(xlsx({"对象": rows}), "大.xlsx")["对象"].rows) == 15_001


def test_one_long_text_shared_by_many_cells_is_refused() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("单位")
        for row in range(80):
            sheet.write_row(row, 0, ["很长" * 15_000] * 50)
    assert len(stream.getvalue()) < 100_000

    assert "shorter texts" in refused(stream.getvalue(), "长.xlsx")


def test_too_many_rows_columns_and_letters_are_refused() -> None:
    assert "20,000 rows" in refused(b"a,b\n" * (MOST_ROWS + 1), "行.csv")
    assert "row 1, column BI" in refused(b"a," * MOST_COLUMNS + b"b\n", "列.csv")
    assert "at most 2000 characters" in refused("编码,名称\nU01,".encode() + b"x" * 2001, "长.csv")
    assert "BI1" in refused(xlsx({"单位": [["x"] * (MOST_COLUMNS + 1)]}), "列.xlsx")

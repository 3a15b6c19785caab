"""Text that a spreadsheet would run, in every place that people write, read back by another program."""

import csv
import io
import json
import re
import zipfile

import openpyxl
import pytest

from exports.delimited import inert
from exports.roster_template import roster_template
from exports.tables import ranking_csv, workbook
from exports.tables.sheets import sheet_name
from scoring.outcome.results import Results

BEGINNINGS = ["=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "⁼"]
HIDDEN_BEFORE = ["", " ", "\u3000", "\u200b", "\ufeff", "\u202e", "\u00a0", "\x0b"]
COMMAND = 'HYPERLINK("http://evil.example","x")'
DANGEROUS = {beginning + COMMAND for beginning in BEGINNINGS} | {
    hidden + sign + COMMAND for hidden in HIDDEN_BEFORE for sign in "=＝@"
}
# Files of spreadsheets hold text as XML, where these have no place; openpyxl reads them as line ends.
PLAIN = sorted(text for text in DANGEROUS if not re.search("[\r\x0b]", text))


def everywhere(results: Results, text: str) -> Results:
    """Write `text` where people write: name, unit, class, layer, duties, flags, groups, levels, items, scheme."""
    document = results.model_dump_json(by_alias=True)
    words = {
        "潘志远",
        "党政办公室",
        "机关办公室与所队站",
        "中层正职",
        "群众",
        "居民",
        "优秀",
        "德",
        results.rules.scheme,
    }
    for word in sorted(words, key=len, reverse=True):
        document = document.replace(f'"{word}"', json.dumps(text + word, ensure_ascii=False))
    return Results.model_validate_json(document)


def test_the_signs_are_dangerous_to_begin_with():
    """A control: a plain CSV writer hands them on as they are, and openpyxl takes = for a formula."""
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"

    assert book.active["A1"].data_type == "f"
    assert len(DANGEROUS) > 35


@pytest.mark.parametrize("text", sorted(DANGEROUS), ids=repr)
def test_no_cell_of_the_csv_begins_as_a_formula(heading, results, text):
    data = ranking_csv(heading, [everywhere(results, text)]).decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(data, newline="")))

    cells = [cell for row in rows for cell in row]
    assert sum(COMMAND in cell for cell in cells) > 20
    assert {cell[0] for cell in cells if COMMAND in cell} == {"'"}
    numbers = re.compile(r"-?\d+(\.\d+)?")
    assert [cell for cell in cells if cell[:1] in set("=+-@\t\r\n") and not numbers.fullmatch(cell)] == []


@pytest.mark.parametrize("text", PLAIN, ids=repr)
def test_the_workbook_holds_text_and_no_formula_link_or_reference(heading, results, text):
    data = workbook(heading, [everywhere(results, text)])

    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert sum(COMMAND in str(cell.value) for cell in cells) > 20
    assert [cell for cell in cells if cell.hyperlink] == []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert [name for name in parts if "externalLink" in name] == []
    assert [name for name, part in parts.items() if "<f>" in part or 'TargetMode="External"' in part] == []


def test_a_class_or_group_that_looks_like_a_reference_stays_words_in_the_charts(heading, results):
    """The library of the workbook takes ``x!A1`` in a chart's title or series for a cell, of another file too."""
    evil = everywhere(results, r"='\\evil.example\x\[a.xlsx]S'!A1")

    with zipfile.ZipFile(io.BytesIO(workbook(heading, [evil]))) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if "charts/chart" in name]

    references = [found for chart in charts for found in re.findall(r"<c:f>([^<]*)</c:f>", chart)]
    assert charts
    assert references
    assert {found.partition("!")[0] for found in references} == {"排名"}


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_sheets_name_is_one_that_spreadsheets_take(beginning):
    name = sheet_name(f"{beginning}'[x]/\\*?:'排名", [])

    assert name.endswith("排名")
    assert not set(name) & set("[]:*?/\\'")


def test_the_template_to_fill_in_holds_no_formula():
    book = openpyxl.load_workbook(io.BytesIO(roster_template()))

    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("number", ["0", "94.29", "-12.50", "2026"])
def test_numbers_stay_numbers(number):
    assert inert(number) == number

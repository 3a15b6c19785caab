"""The template of the roster has the sheets and heads that the import reads."""

import io

import openpyxl
from python_calamine import CalamineWorkbook

from exports.roster_template import roster_template


def test_the_sheets_have_the_heads_of_the_import():
    book = CalamineWorkbook.from_filelike(io.BytesIO(roster_template()))

    assert book.sheet_names == ["单位", "对象", "说明"]
    assert book.get_sheet_by_name("单位").to_python()[0] == ["编码", "名称", "上级编码", "类别"]
    assert book.get_sheet_by_name("对象").to_python()[0] == [
        "编码",
        "类型",
        "姓名或名称",
        "单位编码",
        "职务",
        "类别",
        "层次",
        "主要职责",
        "主岗",
    ]


def test_kind_and_main_post_are_chosen_from_lists_and_heads_are_frozen():
    sheet = openpyxl.load_workbook(io.BytesIO(roster_template()))["对象"]

    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists == {"B2:B2001": '"个人,单位,班子,党组织,项目,党员"', "I2:I2001": '"是,否"'}
    assert sheet.freeze_panes == "A2"


def test_the_examples_refer_to_units_of_the_example_and_obey_the_lists():
    book = openpyxl.load_workbook(io.BytesIO(roster_template()))
    units = {row[0] for row in book["单位"].iter_rows(min_row=2, values_only=True)}
    targets = list(book["对象"].iter_rows(min_row=2, values_only=True))

    assert targets
    assert all(row[3] in units for row in targets)
    assert {row[1] for row in targets} <= {"个人", "单位", "班子", "党组织", "项目", "党员"}


def test_codes_are_kept_as_text_so_leading_zeros_stay():
    sheet = openpyxl.load_workbook(io.BytesIO(roster_template()))["单位"]

    assert sheet.column_dimensions["A"].width > 0
    assert sheet["A2"].data_type == "s"


def test_the_template_is_the_same_bytes_each_time():
    assert roster_template() == roster_template()

import pytest

from survey.interchange.roster import RosterFile, read_roster
from survey.interchange.spreadsheets import read_tables
from survey.models import TargetKind
from tests.workbooks import xlsx

UNITS = [["编码", "名称", "上级编码", "类别"], ["U01", "财政所", "", "机关"]]
HEADINGS = ["编码", "类型", "姓名或名称", "单位编码", "职务", "类别", "层次", "主要职责", "主岗"]
FANG = ["P01", "个人", "方若兰", "U01", "所长", "机关", "中层正职", "管全镇的账", "是"]


def read(sheets: dict[str, list[list[str]]]) -> RosterFile:
    return read_roster(read_tables(xlsx(sheets), "名册.xlsx"))


def read_csv(text: str) -> RosterFile:
    return read_roster(read_tables(text.encode(), "名册.csv"))


def problems(file: RosterFile) -> list[str]:
    return [str(problem) for problem in file.problems]


def test_the_templates_own_headings_are_read() -> None:
    file = read({"单位": UNITS, "对象": [HEADINGS, FANG]})

    (unit,), (target,) = file.units, file.targets
    assert (unit.number, unit.code, unit.name, unit.get("class")) == (2, "U01", "财政所", "机关")
    assert (target.code, target.kind, target.name, target.main) == ("P01", TargetKind.PERSON, "方若兰", True)
    assert [target.get(column) for column in ("unit", "title", "class", "layer", "duties")] == [
        "U01",
        "所长",
        "机关",
        "中层正职",
        "管全镇的账",
    ]
    assert not file.problems
    assert not file.ignored


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("个人", TargetKind.PERSON),
        ("单位", TargetKind.UNIT),
        ("班子", TargetKind.LEADING_BODY),
        ("党组织", TargetKind.PARTY_ORGANISATION),
        ("项目", TargetKind.PROJECT),
        ("党员", TargetKind.MEMBER),
        ("领导班子", TargetKind.LEADING_BODY),
        ("person", TargetKind.PERSON),
    ],
)
def test_every_kind_of_target_has_its_word(word: str, kind: TargetKind) -> None:
    (target,) = read_csv(f"类型,名称,单位编码\n{word},某某,U01\n").targets

    assert target.kind is kind


def test_a_csv_is_told_by_its_headings() -> None:
    assert len(read_csv("编码,名称,类别\nU01,财政所,机关\n").units) == 1
    assert len(read_csv("名称,上级单位\n财政所,云陂镇\n").units) == 1
    assert len(read_csv("姓名,部门,职务\n方若兰,财政所,所长\n").targets) == 1
    assert len(read_csv("编码,类型,名称,单位\nD01,单位,财政所,财政所\n").targets) == 1


def test_a_sheet_of_another_name_is_told_by_its_headings() -> None:
    file = read({"机构": UNITS, "干部名单": [HEADINGS, FANG]})

    assert (len(file.units), len(file.targets)) == (1, 1)


def test_where_the_templates_sheets_are_there_no_other_is_read() -> None:
    file = read({"说明": [["编码", "名称"], ["怎么填", "看这里"]], "单位": UNITS, "旧名单": [HEADINGS, FANG]})

    assert (len(file.units), len(file.targets)) == (1, 0)
    assert [str(notice) for notice in file.ignored] == ["sheet 旧名单"]


def test_headings_may_stand_under_a_title_and_carry_marks() -> None:
    file = read_csv("云陂镇2026年中层干部名单,,\n,,\n 姓　名*,部门：,职 务\n方若兰,财政所,所长\n")

    (target,) = file.targets
    assert (target.number, target.name, target.get("unit_name"), target.get("title")) == (
        4,
        "方若兰",
        "财政所",
        "所长",
    )


def test_a_column_that_nothing_is_read_from_is_named_and_a_running_number_is_not() -> None:
    file = read_csv("序号,姓名,部门,手机号,备注\n1,方若兰,财政所,13800000000,新任\n")

    assert [str(notice) for notice in file.ignored] == ["row 1, column 手机号"]
    assert "13800000000" not in file.targets[0].values.values()


def test_two_columns_of_one_meaning_are_an_error() -> None:
    assert problems(read_csv("姓名,名称,部门\n方若兰,方若兰,财政所\n")) == [
        "row 1, column 名称: found 名称; allowed: one column of this meaning; 姓名 says the same"
    ]


def test_two_sheets_of_targets_are_an_error() -> None:
    assert problems(read({"甲": [HEADINGS, FANG], "乙": [HEADINGS, FANG]})) == [
        "sheet 乙: found 乙; allowed: one table of this kind; put the rows of both into one sheet"
    ]


def test_a_missing_column_is_named() -> None:
    assert problems(read({"对象": [["编码", "名称"], ["P01", "方若兰"]]})) == [
        "sheet 对象, row 1, column 单位编码: found nothing; allowed: this column must be there",
        "sheet 对象, row 1, column 类型: found nothing; allowed: this column must be there",
    ]


def test_a_table_without_headings_is_refused() -> None:
    assert "a heading row" in problems(read_csv("方若兰,财政所\n褚建业,规建办\n"))[0]
    assert "a heading row: 编码, 名称" in problems(read({"单位": [["财政所"], ["规建办"]]}))[0]


def test_every_bad_cell_is_reported_with_its_row_and_column_and_the_good_rows_are_kept() -> None:
    bad = ["P/02", "人物", " ", "U01", "所长" * 31, "机关", "中层正职", "管" * 121, "大概"]
    file = read({"对象": [HEADINGS, FANG, bad]})

    assert len(file.targets) == 1
    assert problems(file) == [
        "sheet 对象, row 3, column 编码: found P/02; allowed: up to 32 letters, digits and . _ -",
        "sheet 对象, row 3, column 姓名或名称: found nothing; allowed: a name in every row",
        f"sheet 对象, row 3, column 职务: found {'所长' * 10}…; allowed: at most 60 characters",
        f"sheet 对象, row 3, column 主要职责: found {'管' * 20}…; allowed: at most 120 characters",
        "sheet 对象, row 3, column 类型: found 人物; allowed: one of 个人, 单位, 班子, 党组织, 项目, 党员",
        "sheet 对象, row 3, column 主岗: found 大概; allowed: 是 or 否",
    ]


def test_codes_and_names_come_in_one_form() -> None:
    (target,) = read_csv("编码,姓名,部门\nｐ 01,李　明,财政所\n").targets

    assert (target.code, target.name) == ("P01", "李明")

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.errors import BadDocumentError, ConflictError, NotFoundError
from survey.models import Post, Target, Unit
from survey.prepare import roster
from survey.prepare.roster_plan import FieldChange, PostRecord, RosterPlan, TargetRecord, UnitRecord
from tests.workbooks import Rows, xls, xlsx

UNIT_HEADINGS = ["编码", "名称", "上级编码", "类别"]
HEADINGS = ["编码", "类型", "姓名或名称", "单位编码", "职务", "类别", "层次", "主要职责", "主岗"]
UNITS = [
    UNIT_HEADINGS,
    ["U01", "云陂镇", "", ""],
    ["U02", "财政所", "U01", "机关"],
    ["U03", "西塘居委会", "U01", "村居"],
]
FANG = ["P01", "个人", "方若兰", "U02", "所长", "机关", "中层正职", "管全镇的账", ""]
LI = ["P02", "个人", "李明", "U03", "书记", "村居", "书记", "管居委会", ""]
OFFICE = ["D01", "单位", "财政所", "U02", "", "机关", "", "办全镇的账", ""]
TARGETS = [HEADINGS, FANG, LI, OFFICE]


def book(targets: Rows = TARGETS, units: Rows = UNITS) -> bytes:
    return xlsx({"单位": units, "对象": targets})


def plan(session: Session, content: bytes, file: str = "名册.xlsx", **decisions: str) -> RosterPlan:
    return roster.plan_import(session, content, file, {int(row[1:]): said for row, said in decisions.items()})


def bring_in(session: Session, content: bytes, file: str = "名册.xlsx", **decisions: str) -> RosterPlan:
    made = plan(session, content, file, **decisions)
    roster.carry_out(session, made)
    session.commit()
    session.expire_all()
    return made


def problems(session: Session, content: bytes, file: str = "名册.xlsx") -> list[str]:
    with pytest.raises(BadDocumentError) as caught:
        plan(session, content, file)
    assert all(count(session, table) == 0 for table in (Unit, Target, Post))
    return [str(problem) for problem in caught.value.problems]


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def target(session: Session, code: str) -> TargetRecord:
    return next(each for each in roster.targets(session) if each.code == code)


@pytest.mark.parametrize("write", [xlsx, xls])
def test_a_filled_roster_comes_in_whole(session: Session, write: Callable[[dict[str, Rows]], bytes]) -> None:
    file = "名册.xlsx" if write is xlsx else "名册.xls"

    made = bring_in(session, write({"单位": UNITS, "对象": TARGETS}), file)

    assert roster.units(session) == [
        UnitRecord("U01", "云陂镇", None, ""),
        UnitRecord("U02", "财政所", "U01", "机关"),
        UnitRecord("U03", "西塘居委会", "U01", "村居"),
    ]
    assert roster.targets(session) == [
        TargetRecord("D01", "unit", "财政所", "办全镇的账", posts=(PostRecord("U02", "", "机关"),)),
        TargetRecord("P01", "person", "方若兰", "管全镇的账", posts=(PostRecord("U02", "所长", "机关", "中层正职"),)),
        TargetRecord("P02", "person", "李明", "管居委会", posts=(PostRecord("U03", "书记", "村居", "书记"),)),
    ]
    counts = made.counts()
    assert (counts.units_added, counts.targets_added, counts.codes_made) == (3, 3, 0)


def test_units_and_targets_may_come_as_two_csv_files_of_the_offices_encoding(session: Session) -> None:
    bring_in(session, "编码,名称\nU01,财政所\n".encode("gb18030"), "单位.csv")
    bring_in(session, "姓名,部门,职务\n方若兰,财政所,所长\n".encode("gb18030"), "干部.csv")

    assert target(session, "P0001").main_post == PostRecord("U01", "所长")


def test_the_dry_run_changes_nothing(session: Session) -> None:
    plan(session, book())

    assert not session.new
    assert all(count(session, table) == 0 for table in (Unit, Target, Post))


def test_the_dry_run_lists_what_would_be_added_changed_and_left(session: Session) -> None:
    bring_in(session, book())
    units = [
        UNIT_HEADINGS,
        ["U02", "财政所", "U01", "机关"],
        ["U03", "西塘社区", "U01", "村居"],
        ["U04", "农办", "U01", ""],
    ]
    moved = ["P02", "个人", "李明", "U04", "主任", "机关", "中层正职", "管居委会", ""]
    new = ["P03", "个人", "王芳", "U04", "副主任", "机关", "中层副职", "", ""]

    made = plan(session, book([HEADINGS, FANG, moved, new], units))

    assert [(change.after.code, change.status, change.rows) for change in made.units] == [
        ("U02", "left", (2,)),
        ("U03", "changed", (3,)),
        ("U04", "added", (4,)),
    ]
    assert made.units[1].fields == (FieldChange("name", "西塘居委会", "西塘社区"),)
    assert [(change.after.code, change.status) for change in made.targets] == [
        ("P01", "left"),
        ("P02", "changed"),
        ("P03", "added"),
    ]
    assert made.targets[1].fields == (
        FieldChange("unit", "U03 西塘社区", "U04 农办"),
        FieldChange("title", "书记", "主任"),
        FieldChange("class", "村居", "机关"),
        FieldChange("layer", "书记", "中层正职"),
    )
    assert made.absent == 1


def test_the_same_file_again_changes_nothing(session: Session) -> None:
    bring_in(session, book())

    counts = bring_in(session, book()).counts()

    assert (counts.units_left, counts.targets_left) == (3, 3)
    assert (counts.units_changed, counts.targets_changed, counts.targets_added) == (0, 0, 0)


def test_what_is_absent_from_the_file_stays(session: Session) -> None:
    bring_in(session, book())

    bring_in(session, book([HEADINGS, FANG], [UNIT_HEADINGS, UNITS[1]]))

    assert count(session, Unit) == 3
    assert [each.active for each in roster.targets(session)] == [True, True, True]


def test_a_column_that_the_file_does_not_have_leaves_what_is_there_and_an_empty_cell_empties(session: Session) -> None:
    bring_in(session, book())

    bring_in(session, "编码,姓名,单位编码,职务\nP01,方若兰,U02,\n".encode(), "改.csv")

    changed = target(session, "P01")
    assert changed.duties == "管全镇的账"
    assert changed.main_post == PostRecord("U02", "", "机关", "中层正职")


def test_missing_codes_are_made_readable_in_order_and_free(session: Session) -> None:
    units = [UNIT_HEADINGS, ["", "云陂镇", "", ""], ["U07", "财政所", "", ""], ["", "农办", "", ""]]
    targets = [
        HEADINGS,
        ["", "个人", "方若兰", "U07", "所长", "", "", "", ""],
        ["P0004", "个人", "李明", "U07", "", "", "", "", ""],
        ["", "个人", "王芳", "U07", "", "", "", "", ""],
        ["", "单位", "财政所", "", "", "", "", "", ""],
        ["", "班子", "云陂镇领导班子", "U07", "", "", "", "", ""],
    ]

    made = bring_in(session, book(targets, units))

    assert made.codes_made == ("U08", "U09", "P0005", "P0006", "D0001", "B0001")
    assert {each.name: each.code for each in roster.targets(session)} == {
        "方若兰": "P0005",
        "李明": "P0004",
        "王芳": "P0006",
        "财政所": "D0001",
        "云陂镇领导班子": "B0001",
    }
    assert target(session, "D0001").main_post.unit_code == "U07"


def test_a_unit_without_a_code_is_the_one_of_that_name(session: Session) -> None:
    bring_in(session, book())

    made = bring_in(session, "名称,上级单位,类别\n财政所,云陂镇,机关和所\n".encode(), "单位.csv")

    assert [(change.after.code, change.status) for change in made.units] == [("U02", "changed")]


def test_a_parent_may_be_named_and_may_come_later_in_the_file(session: Session) -> None:
    bring_in(session, "编码,名称,上级单位\nU02,财政所,云陂镇\nU01,云陂镇,\n".encode(), "单位.csv")

    assert [unit.parent_code for unit in roster.units(session)] == [None, "U01"]


def test_several_posts_of_one_person_come_from_several_rows_the_main_one_first(session: Session) -> None:
    second = ["P01", "个人", "方若兰", "U03", "第一书记", "村居", "书记", "", "否"]
    first = [*FANG[:-1], "是"]

    bring_in(session, book([HEADINGS, second, first]))

    fang = target(session, "P01")
    assert [post.title for post in fang.posts] == ["所长", "第一书记"]
    assert fang.main_post.layer == "中层正职"
    assert fang.duties == "管全镇的账"

    bring_in(session, book([HEADINGS, FANG]))
    assert [post.title for post in target(session, "P01").posts] == ["所长"]
    assert count(session, Post) == 1


def test_a_change_of_several_posts_is_told_in_words(session: Session) -> None:
    bring_in(session, book())

    made = plan(
        session, book([HEADINGS, [*FANG[:-1], "是"], ["P01", "个人", "方若兰", "U03", "第一书记", "", "", "", ""]])
    )

    assert made.targets[0].fields == (
        FieldChange(
            "posts", "财政所 所长 机关 中层正职（主岗）", "财政所 所长 机关 中层正职（主岗）；西塘居委会 第一书记"
        ),
    )


def test_a_row_without_a_code_whose_name_is_known_is_asked_about(session: Session) -> None:
    bring_in(session, book())
    namesake = ["", "个人", "李明", "U02", "会计", "", "", "", ""]

    made = plan(session, book([HEADINGS, FANG, namesake]))

    (question,) = made.questions
    assert (question.row, question.name, question.words) == (3, "李明", "U02 会计")
    assert [(choice.value, choice.words) for choice in question.choices] == [("P02", "西塘居委会 书记")]
    assert question.answers == ("P02", "new")
    with pytest.raises(ConflictError, match="rows 3"):
        roster.carry_out(session, made)


def test_the_answer_says_whether_it_is_the_same_or_another(session: Session) -> None:
    bring_in(session, book())
    namesake = book([HEADINGS, ["", "个人", "李明", "U02", "会计", "", "", "", ""]])

    assert [change.after.code for change in plan(session, namesake, r2="P02").targets] == ["P02"]
    bring_in(session, namesake, r2="new")

    assert target(session, "P03").main_post.title == "会计"
    assert target(session, "P02").main_post.title == "书记"


def test_two_rows_without_a_code_and_the_same_name_are_asked_about(session: Session) -> None:
    rows = [
        ["", "个人", "李明", "U02", "会计", "", "", "", "是"],
        ["", "个人", "李明", "U03", "书记", "", "", "", ""],
        ["", "个人", "李明", "U01", "司机", "", "", "", ""],
    ]
    content = book([HEADINGS, *rows])

    asked = plan(session, content).questions
    assert [(question.row, question.answers) for question in asked] == [
        (3, ("row2", "new")),
        (4, ("row2", "row3", "new")),
    ]
    bring_in(session, content, r3="row2", r4="new")

    assert [post.title for post in target(session, "P0001").posts] == ["会计", "书记"]
    assert target(session, "P0002").main_post.title == "司机"


def test_an_answer_may_name_a_row_that_was_answered_itself(session: Session) -> None:
    bring_in(session, book())
    rows = [["", "个人", "李明", "U02", "会计", "", "", "", "是"], ["", "个人", "李明", "U03", "书记", "", "", "", ""]]

    made = bring_in(session, book([HEADINGS, *rows]), r2="P02", r3="row2")

    assert [change.rows for change in made.targets] == [(2, 3)]
    assert [post.title for post in target(session, "P02").posts] == ["会计", "书记"]


def test_a_decision_that_fits_no_question_is_refused(session: Session) -> None:
    bring_in(session, book())
    content = book([HEADINGS, FANG, ["", "个人", "李明", "U02", "", "", "", "", ""]])

    with pytest.raises(BadDocumentError) as caught:
        plan(session, content, r3="P01", r9="new")

    assert [str(problem) for problem in caught.value.problems] == [
        "sheet 对象, row 3, column 编码: found P01; allowed: the code of a 个人 named 李明, or new: P02, new",
        "decision for row 9: found new; allowed: a row without a code",
    ]


def test_every_problem_of_both_sheets_is_reported_at_once_and_nothing_is_taken_over(session: Session) -> None:
    units = [
        UNIT_HEADINGS,
        ["U01", "云陂镇", "U03", ""],
        ["U02", "财政所", "U99", ""],
        ["U03", "农办", "U01", ""],
        ["U03", "农业办", "U01", ""],
        ["U/4", "水务站", "", ""],
    ]
    targets = [
        HEADINGS,
        ["P01", "个人", "方若兰", "U88", "", "", "", "", ""],
        ["P02", "个人", "李明", "U/4", "", "", "", "", ""],
        ["P03", "个人", "王芳", "", "", "", "", "", ""],
        ["P04", "人物", "张三", "U02", "", "", "", "", ""],
    ]

    assert problems(session, book(targets, units)) == [
        "sheet 单位, row 6, column 编码: found U/4; allowed: up to 32 letters, digits and . _ -",
        "sheet 对象, row 5, column 类型: found 人物; allowed: one of 个人, 单位, 班子, 党组织, 项目, 党员",
        "sheet 单位, row 5, column 编码: found U03; allowed: each unit once; row 4 says the same",
        "sheet 单位, row 3, column 上级编码: found U99; allowed: the code of a unit of the roster or of this file",
        "sheet 单位, row 2, column 上级编码: found U01 → U03 → U01; allowed: a unit that is not below this one",
        "sheet 对象, row 2, column 单位编码: found U88; allowed: the code of a unit of the roster or of this file",
        "sheet 对象, row 4, column 单位编码: found nothing; allowed: the unit that the target belongs to",
    ]


def test_rows_of_one_code_that_contradict_each_other_are_named(session: Session) -> None:
    rows = [
        [*FANG[:-1], "是"],
        ["P01", "党员", "方若蓝", "U03", "书记", "", "", "", "是"],
        OFFICE,
        ["D01", "单位", "财政所", "U03", "", "", "", "", ""],
        LI,
        LI,
    ]

    found = problems(session, book([HEADINGS, *rows]))

    assert found == [
        "sheet 对象, row 3, column 姓名或名称: found 方若蓝; allowed: 方若兰, as row 2 says of this code",
        "sheet 对象, row 3, column 类型: found 党员; allowed: 个人, as row 2 says of this code",
        "sheet 对象, row 2, column 主岗: found 2, 3; allowed: 是 in exactly one of the rows 2, 3",
        "sheet 对象, row 5, column 编码: found D01; allowed: one row: only persons and members hold several posts",
        "sheet 对象, row 7, column 职务: found 书记; allowed: another unit or title than row 6",
        "sheet 对象, row 6, column 主岗: found nothing; allowed: 是 in exactly one of the rows 6, 7",
    ]


def test_a_code_never_changes_its_kind(session: Session) -> None:
    bring_in(session, book())

    with pytest.raises(BadDocumentError, match="found 党员; allowed: 个人, as in the roster"):
        plan(session, book([HEADINGS, ["P01", "党员", *FANG[2:]]]))


def test_a_unit_named_by_several_units_name_needs_its_code(session: Session) -> None:
    units = [UNIT_HEADINGS, ["U01", "办公室", "", ""], ["U02", "办公室", "", ""]]

    with pytest.raises(BadDocumentError, match="several bear this name: U01, U02"):
        plan(session, xlsx({"单位": units, "对象": [["姓名", "部门"], ["方若兰", "办公室"]]}))


def test_units_without_codes_and_with_one_name_need_codes(session: Session) -> None:
    found = problems(session, "名称,类别\n办公室,机关\n办公室,村居\n".encode(), "单位.csv")

    assert found == [
        f"row {row}, column 编码: found nothing; allowed: a code, since several units bear this name" for row in (2, 3)
    ]


def test_a_unit_and_its_name_must_agree(session: Session) -> None:
    rows = [["姓名", "单位编码", "单位"], ["方若兰", "U02", "西塘居委会"]]

    with pytest.raises(BadDocumentError, match="found 西塘居委会; allowed: 财政所, the name of U02"):
        plan(session, xlsx({"单位": UNITS, "对象": rows}))


def test_a_cycle_through_the_roster_is_found(session: Session) -> None:
    bring_in(session, book())

    with pytest.raises(BadDocumentError, match="U01 → U02 → U01"):
        plan(session, "编码,名称,上级编码\nU01,云陂镇,U02\n".encode(), "单位.csv")


def test_a_plan_that_the_roster_has_left_behind_is_refused(session: Session) -> None:
    made = plan(session, book())
    bring_in(session, book())

    with pytest.raises(ConflictError, match="Make the plan again"):
        roster.carry_out(session, made)


def test_a_retired_target_stays_in_the_roster_and_a_later_file_brings_it_back(session: Session) -> None:
    bring_in(session, book())

    roster.retire(session, "P01")
    assert target(session, "P01").active is False
    made = bring_in(session, book())

    assert FieldChange("active", "False", "True") in made.targets[0].fields
    assert target(session, "P01").active is True


def test_retiring_an_unknown_target_is_refused(session: Session) -> None:
    with pytest.raises(NotFoundError, match="no target P77"):
        roster.retire(session, "P77")

"""The CSV and the workbook, read back with other programs' readers."""

import csv
import dataclasses
import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from exports.tables import ranking_csv, workbook
from scoring.outcome.results import BallotCheck, Cell, Contribution, Decided, Majority, Results


def as_rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheet_rows(sheet: Worksheet) -> list[dict[str, object]]:
    heads, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip([str(head) for head in heads], row, strict=True)) for row in rows]


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def displayed(cell: openpyxl.cell.cell.Cell) -> str:
    """Return a number as a spreadsheet shows it under its format."""
    if isinstance(cell.value, int | float) and re.fullmatch(r"0(\.0+)?", cell.number_format):
        return f"{cell.value:.{len(cell.number_format.partition('.')[2])}f}"
    return str(cell.value)


def relabelled(results: Results, **changes: object) -> Results:
    """The same results with another name and place for their first target."""
    first = results.results[0].model_copy(update=changes)
    return results.model_copy(update={"results": (first, *results.results[1:])})


def test_the_csv_opens_as_utf8_in_spreadsheets_and_prints_what_the_page_prints(heading, results):
    data = ranking_csv(heading, [results])
    rows = as_rows(data)

    assert data.startswith(b"\xef\xbb\xbf")
    assert [row["得分"] for row in rows[:3]] == ["94.29", "93.09", "92.49"]
    for row, target in zip(rows, results.results, strict=True):
        assert row["名称"] == target.name
        assert row["得分"] == (target.score or "不显示：免推算")
        assert row["群众得分"] == (target.groups["群众"].score or "不显示：免推算")


def test_the_csv_says_which_result_each_row_comes_from(heading, results):
    row = as_rows(ranking_csv(heading, [results]))[0]

    assert row["轮次"] == "2026年度云陂镇中层干部民主测评"
    assert row["结果号"] == "2"
    assert (row["清单指纹"], row["计票指纹"]) == (heading.manifest_hash, results.tally_sha256)


def test_what_is_withheld_is_said_in_every_cell_of_the_csv(heading, results):
    rows = {row["名称"]: row for row in as_rows(ranking_csv(heading, [results]))}

    assert rows["欧阳秀英"]["党委得分"] == "不显示：不足10"
    assert rows["欧阳秀英"]["政府得分"] == "不显示：免倒推"
    assert rows["欧阳秀英"]["收回"] == "不显示"
    assert rows["陶雪琴"]["名次"] == "不显示"
    assert rows["褚建业"]["名次"] == "暂定"
    empty = {head for row in rows.values() for head, value in row.items() if value == ""}
    assert empty == {"备注"}


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+86", "-2+3", '=HYPERLINK("http://x","y")', "|calc"])
def test_a_name_cannot_become_a_formula_in_either_file(heading, results, name):
    named = relabelled(results, name=name)

    text = as_rows(ranking_csv(heading, [named]))[0]["名称"]
    assert text.startswith("'")
    cell = opened(workbook(heading, [named]))["排名"]["E2"]
    assert (cell.value, cell.data_type) == (name, "s")


def test_parts_with_other_criteria_say_that_these_do_not_apply(heading, results, with_rules):
    units = results.model_copy(
        update={"rules": with_rules(scheme="群众工作", criteria={"态度": "1"}, items={}, overall=None)}
    )

    rows = as_rows(ranking_csv(heading, [results, units]))
    assert len(rows) == 40
    assert rows[0]["态度"] == "不适用"
    assert (rows[20]["德"], rows[20]["规则"]) == ("不适用", "群众工作")


def test_the_workbook_has_its_sheets_and_each_number_is_shown_as_printed(heading, results):
    book = opened(workbook(heading, [results]))

    assert book.sheetnames == ["汇总", "排名", "分组", "等次份额", "图表"]
    sheet = book["排名"]
    heads = [cell.value for cell in sheet[1]]
    score, group = heads.index("得分"), heads.index("党委得分")
    for row, target in zip(sheet.iter_rows(min_row=2), results.results, strict=True):
        assert displayed(row[score]) == (target.score or "不显示：免推算")
        if target.groups["党委"].score:
            assert displayed(row[group]) == target.groups["党委"].score
            assert isinstance(row[group].value, float)


def test_a_score_cut_to_fewer_places_is_shown_with_those_places(heading, results):
    """Four ballots withheld elsewhere cut a total to one place; 90.0 must not be shown as 90 or 90.00."""
    sheet = opened(workbook(heading, [relabelled(results, score="90.0")]))["排名"]

    assert displayed(sheet["G2"]) == "90.0"


ESTIMATED = {
    "se": 0.612,
    "interval": (93.1, 95.48),
    "rank_interval": (1, 3),
    "quota_chance": 0.62,
    "final_grade": "称职",
    "ballot_score": "94.29",
    "components": {"测评": "94.29", "实绩": None},
    "majority": Majority(grade="优秀", better="0.00", worse="24.24", sign="-"),
    "decisions": (Decided(decision="bonus", value="2", reason="表彰"),),
}


def test_intervals_components_and_decisions_have_columns_where_a_target_has_them(heading, results, with_rules):
    parts = ({"id": "测评", "share": "0.4", "source": "ballots"}, {"id": "实绩", "share": "0.6", "source": "imported"})
    estimated = relabelled(results, **ESTIMATED).model_copy(update={"rules": with_rules(components=parts)})

    plain, first, second, *_ = as_rows(ranking_csv(heading, [results]))[:1] + as_rows(ranking_csv(heading, [estimated]))
    own = {head: value for head, value in first.items() if head not in plain}

    assert own == {
        "标准误": "0.61",
        "95%区间下限": "93.10",
        "95%区间上限": "95.48",
        "名次范围（最好）": "1",
        "名次范围（最差）": "3",
        "进名额的机会（参考）": "62%",
        "会议等次": "称职",
        "组成：测评": "94.29",
        "多数评级": "优秀−",
        "决定": "加2分（表彰）",
    }
    assert {second[head] for head in own} == {"没有"}
    sheet = opened(workbook(heading, [estimated]))["排名"]
    column = [cell.value for cell in sheet[1]].index("95%区间上限")
    assert displayed(sheet[2][column]) == "95.48"
    assert isinstance(sheet[2][column].value, float)


def test_a_sheet_adds_each_score_up(heading, results):
    parts = (
        Contribution(kind="mark", group="居民", item="德", weight="2/9", value="90/1", points="20.00", exact="20/1"),
        Contribution(kind="limit", item="max_bonus", weight="-1/1", value="1/1", points="-1.00", exact="-1/1"),
    )

    book = opened(workbook(heading, [relabelled(results, contributions=parts)]))
    rows = [[row["名称"], row["部分"], row["项目"], row["占总分"], row["计分"]] for row in sheet_rows(book["得分构成"])]

    assert rows == [["潘志远", "评价", "德", "2/9", 20.0], ["潘志远", "限额", "加分超过上限", "-100%", -1.0]]
    assert "得分构成" not in opened(workbook(heading, [results])).sheetnames


def test_what_ballot_rules_found_stands_in_the_summary(heading, results):
    checks = {"居民": (BallotCheck(rule="uniform", action="void", ballots=3),)}
    book = opened(workbook(heading, [results.model_copy(update={"ballots": checks})]))

    assert ("整票检查 居民", "全部同一等次，作废：3") in [row[:2] for row in book["汇总"].iter_rows(values_only=True)]


def test_a_second_reader_sees_the_same_values(heading, results):
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(heading, [results])))
    rows = book.get_sheet_by_name("排名").to_python()

    assert rows[1][:7] == ["机关办公室与所队站", "中层正职", 1.0, "C001", "潘志远", "党政办公室", 94.29]


def test_the_same_result_makes_the_same_bytes(heading, results):
    assert workbook(heading, [results]) == workbook(heading, [results])
    later = dataclasses.replace(heading, created_at="2026-12-10T12:05:00+00:00")
    assert workbook(later, [results]) != workbook(heading, [results])


def test_there_are_no_formulas_and_no_links(heading, results):
    with zipfile.ZipFile(io.BytesIO(workbook(heading, [results]))) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]

    assert sheets
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


def test_tables_keep_their_heads_in_view_and_print_on_a4_landscape(heading, results):
    book = opened(workbook(heading, [results]))

    for name in ("排名", "分组", "等次份额"):
        sheet = book[name]
        names = [cell.value for cell in sheet[1]].index("名称")
        assert sheet.freeze_panes == f"{'ABCDEFG'[names + 1]}2"
        assert sheet.auto_filter.ref
        assert sheet.print_title_rows == "$1:$1"
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


def test_each_class_and_layer_has_two_charts_over_its_own_rows(heading, results):
    with zipfile.ZipFile(io.BytesIO(workbook(heading, [results]))) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]

    assert len(charts) == 4
    assert "中层正职：得分和各组得分" in charts[0]
    assert "$E$2:$E$13" in charts[0]
    # The last of the eight deputies has no shown score: the chart ends before, and says so.
    assert "$E$14:$E$20" in charts[2]
    assert "1个不显示" in charts[2]


def test_group_and_share_sheets_hold_the_counts_behind_the_scores(heading, results):
    book = opened(workbook(heading, [results]))
    groups = {(row["名称"], row["评价主体"]): row for row in sheet_rows(book["分组"])}
    shares = {(row["名称"], row["项目"]): row for row in sheet_rows(book["等次份额"])}

    assert groups["潘志远", "群众"]["收回"] == 181 + 25
    assert groups["潘志远", "居民"]["无效"] == 1
    assert groups["潘志远", "居民"]["占上级"] == "2/3"
    assert groups["欧阳秀英", "党委"]["德"] == "不显示：不足10"
    target = results.results[0].distributions["德"]
    row = shares["潘志远", "德"]
    assert [row[f"{level}票数"] for level in target.counts] == list(target.counts.values())
    assert (row["分母"], row["空白"]) == (target.denominator, 2)
    assert shares["欧阳秀英", "绩"]["分母"] == "不显示"


def test_the_summary_holds_turnout_fingerprints_and_definitions(heading, results):
    values = [cell for row in opened(workbook(heading, [results]))["汇总"].iter_rows(values_only=True) for cell in row]

    assert {heading.manifest_hash, results.tally_sha256, results.scheme_sha256} <= set(values)
    assert "得分＝群众、政府、党委三组得分各占三分之一（群众＝居民2：代表1）。" in values
    assert values.count("不显示") == 3
    assert 184 in values


def test_schemes_with_other_columns_get_sheets_of_their_own(heading, results, with_rules):
    units = results.model_copy(
        update={"rules": with_rules(scheme="群众工作/2026", criteria={"态度": "1"}, items={}, overall=None)}
    )

    names = opened(workbook(heading, [results, units, results])).sheetnames
    assert names[:3] == ["汇总", "排名 三三制", "排名 群众工作2026"]
    assert len(sheet_rows(opened(workbook(heading, [results, units, results]))["排名 三三制"])) == 40


def test_a_fingerprint_that_is_not_given_is_said_to_be_missing(heading, results):
    hidden = results.model_copy(update={"tally_sha256": ""})

    assert as_rows(ranking_csv(heading, [hidden]))[0]["计票指纹"] == "未列"


def test_a_withheld_number_that_came_along_is_in_no_file(heading, results):
    leaking = Cell(score="66.66", n=3, withheld="few")
    target = results.results[0]
    leaky = relabelled(
        results,
        groups=dict.fromkeys(target.groups, leaking),
        criteria=dict.fromkeys(target.criteria, leaking),
        items=dict.fromkeys(target.items, leaking),
        group_items={"群众": dict.fromkeys(target.items, leaking)},
    )

    assert b"66.66" not in ranking_csv(heading, [leaky])
    withheld = {"withheld": "few", "score": None, "components": {"测评": "66.66"}, "ballot_score": "66.66"}
    assert b"66.66" not in ranking_csv(heading, [relabelled(leaky, **withheld, bounds=("66.66", "66.66"))])
    values = [cell for sheet in opened(workbook(heading, [leaky])) for row in sheet.values for cell in row]
    assert 66.66 not in values

import copy
import csv
import io
import re
from dataclasses import replace

import openpyxl
import pytest
from pypdf import PdfReader

from survey.models import Result
from survey.prepare import amendments, rounds
from survey.reveal import results
from survey.web import ranking
from tests.counted import TIED
from tests.hall import close_round, open_round
from tests.pages import read


@pytest.fixture
def snapshot(counted, session):
    return results.latest(session, rounds.get(session, counted.round_id))


@pytest.fixture
def at(counted):
    return f"/results/{counted.round_id}/1"


def rows(page):
    """Return the cells of each row of the first table of the ranking, as words."""
    body = re.search(r'class="table ranking".*?<tbody>(.*?)</tbody>', page.text, re.DOTALL)[1]
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in body.split("</tr>")[:-1]]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def scores(snapshot):
    return {result.score for result in snapshot.targets() if result.score}


@pytest.mark.parametrize("role", ["evaluator", "supervisor", "administrator"])
def test_no_other_role_reaches_a_result(counted, sign_in, app, role):
    client = sign_in(role)
    made_up = {"round_id": counted.round_id, "number": 1, "target": "C01", "chart": "radar"}

    with app.test_request_context():
        addresses = [
            rule.build({name: made_up[name] for name in rule.arguments})[1]
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith("personnel.")
        ]
        posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}

    assert len(addresses) > 12
    assert posts
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 403)


def test_the_desk_of_who_runs_the_round_holds_no_score(counted, snapshot, sign_in):
    # A score in whole points could be any count of a page.
    printed = {score for score in scores(snapshot) if "." in score}
    assert len(printed) > 4
    round_ = f"/desk/rounds/{counted.round_id}"

    for role in ("evaluator", "supervisor"):
        client = sign_in(role)
        for path in ("/desk/", round_, f"{round_}/codes", f"{round_}/amendments", f"{round_}/plan.yaml", "/roster/"):
            page = client.get(path)
            assert page.status_code == 200, path
            assert not [score for score in printed if score in page.text], path


@pytest.mark.usefixtures("counted")
def test_the_rounds_with_results_are_listed(sign_in):
    page = sign_in("personnel").get("/results/")

    assert "2026年度云陂镇中层干部民主测评" in page.text
    assert "开封后首次计分" in page.text


def test_without_a_result_the_page_says_what_must_happen(sign_in):
    page = sign_in("personnel").get("/results/")

    assert page.status_code == 200
    assert "还没有结果" in page.text


def test_the_ranking_shows_every_value_of_the_snapshot(at, snapshot, sign_in):
    page = sign_in("personnel").get(f"{at}/")

    shown = rows(page)
    expected = [result for _rules, result in ranking.of_kind(snapshot, people=True)]
    assert [row[0] for row in shown] == [str(result.rank) for result in expected]
    assert [row[1].split()[0] for row in shown] == [result.name for result in expected]
    assert [row[2] for row in shown] == [result.score for result in expected]
    assert "第 1 号结果" in page.text
    assert "开封后首次计分" in page.text


def test_the_strip_gives_counts_and_their_shares(at, sign_in):
    page = sign_in("personnel").get(f"{at}/").text

    # 60 residents and 20 staff had slips; 60 and 4 came back.
    strip = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page)
    assert [(name, re.sub(r"<[^>]+>", " ", words).split()) for name, words in strip] == [
        ("发出", ["80", "张"]),
        ("收回", ["64", "收回率", "80.00%"]),
        ("有效", ["64", "有效率", "100.00%"]),
        ("无效", ["0"]),
        ("有效 / 发出，分组", ["居民", "60", "/", "60", "政府", "4", "/", "20"]),
    ]


def test_a_tie_is_marked_and_explained(at, sign_in):
    page = sign_in("personnel").get(f"{at}/")

    tied = [row for row in rows(page) if "并列" in row[-1]]
    assert len(tied) == 2
    assert tied[0][0] == tied[1][0]
    assert "在可以分辨的位数内得分相等，名次并列" in page.text


def test_what_is_withheld_says_so_and_why(at, snapshot, sign_in):
    _part, hidden = snapshot.find("C01")
    assert {cell.withheld for cell in hidden.groups.values()} & {"few"}
    client = sign_in("personnel")

    row = next(row for row in rows(client.get(f"{at}/")) if row[1].startswith(hidden.name))
    own = client.get(f"{at}/targets/C01/")

    assert "不显示 不足 10 票" in row
    assert "不足 10 票" in row[-1]
    assert "不足 10 票，显示平均分就等于公开各人打的分" in own.text
    assert not re.search(r"<td[^>]*>\s*(0|—|-|–|None)?\s*</td>", re.sub(r"<td colspan.*?</td>", "", own.text))


def test_a_filter_keeps_those_that_fit_and_their_ranks(at, snapshot, sign_in):
    client = sign_in("personnel")
    _part, first = snapshot.find("C04")

    kept = rows(client.get(f"{at}/", query_string={"class": "机关", "layer": "正职", "unit": first.unit}))
    nobody = client.get(f"{at}/", query_string={"class": "村居", "layer": "", "unit": ""})

    assert [(row[0], row[1].split()[0]) for row in kept] == [(str(first.rank), first.name)]
    assert "没有符合条件的" in nobody.text


@pytest.mark.parametrize(("sort", "turned"), [("score", False), ("-score", True), ("-rank", True)])
def test_a_column_sorts_both_ways(at, sign_in, sort, turned):
    client = sign_in("personnel")
    straight = [row[1] for row in rows(client.get(f"{at}/"))]

    page = client.get(f"{at}/", query_string={"class": "机关", "layer": "正职", "unit": "", "sort": sort})
    found = [row[2] for row in rows(page)]

    assert found == sorted(found, key=float, reverse=not turned)
    assert sorted(row[1] for row in rows(page)) == sorted(straight)
    assert 'aria-sort="' in page.text


def test_what_is_not_shown_sorts_last_either_way(at, snapshot, sign_in):
    client = sign_in("personnel")
    _part, hidden = snapshot.find("C01")

    for sort in ("居民", "-居民"):
        page = client.get(f"{at}/", query_string={"class": "", "layer": "", "unit": "", "sort": sort})
        assert rows(page)[-1][1].startswith(hidden.name)


def test_definitions_stand_under_the_table(at, sign_in):
    client = sign_in("personnel")

    for path in ("/", "/units", "/targets/C02/", "/targets/D01/", "/sign"):
        assert "分母是作出判断的票" in client.get(f"{at}{path}").text, path


def test_units_are_listed_by_class_and_lead_to_their_people(at, snapshot, sign_in):
    client = sign_in("personnel")
    page, unit = client.get(f"{at}/units"), client.get(f"{at}/targets/D02/")

    assert [row[1].split()[0] for row in rows(page)] == [
        result.name for _rules, result in ranking.of_kind(snapshot, people=False)
    ]
    assert "沈其昌" in unit.text  # who heads the second unit
    assert "陆文澜" not in unit.text.partition('id="members"')[2]


def test_a_target_page_gives_charts_their_words_and_the_numbers(at, snapshot, sign_in):
    client = sign_in("personnel")
    _part, result = snapshot.find("C04")

    page = client.get(f"{at}/targets/C04/")
    words = read(page.text).words

    for chart in ("radar", "groups", "shares"):
        address, alt = re.search(rf'<img src="([^"]+{chart}\.svg)" alt="([^"]+)"', page.text).groups()
        picture = client.get(address)
        assert (picture.status_code, picture.content_type) == (200, "image/svg+xml")
        assert picture.data.lstrip().startswith((b"<?xml", b"<svg"))
        assert result.name in alt
    for criterion, cell in result.criteria.items():
        assert f"{criterion} 权 1 {cell.score}" in words
    for level, share in result.distributions["总体评价"].shares.items():
        assert f"{share}%" in words, level


def test_neighbours_in_the_ranking_are_a_step_away(at, snapshot, sign_in):
    client = sign_in("personnel")
    order = [result for _rules, result in ranking.of_kind(snapshot, people=True)]

    for before, result, after in zip([None, *order], order, [*order[1:], None], strict=False):
        page = client.get(f"{at}/targets/{result.target}/").text
        assert ('rel="prev"' in page) == (before is not None)
        assert ('rel="next"' in page) == (after is not None)
        assert after is None or f"↓ {after.name}" in page


def test_the_workbook_holds_the_ranking(at, snapshot, sign_in):
    answer = sign_in("personnel").get(f"{at}/results.xlsx")

    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    words = {
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    }
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert {result.name for result in snapshot.targets()} <= words


def test_the_csv_holds_the_ranking(at, snapshot, sign_in):
    answer = sign_in("personnel").get(f"{at}/results.csv")

    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    found = {cell for line in lines for cell in line}
    assert {result.name for result in snapshot.targets()} <= found
    assert scores(snapshot) <= found


def test_the_table_to_sign_is_a_page_and_a_pdf_with_lines_for_both(at, snapshot, sign_in):
    client = sign_in("personnel")
    page, pdf = client.get(f"{at}/sign"), client.get(f"{at}/sign.pdf")

    reader = PdfReader(io.BytesIO(pdf.data))
    box = reader.pages[0].mediabox
    text = "".join(each.extract_text() for each in reader.pages)
    assert box.width > box.height
    for words in (page.text, text):
        assert "监票人" in words
        assert "计票人" in words
        for result in snapshot.parts[0].results:
            assert result.name in words
    assert 'class="desk flat"' in page.text


def test_each_class_of_each_scheme_has_its_own_table(at, sign_in):
    client = sign_in("personnel")
    page = client.get(f"{at}/sign", query_string={"table": "2-机关"})

    assert "党政办公室" in page.text
    assert "顾明芳" not in page.text
    assert client.get(f"{at}/sign", query_string={"table": "9-机关"}).status_code == 404


def test_a_target_has_a_sheet_of_its_own(at, sign_in):
    answer = sign_in("personnel").get(f"{at}/targets/C04/sheet.pdf")

    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert answer.content_type == "application/pdf"
    assert "潘志远" in text
    assert "顾明芳" not in text


def test_another_result_stands_beside_the_first(counted, at, session, sign_in):
    client = sign_in("personnel")
    before = client.get(f"{at}/").text
    with_reason = {"reason": "撤出一人后重算"}

    made = client.submit(f"/results/{counted.round_id}/snapshots", with_reason)
    listed = client.get(f"/results/{counted.round_id}/snapshots")

    assert made.location.endswith(f"/results/{counted.round_id}/2/")
    assert "撤出一人后重算" in listed.text
    assert [result.number for result in session.query(Result).order_by(Result.number)] == [1, 2]
    assert rows_of(before) == rows_of(client.get(f"{at}/").text)


def rows_of(text):
    return re.search(r'class="table ranking".*?</table>', text, re.DOTALL)[0]


def test_a_result_needs_a_reason(counted, session, sign_in):
    answer = sign_in("personnel").submit(f"/results/{counted.round_id}/snapshots", {"reason": ""})

    assert answer.status_code == 422
    assert session.query(Result).count() == 1


def test_publishing_asks_first_and_ends_the_making_of_results(counted, at, sign_in):
    client = sign_in("personnel")

    asked = client.get(f"{at}/publish")
    done = client.submit(f"{at}/publish", follow_redirects=True)
    again = client.submit(f"{at}/publish")
    more = client.submit(f"/results/{counted.round_id}/snapshots", {"reason": "再来"})

    assert "不会把任何内容放到公开网页上" in asked.text
    assert "第 1 号结果已公布" in done.text
    assert (again.status_code, more.status_code) == (409, 409)
    assert "已公布" in more.text
    assert client.get(f"/results/{counted.round_id}/").location.endswith("/1/")


def test_a_withdrawn_target_leaves_the_next_result(settings, session, sign_in):
    hall = open_round(session, settings, residents=20)
    round_ = rounds.get(session, hall.round_id)
    by = amendments.By("tester", "已调离", round_.created_at)
    amendments.withdraw_target(session, round_, "C2", by)
    session.commit()
    close_round(session, hall)
    client = sign_in("personnel")

    revealed = client.submit(f"/desk/rounds/{hall.round_id}/reveal", follow_redirects=True)

    assert revealed.status_code == 200
    assert "乙二" not in revealed.text
    assert "甲一" in revealed.text


def test_a_round_that_is_not_there_and_a_result_that_is_not_there(counted, sign_in):
    client = sign_in("personnel")

    for path in ("/results/nothing/1/", f"/results/{counted.round_id}/7/", f"/results/{counted.round_id}/1/targets/X/"):
        assert client.get(path).status_code == 404, path


def test_long_rankings_come_a_page_at_a_time(snapshot):
    made = ranking.tables(snapshot, ranking.of_kind(snapshot, people=True), ranking.Choice("", "", "", "rank"))
    many = [replace(made[0], rows=made[0].rows * 10), replace(made[0], rows=made[0].rows * 2)]

    pages = [ranking.cut(many, offset, 50) for offset in (0, 50)]

    assert [[len(table.rows) for table in page] for page in pages] == [[50], [10, 12]]
    assert made[0].of == len(manifest_of_people(snapshot))
    assert set(TIED) <= {row.code for row in made[0].rows}


def manifest_of_people(snapshot):
    return [target for target in snapshot.manifest.targets if target.kind == "person"]


def test_intervals_and_rank_ranges_have_columns_only_where_they_were_worked_out(counted, at, session, sign_in):
    client = sign_in("personnel")
    stored = session.get(Result, (counted.round_id, 1))
    body = copy.deepcopy(stored.body)
    for result in (result for part in body["parts"] for result in part["results"]):
        result["interval"], result["rank_interval"] = None, None
    stored.body = copy.deepcopy(body)
    session.commit()
    without = client.get(f"{at}/").text
    first = body["parts"][0]["results"][0]
    first["interval"], first["rank_interval"] = [70.25, 82.5], [1, 3]
    stored.body = body
    session.commit()

    ranking_page, own = client.get(f"{at}/").text, client.get(f"{at}/targets/{first['target']}/").text

    assert "95% 区间" not in without
    assert "95%区间" not in without
    assert "<svg" not in without.partition('class="table ranking"')[2]
    assert "得分的 95% 区间" in ranking_page
    assert "95%区间：把收回的票看作从应到的人里随机来的" in ranking_page
    assert "名次范围" in ranking_page
    assert f"得分 {first['score']}，区间 70.2 到 82.5" in ranking_page
    assert "95% 区间 70.25 – 82.50" in own
    assert "范围 1–3" in own


def test_comments_are_listed_by_group_for_the_personnel_department_alone(counted, sign_in):
    address = f"/results/{counted.round_id}/1/comments"

    page = sign_in("personnel").get(address)

    assert page.status_code == 200
    assert "<h1>评语</h1>" in page.text
    assert "次序已打乱" in page.text
    assert sign_in("evaluator").get(address).status_code == 403

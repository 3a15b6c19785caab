"""What the pages of a result show where it holds more than score, rank and grade; nothing where it doesn't."""

import copy
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.outcome import reason_words
from survey import create_app
from survey.models import Result
from survey.web import database
from tests.conftest import Browser
from tests.pages import read

KINDS = {value for name, value in vars(reason_words).items() if name.isupper() and isinstance(value, str)}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TARGET = "C04"


@pytest.fixture
def stored(counted, session):
    """Return a way to change what is stored of the first part and of one target."""

    def change(part=None, **target):
        result = session.get(Result, (counted.round_id, 1))
        body = copy.deepcopy(result.body)
        found = body["parts"][0]
        found.update(part or {})
        found["rules"] = found["rules"] | found.pop("more_rules", {})
        next(each for each in found["results"] if each["target"] == TARGET).update(target)
        result.body = body
        session.commit()

    return change


@pytest.fixture
def ranking(counted):
    return f"/results/{counted.round_id}/1/"


@pytest.fixture
def own(ranking):
    return f"{ranking}targets/{TARGET}/"


@pytest.fixture
def english(settings, sign_in):
    """Return a browser whose pages speak English."""
    token = sign_in("personnel")
    app = create_app(replace(settings, locale="en"))
    app.testing, app.test_client_class = True, Browser
    client = app.test_client()
    cookie = app.config["GONGPING_COOKIE"]
    client.set_cookie(cookie, token.get_cookie(cookie).value)
    yield client
    database.dispose(app)


def words(client, address):
    return read(client.get(address).text).words


PARTS = [
    {
        "kind": "mark",
        "group": "居民",
        "item": "德",
        "weight": "1/2",
        "value": "90/1",
        "points": "45.00",
        "exact": "45/1",
    },
    {
        "kind": "mark",
        "group": "居民",
        "item": "绩",
        "weight": "1/8",
        "value": "80/1",
        "points": "10.00",
        "exact": "10/1",
    },
    {
        "kind": "mark",
        "group": "政府",
        "item": "德",
        "weight": "1/4",
        "value": "60/1",
        "points": "15.00",
        "exact": "15/1",
    },
    {"kind": "component", "item": "实绩", "weight": "1/8", "value": "96/1", "points": "12.00", "exact": "12/1"},
    {"kind": "adjustment", "item": "表彰", "value": "2/1", "points": "2.00", "exact": "2/1"},
    {"kind": "adjustment", "item": "deduction", "weight": "-1/1", "value": "3/1", "points": "-3.00", "exact": "-3/1"},
    {"kind": "limit", "item": "cap", "weight": "-1/1", "value": "1/2", "points": "-0.50", "exact": "-1/2"},
]


def table(page, heading):
    """Return the rows of the table after a heading, as words of each cell."""
    after = page.partition(f">{heading}</h2>")[2].partition("<table")[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", after, re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def test_a_score_is_shown_as_a_table_that_adds_up_to_it(stored, own, sign_in):
    out = [
        {"group": "政府", "item": "绩", "reason": "not asked"},
        {"group": "政府", "item": "能", "reason": "not asked"},
        {"group": "党委", "reason": "turnout"},
    ]
    stored(contributions=PARTS, left_out=out, score="80.50")

    page = sign_in("personnel").get(own).text
    rows = table(page, "这个分是怎么来的")

    assert rows == [
        ["项", "居民", "政府", "小计"],
        ["德", "45.00 90.00 × 50.00%", "15.00 60.00 × 25.00%", "60.00"],
        ["绩", "10.00 80.00 × 12.50%", "不计入", "10.00"],
        ["评价合计", "55.00", "15.00", "70.00"],
        ["实绩 96.00 × 12.50%", "12.00"],
        ["表彰", "2.00"],
        ["扣分", "−3.00"],
        ["总分超过上限", "−0.50"],
        ["得分", "80.50"],
    ]
    assert sum(Decimal(row[-1].replace("−", "-")) for row in rows[3:-1]) == Decimal(rows[-1][-1])
    assert "政府没有被问绩、能，所问各项按原来的比例分担；党委到会率不够，不计入" in page


def test_where_parts_are_withheld_no_table_and_no_word_of_them_is_shown(stored, own, sign_in):
    stored(
        contributions=[], left_out=[{"group": "政府", "reason": "turnout"}], decisions=[], components={}, majority=None
    )

    page = words(sign_in("personnel"), own)

    assert "这个分是怎么来的" not in page
    assert "到会率不够，不计入" not in page


def test_a_withheld_result_shows_no_number_that_came_along(stored, own, ranking, sign_in):
    parts = [{"id": "测评", "share": "1", "source": "ballots"}]
    leaking = {"components": {"测评": "66.66"}, "bounds": ["66.66", "66.66"], "se": 66.66, "favourable": "66.66"}
    stored({"more_rules": {"components": parts}}, withheld="few", score=None, rank=None, contributions=[], **leaking)
    client = sign_in("personnel")

    for address in (own, ranking, f"{ranking}sign"):
        assert "66.66" not in client.get(address).text, address


def test_nothing_that_a_result_does_not_hold_leaves_an_empty_box(stored, own, sign_in):
    nothing = {"majority": None, "se": None, "quota_chance": None, "favourable": None, "ballot_score": None}
    stored(contributions=[], **nothing)

    page = sign_in("personnel").get(own).text

    assert "得分之外" not in page
    assert "<dl" not in page.partition("<main")[2]


def test_what_stands_beside_a_score_is_listed_with_what_it_means(stored, own, ranking, sign_in):
    components = (
        {"id": "测评", "share": "0.4", "source": "ballots"},
        {"id": "实绩", "share": "0.6", "source": "imported"},
    )
    quota = {"grade": "优秀", "share": "1/5", "rounding": "half_up", "per": "layer"}
    stored(
        {"more_rules": {"components": components, "favourable": ["优秀", "称职"], "quotas": [quota]}},
        components={"测评": "84.20", "实绩": None},
        favourable="85.71",
        majority={"grade": "称职", "better": "33.33", "worse": "20.00", "sign": "+"},
        se=0.612,
        degrees=23.44,
        quota_chance=0.997,
        final_grade="优秀",
        decisions=[
            {"decision": "bonus", "item": "表彰", "value": "2", "reason": "县级表彰", "document": "3号"},
            {"decision": "veto", "value": "称职", "reason": "安全事故"},
            {"decision": "veto", "reason": "违纪"},
        ],
    )
    client = sign_in("personnel")

    page = words(client, own)

    for said in (
        "测评 84.20 占 40%",
        "实绩 还没有 占 60%",
        "好评率 85.71% 优秀、称职",
        "多数评级 称职＋ 全部评价从好到差排开，正中间的那个等次；更好的占 33.33%，更差的占 20.00%",
        "标准误 0.61 自由度 23.4",
        "进优秀名额 99%以上 落在名额之内的机会，只作参考",
        "加分 ＋2 表彰，县级表彰，3号",
        "一票否决 等次不高于称职 安全事故",
        "一票否决 不参加排名 违纪",
        "会议：优秀",
        "综合得分＝测评40%＋实绩60%",
        "多数评级：全部评价从好到差排开",
    ):
        assert said in page, said
    [row] = [row for row in table_of_ranking(client, ranking) if row[1].startswith("潘志远")]
    assert {"84.20", "还没有"} <= set(row)
    assert any(cell.endswith("会议：优秀") for cell in row)


def table_of_ranking(client, address):
    body = re.search(r'class="table ranking".*?<tbody>(.*?)</tbody>', client.get(address).text, re.DOTALL)[1]
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in body.split("</tr>")[:-1]]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def test_a_score_that_is_not_final_says_what_it_could_become(stored, own, ranking, sign_in):
    stored(
        score=None,
        rank=None,
        grade=None,
        contributions=[],
        provisional="turnout: 政府; component missing: 实绩",
        bounds=["71.20", "88.30"],
    )
    client = sign_in("personnel")

    [row] = [row for row in table_of_ranking(client, ranking) if row[1].startswith("潘志远")]
    page = words(client, own)

    assert row[0] == "暂定"
    assert row[2] == "暂定 可能 71.20–88.30"
    assert "政府到会率不够；还缺实绩的得分" in page
    assert "可能得分 71.20 – 88.30 缺的组全给最差或全给最好时，得分所在的范围" in page


def test_what_ballot_rules_found_stands_under_the_ranking(stored, ranking, sign_in):
    client = sign_in("personnel")
    before = client.get(ranking).text
    checks = [
        {"rule": "uniform", "action": "void", "ballots": 3},
        {"rule": "max_share: 优秀", "action": "flag", "ballots": None},
    ]
    stored({"ballots": {"居民": checks}})

    rows = table(client.get(ranking).text, "整票规则查出的票")

    assert "整票规则查出的票" not in before
    assert rows == [
        ["组", "整票规则", "处理", "票数"],
        ["居民", "全部同一等次", "作废", "3"],
        ["居民", "“优秀”超过规定", "计入，只作记录", "不显示"],
    ]


def test_intervals_of_shares_stand_with_the_numbers(stored, own, sign_in):
    stored(shares={"优秀": "40.00"}, share_intervals={"优秀": [31.2, 49.456]})

    assert "等次 份额 各等次同时成立的区间 优秀 40.00% 31.20% – 49.46%" in words(sign_in("personnel"), own)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_code_of_the_scoring_reaches_a_chinese_page_or_file(stored, own, ranking, sign_in, kind):
    stored(score=None, rank=None, provisional=f"{kind}: 居民; turnout: 政府", flags=[kind, f"{kind}: 优秀"])
    client = sign_in("personnel")

    for address in (ranking, own, f"{ranking}sign", f"{ranking}results.csv"):
        page = client.get(address)
        text = page.data.decode() if address.endswith("csv") else read(page.text).words
        assert page.status_code == 200
        assert not [code for code in KINDS if code in text], address


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_reasons_are_english_on_an_english_page(stored, own, english, kind):
    stored(provisional=f"{kind}: A; {kind}", flags=[kind, f"{kind}: A"], score=None, rank=None)

    badges = re.findall(r'<p><span class="badge.*?</p>', english.get(own).text, re.DOTALL)

    assert len(badges) == 1
    assert not CHINESE.search(badges[0])

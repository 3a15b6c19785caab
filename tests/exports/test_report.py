"""The printed reports, read back from the PDF."""

import io
import re

import pypdf
import pypdfium2
import pytest

from exports.report import sign_table, signing_sheet, target_sheet
from scoring.outcome.results import BallotCheck, Cell, Decided, Distribution, Majority, Results, TargetResult

CLASS = "机关办公室与所队站"


def pages(pdf: bytes) -> list[str]:
    """Return each page's text without blanks: setting puts thin ones between Chinese and digits."""
    return [re.sub(r"\s", "", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def first_changed(results: Results, **changes: object) -> Results:
    first = results.results[0].model_copy(update=changes)
    return results.model_copy(update={"results": (first, *results.results[1:])})


def test_the_table_to_sign_holds_every_target_with_score_rank_and_grade(heading, results):
    text = "".join(pages(sign_table(heading, results, CLASS)))

    for target in results.results:
        assert target.name in text
        assert (target.score or "不显示") in text
    assert "1潘志远党政办公室290254250417575.76%5624.24%" in text
    assert "机关办公室与所队站·中层正职（12人）" in text


def test_rates_in_the_table_come_from_counts_and_not_from_rounded_shares(heading, results):
    """112 + 112 of 336: 33.33 % each, 66.67 % together."""
    spread = Distribution(
        counts={"优秀": 112, "称职": 112, "基本称职": 112, "不称职": 0}, denominator=336, not_judged={"不了解": 7}
    )
    one = first_changed(results, distributions={"总体评价": spread})

    cells = signing_sheet(heading, one, CLASS)["sections"][0]["rows"][0]  # type: ignore[index]
    assert [cell["lines"] for cell in cells[6:14]] == [
        ["112", "33.33%"],
        ["112", "33.33%"],
        ["112", "33.33%"],
        ["0", "0.00%"],
        ["7"],
        ["0"],
        ["33.33%"],
        ["66.67%"],
    ]


def test_the_table_is_a4_landscape_with_heads_and_page_numbers_on_each_page(heading, results):
    pdf = sign_table(heading, results, CLASS)
    found = pages(pdf)

    assert len(found) == 2
    for number, (page, text) in enumerate(zip(pypdf.PdfReader(io.BytesIO(pdf)).pages, found, strict=True), start=1):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)
        assert "名次姓名发出收回有效无效优秀称职基本称职不称职不了解空白优秀率优称率" in text
        assert f"第{number}页，共2页" in text
        assert "清单0f1e2d3c4b5a6978计票a1b2a1b2a1b2a1b2规则9c417be052fd88a3第2号结果gongping0.1.0" in text


def test_the_table_ends_with_definitions_lines_to_sign_and_full_fingerprints(heading, results):
    last = pages(sign_table(heading, results, CLASS))[-1]

    assert "得分＝群众、政府、党委三组得分各占三分之一（群众＝居民2：代表1）" in last
    assert "优秀率是优秀的份额，优称率是优秀与称职合计的份额" in last
    assert "监票人（签名）：" in last
    assert "计票人（签名）：" in last
    assert "日期：" in last
    for digest in (heading.manifest_hash, results.tally_sha256, results.scheme_sha256):
        assert digest in last


def test_the_rounds_turnout_stands_above_and_says_what_is_not_shown(heading, results):
    text = pages(sign_table(heading, results, CLASS))[0]

    assert "评价主体应到发出收回有效无效居民3002501841804" in text
    assert "党委1512不显示不显示不显示" in text


def test_a_class_that_is_not_there_is_an_error_that_names_it(heading, results):
    with pytest.raises(ValueError, match="村居"):
        sign_table(heading, results, "村居")


def test_a_table_holds_its_own_class_alone(heading, results):
    other = first_changed(results, class_="村居党组织", name="甲乙丙")

    assert "甲乙丙" not in "".join(pages(sign_table(heading, other, CLASS)))
    assert "甲乙丙" in "".join(pages(sign_table(heading, other, "村居党组织")))


def test_the_same_result_makes_the_same_pdf(heading, results, by_name, rules, peers):
    assert sign_table(heading, results, CLASS) == sign_table(heading, results, CLASS)
    target = by_name["韩素梅"]
    assert target_sheet(heading, target, rules, peers) == target_sheet(heading, target, rules, peers)


@pytest.mark.parametrize("name", ['#panic("x")', "*甲*_乙_$丙$", '"], #read("/etc/passwd")', "<甲>\\乙//丙", "王𫝎"])
def test_whatever_people_wrote_is_set_as_text(heading, results, name):
    text = pages(sign_table(heading, first_changed(results, name=name, flags=(name,)), CLASS))[0]

    assert name.replace("𫝎", "〔U+2B74E〕").replace(" ", "") in text


def test_all_type_is_embedded_and_chinese(heading, results):
    reader = pypdf.PdfReader(io.BytesIO(sign_table(heading, results, CLASS)))
    fonts = {
        font.get_object()["/BaseFont"]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].get_object().values()
    }

    assert fonts
    assert all(re.search(r"\+NotoSans(Mono)?CJK", name) for name in fonts)


def test_units_are_counted_as_things_and_not_as_people(heading, results):
    units = results.model_copy(
        update={"results": tuple(target.model_copy(update={"kind": "unit"}) for target in results.results)}
    )

    text = pages(sign_table(heading, units, CLASS))[0]
    assert "中层正职（12个）" in text
    assert "名次名称发出" in text


def test_levels_without_an_overall_mark_say_that_all_items_are_counted(heading, results, with_rules):
    pooled = results.model_copy(update={"rules": with_rules(overall=None)})

    assert "等次票数和份额取各项合计的票次" in pages(sign_table(heading, pooled, CLASS))[-1]


def test_direct_scores_and_many_levels_fit_the_table(heading, results, with_rules):
    direct = results.model_copy(update={"rules": with_rules(scale={"min": "0", "max": "100", "step": "1"})})
    five = {"很满意": "100", "满意": "80", "一般": "60", "不满意": "30", "很不满意": "0", "不了解": None}
    wide = results.model_copy(update={"rules": with_rules(scale=five)})

    assert "优秀率" not in pages(sign_table(heading, direct, CLASS))[0]
    assert "很满意率" in pages(sign_table(heading, wide, CLASS))[0]


def test_a_targets_sheet_is_one_a4_page_with_its_figures_and_definitions(heading, by_name, rules, peers):
    pdf = target_sheet(heading, by_name["韩素梅"], rules, peers)
    [text] = pages(pdf)

    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    for words in ("韩素梅", "92.07", "同类11人中", "称职", "并列", "居民1901811801", "合计2902542504", "得分＝群众"):
        assert words in text


def test_a_targets_sheet_says_what_stands_beside_the_score(heading, by_name, rules, peers):
    target = by_name["韩素梅"].model_copy(
        update={
            "interval": (90.1, 93.456),
            "rank_interval": (2, 5),
            "final_grade": "优秀",
            "flags": ("veto: no better than: 称职",),
            "decisions": (Decided(decision="veto", value="称职", reason="安全事故"),),
            "majority": Majority(grade="优秀", better="0.00", worse="30.00", sign="-"),
        }
    )

    [text] = pages(target_sheet(heading, target, rules, peers))

    for words in (
        "95%区间90.10–93.46",
        "范围2–5",
        "会议等次优秀",
        "得分之外",
        "一票否决，等次不高于称职（安全事故）",
        "多数评级优秀−（更好的0.00%，更差的30.00%）",
        "95%区间：把收回的票看作",
        "名次范围：与同排名次的人逐一比",
    ):
        assert words in text, words
    assert text.count("一票否决") == 1


def test_the_table_to_sign_gives_intervals_and_what_ballot_rules_found(heading, results):
    estimated = first_changed(results, interval=(93.1, 95.48), rank_interval=(1, 3), final_grade="称职")
    checks = {"居民": (BallotCheck(rule="uniform", action="void", ballots=3),)}
    sheet = signing_sheet(heading, estimated.model_copy(update={"ballots": checks}), CLASS)

    cells = [cell["lines"] for cell in sheet["sections"][0]["rows"][0]]  # type: ignore[index]
    assert cells[0] == ["1", "1–3"]
    assert ["94.29", "93.10–95.48"] in cells
    assert ["优秀", "会议：称职"] in cells
    assert str(sheet["definitions"]).endswith("整票检查：居民组全部同一等次的3张（作废）。")


def test_a_targets_sheet_carries_the_charts_with_their_words(heading, by_name, rules, peers):
    pdf = target_sheet(heading, by_name["韩素梅"], rules, peers)

    alternatives = [str(value) for value in alternative_texts(pypdf.PdfReader(io.BytesIO(pdf)))]
    assert len(alternatives) == 3
    assert any("德 93.49（同类中位 91.22）" in words for words in alternatives)
    assert any("总分：群众92.38，政府88.95，党委94.89" in words for words in alternatives)


def alternative_texts(reader: pypdf.PdfReader) -> list[object]:
    def walk(node: object) -> list[object]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            return [text for part in node for text in walk(part)]
        if not isinstance(node, dict):
            return []
        own = [node["/Alt"]] if "/Alt" in node else []
        return own + (walk(node["/K"]) if "/K" in node else [])

    return walk(reader.trailer["/Root"]["/StructTreeRoot"])


def test_a_sheet_of_which_all_is_withheld_says_so_and_shows_no_number(heading, by_name, rules, peers):
    [text] = pages(target_sheet(heading, by_name["陶雪琴"], rules, peers))

    assert "得分不显示名次不显示等次不显示" in text.replace("\n", "")
    assert "照这个位数能推算出原始票" in text


def test_a_sheet_with_twelve_long_criteria_is_still_one_page(heading, by_name, with_rules, peers):
    names = [f"第{number}项工作开展情况和群众反映情况" for number in range(1, 13)]
    scores = {name: Cell(score="84.00") for name in names}
    target: TargetResult = by_name["韩素梅"].model_copy(
        update={
            "criteria": scores,
            "items": scores,
            "group_items": dict.fromkeys(by_name["韩素梅"].group_items, scores),
            "distributions": dict.fromkeys(names, by_name["韩素梅"].distributions["德"]),
            "duties": "负责" * 60,
        }
    )

    assert (
        len(pages(target_sheet(heading, target, with_rules(criteria=dict.fromkeys(names, "1"), items={}), peers))) == 1
    )


def test_the_sheets_picture_is_drawn_in_the_pages_colours(heading, by_name, rules, peers):
    """The dots of the web and the three groups' colours are on the page."""
    document = pypdfium2.PdfDocument(target_sheet(heading, by_name["韩素梅"], rules, peers))
    image = document[0].render(scale=2).to_pil().convert("RGB")
    document.close()

    colours = {colour for _, colour in image.getcolors(1 << 24) or []}
    assert {(0x07, 0x3D, 0x48), (0x0B, 0x46, 0x53), (0xB8, 0x75, 0x14), (0xA2, 0x40, 0x2B)} <= colours

"""The three pictures of a target: right places, right words, never a box, a hole or an inline style."""

import io
import re
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from exports.charts import (
    group_bars,
    group_bars_words,
    radar,
    radar_words,
    stacked_shares,
    stacked_shares_words,
)
from scoring.outcome.results import Cell, Distribution, TargetResult
from scoring.outcome.stated_rules import Rules

SVG = "{http://www.w3.org/2000/svg}"
LONG_NAMES = (
    "政治思想建设与意识形态",
    "领导能力和科学决策水平",
    "工作实绩与重点项目推进情况",
    "党风廉政建设",
    "作风建设",
    "群众工作",
    "法治建设",
    "安全生产",
    "生态环境保护",
    "乡村振兴",
    "信访维稳",
    "财政管理",
    "队伍建设",
)


def pictures(target: TargetResult, peers: list[TargetResult], rules: Rules, form="svg") -> list[bytes]:
    return [radar(target, peers, rules, form), group_bars(target, rules, form), stacked_shares(target, rules, form)]


def parsed(svg: bytes) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own picture


def points(svg: bytes, colour: str) -> list[tuple[float, float]]:
    """Return the middle of each outline that is filled with `colour`."""
    found = []
    for path in parsed(svg).iter(f"{SVG}path"):
        if path.get("fill") == colour:
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.get("d", ""))]
            found.append(((min(numbers[::2]) + max(numbers[::2])) / 2, (min(numbers[1::2]) + max(numbers[1::2])) / 2))
    return found


def with_criteria(target: TargetResult, scores: dict[str, Cell]) -> TargetResult:
    items = {name: Cell(score="80.00") for name in scores}
    spread = Distribution(counts={"优秀": 60, "称职": 30, "基本称职": 8, "不称职": 2}, denominator=100)
    return target.model_copy(
        update={
            "criteria": scores,
            "items": scores,
            "group_items": dict.fromkeys(target.group_items, items),
            "distributions": dict.fromkeys(scores, spread),
        }
    )


def only_criteria(with_rules, names) -> Rules:
    return with_rules(criteria=dict.fromkeys(names, "1"), items={}, overall=None)


@pytest.mark.parametrize("name", ["韩素梅", "许良才", "欧阳秀英", "陶雪琴"])
def test_a_picture_is_the_same_bytes_each_time_and_light(by_name, peers, rules, name):
    first, second = (pictures(by_name[name], peers, rules) for _ in range(2))

    assert first == second
    assert all(len(picture) <= 60_000 for picture in first)


def test_pictures_hold_outlines_only_so_they_need_no_font_style_or_script(by_name, peers, rules):
    """A style attribute would be refused by a strict content policy, a text element may become boxes."""
    for picture in pictures(by_name["欧阳秀英"], peers, rules):
        tree = parsed(picture)
        tags = {element.tag.removeprefix(SVG) for element in tree.iter()}
        assert tags <= {"svg", "g", "defs", "path", "use"}
        assert not any("style" in element.attrib for element in tree.iter())
        assert b"date" not in picture.lower()


def test_every_glyph_that_is_used_is_defined_once(by_name, peers, rules):
    for picture in pictures(by_name["韩素梅"], peers, rules):
        tree = parsed(picture)
        defined = [element.get("id") for element in tree.iter(f"{SVG}path") if element.get("id")]
        used = {element.get("{http://www.w3.org/1999/xlink}href", "")[1:] for element in tree.iter(f"{SVG}use")}
        assert used == set(defined)
        assert len(defined) == len(set(defined))


def test_the_web_places_a_score_in_proportion_from_the_stated_centre(with_rules, results):
    """Lowest 84 leaves a tenth of the range below: centre 60. 80 is half way out, 100 at the rim (140 px)."""
    names = ("德", "能", "勤", "绩")
    scores = dict(zip(names, ("100.00", "80.00", "90.00", "84.00"), strict=True))
    target = with_criteria(results.results[0], {name: Cell(score=score) for name, score in scores.items()})
    picture = radar(target, [], only_criteria(with_rules, names))

    dots = points(picture, "#073d48")
    middle = dots[0][0]
    centre = dots[1][1]
    assert dots[0] == pytest.approx((middle, centre - 140), abs=0.1)
    assert dots[1] == pytest.approx((middle + 70, centre), abs=0.1)
    assert dots[2] == pytest.approx((middle, centre + 105), abs=0.1)
    assert dots[3] == pytest.approx((middle - 84, centre), abs=0.1)


def test_the_pictures_of_one_class_share_their_centre(by_name, peers, rules):
    """A peer with a low score moves the centre for everyone, so that sheets can be laid side by side."""
    low = peers[-1].model_copy(update={"target": "C999", "criteria": {"德": Cell(score="31.00")}, "items": {}})
    before = radar(by_name["韩素梅"], peers, rules)

    assert radar(by_name["韩素梅"], [*peers, low], rules) != before
    assert radar_words(by_name["韩素梅"], [*peers, low], rules).startswith("韩素梅各项得分：德 93.49")


def test_the_median_is_that_of_the_class_with_the_target_counted_once(with_rules, results):
    names = ("德",)
    rules = only_criteria(with_rules, names)
    pool = [
        with_criteria(target, {"德": Cell(score=score)})
        for target, score in zip(results.results, ("70.00", "80.00", "81.25", "90.00", "91.00"), strict=False)
    ]

    assert radar_words(pool[0], pool, rules).endswith("德 70.00（同类中位 81.25）")
    assert radar_words(pool[0], pool[1:], rules).endswith("德 70.00（同类中位 81.25）")


def test_a_class_of_four_gets_no_median_since_it_would_point_at_single_ones(with_rules, results):
    pool = [with_criteria(target, {"德": Cell(score="80.00")}) for target in results.results[:4]]

    assert radar_words(pool[0], pool, only_criteria(with_rules, ("德",))) == f"{pool[0].name}各项得分：德 80.00"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 12, 13])
def test_any_number_of_criteria_with_long_names_can_be_drawn(with_rules, results, count):
    names = LONG_NAMES[:count]
    rules = only_criteria(with_rules, names)
    target = with_criteria(results.results[0], {name: Cell(score="84.00") for name in names})

    for picture in pictures(target, list(results.results), rules, "png"):
        image = Image.open(io.BytesIO(picture))
        assert image.width >= 1080
        assert image.convert("L").getextrema()[0] < 120
    said = radar_words(target, [], rules)
    assert all(f"{name} 84.00" in said for name in names)


def test_nothing_to_draw_is_said_in_words(with_rules, results):
    empty = results.results[0].model_copy(
        update={"criteria": {}, "items": {}, "groups": {}, "group_items": {}, "distributions": {}}
    )
    rules = only_criteria(with_rules, ())

    assert radar_words(empty, [], rules) == "没有分项得分"
    assert group_bars_words(empty, rules) == "没有分组得分"
    assert stacked_shares_words(empty, rules) == "没有等次份额"
    assert all(Image.open(io.BytesIO(png)).height < 200 for png in pictures(empty, [], rules, "png"))


def test_a_withheld_criterion_breaks_the_line_and_is_said(by_name, peers, rules):
    """Four of six are shown: four dots, and no area that would suggest a closed shape."""
    picture = radar(by_name["欧阳秀英"], peers, rules)

    assert len(points(picture, "#073d48")) == 4
    assert len(points(picture, "#0b5563")) == 0
    assert "绩 不显示：有组不足10票" in radar_words(by_name["欧阳秀英"], peers, rules)


def test_a_target_of_which_all_is_withheld_gets_words_and_no_web(by_name, peers, rules):
    target = by_name["陶雪琴"]

    assert points(radar(target, peers, rules), "#073d48") == []
    assert radar_words(target, peers, rules).count("不显示：照这个位数能推算出原始票") == 6
    assert stacked_shares_words(target, rules).count("不显示：有组不足10票") == 6


def test_withheld_scores_are_in_no_words_even_if_they_come_along(by_name, peers, rules):
    leaking = Cell(score="66.66", withheld="few")
    target = by_name["韩素梅"].model_copy(
        update={
            "criteria": {"德": leaking},
            "items": {"总体评价": leaking},
            "groups": {"群众": leaking, "政府": leaking, "党委": leaking},
            "group_items": {"群众": {"德": leaking}},
        }
    )

    assert "66.66" not in radar_words(target, peers, rules) + group_bars_words(target, rules)
    shown = {"德": Cell(withheld="few")}
    hidden = target.model_copy(
        update={
            "criteria": shown,
            "items": {"总体评价": Cell(withheld="few")},
            "groups": dict.fromkeys(target.groups, Cell(withheld="few")),
            "group_items": {"群众": shown},
        }
    )
    assert pictures(target, peers, rules)[:2] == pictures(hidden, peers, rules)[:2]


def test_each_group_keeps_its_own_shape_and_place_on_the_axis(by_name, rules):
    """韩素梅: group scores 92.38, 88.95, 94.89 on an axis that starts at 80 (lowest item) and ends at 100."""
    picture = group_bars(by_name["韩素梅"], rules)
    rows = {colour: points(picture, colour)[1][0] for colour in ("#0b4653", "#b87514", "#a2402b")}

    width = rows["#a2402b"] - rows["#b87514"]
    assert (rows["#0b4653"] - rows["#b87514"]) / width == pytest.approx((92.38 - 88.95) / (94.89 - 88.95), abs=0.01)
    words = group_bars_words(by_name["韩素梅"], rules)
    assert words.startswith("韩素梅各组评价：总分：群众92.38，政府88.95，党委94.89；总体评价：")


def test_an_outer_group_without_items_is_compared_by_its_leaves(by_name, rules):
    target = by_name["韩素梅"]
    leaves_only = target.model_copy(
        update={"group_items": {group: asked for group, asked in target.group_items.items() if group != "群众"}}
    )

    assert "总分：居民92.58，代表91.99，政府88.95，党委94.89" in group_bars_words(leaves_only, rules)


def test_bars_are_as_long_as_their_shares(results, rules):
    """56/30/10/4 of 100: widths in that ratio, less the white gap of 1.5 px."""
    counts = {"优秀": 56, "称职": 30, "基本称职": 10, "不称职": 4}
    spread = Distribution(counts=counts, denominator=100, not_judged={"不了解": 7, "blank": 0})
    target = results.results[0].model_copy(update={"distributions": {"总体评价": spread}})

    picture = stacked_shares(target, rules)
    widths = {}
    for path in parsed(picture).iter(f"{SVG}path"):
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.get("d", ""))]
        if path.get("fill") in {"#0b4653", "#5b9aa5", "#cfe0e2", "#97251a"} and max(numbers[1::2]) > 60:
            widths[path.get("fill")] = max(numbers[::2]) - min(numbers[::2]) + 1.5
    whole = sum(widths.values())
    assert [round(100 * width / whole) for width in widths.values()] == [56, 30, 10, 4]
    assert stacked_shares_words(target, rules).endswith(
        "总体评价：优秀56.0%，称职30.0%，基本称职10.0%，不称职4.0%，不了解7票"
    )


def test_the_worst_level_is_told_apart_without_colour(results, rules):
    """In greyscale its patch holds both dark and white: it is hatched."""
    spread = Distribution(counts={"优秀": 0, "称职": 0, "基本称职": 0, "不称职": 10}, denominator=10)
    target = results.results[0].model_copy(update={"distributions": {"总体评价": spread}})
    image = Image.open(io.BytesIO(stacked_shares(target, rules, "png"))).convert("L")

    bar = image.crop((300, 90, 500, 130))
    low, high = bar.getextrema()
    assert low < 90
    assert high > 240


def test_what_is_no_judgement_is_a_count_beside_the_bar(results, rules):
    spread = Distribution(
        counts={"优秀": 8, "称职": 2, "基本称职": 0, "不称职": 0},
        denominator=10,
        not_judged={"不了解": 3, "blank": 2, "self": 1, "spoiled": 0, "unknown": 0},
    )
    target = results.results[0].model_copy(update={"distributions": {"总体评价": spread}})

    assert stacked_shares_words(target, rules).endswith("不称职0.0%，不了解3票，空白2票，本人不评1票")
    assert stacked_shares(target, rules) != b""


def test_direct_scores_have_no_levels_to_draw(results, with_rules):
    rules = with_rules(scale={"min": "0", "max": "100", "step": "1"})

    assert stacked_shares_words(results.results[0], rules) == "本轮直接打分，没有等次"
    assert Image.open(io.BytesIO(stacked_shares(results.results[0], rules, "png"))).height < 200


def test_five_levels_have_five_fills_of_rising_lightness(results, with_rules):
    scale = {"很满意": "100", "满意": "80", "一般": "60", "不满意": "30", "很不满意": "0"}
    rules = with_rules(scale=scale, criteria={"满意度": "1"}, items={}, overall=None)
    spread = Distribution(counts=dict.fromkeys(scale, 20), denominator=100)
    target = results.results[0].model_copy(update={"distributions": {"满意度": spread}})

    fills = re.findall(rb'fill="(#[0-9a-f]{6})"', stacked_shares(target, rules))
    bars = [fill for fill in dict.fromkeys(fills) if fill not in {b"#ffffff", b"#1a2327", b"#535d63", b"#78828a"}]
    light = [sum(int(fill[start : start + 2], 16) for start in (1, 3, 5)) for fill in bars]
    assert len(bars) == 5
    assert light[:4] == sorted(light[:4])


def test_a_dollar_or_markup_in_a_name_is_a_plain_character(results, with_rules):
    names = ("<德>&$x$", "能_{2}", "勤\\frac")
    target = with_criteria(results.results[0], {name: Cell(score="80.00") for name in names})

    for picture in pictures(target, [], only_criteria(with_rules, names)):
        assert parsed(picture).tag == f"{SVG}svg"

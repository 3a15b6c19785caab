"""What a ballot page decides before it is printed: where words break, when a desk may show a grid."""

import pytest

from survey.manifest.manifest import ManifestTarget
from survey.manifest.questionnaire import Item, Questionnaire
from survey.web.ballot_page import Ask, Card, Section, _levels, _place, fits_grid


def section(scale: str, aside: str = "", items: int = 4) -> Section:
    asked = Questionnaire(
        name="问卷",
        scale=tuple(scale.split()),
        not_a_judgement=tuple(aside.split()),
        items=tuple(Item(id=f"第{number}项") for number in range(items)),
    )
    return Section(asked, _levels(asked), ())


def target(name: str, unit: str, title: str) -> ManifestTarget:
    return ManifestTarget(
        code="C1", kind="person", name=name, class_="", layer="", unit_code="U1", unit=unit, title=title, duties=""
    )


@pytest.mark.parametrize(
    ("scale", "aside", "items", "fits"),
    [
        ("优秀 称职 基本称职 不称职 不了解", "不了解", 6, True),
        ("非常满意 满意 一般 不满意 很不满意", "", 4, True),
        ("很满意 满意 一般 不满意 很不满意", "", 4, False),  # 很 stands for two levels
        ("好 中 差 不了解 弃权", "不了解 弃权", 4, False),  # both would be "?"
        ("优秀 称职 不称职", "", 8, False),
        ("一 二 三 四 五 六 七", "", 4, False),
    ],
)
def test_a_grid_needs_few_items_and_levels_told_apart_by_one_character(
    scale: str, aside: str, items: int, *, fits: bool
) -> None:
    assert fits_grid((section(scale, aside, items),)) is fits
    assert fits_grid((section("优秀 称职 不称职"), section(scale, aside, items))) is fits


def test_levels_keep_their_numbers_when_what_is_no_judgement_goes_last() -> None:
    levels = section("不了解 优秀 基本称职 <b>", "不了解").levels

    assert [(level.value, level.word, str(level.shown), level.aside) for level in levels] == [
        (1, "优秀", "优秀", False),
        (2, "基本称职", "基本<wbr>称职", False),
        (3, "<b>", "&lt;b&gt;", False),
        (0, "不了解", "不<wbr>了解", True),
    ]


@pytest.mark.parametrize(
    ("unit", "title", "line"),
    [
        ("财政所", "所长", "财政所所长"),
        ("财政所", "财政所所长", "财政所所长"),
        ("财政所", "", "财政所"),
        ("陆文澜", "", ""),
    ],
)
def test_the_line_under_a_name_says_unit_and_title_once(unit: str, title: str, line: str) -> None:
    assert _place(target("陆文澜", unit, title)) == line


@pytest.mark.parametrize(
    ("marks", "uniform"),
    [((1, 1, 1), True), ((1, 1, 2), False), ((255, 255, 255), False), ((254,) * 3, False), ((1,), False)],
)
def test_a_row_is_all_alike_when_several_items_carry_one_level(marks: tuple[int, ...], *, uniform: bool) -> None:
    asks = tuple(Ask(cell, Item(id=str(cell)), overall=False, mark=mark) for cell, mark in enumerate(marks))

    assert Card(0, target("陆文澜", "", ""), "", asks).uniform is uniform

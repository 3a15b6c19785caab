"""The sentences by which a score is added up by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.explanation import in_words
from scoring.outcome.results import Contribution, LeftOut, TargetResult
from scoring.scores.explain import Part, contributions, mixed


def explained(parts, **more):
    total = sum((part.points for part in parts), Fraction(0))
    return TargetResult(target="甲", contributions=contributions(parts, 2), **{"score": f"{float(total):.2f}"} | more)


def test_each_group_and_item_is_said_with_its_mean_its_weight_and_its_points(rules):
    """居民 has 2/3 of a third, 德 20 of 50: 92.5 · 4/45 = 8.22; the rest of the weight at 80 is 72.89."""
    parts = [
        Part("mark", Fraction("92.5"), Fraction(4, 45), "居民", "德"),
        Part("mark", Fraction(80), Fraction(41, 45), "政府", "总体评价"),
    ]

    assert in_words(explained(parts, score="81.11"), rules) == [
        "居民 对 德 平均 92.50 分，占 8.89%，计 8.22 分",
        "政府 对 总体评价 平均 80.00 分，占 91.11%，计 72.89 分",
        "合计 81.11 分",
    ]


def test_components_adjustments_and_limits_have_words_of_their_own(rules):
    parts = mixed(
        [Part("mark", Fraction(90), Fraction(1, 2), "村民", "德"), Part("mark", Fraction(0), Fraction(1, 2), "代表")],
        Fraction("0.4"),
        [
            Part("component", Fraction(99), Fraction("0.6"), item="实绩"),
            Part("adjustment", Fraction(30), item="省级表彰"),
            Part("adjustment", Fraction(-1), item="通报批评"),
            Part("adjustment", Fraction(1), Fraction(-1), item="deduction"),
            Part("limit", Fraction(5), Fraction(-1), item="max_bonus"),
            Part("limit", Fraction("0.4"), Fraction(-1), item="cap"),
        ],
    )

    assert in_words(explained(parts, score="100.00"), rules) == [
        "村民 对 德 平均 90.00 分，占 20.00%，计 18.00 分",
        "代表 没有人作出评价，按 0 分计，占 20.00%，计 0.00 分",
        "实绩 99.00 分，占 60.00%，计 59.40 分",
        "省级表彰 加 30.00 分",
        "通报批评 减 1.00 分",
        "扣分 减 1.00 分",
        "加分超过上限，减 5.00 分",
        "总分超过上限，减 0.40 分",
        "合计 100.00 分",
    ]
    held = [Part("limit", Fraction(2), item="max_deduction"), Part("limit", Fraction(1), item="floor")]
    assert in_words(explained(held), rules)[:2] == ["扣分超过上限，加 2.00 分", "总分低于下限，加 1.00 分"]
    assert in_words(explained([Part("component", Fraction(200), Fraction("0.4"))]), rules) == [
        "测评按规则折算 200.00 分，占 40.00%，计 80.00 分",
        "合计 80.00 分",
    ]


def test_what_was_left_out_is_said_with_the_reason(rules):
    out = (
        LeftOut(item="满意", reason="weight 0"),
        LeftOut(group="代表", item="能", reason="not asked"),
        LeftOut(group="代表", item="绩", reason="not asked"),
        LeftOut(group="居民", item="绩", reason="no judgement"),
        LeftOut(group="政府", reason="empty group"),
        LeftOut(group="党委", reason="turnout"),
        LeftOut(group="观察", reason="weight 0"),
    )

    said = in_words(explained([Part("mark", Fraction(80), group="居民", item="德")], left_out=out), rules)

    assert said[2:] == [
        "满意 不计权，只作参考",
        "代表 没有被问能、绩，所问各项按原来的比例分担",
        "居民 对绩没有人作出评价，其余各项按原来的比例分担",
        "政府 没有人作出评价，不计入",
        "党委 来的人不够规定数，不计入",
        "观察 不计权，只作参考",
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"withheld": "few"}, "不显示：不足10票"),
        ({"provisional": "empty group: 党委"}, "没有得分：党委没有人作出评价"),
        ({}, "没有得分"),
        ({"score": "84.00", "exact": "84/1"}, "合计 84.00 分"),
        ({"score": "84"}, "得分 84 分；有的格不显示，为免倒推，不列得分的构成"),
    ],
)
def test_what_is_withheld_or_missing_is_one_sentence(with_rules, values, said):
    rules = with_rules(criteria={"德": "1"}, items={"德": {"德": "1"}}, overall=None)

    assert in_words(TargetResult(target="甲", **values), rules) == [said]


def test_a_withheld_result_is_not_explained_even_if_it_still_holds_its_parts(rules):
    part = Contribution(kind="mark", group="居民", item="德", value="90/1", points="90.00", exact="90/1")

    said = in_words(TargetResult(target="甲", withheld="solvable", contributions=(part,)), rules)

    assert len(said) == 1
    assert "90" not in said[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the rules are frozen
@given(st.lists(st.tuples(st.fractions(0, 100), st.integers(1, 9)), min_size=1, max_size=8))
def test_the_points_that_are_said_add_up_to_the_total_that_is_said(rules, marks):
    whole = sum(weight for _, weight in marks)
    parts = [Part("mark", value, Fraction(weight, whole), "居民", "德") for value, weight in marks]
    total = sum((part.points for part in parts), Fraction(0))
    score = f"{Decimal(int(total * 100 + Fraction(1, 2))) / 100:.2f}"

    *said, last = in_words(explained(parts, score=score), rules)

    points = [Decimal(each.rpartition("计 ")[2].removesuffix(" 分")) for each in said]
    assert sum(points) == Decimal(last.removeprefix("合计 ").removesuffix(" 分")) == Decimal(score)

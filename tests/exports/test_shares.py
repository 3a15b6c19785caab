"""Shares of levels, worked by hand or as published."""

from fractions import Fraction

import pytest

from exports.shares import items, left_out, levels, pooled, printed, rate_names, share
from scoring.outcome.results import Distribution
from scoring.outcome.stated_rules import GroupNode


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((25, 3, 0), ("89.29", "10.71", "0.00")),
        ((26, 2, 0), ("92.86", "7.14", "0.00")),
        ((20, 8, 0), ("71.43", "28.57", "0.00")),
        ((20, 7, 1), ("71.43", "25.00", "3.57")),
        ((23, 5, 0), ("82.14", "17.86", "0.00")),
    ],
)
def test_shares_of_28_ballots_are_those_that_zhanyi_county_printed_in_2019(counts, expected):
    names = ("满意", "基本满意", "不满意")
    spread = Distribution(counts=dict(zip(names, counts, strict=True)), denominator=28)

    assert tuple(share(spread, [name], 2) for name in names) == expected


def test_a_tie_in_the_last_place_is_rounded_up_as_jinchang_printed_in_2011():
    spread = Distribution(counts={"满意": 127, "基本满意": 31, "不满意": 2}, denominator=160)

    assert [share(spread, [name], 2) for name in spread.counts] == ["79.38", "19.38", "1.25"]


def test_the_rate_of_two_levels_is_rounded_once_and_not_added_from_rounded_shares():
    """1/3 and 1/3 print as 33.33 each, but together they are 66.67."""
    spread = Distribution(counts={"优秀": 1, "称职": 1, "不称职": 1}, denominator=3)

    assert share(spread, ["优秀", "称职"], 2) == "66.67"


def test_shares_over_the_entitled_leave_room_for_those_who_stayed_away():
    """Of 30 entitled 7/11/3/1 voted: 23.3 36.7 10.0 3.3, and 优称率 60.0."""
    spread = Distribution(counts={"优秀": 7, "称职": 11, "基本称职": 3, "不称职": 1}, denominator=30)

    assert [share(spread, [name], 1) for name in spread.counts] == ["23.3", "36.7", "10.0", "3.3"]
    assert share(spread, ["优秀", "称职"], 1) == "60.0"


@pytest.mark.parametrize("spread", [None, Distribution(), Distribution(withheld="few"), Distribution(counts={"好": 0})])
def test_what_is_withheld_or_has_no_marks_gives_no_share(spread):
    assert share(spread, ["好"], 2) is None


def test_numbers_are_printed_half_away_from_zero():
    assert [printed(Fraction(n, 1000), 2) for n in (885, 1005, -1005, 0)] == ["0.89", "1.01", "-1.01", "0.00"]


def test_levels_stand_best_first_whatever_their_order_in_the_scheme(with_rules):
    rules = with_rules(scale={"不满意": "0", "不了解": None, "满意": "100", "一般": "60"})

    assert levels(rules) == ("满意", "一般", "不满意")
    assert rate_names(rules) == ("满意率", "满意＋一般")


def test_an_item_of_a_criterion_is_asked_once(with_rules):
    rules = with_rules(items={"绩": {"实绩": "2", "效率": "1"}, "德": {"德": "1"}})

    assert items(rules) == ("总体评价", "德", "能", "勤", "实绩", "效率", "廉")


def test_without_an_overall_mark_the_shares_count_the_marks_on_all_items(with_rules, by_name):
    target = by_name["韩素梅"]
    spread = pooled(target, with_rules(overall=None))

    parts = [target.distributions[item] for item in ("德", "能", "勤", "绩", "廉")]
    assert spread is not None
    assert spread.counts["优秀"] == sum(part.counts["优秀"] for part in parts)
    assert spread.denominator == sum(part.denominator or 0 for part in parts)


def test_groups_on_another_scale_are_named_since_no_share_counts_them(with_rules):
    """An inner group's scale holds for its leaves; one that repeats the scheme's is no other scale."""
    own = with_rules().scale
    rules = with_rules(
        groups=(
            GroupNode(
                id="群众",
                weight="1",
                share="1/2",
                scale={"满意": "100", "不满意": "0"},
                groups=(
                    GroupNode(id="居民", weight="1", share="1/2"),
                    GroupNode(id="代表", weight="1", share="1/2", scale=own),
                ),
            ),
            GroupNode(id="党委", weight="1", share="1/2"),
        )
    )

    assert left_out(rules) == ("居民",)


def test_one_withheld_item_withholds_what_is_counted_over_all_items(with_rules, by_name):
    spread = pooled(by_name["欧阳秀英"], with_rules(overall=None))

    assert spread is not None
    assert spread.withheld == "few"
    assert spread.counts == {}

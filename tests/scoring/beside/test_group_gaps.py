"""Gaps between groups, with the published township tally: 300 residents, 12 of the government, 9 of the party."""

from math import sqrt

import pytest
from hypothesis import given, settings
from scipy.stats import t

from scoring.score import score
from tests.scoring.counted import count, make_scheme
from tests.scoring.rated import rounds

THREE = ["群众", "政府", "党委"]
MARKS = {
    ("甲", "群众", "德"): {"优秀": 180, "称职": 96, "基本称职": 20, "不称职": 4},
    ("甲", "政府", "德"): {"优秀": 9, "称职": 3},
    ("甲", "党委", "德"): {"优秀": 8, "称职": 1},
}


def gaps(scheme, tally, **more):
    [result] = score(scheme, tally, draws=0, **{"release": False, **more}).results
    return {(each.first, each.second): each for each in result.gaps}


def test_each_pair_of_groups_has_its_gap_with_welchs_interval():
    """Variances of the means: 政府 (900 / 11) / 12, 党委 (400 / 9) / 9; 95.00 - 97.78 = -2.78."""
    scheme = make_scheme(THREE)

    found = gaps(scheme, count(scheme, MARKS))

    assert {pair: each.gap for pair, each in found.items()} == {
        ("群众", "政府"): "-5.40",
        ("群众", "党委"): "-8.18",
        ("政府", "党委"): "-2.78",
    }
    first, second = 900 / 11 / 12, 400 / 9 / 9
    last = found["政府", "党委"]
    assert last.se == pytest.approx(sqrt(first + second))
    half = t.ppf(0.975, (first + second) ** 2 / (first**2 / 11 + second**2 / 8)) * last.se
    assert last.interval == pytest.approx((-25 / 9 - half, -25 / 9 + half))


def test_an_inner_group_has_the_error_of_its_leaves_by_their_weights():
    """群众 is 2/3 居民 and 1/3 代表: the variance is 4/9 · 6.818 + 1/9 · 4.938."""
    inner = {"id": "群众", "groups": [{"id": "居民", "weight": 2}, {"id": "代表", "weight": 1}]}
    scheme = make_scheme([inner, "党委"])
    cells = {
        ("甲", "居民", "德"): MARKS["甲", "政府", "德"],
        ("甲", "代表", "德"): MARKS["甲", "党委", "德"],
        ("甲", "党委", "德"): {"称职": 6},
    }

    [gap] = gaps(scheme, count(scheme, cells), entitled={("党委", "甲"): 6}).values()

    assert gap.gap == "15.93"
    assert gap.se == pytest.approx(sqrt(4 / 9 * 900 / 11 / 12 + 1 / 9 * 400 / 9 / 9))


def test_the_only_outermost_group_gives_way_to_those_inside():
    scheme = make_scheme([{"id": "群众", "groups": [{"id": "居民"}, {"id": "代表"}]}])
    cells = {("甲", "居民", "德"): {"优秀": 1, "称职": 1}, ("甲", "代表", "德"): {"称职": 2}}

    assert list(gaps(scheme, count(scheme, cells))) == [("居民", "代表")]


def test_everyone_entitled_leaves_the_gap_certain_and_a_sample_all_alike_tells_no_error():
    scheme = make_scheme(["群众", "政府"])
    cells = {("甲", "群众", "德"): {"优秀": 2, "称职": 2}, ("甲", "政府", "德"): {"称职": 4}}
    tally = count(scheme, cells)

    [certain] = gaps(scheme, tally, entitled={("群众", "甲"): 4, ("政府", "甲"): 4}).values()
    [unknown] = gaps(scheme, tally).values()

    assert (certain.gap, certain.se, certain.interval) == ("10.00", 0, (10, 10))
    assert (unknown.gap, unknown.se, unknown.interval) == ("10.00", None, None)


def test_a_single_ballot_tells_no_error_and_a_group_without_a_score_has_no_gap():
    scheme = make_scheme(THREE)
    cells = MARKS | {("甲", "政府", "德"): {"优秀": 1}, ("甲", "党委", "德"): {"不了解": 3}}

    found = gaps(scheme, count(scheme, cells))

    assert list(found) == [("群众", "政府")]
    assert (found["群众", "政府"].gap, found["群众", "政府"].se) == ("-10.40", None)


def test_a_gap_without_a_standard_error_still_stands():
    scheme = make_scheme(["群众", "政府"], ["德", "能"])
    cells = {("甲", "群众", "德"): {"优秀": 3}, ("甲", "政府", "能"): {"称职": 3}}

    [gap] = gaps(scheme, count(scheme, cells)).values()

    assert (gap.gap, gap.se, gap.interval) == ("20.00", None, None)


def test_a_release_shows_gaps_of_shown_scores_alone_and_errors_where_all_is_shown():
    """Nine ballots of the party committee are too few for anything but the total."""
    scheme, many = make_scheme(THREE), {"优秀": 20, "称职": 15, "基本称职": 5}
    cells = {("甲", group, "德"): many for group in THREE}

    [*whole] = gaps(scheme, count(scheme, cells), release=True).values()
    part = gaps(scheme, count(scheme, cells | {("甲", "党委", "德"): {"优秀": 5, "称职": 4}}), release=True)

    assert [(gap.gap, gap.se is None) for gap in whole] == [("0.00", False)] * 3
    assert all(gap.se is None and gap.interval is None for gap in part.values())
    assert not any("党委" in pair for pair in part)


@settings(deadline=None, max_examples=30)
@given(rounds())
def test_a_gap_is_the_difference_of_the_printed_scores(case):
    for result in score(case.scheme, case.tally, release=False, blocks=case.blocks, draws=0).results:
        for each in result.gaps:
            first, second = (float(result.groups[group].score) for group in (each.first, each.second))
            assert float(each.gap) == pytest.approx(first - second)
            if each.interval:
                assert each.interval[0] <= float(each.gap) + 0.01
                assert each.interval[1] >= float(each.gap) - 0.01

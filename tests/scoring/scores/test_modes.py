from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.document.scheme_rules import RankPoints
from scoring.document.targets import TargetInfo
from scoring.outcome.reason_words import NOTHING_ABOVE_ZERO
from scoring.score import score
from scoring.scores.modes import rank_points, ratio_to_best
from tests.scoring.counted import count, make_scheme

TOTALS = st.dictionaries(
    st.text("甲乙丙丁戊", min_size=1, max_size=2), st.fractions(-10, 100, max_denominator=9), max_size=6
)
RANKS = {"ranks": {"full": 200, "less": "0.02"}}
RATIO = {"ratio": {}}


def scores(mode, marks, classes=None, **more):
    """Return target → (score, rank) of targets that one group marked on one item."""
    scheme = make_scheme(mode=mode, **more)
    tally = count(scheme, {(target, "群众", "德"): levels for target, levels in marks.items()})
    information = {target: TargetInfo(class_=name) for target, name in (classes or {}).items()}
    results = score(scheme, tally, information=information, release=False).results
    return {each.target: (each.score, each.rank) for each in results}


def test_points_are_what_a_mode_is_where_none_is_named():
    assert scores("points", {"甲": {"优秀": 1, "称职": 1}}) == {"甲": ("90.00", 1)}


def test_the_first_row_of_a_step_table_that_holds_gives_the_points():
    steps = [
        {"when": "share(优秀) >= 0.9", "points": 200},
        {"when": "share(优秀) >= 0.8", "points": 190},
        {"points": 130},
    ]

    marks = {"甲": {"优秀": 9, "称职": 1}, "乙": {"优秀": 89, "称职": 11}, "丙": {"优秀": 79, "称职": 21}}

    assert scores({"steps": steps}, marks) == {"甲": ("200.00", 1), "乙": ("190.00", 2), "丙": ("130.00", 3)}


def test_conditions_of_a_step_table_may_be_joined():
    steps = [{"when": "share(优秀) >= 1/2 and share(不称职) < 1/10", "points": 100}, {"points": "70.5"}]

    marks = {"甲": {"优秀": 5, "称职": 5}, "乙": {"优秀": 9, "不称职": 1}}

    assert scores({"steps": steps}, marks) == {"甲": ("100.00", 1), "乙": ("70.50", 2)}


def test_an_empty_group_holds_a_step_table_back_too():
    scheme = make_scheme(["群众", "党委"], mode={"steps": [{"points": 130}]})

    [result] = score(scheme, count(scheme, {("甲", "群众", "德"): {"优秀": 1}}), release=False).results

    assert (result.score, result.provisional, result.bounds) == (None, "empty group: 党委", None)


def test_each_place_further_down_costs_a_share_of_full_marks():
    """200, then 2 % of 200 less a place; 乙 and 丙 are equal, so 丁 is fourth: 200 - 3 x 4."""
    marks = {"甲": {"优秀": 1}, "乙": {"称职": 1}, "丙": {"称职": 2}, "丁": {"基本称职": 1}}

    assert scores(RANKS, marks) == {
        "甲": ("200.00", 1),
        "乙": ("196.00", 2),
        "丙": ("196.00", 2),
        "丁": ("188.00", 4),
    }


def test_points_by_rank_never_fall_under_the_least():
    mode = {"ranks": {"less": "0.4", "least": 50}}
    marks = {"甲": {"优秀": 1}, "乙": {"称职": 1}, "丙": {"基本称职": 1}}

    assert [points for points, _ in scores(mode, marks).values()] == ["100.00", "60.00", "50.00"]


@pytest.mark.parametrize(("mode", "second"), [(RANKS, "196.00"), (RATIO, "75.00")])
def test_ranks_and_the_best_are_those_of_the_ranking_pool(mode, second):
    """In one class 甲 has 80 and 乙 60; 丙 is alone in its own."""
    marks = {"甲": {"称职": 1}, "乙": {"基本称职": 1}, "丙": {"优秀": 1}}
    first = {"196.00": "200.00", "75.00": "100.00"}[second]

    found = scores(mode, marks, {"甲": "一类", "乙": "一类", "丙": "二类"})

    assert found == {"甲": (first, 1), "乙": (second, 2), "丙": (first, 1)}


def test_a_score_is_a_part_of_the_best_one_times_full_marks():
    """60 of 80, times 40."""
    assert scores({"ratio": {"full": 40}}, {"甲": {"称职": 1}, "乙": {"基本称职": 1}})["乙"] == ("30.00", 2)


def test_where_the_best_is_not_above_0_there_is_no_score():
    scheme = make_scheme(mode=RATIO, scale={"好": 0, "差": -1})
    cells = {("甲", "群众", "德"): {"好": 1}, ("乙", "群众", "德"): {"差": 1}}

    results = score(scheme, count(scheme, cells), release=False).results

    assert {(each.score, each.provisional) for each in results} == {(None, NOTHING_ABOVE_ZERO)}


def test_groups_and_criteria_keep_their_means():
    scheme = make_scheme(mode=RANKS)

    [result] = score(scheme, count(scheme, {("甲", "群众", "德"): {"称职": 3}}), release=False).results

    assert (result.ballot_score, result.groups["群众"].score, result.criteria["德"].score) == (
        "200.00",
        "80.00",
        "80.00",
    )


@settings(deadline=None)
@given(TOTALS)
def test_points_by_rank_keep_the_order(totals):
    points = rank_points(totals, RankPoints(less=Fraction(1, 10)))

    assert points.keys() == totals.keys()
    for one, own in totals.items():
        for other, theirs in totals.items():
            if own >= theirs:
                assert points[one] >= points[other]
            if own > theirs and points[other]:
                assert points[one] > points[other]


@settings(deadline=None)
@given(TOTALS, st.fractions("1/9", 200, max_denominator=9), st.fractions("1/9", 9, max_denominator=9))
def test_the_best_has_full_marks_and_the_unit_of_points_does_not_matter(totals, full, unit):
    parts = ratio_to_best(totals, full)

    assert parts == ratio_to_best({target: unit * total for target, total in totals.items()}, full)
    assert max(parts.values(), default=full) == full
    assert bool(parts) == any(total > 0 for total in totals.values())

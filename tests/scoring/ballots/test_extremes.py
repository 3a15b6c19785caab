from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.ratings import read_ratings
from scoring.document.problems import SchemeError
from scoring.score import score
from tests.scoring.counted import count, make_scheme

DROP_ONE = {"drop_high": 1, "drop_low": 1, "above": 5}


def direct(marks, extremes, entitled=None, **more):
    scheme = make_scheme(scale={"min": -100, "max": 100}, extremes=extremes, **more)
    rows = "".join(f"{ballot},群众,甲,德,{mark}\n" for ballot, mark in enumerate(marks))
    tally = read_ratings(f"ballot,group,target,item,mark\n{rows}".encode(), "R.csv", scheme).tally
    [result] = score(scheme, tally, entitled=entitled, release=False).results
    return result


def test_one_high_and_one_low_are_dropped_where_there_are_more_than_five():
    assert direct([95, 92, 90, 88, 85, 80], DROP_ONE).score == "88.75"


def test_of_five_none_is_dropped():
    assert direct([95, 92, 90, 88, 85], DROP_ONE).score == "90.00"


def test_n_counts_dropped_marks_too():
    assert direct([95, 92, 90, 88, 85, 80], DROP_ONE).groups["群众"].n == 6


def test_dropping_never_leaves_nothing():
    assert direct([95, 92], {"drop_high": 1, "drop_low": 1}).score == "93.50"


@pytest.mark.parametrize(
    ("values", "cut", "mean"),
    [
        (range(20), "0.1", "9.50"),
        ([1, 2, 3, 5], "0.25", "2.50"),
        ([1, 2, 3, 5], "0.24999", "2.75"),
        ([10, 20, 30, 50], "0.25", "25.00"),
        (range(4), "0.25", "1.50"),
        (range(16, 20), "0.25", "17.50"),
        ([*range(11), 50], "0.1", "5.50"),
        ([*range(11), 50], "0", "8.75"),
    ],
)
def test_trimming_agrees_with_published_trimmed_means(values, cut, mean):
    """The examples of scipy.stats.trim_mean, and of R's ?mean: mean(c(0:10,50), trim=0.10) = 5.50, plain 8.75."""
    assert direct(values, {"trim": cut}).score == mean


def test_extremes_act_on_each_group_and_item_by_itself():
    scheme = make_scheme(["群众", "政府"], extremes={"drop_high": 1, "drop_low": 1, "above": 2})
    tally = count(
        scheme,
        {("甲", "群众", "德"): {"优秀": 1, "称职": 2, "不称职": 1}, ("甲", "政府", "德"): {"优秀": 1, "不称职": 1}},
    )

    [result] = score(scheme, tally, release=False).results

    assert {name: cell.score for name, cell in result.groups.items()} == {"群众": "80.00", "政府": "50.00"}
    assert result.shares["优秀"] == "33.33"


def test_what_is_dropped_leaves_the_denominator():
    result = direct([50, 40, 30, 20, 10, 0], DROP_ONE, {("群众", "甲"): 10}, denominator="entitled")

    assert result.exact == "25/2"


NUMBERS = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 9))


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=30), NUMBERS)
def test_dropping_equals_cutting_a_sorted_list(marks, numbers):
    high, low, above = numbers
    high += high == low == 0
    ordered = sorted(marks)
    left = ordered[low : len(ordered) - high] if len(ordered) > max(above, high + low) else ordered

    result = direct(marks, {"drop_high": high, "drop_low": low, "above": above})

    assert Fraction(result.exact) == Fraction(sum(left), len(left))


@pytest.mark.parametrize(
    "extremes", [{}, {"drop_high": 1, "trim": "0.1"}, {"trim": "1/2"}, {"drop_high": -1}, {"above": 5}, {"drop": 1}]
)
def test_a_rule_that_makes_no_sense_is_refused(extremes):
    with pytest.raises(SchemeError, match="extremes"):
        make_scheme(extremes=extremes)


def test_the_rule_is_stated():
    assert score_rules(DROP_ONE) == {"drop_high": "1", "drop_low": "1", "above": "5"}
    assert score_rules({"trim": "0.1"}) == {"trim": "0.1"}


def score_rules(extremes):
    scheme = make_scheme(extremes=extremes)
    return score(scheme, count(scheme, {("甲", "群众", "德"): {"优秀": 1}}), release=False).rules.extremes

from fractions import Fraction
from itertools import pairwise
from math import lcm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.scores.majority import leaning, majority, majority_key

COUNTS = st.lists(st.integers(0, 6), min_size=4, max_size=4).filter(any)


def successive_medians(counts, times):
    """Take the lower middle mark away until none is left; marks stand best first, a greater number is better."""
    marks = [-level for level, count in enumerate(counts) for _ in range(count * times)]
    return [marks.pop(len(marks) // 2) for _ in range(len(marks))]


def gauge_order(counts):
    gauge = majority(counts)
    return -gauge.level, gauge.sign == "+", gauge.better if gauge.sign == "+" else -gauge.worse


def order(first, second):
    return (first > second) - (first < second)


def test_the_majority_grade_is_the_best_that_more_than_half_reach():
    """Balinski and Laraki 2007: the middle mark of an odd number, the lower middle one of an even number."""
    assert majority([2, 1, 0, 0]).level == 0
    assert majority([2, 2, 0, 0]).level == 1
    assert majority([1, 0, 0, 1]).level == 3


def test_as_many_better_as_worse_is_a_minus():
    gauge = majority([1, 2, 1, 0])

    assert (gauge.better, gauge.worse, gauge.sign) == (Fraction(1, 4), Fraction(1, 4), "-")


def test_more_better_than_worse_is_a_plus():
    assert majority([2, 2, 1, 0]).sign == "+"


def test_among_pluses_the_larger_share_above_ranks_higher_and_every_plus_above_every_minus():
    ranked = [[4, 5, 1], [3, 5, 2], [2, 5, 3], [1, 5, 4]]

    assert sorted(ranked, key=majority_key, reverse=True) == ranked


def test_a_target_with_more_marks_has_no_advantage():
    assert majority_key([1, 2, 1, 0]) == majority_key([3, 6, 3, 0])


@pytest.mark.parametrize("counts", [[], [0, 0], [3, -1]])
def test_without_marks_there_is_no_majority_grade(counts):
    with pytest.raises(ValueError, match="no majority grade"):
        majority(counts)
    with pytest.raises(ValueError, match="no majority grade"):
        majority_key(counts)


@given(COUNTS, COUNTS)
def test_the_key_orders_like_successive_medians_and_goes_on_where_gauges_tie(first, second):
    whole = lcm(sum(first), sum(second))
    medians = order(*(successive_medians(counts, whole // sum(counts)) for counts in (first, second)))
    by_gauge = order(gauge_order(first), gauge_order(second))

    assert order(majority_key(first), majority_key(second)) == medians
    assert by_gauge in {0, medians}


@given(COUNTS, st.integers(0, 3), st.integers(0, 3))
def test_a_better_mark_never_lowers_the_key(counts, level, other):
    better, worse = sorted((level, other))
    counts[worse] += 1
    moved = [*counts]
    moved[worse] -= 1
    moved[better] += 1

    assert majority_key(moved) >= majority_key(counts)


@given(COUNTS)
def test_every_rule_leans_to_the_side_with_more_marks_and_stays_within_half_a_level(counts):
    gauge = majority(counts)
    rules = [leaning(gauge, 4, rule) for rule in ("majority", "typical", "usual")]

    assert all((value > 0) == (gauge.sign == "+") for value in rules)
    assert all(abs(value) <= Fraction(1, 2) for value in rules)


@given(COUNTS, COUNTS)
def test_the_majority_rule_orders_as_the_gauge_does(first, second):
    def score(counts):
        gauge = majority(counts)
        return -gauge.level + leaning(gauge, 4)

    if gauge_order(first) > gauge_order(second):
        assert score(first) >= score(second)


def test_the_central_rule_tells_targets_on_the_edge_apart():
    """With nothing below the lowest level the plain rule gives a half to all of them."""
    better = [[0, 0, marks, 10] for marks in (1, 2, 3)]

    assert all(
        leaning(majority(low), 4, "central") < leaning(majority(high), 4, "central") for low, high in pairwise(better)
    )
    assert leaning(majority([0, 0, 0, 3]), 4, "central") == Fraction(-1, 4)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.certainty.gaps import gap

NAN = float("nan")


def test_equal_errors_of_equal_groups_have_the_degrees_of_a_pooled_test():
    """SE 3 and 3 on 10 degrees each: SE √18, 20 degrees, t = 2.085963 (any table of t)."""
    found = gap(np.array([90.0, 80.0]), np.array([3.0, 3.0]), np.array([10.0, 10.0]))

    assert found.difference == 10
    assert found.se == pytest.approx(18**0.5)
    assert found.degrees == pytest.approx(20)
    assert found.upper == pytest.approx(10 + 2.085963 * 18**0.5, abs=1e-5)


def test_one_certain_mean_leaves_the_degrees_of_the_other():
    found = gap(np.array([90.0, 80.0]), np.array([3.0, 0.0]), np.array([10.0, 0.0]))

    assert (found.se, found.degrees) == (3, 10)


def test_two_certain_means_have_a_certain_gap():
    found = gap(np.array([[90.0], [80.0]]), np.zeros((2, 1)), np.zeros((2, 1)))

    assert [found.difference[0], found.se[0], found.lower[0], found.upper[0]] == [10, 0, 10, 10]


def test_what_is_not_known_stays_unknown():
    found = gap(np.array([[90.0, NAN], [80.0, 80.0]]), np.array([[NAN, 1.0], [1.0, 1.0]]), np.full((2, 2), 5.0))

    assert found.difference[0] == 10
    assert np.isnan([found.se[0], found.lower[0], found.difference[1], found.upper[1]]).all()


NUMBERS = st.floats(0, 100)
ERRORS = st.floats(0.01, 20)
DEGREES = st.integers(1, 300)


@given(st.tuples(NUMBERS, NUMBERS), st.tuples(ERRORS, ERRORS), st.tuples(DEGREES, DEGREES))
def test_a_gap_seen_from_the_other_side_is_its_opposite(means, errors, degrees):
    values = [np.array(each, float) for each in (means, errors, degrees)]

    there, back = gap(*values), gap(*(each[::-1] for each in values))

    assert there.difference == -back.difference
    assert there.lower == pytest.approx(-back.upper)
    assert there.se == pytest.approx(back.se)
    assert min(degrees) - 1e-6 <= there.degrees <= sum(degrees) + 1e-6

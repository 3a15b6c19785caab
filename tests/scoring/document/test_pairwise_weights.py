from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.document.pairwise_weights import pairwise_weights
from scoring.document.problems import SchemeError


def problems(matrix):
    with pytest.raises(SchemeError) as caught:
        pairwise_weights(matrix, "weights.yaml")
    return [(problem.place, problem.found, problem.allowed) for problem in caught.value.problems]


def test_comparisons_that_contradict_each_other_are_not_consistent():
    """Each of three is 3 times as important as the next: all weigh a third, and 1 + 3 + 1/3 is the eigenvalue.

    The index (13/3 - 3) / 2 over 0.58 is 1.149.
    """
    found = pairwise_weights([[1, 3, 1 / 3], [1 / 3, 1, 3], [3, 1 / 3, 1]])

    np.testing.assert_allclose(found.weights, 1 / 3)
    assert found.eigenvalue == pytest.approx(13 / 3)
    assert found.consistency_ratio == pytest.approx(2 / 3 / 0.58)
    assert not found.consistent


def test_one_or_two_criteria_are_always_consistent():
    assert pairwise_weights([[1]]).weights.tolist() == [1]
    two = pairwise_weights([[1, 4], [1 / 4, 1]])
    np.testing.assert_allclose(two.weights, [0.8, 0.2])
    assert two.consistency_ratio == 0


def test_exact_ratios_are_taken_too():
    np.testing.assert_allclose(pairwise_weights([[1, Fraction(3)], [Fraction(1, 3), 1]]).weights, [0.75, 0.25])


def test_numbers_that_are_not_positive_are_named():
    assert problems([[1, -2], [0, float("nan")]]) == [
        ("row 1, column 2", "-2", "a number above 0"),
        ("row 2, column 1", "0", "a number above 0"),
        ("row 2, column 2", "nan", "a number above 0"),
    ]


def test_numbers_that_are_not_one_over_their_opposite_are_named():
    assert problems([[2, 3, 5], [0.33, 1, 1], [0.2, 1, 1]]) == [
        ("row 1, column 1", "2", "1, as a criterion is as important as itself"),
        ("row 2, column 1", "0.33", "1 over row 1, column 2, which is 3"),
    ]


def test_a_matrix_that_is_not_square_or_too_large_is_refused():
    assert problems([[1, 2], [1]]) == [("row 2", "1 numbers", "2 numbers")]
    assert problems([]) == [("matrix", "0 rows", "1 to 15 rows")]
    assert problems([[1] * 16] * 16) == [("matrix", "16 rows", "1 to 15 rows")]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8))
def test_comparisons_made_from_weights_give_these_weights_back(weights):
    found = pairwise_weights([[row / column for column in weights] for row in weights])

    np.testing.assert_allclose(found.weights, np.array(weights) / sum(weights))
    assert found.eigenvalue == pytest.approx(len(weights))
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)


@given(st.permutations(range(4)))
def test_the_order_of_criteria_does_not_matter(order):
    matrix = np.array([[1, 3, 5, 2], [1 / 3, 1, 4, 1], [1 / 5, 1 / 4, 1, 1 / 2], [1 / 2, 1, 2, 1]])

    found, plain = pairwise_weights(matrix[np.ix_(order, order)].tolist()), pairwise_weights(matrix.tolist())

    np.testing.assert_allclose(found.weights, plain.weights[order])
    assert found.consistency_ratio == pytest.approx(plain.consistency_ratio)

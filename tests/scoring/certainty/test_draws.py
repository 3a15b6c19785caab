import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.certainty.draws import correlated_draws, normal_draws


@given(st.integers(0, 2**64 - 1), st.integers(0, 30), st.integers(1, 30), st.integers(1, 9))
def test_any_part_of_the_draws_is_the_same_made_alone(seed, first, draws, size):
    whole = normal_draws(seed, 0, first + draws, size)

    assert normal_draws(seed, first, draws, size).tobytes() == whole[first:].tobytes()


def test_draws_have_the_mean_and_covariance_asked_for():
    covariance = np.array([[4.0, 1.5, 0.0], [1.5, 1.0, 0.2], [0.0, 0.2, 9.0]])

    drawn = correlated_draws(covariance, 200_000, 3).astype(float)

    assert drawn.mean(axis=0) == pytest.approx([0, 0, 0], abs=0.03)
    assert np.cov(drawn.T) == pytest.approx(covariance, abs=0.06)


def test_a_covariance_that_rounding_made_impossible_is_taken_as_the_nearest_possible():
    covariance = np.array([[1.0, 1.001], [1.001, 1.0]])

    drawn = correlated_draws(covariance, 50_000, 3).astype(float)

    assert np.cov(drawn.T) == pytest.approx(np.full((2, 2), 1.0005), abs=0.02)


def test_exact_scores_are_not_drawn_away_from_where_they_are():
    assert not correlated_draws(np.diag([0.0, 1.0]), 100, 5)[:, 0].any()


def test_other_seeds_draw_otherwise():
    assert (normal_draws(1, 0, 10, 4) != normal_draws(2, 0, 10, 4)).all()

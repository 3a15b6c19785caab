import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, t

from scoring.certainty import critical
from scoring.certainty.rank_sets import rank_sets

PISA = json.loads((Path(__file__).parents[2] / "reference" / "pisa_2018_ranks.json").read_text(encoding="utf-8"))


def sets(scores, covariance, degrees=np.inf, **more):
    scores = np.array(scores, float)
    found = rank_sets(scores, np.array(covariance, float), np.full(len(scores), degrees), seed=1, **more)
    return list(zip(found.lower.tolist(), found.upper.tolist(), strict=True))


@pytest.mark.parametrize("case", ["independent", "correlated"])
def test_ranks_of_countries_agree_with_the_authors_own_program(case):
    """PISA 2018: Mogstad, Romano, Shaikh and Wilhelm's csranks, to within a place that its seed decides too."""
    errors, expected = np.array(PISA["se"]), PISA[case]
    covariance = expected["correlation"] * np.outer(errors, errors)
    covariance[np.diag_indices(len(errors))] = errors**2

    found = rank_sets(np.array(PISA["scores"]), covariance, np.full(len(errors), np.inf), seed=1, draws=20_000)

    lower, upper = np.array(expected["lower"]), np.array(expected["upper"])
    away = np.abs(np.concatenate([found.lower - lower, found.upper - upper]))
    assert away.max() <= PISA["tolerance"]["places"]
    assert (away == 0).sum() >= 2 * len(errors) - 2


def test_two_targets_are_told_apart_as_by_a_t_test():
    """One difference: the critical value is that of a single two-sided test, here with 5 degrees of freedom."""
    surely = t.ppf(0.975, 5) * 2**0.5

    assert sets([surely * 1.1, 0], [[1, 1e-12], [1e-12, 1]], 5, draws=20_000) == [(1, 1), (2, 2)]
    assert sets([surely * 0.9, 0], [[1, 1e-12], [1e-12, 1]], 5, draws=20_000) == [(1, 2), (1, 2)]


def test_independent_scores_have_welchs_degrees_of_freedom():
    """Equal variances with 5 each have 10 together."""
    surely = t.ppf(0.975, 10) * 2**0.5

    assert sets([surely * 1.03, 0], [1, 1], 5, draws=20_000) == [(1, 1), (2, 2)]
    assert sets([surely * 0.97, 0], [1, 1], 5, draws=20_000) == [(1, 2), (1, 2)]


def test_ballots_in_common_make_a_difference_surer():
    away = norm.ppf(0.975) * 2**0.5 * 0.8

    assert sets([away, 0], [[1, 0], [0, 1]]) == [(1, 2), (1, 2)]
    assert sets([away, 0], [[1, 0.6], [0.6, 1]]) == [(1, 1), (2, 2)]


def test_exact_scores_are_ranked_exactly_and_equal_ones_share_all_their_ranks():
    assert sets([90, 80, 80, 70], [0, 0, 0, 0]) == [(1, 1), (2, 3), (2, 3), (4, 4)]


def test_scores_of_the_same_ballots_with_the_same_marks_differ_exactly():
    assert sets([90.0, 89.9], [[4, 4], [4, 4]]) == [(1, 1), (2, 2)]


def test_a_step_more_uses_what_the_step_before_settled():
    """With 30 others out of reach below, what is left is one close difference, tested in both directions."""
    far = [-1000.0] * 30
    close = norm.ppf(0.975) * 2**0.5 * 1.6

    assert sets([close, 0, *far], np.ones(32), draws=5000)[:2] == [(1, 1), (2, 2)]


def test_nobody_and_one_alone():
    assert sets([], []) == []
    assert sets([80.0], [4.0]) == [(1, 1)]


def test_a_score_of_unknown_error_may_stand_anywhere():
    assert sets([90, 80, 70], [0.01, np.nan, 0.01]) == [(1, 2), (1, 3), (2, 3)]


def test_the_chance_of_a_place_is_how_often_it_is_won():
    """One of two places on a coin's throw, and 84 % where the score is one standard error of the difference ahead."""
    found = rank_sets(
        np.array([80.0, 80, 0]), np.array([1.0, 1, 1]), np.full(3, np.inf), seed=1, draws=20_000, places=1
    )
    assert found.chance == pytest.approx([0.5, 0.5, 0], abs=0.02)

    ahead = np.array([2**0.5, 0.0])
    found = rank_sets(ahead, np.array([1.0, 1]), np.full(2, np.inf), seed=1, draws=20_000, places=1)
    assert found.chance == pytest.approx([norm.cdf(1), 1 - norm.cdf(1)], abs=0.01)
    assert rank_sets(ahead, np.ones(2), np.full(2, np.inf), seed=1, places=2).chance.tolist() == [1, 1]
    assert rank_sets(ahead, np.ones(2), np.full(2, np.inf), seed=1).chance.tolist() == [0, 0]


def test_how_the_work_is_divided_changes_nothing(monkeypatch):
    random = np.random.default_rng(5)
    scores, variances = random.normal(0, 3, 60), random.uniform(0.5, 2, 60)
    found = []

    for bins, at_once in ((36, 64), (1, 1000), (4, 7)):
        monkeypatch.setattr(critical, "BINS", bins)
        monkeypatch.setattr(critical, "AT_ONCE", at_once)
        found += [sets(scores, variances, 12), sets(scores, variances, 12, threads=2)]

    assert all(each == found[0] for each in found)


@given(st.lists(st.tuples(st.integers(-20, 20), st.floats(0, 9)), max_size=12), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_a_set_holds_the_rank_found_on_any_scale(pairs, seed):
    scores, variances = np.array([pair[0] for pair in pairs], float), np.array([pair[1] for pair in pairs])
    found = rank_sets(scores, variances, np.full(len(pairs), 9.0), seed=seed, draws=200)
    scaled = rank_sets(scores * 4096 - 50, variances * 4096**2, np.full(len(pairs), 9.0), seed=seed, draws=200)

    ranks = 1 + (scores[np.newaxis, :] > scores[:, np.newaxis]).sum(axis=1)
    assert (found.lower >= 1).all()
    assert (found.upper <= len(pairs)).all()
    assert (found.lower <= ranks).all()
    assert (ranks <= found.upper).all()
    assert (scaled.lower.tolist(), scaled.upper.tolist()) == (found.lower.tolist(), found.upper.tolist())

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.proportions import goodman, sison_glaz, wilson

CASE = json.loads((Path(__file__).parents[2] / "reference" / "multinomial_ci.json").read_text(encoding="utf-8"))
COUNTS = st.lists(st.integers(0, 60), min_size=2, max_size=6).filter(any)


def bounds(intervals):
    return {"lower": [low for low, _ in intervals], "upper": [high for _, high in intervals]}


@pytest.mark.parametrize("method", [goodman, sison_glaz])
def test_a_distributions_intervals_are_the_published_ones(method):
    """Sison and Glaz 1995 and Goodman 1965 on 44, 55, 43, 32, 67, 78, as printed by R's CoinMinD and by statsmodels."""
    expected, close = CASE["expected"][method.__name__], CASE["tolerance"][method.__name__]

    found = bounds(method(CASE["input"]["counts"], level=1 - CASE["input"]["alpha"]))

    assert found["lower"] == pytest.approx(expected["lower"], abs=close)
    assert found["upper"] == pytest.approx(expected["upper"], abs=close)


@pytest.mark.parametrize(
    ("count", "n", "interval"),
    [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0.0, 0.1611)), (1, 29, (0.0061, 0.1718))],
)
def test_a_shares_interval_is_the_published_one(count, n, interval):
    """Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3."""
    assert wilson(count, n) == pytest.approx(interval, abs=5e-5)


def test_a_finite_group_narrows_the_interval_and_a_whole_one_closes_it():
    """Ten of 19 carry (N - 1) / (N - n) = 2 times the information: as 20 would."""
    assert wilson(5, 10, entitled=19) == pytest.approx(wilson(10, 20))
    assert wilson(5, 10, entitled=10) == (0.5, 0.5)
    assert goodman([5, 5], entitled=19)[0] == pytest.approx(goodman([10, 10])[0])
    assert goodman([6, 4], entitled=10) == [(0.6, 0.6), (0.4, 0.4)]


@pytest.mark.parametrize(("count", "n", "entitled"), [(1, 0, None), (3, 2, None), (-1, 2, None), (1, 3, 2)])
def test_counts_that_cannot_be_are_refused(count, n, entitled):
    with pytest.raises(ValueError, match="not a count of ballots"):
        wilson(count, n, entitled=entitled)


@pytest.mark.parametrize(("counts", "entitled"), [([0, 0], None), ([3, -1], None), ([3, 4], 6)])
def test_distributions_that_cannot_be_are_refused(counts, entitled):
    with pytest.raises(ValueError, match="not counts of ballots"):
        goodman(counts, entitled=entitled)


@given(st.integers(1, 400), st.data())
def test_a_share_lies_in_its_interval_and_the_rest_in_the_mirrored_one(n, data):
    count = data.draw(st.integers(0, n))
    low, high = wilson(count, n)
    mirrored = wilson(n - count, n)

    assert 0 <= low <= count / n <= high <= 1
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-12)


@given(COUNTS, st.randoms())
def test_goodmans_intervals_go_with_their_level_and_hold_wilsons(counts, random):
    order = random.sample(range(len(counts)), len(counts))
    found = goodman(counts)

    assert goodman([counts[place] for place in order]) == [found[place] for place in order]
    for count, (low, high) in zip(counts, found, strict=True):
        alone = wilson(count, sum(counts))
        assert low <= alone[0] + 1e-12
        assert alone[1] <= high + 1e-12


@given(COUNTS)
def test_sison_and_glazs_intervals_hold_the_shares(counts):
    for count, (low, high) in zip(counts, sison_glaz(counts), strict=True):
        assert 0 <= low <= count / sum(counts) <= high <= 1

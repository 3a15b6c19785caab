from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.marks import Marks
from scoring.ballots.tally import empty_tally
from scoring.samples.margins import Margin
from scoring.samples.sampling import UNIT, base_units, counting_ballots, exact_design_effect, fit, with_weights
from scoring.samples.weighting import WeightingError
from tests.scoring.counted import make_scheme

SEX = Margin(("性别",), {("男",): 480, ("女",): 520})
SCHEME = make_scheme(["居民", "代表"], ["德"])


def marks(ballots, groups, levels, weights=None, unit=1):
    places = np.zeros(len(ballots), np.int32)
    weights = None if weights is None else np.array(weights)
    own = (np.array(each, np.int32) for each in (groups, levels))
    return Marks(np.array(ballots), places, places, *own, weights=weights, weight_unit=unit)


def by_ballot(sample):
    return dict(zip(sample.ballots.tolist(), sample.units.tolist(), strict=True))


def test_weights_are_kept_to_nine_decimals_and_add_up_to_what_they_did_before():
    """One man for 480 and two women for 520 of 1000: 3 · 0.48 and 3 · 0.26."""
    sample = fit([4, 7, 9], {"性别": ["男", "女", "女"]}, [SEX], [UNIT] * 3)

    assert by_ballot(sample) == {4: 1_440_000_000, 7: 780_000_000, 9: 780_000_000}
    assert sample.weighted.weights.tolist() == (sample.units / UNIT).tolist()


def test_weights_before_keep_their_ratio_within_a_cell():
    """Women have weights 1 and 3 before, the man 2: of 6, women get 3.12, a quarter and three quarters of it."""
    sample = fit([0, 1, 2], {"性别": ["男", "女", "女"]}, [SEX], [2 * UNIT, UNIT, 3 * UNIT])

    assert by_ballot(sample) == {0: 2_880_000_000, 1: 780_000_000, 2: 2_340_000_000}


def test_weights_too_small_for_nine_decimals_are_refused():
    with pytest.raises(WeightingError, match="weights too small for 9 decimals"):
        fit([0, 1, 2], {"性别": ["男", "女", "女"]}, [SEX], [1, 1, 1])


def test_ballots_without_a_sample_keep_their_weight():
    given = marks([0, 1, 2, 0], [0, 0, 1, 0], [0, 0, 0, 0], [15, 20, 30, 15], 10)
    sample = fit([0, 1], {"性别": ["男", "女"]}, [SEX], [UNIT, UNIT])

    found = with_weights(given, {"居民": sample})

    assert (found.weights.tolist(), found.weight_unit) == ([960_000_000, 1_040_000_000, 3 * UNIT, 960_000_000], UNIT)


def test_weights_whose_sum_no_64_bits_hold_are_refused():
    with pytest.raises(WeightingError, match="weights of all rows add up to 1e"):
        with_weights(marks([0], [0], [0], [10**10]), {})


def test_a_ballot_without_a_weight_has_the_weight_one():
    assert base_units(marks([0, 1, 0], [0, 0, 0], [0, 0, 0])) == [UNIT, UNIT]
    assert base_units(marks([1, 0, 1], [0, 0, 0], [0, 0, 0], [5, 20, 5], 10)) == [2 * UNIT, UNIT // 2]


def test_ballots_wholly_spoiled_or_voided_stand_for_nobody_unless_they_count():
    returned = make_scheme(["居民", "代表"], ["德"], denominator="returned")
    axes = empty_tally(SCHEME, ["甲"])
    blank, spoiled, voided = (axes.counts.shape[-1] + at for at in (-5, -2, -1))
    given = marks([0, 1, 2, 3], [0, 0, 0, 0], [0, blank, spoiled, voided])

    assert counting_ballots(SCHEME, axes, given).tolist() == [0, 1]
    assert counting_ballots(returned, axes, given).tolist() == [0, 1, 2, 3]


def test_the_design_effect_is_exact():
    assert exact_design_effect([1, 3]) == Fraction(5, 4)


LEVELS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(1, 5)), max_size=12)


@given(LEVELS, st.randoms(use_true_random=False))
def test_weights_do_not_depend_on_the_order_of_ballots(more, random):
    rows = [("a", "x", 1), ("a", "y", 1), ("b", "x", 1), ("b", "y", 1), *more]
    margins = [Margin(("u",), {("a",): 30, ("b",): 70}), Margin(("v",), {("x",): 45, ("y",): 55})]
    order = list(range(len(rows)))
    random.shuffle(order)

    def fitted(places):
        levels = {name: [rows[at][column] for at in places] for column, name in enumerate("uv")}
        return fit(places, levels, margins, [rows[at][2] * UNIT for at in places])

    plain, shuffled = fitted(sorted(order)), fitted(order)

    assert by_ballot(shuffled) == by_ballot(plain)
    assert float(plain.units.sum()) == pytest.approx(sum(row[2] for row in rows) * UNIT, abs=len(rows))
    assert replace(plain.weighted, base=plain.weighted.weights).weights.min() > 0

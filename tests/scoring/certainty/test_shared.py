import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.ballots.denominators import entitled_cells
from scoring.ballots.tally import Block
from scoring.certainty import shared
from scoring.certainty.influence import Influences, block_influences, influence_table, marks_influences
from scoring.certainty.shared import covariance_of_totals, influence_products, joined, sheet_covariance, significant
from scoring.certainty.strata import spread
from tests.scoring.counted import make_scheme
from tests.scoring.rated import LEVELS, Round, rounds


def products_by_hand(found, targets):
    total = np.zeros((targets, targets))
    for ballot in set(found.ballots.tolist()):
        own = np.zeros(targets)
        own[found.targets[found.ballots == ballot]] = found.values[found.ballots == ballot]
        total += np.outer(own, own)
    return total


@given(st.integers(0, 2**32), st.integers(1, 40), st.floats(0.01, 1), st.sampled_from([4, 10_000]))
@settings(max_examples=40, deadline=None)
def test_products_are_those_of_each_ballot_however_few_targets_it_has(seed, targets, density, rows):
    random = np.random.default_rng(seed)
    ballots, columns = np.nonzero(random.random((30, targets)) < density)
    order = random.permutation(len(ballots))
    found = Influences(3 * ballots[order], columns[order], np.zeros(len(order), int), random.normal(size=len(order)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared, "ROWS", rows)
        products = influence_products(np.arange(targets), found)

    assert products == pytest.approx(products_by_hand(found, targets), abs=1e-12)


@given(rounds())
@settings(max_examples=20, deadline=None)
def test_blocks_and_marks_one_by_one_have_the_same_covariances(round_):
    table = influence_table(round_.scheme, round_.tally, round_.linear)
    cells = entitled_cells(round_.tally, None)
    found = spread(round_.scheme, round_.tally, round_.scored, round_.moments, round_.linear, cells)
    totals = [None if each.total is None else float(each.total) for each in round_.scored]
    blocks = [
        joined([block_influences(round_.scheme, round_.tally, table, each) for each in half])
        for half in (round_.blocks[:2], round_.blocks[2:])
    ]
    marks = marks_influences(round_.scheme, round_.tally, table, round_.marks())

    one = covariance_of_totals(round_.tally, found, totals, blocks, "remove")
    other = covariance_of_totals(round_.tally, found, totals, [marks], "remove")

    assert one == pytest.approx(other, abs=1e-9, nan_ok=True)
    assert None in totals or one[0, 1] ** 2 <= one[0, 0] * one[1, 1] * (1 + 1e-9) + 1e-9


def sheet(ballots, targets, seed=1):
    """Return a round of one sheet on which every ballot rates every target, strict raters with all of them."""
    random = np.random.default_rng(seed)
    strict = random.integers(0, 3, ballots)
    names = tuple(f"{place:02}" for place in range(targets))
    rows = [np.clip(strict + random.integers(0, 2, ballots), 0, 3)[:, np.newaxis].astype(np.uint8) for _ in names]
    blocks = [
        Block("群众", name, ("德",), LEVELS, own, np.arange(ballots)) for name, own in zip(names, rows, strict=True)
    ]
    return Round(make_scheme(), blocks, names)


def test_a_kept_sheet_serves_almost_as_well_as_its_ballots():
    round_ = sheet(60, 4)
    table = influence_table(round_.scheme, round_.tally, round_.linear)
    found = spread(
        round_.scheme, round_.tally, round_.scored, round_.moments, round_.linear, entitled_cells(round_.tally, None)
    )
    totals = [float(each.total) for each in round_.scored]
    ballots = joined([block_influences(round_.scheme, round_.tally, table, each) for each in round_.blocks])

    kept = sheet_covariance(round_.scheme, round_.tally, table, round_.blocks)

    assert (kept.group, kept.targets, kept.ballots) == ("群众", round_.targets, 60)
    exact = covariance_of_totals(round_.tally, found, totals, [ballots])
    assert covariance_of_totals(round_.tally, found, totals, [kept]) == pytest.approx(exact, rel=0.006)
    assert (exact > 0).all()


@pytest.mark.parametrize(("ballots", "targets"), [(49, 4), (60, 30)])
def test_of_few_ballots_or_many_targets_nothing_is_kept(ballots, targets):
    round_ = sheet(ballots, targets)
    table = influence_table(round_.scheme, round_.tally, round_.linear)

    assert sheet_covariance(round_.scheme, round_.tally, table, round_.blocks) is None


def test_what_is_kept_has_three_digits():
    round_ = sheet(60, 4)

    kept = sheet_covariance(
        round_.scheme, round_.tally, influence_table(round_.scheme, round_.tally, round_.linear), round_.blocks
    )

    assert all(float(f"{value:.2e}") == pytest.approx(value, rel=1e-12) for value in kept.covariance.ravel())


def test_what_is_not_kept_counts_as_independent_and_an_open_error_stays_open():
    round_ = sheet(60, 3)
    found = spread(
        round_.scheme, round_.tally, round_.scored, round_.moments, round_.linear, entitled_cells(round_.tally, None)
    )

    covariance = covariance_of_totals(round_.tally, found, [80.0, None, 80.0], [])

    assert np.isnan(covariance[1, 1])
    assert np.count_nonzero(covariance) == 3


def test_a_part_without_ballots_adds_nothing():
    none, one = np.zeros(0, np.int64), np.zeros(1, np.int64)

    assert influence_products(one, Influences(none, none, none, np.zeros(0))).tolist() == [[0]]
    assert influence_products(one, Influences(None, none, none, np.zeros(0))).tolist() == [[0]]


@given(st.floats(-1e9, 1e9), st.integers(1, 6))
def test_significant_digits_are_those_of_print(value, digits):
    found = significant(np.array([value]), digits)[0]

    assert found == pytest.approx(float(f"{value:.{digits - 1}e}"), rel=10.0 ** (1 - digits), abs=1e-200)

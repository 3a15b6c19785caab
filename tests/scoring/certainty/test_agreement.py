import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.certainty.agreement import alpha_of_sums, alpha_within, cronbach_alpha, krippendorff_alpha, unit_counts

NAN = float("nan")
METRICS = ["nominal", "ordinal", "interval", "ratio"]


def test_alpha_worked_by_hand():
    """Variances 2/3 and 1/3, covariance 1/3, so the sum's variance is 5/3 and alpha 2 · (1 - 1 / (5/3)) = 0.8."""
    assert cronbach_alpha(np.array([[0, 0], [1, 1], [1, 0], [2, 1]], float)).alpha == pytest.approx(0.8)


def test_a_mark_that_is_missing_takes_out_the_pair_or_the_ballot():
    """Pairwise: variances 1, 1, 1 over 3 ballots, covariances over the 2 that have both; listwise: the 2 alone."""
    marks = np.array([[1, 1, 1], [2, 2, NAN], [3, 3, 3], [NAN, NAN, 2]])

    pairwise, listwise = cronbach_alpha(marks), cronbach_alpha(marks, "listwise")

    assert (pairwise.ballots, listwise.ballots) == (2, 2)
    assert pairwise.alpha == pytest.approx(1.5 * (1 - 3 / (3 + 2 * (1 + 2 + 2))))
    assert listwise.alpha == pytest.approx(1)


@pytest.mark.parametrize(
    "marks", [[[1], [2]], [[1, 2]], [[1, 1], [1, 1]], [[1, 3], [2, 2], [3, 1]], [[1, NAN], [NAN, 1]]]
)
def test_where_nothing_varies_or_is_compared_there_is_no_alpha(marks):
    assert cronbach_alpha(np.array(marks, float)) is None


def test_without_a_ballot_there_is_no_alpha():
    assert cronbach_alpha(np.empty((0, 3))) is None


MARKS = arrays(
    np.float64, st.tuples(st.integers(4, 12), st.integers(2, 4)), elements=st.sampled_from([0, 30, 60, 100, NAN])
)


@given(MARKS)
def test_sums_of_two_parts_of_the_ballots_give_the_alpha_of_all(marks):
    def sums(part):
        there = ~np.isnan(part)
        points = np.where(there, part, 0)
        judged = there.astype(float)
        return np.array([judged.T @ judged, points.T @ judged, points.T @ points])

    whole, parted = cronbach_alpha(marks), alpha_of_sums(*(sums(marks[:3]) + sums(marks[3:])))

    assert (whole is None) == (parted is None)
    if whole is not None:
        assert parted.alpha == pytest.approx(whole.alpha, rel=1e-6, abs=1e-6)
        assert parted.ballots == whole.ballots


@given(MARKS, st.randoms(use_true_random=False))
def test_alpha_knows_neither_the_order_of_ballots_nor_the_unit_of_points(marks, random):
    shuffled = marks.tolist()
    random.shuffle(shuffled)

    plain, changed = cronbach_alpha(marks), cronbach_alpha(np.array(shuffled) * 0.5 + 7)

    assert (plain is None) == (changed is None)
    if plain is not None:
        assert changed.alpha == pytest.approx(plain.alpha, rel=1e-6, abs=1e-6)
        # Pairs judged by different ballots can have covariances that no marks have together: then alpha is above 1.
        assert np.isnan(marks).any() or plain.interval[0] <= plain.alpha <= 1 + 1e-9


def test_agreement_worked_by_hand():
    """Units 00, 01, 11: 2 of 6 pairs in units differ, 18 of 30 pairs of any marks: 1 - (1/3) / (3/5) = 4/9."""
    counts = np.array([[2, 0], [1, 1], [0, 2]])

    assert krippendorff_alpha(counts, np.array([0.0, 1.0]), "nominal") == pytest.approx(4 / 9)


def test_marks_without_a_second_rater_say_nothing():
    counts, values = np.array([[2, 0], [1, 1], [0, 2]]), np.array([0.0, 1.0])
    alone = np.vstack([counts, [[1, 0], [0, 0]]])

    assert krippendorff_alpha(alone, values, "interval") == krippendorff_alpha(counts, values, "interval")
    assert krippendorff_alpha(np.array([[1, 0], [0, 1]]), values, "nominal") is None
    assert krippendorff_alpha(np.array([[2, 0], [3, 0]]), values, "nominal") is None


RATINGS = arrays(
    np.float64, st.tuples(st.integers(2, 5), st.integers(2, 6)), elements=st.sampled_from([0, 1, 2, 5, NAN])
)


@given(RATINGS, st.sampled_from(METRICS), st.randoms(use_true_random=False))
def test_agreement_knows_neither_the_order_of_raters_nor_that_of_units(ratings, metric, random):
    rows, columns = list(range(len(ratings))), list(range(ratings.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)

    plain, shuffled = (
        krippendorff_alpha(*unit_counts(each), metric) for each in (ratings, ratings[np.ix_(rows, columns)])
    )

    assert plain is None or plain <= 1
    assert shuffled == (None if plain is None else pytest.approx(plain, abs=1e-9))


@given(RATINGS, st.sampled_from(METRICS))
def test_levels_may_stand_in_any_order(ratings, metric):
    counts, values = unit_counts(ratings)

    plain, reversed_ = (
        krippendorff_alpha(counts, values, metric),
        krippendorff_alpha(counts[:, ::-1], values[::-1], metric),
    )

    assert reversed_ == (None if plain is None else pytest.approx(plain, abs=1e-9))


@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=6).filter(lambda units: len(set(units)) > 1),
    st.sampled_from(METRICS),
)
def test_raters_who_agree_on_everything_have_an_alpha_of_one(units, metric):
    ratings = np.array([units] * 3, float)

    assert krippendorff_alpha(*unit_counts(ratings), metric) == pytest.approx(1)


def sums_of(*targets):
    """Return what ``alpha_within`` starts from, of whole marks by target."""
    there = [~np.isnan(marks) for marks in targets]
    filled = [np.where(judged, marks, 0).astype(np.int64) for judged, marks in zip(there, targets, strict=True)]
    judged = [each.astype(np.int64) for each in there]
    together = np.array([each.T @ each for each in judged])
    sums = np.array([marks.T @ each for marks, each in zip(filled, judged, strict=True)])
    return together, sums, np.array([marks.T @ marks for marks in filled])


def test_what_targets_differ_by_is_no_reliability():
    """Within each target the items go against each other, whatever the targets' own means."""
    first = np.array([[0, 1], [1, 0]], float)

    found = alpha_within(*sums_of(first, first + 50, np.array([[0, 0], [2, 2]], float)), raters=2)

    # Within: squares .5 + .5 + 2 = 3 each, products -.5 - .5 + 2 = 1, over 3 degrees: 2 (1 - 2 / (8 / 3)) = .5
    assert found.alpha == pytest.approx(0.5)
    assert (found.ballots, found.items) == (2, 2)


WHOLE = arrays(np.float64, st.tuples(st.integers(2, 6), st.integers(2, 3)), elements=st.sampled_from([0, 1, 2, 5, NAN]))


@given(WHOLE, st.integers(-9, 9))
def test_of_a_single_target_alpha_within_is_cronbachs(marks, moved):
    plain, within = cronbach_alpha(marks), alpha_within(*sums_of(marks + moved), raters=len(marks))

    assert (within is None) == (plain is None)
    if plain is not None:
        assert within.alpha == pytest.approx(plain.alpha)
        assert within.interval == pytest.approx(plain.interval)


def test_marks_that_are_all_alike_have_no_alpha_however_many_they_are():
    alike = np.full((100_001, 2), 99.0)

    assert alpha_within(*sums_of(alike, alike - 7), raters=100_001) is None

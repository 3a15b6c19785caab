import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.samples.calibrated import Design, calibrated_errors, weighted_means
from scoring.samples.margins import Margin
from scoring.samples.weighting import WeightingError, post_stratify, rake

NAN = float("nan")
SEX = ["男", "男", "女", "女"]
MARKS = np.array([[90.0], [92.0], [70.0], [74.0]])


def weighted(men=30, women=70):
    return post_stratify({"性别": SEX}, Margin(("性别",), {("男",): men, ("女",): women}))


def whole_sample(values, design=None):
    """A margin without any information: everybody in one cell."""
    everybody = Margin(("所有",), {("人",): 1000})
    return weighted_means(values, post_stratify({"所有": ["人"] * len(values)}, everybody), design)


def test_only_what_margins_do_not_explain_varies():
    """Within-cell distances ±1 with 15 people each and ±2 with 35: 4/3 · (2 · 0.15² + 2 · 0.7²) under the root."""
    found = weighted_means(MARKS, weighted())

    assert found.means == pytest.approx([0.3 * 91 + 0.7 * 72])
    assert found.se == pytest.approx([(4 / 3 * (2 * 0.15**2 + 2 * 0.7**2)) ** 0.5])


def test_without_information_it_is_the_error_of_a_plain_mean():
    """Cochran 1977, (2.20): s² / n · (1 - n/N)."""
    marks = np.array([[3.0], [5.0], [10.0]])

    assert whole_sample(marks).se == pytest.approx([(13 / 3) ** 0.5])
    assert whole_sample(marks, Design(sizes=np.array([12]))).se == pytest.approx([(13 / 3 * 0.75) ** 0.5])


def test_everybody_in_the_sample_leaves_no_error():
    assert whole_sample(np.array([[3.0], [5.0]]), Design(sizes=np.array([2]))).se.tolist() == [0]


def test_strata_vary_by_themselves():
    design = Design(strata=np.array([0, 0, 1, 1]))

    found = whole_sample(MARKS, design)

    assert found.degrees == 2
    assert found.se == pytest.approx([((2 * (2 * 1**2) + 2 * (2 * 2**2)) ** 0.5) / 4])


def test_clusters_vary_as_wholes():
    """Two clusters with totals 90 + 70 and 92 + 74 of a mean 81.5: each is 3 off, so √(2 · (3² + 3²)) / 4."""
    found = whole_sample(MARKS, Design(clusters=np.array([5, 7, 5, 7])))

    assert found.degrees == 1
    assert found.se == pytest.approx([36**0.5 / 4])


def test_a_ballot_without_a_mark_counts_in_the_margins_alone():
    marks = np.hstack([MARKS, [[90.0], [92.0], [70.0], [NAN]], np.full((4, 1), NAN)])

    found = weighted_means(marks, weighted())

    assert found.means[:2] == pytest.approx([77.7, (15 * 90 + 15 * 92 + 35 * 70) / 65])
    assert np.isnan([found.means[2], found.se[2]]).all()
    assert found.se[1] > 0


def test_a_stratum_with_a_single_ballot_is_named():
    with pytest.raises(WeightingError, match="stratum 1: one ballot or cluster alone has no spread"):
        whole_sample(MARKS, Design(strata=np.array([0, 0, 0, 1])))


def test_a_stratum_with_its_only_person_is_certain():
    assert whole_sample(MARKS, Design(strata=np.array([0, 0, 0, 1]), sizes=np.array([9, 1]))).se[0] > 0


def test_more_ballots_than_people_are_named():
    with pytest.raises(WeightingError, match="stratum 0: 4 drawn of 3"):
        whole_sample(MARKS, Design(sizes=np.array([3])))


VALUES = st.lists(st.floats(0, 100), min_size=6, max_size=6)
KINDS = {"u": list("aabbab"), "v": list("xyxyxy")}
MARGINS = [Margin(("u",), {("a",): 60, ("b",): 40}), Margin(("v",), {("x",): 45, ("y",): 55})]


@given(VALUES, st.floats(-10, 10), st.floats(0.1, 10))
def test_what_margins_say_wholly_is_certain_and_errors_scale_with_points(values, slope, scale):
    sample = rake(KINDS, MARGINS)
    marks = np.array(values)[:, np.newaxis]
    known = np.array([[slope if level == "a" else 0.0] for level in KINDS["u"]])

    plain, shifted = weighted_means(marks, sample), weighted_means(scale * marks + known, sample)

    assert weighted_means(known, sample).se == pytest.approx(0, abs=1e-9)
    assert shifted.se == pytest.approx(scale * plain.se, abs=1e-7)
    assert shifted.means == pytest.approx(scale * plain.means + slope * 0.6, abs=1e-6)


@given(VALUES, st.permutations(range(6)))
def test_the_order_of_ballots_does_not_matter(values, order):
    shuffled = {name: [levels[at] for at in order] for name, levels in KINDS.items()}
    marks = np.array(values)[:, np.newaxis] / 100

    plain, _ = calibrated_errors(marks, rake(KINDS, MARGINS))
    other, _ = calibrated_errors(marks[order], rake(shuffled, MARGINS))

    assert other == pytest.approx(plain, abs=1e-9)

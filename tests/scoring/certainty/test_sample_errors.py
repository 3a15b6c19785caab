import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.certainty.influence import Influences
from scoring.certainty.sample_errors import calibrated_influences
from scoring.samples.calibrated import weighted_means
from scoring.samples.margins import Margin
from scoring.samples.sampling import UNIT, fit
from tests.scoring.counted import FOUR, make_scheme
from tests.scoring.sampled import HEADER, ONE, one_mark_each, one_trait_each, scored

SEX = ["性别,population", "男,30", "女,70"]
KNOWN = one_trait_each("男男女女")
MARKS = one_mark_each(["优秀", "称职", "称职", "基本称职"])


def test_only_what_margins_do_not_explain_varies():
    """Within-cell distances ±10 with shares 0.15 and 0.35 each: 4/3 · (2 · 1.5² + 2 · 3.5²) under the root."""
    [result] = scored(ONE, MARKS, KNOWN, SEX).results

    assert result.score == "76.00"
    assert result.se == pytest.approx((4 / 3 * (2 * 1.5**2 + 2 * 3.5**2)) ** 0.5)
    assert result.degrees == 3


def test_the_correction_counts_ballots_of_the_entitled_whatever_margins_add_up_to():
    [result] = scored(ONE, MARKS, KNOWN, SEX, entitled={("居民", "甲"): 16}).results
    [everyone] = scored(ONE, MARKS, KNOWN, SEX, entitled={("居民", "甲"): 4}).results

    assert result.se == pytest.approx((0.75 * 4 / 3 * (2 * 1.5**2 + 2 * 3.5**2)) ** 0.5)
    assert (everyone.se, everyone.interval) == (0, (76.0, 76.0))


def test_marks_that_margins_explain_wholly_leave_no_error_and_no_interval():
    """All men say 优秀 and all women 不称职: nothing is known of how others of their kind differ."""
    [result] = scored(ONE, one_mark_each(["优秀", "优秀", "不称职", "不称职"]), KNOWN, SEX).results

    assert (result.score, result.se, result.interval) == ("30.00", 0, None)


def test_a_groups_error_counts_with_its_weight_in_the_total():
    scheme = make_scheme([{"id": "居民", "weight": 3}, "政府"], ["德"])
    others = [f"{number},政府,甲,德,{mark}" for number, mark in enumerate(["优秀", "称职"])]

    [result] = scored(scheme, [*MARKS, *others], KNOWN, SEX).results

    of_sample, of_others = 4 / 3 * (2 * 1.5**2 + 2 * 3.5**2), 2 * (2 * 5**2)
    assert result.score == "79.50"
    assert result.se == pytest.approx((0.75**2 * of_sample + 0.25**2 * of_others) ** 0.5)


def test_targets_move_together_as_far_as_margins_leave_it_open():
    """Differences between targets with the same marks are certain, so each has its rank for sure."""
    marks = [HEADER]
    for number, (first, second) in enumerate([("优秀", "称职"), ("称职", "基本称职")] * 15):
        marks += [f"{number},居民,甲,德,{first}", f"{number},居民,乙,德,{second}"]
    sample = ["ballot,group,性别", *(f"{number},居民,{'男女'[number // 15]}" for number in range(30))]

    results = scored(ONE, marks, sample, SEX, draws=200).results

    assert [(each.target, each.rank_interval) for each in results] == [("甲", (1, 1)), ("乙", (2, 2))]


def test_ballots_not_asked_about_a_target_tell_of_its_margins():
    """Of two men one was asked: his distance 0 from the cell's mean is half of his influence, for both."""
    there = np.zeros(3, np.int64)
    sample = fit([0, 1, 2, 3], {"性别": [*"男男女女"]}, [Margin(("性别",), {("男",): 1, ("女",): 1})], [UNIT] * 4)

    found = calibrated_influences(Influences(np.array([0, 2, 3]), there, there, np.array([4.0, -3, -1])), sample)

    by_ballot = dict(zip(found.ballots.tolist(), found.values.tolist(), strict=True))
    assert by_ballot == pytest.approx({0: 2, 1: -2, 2: -1, 3: 1})


LEVELS = [level for level, points in FOUR.items() if points is not None]


@given(st.lists(st.tuples(st.sampled_from("男女"), st.sampled_from("老青"), st.sampled_from(LEVELS)), max_size=12))
def test_errors_are_those_of_weighted_means(more):
    rows = [*((sex, age, mark) for sex, mark in zip("男女", LEVELS, strict=False) for age in "老青"), *more]
    sample = ["ballot,group,性别,年龄", *(f"{at},居民,{sex},{age}" for at, (sex, age, _) in enumerate(rows, 1))]
    margins = ["variable,level,population", "性别,男,40", "性别,女,60", "年龄,老,30", "年龄,青,70"]
    kinds = {"性别": [sex for sex, _, _ in rows], "年龄": [age for _, age, _ in rows]}
    both = [Margin(("性别",), {("男",): 40, ("女",): 60}), Margin(("年龄",), {("老",): 30, ("青",): 70})]
    weighted = fit(range(len(rows)), kinds, both, [UNIT] * len(rows))

    [result] = scored(ONE, one_mark_each([mark for _, _, mark in rows]), sample, margins).results
    marks = np.array([[float(FOUR[rows[at][2]])] for at in weighted.ballots.tolist()])
    found = weighted_means(marks, weighted.weighted)

    assert float(result.score) == pytest.approx(found.means[0], abs=0.0051)
    assert result.se == pytest.approx(found.se[0], rel=1e-9, abs=1e-9)

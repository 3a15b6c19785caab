from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.outcome.quality_results import SampleMargin, SampleScore
from tests.scoring.counted import FOUR, make_scheme
from tests.scoring.sampled import HEADER, ONE, one_mark_each, one_trait_each, scored, weighed

SEX = ["性别,population", "男,30", "女,70"]
KNOWN = one_trait_each("男男女女")
MARKS = one_mark_each(["优秀", "称职", "称职", "基本称职"])


def many(number):
    """Return ratings and traits of ballots of which no group of marks is alike."""
    marks = [("优秀", "称职", "基本称职", "不称职")[at * 7 % 4] for at in range(number)]
    return one_mark_each(marks), one_trait_each(["男女"[at % 3 % 2] for at in range(number)])


def test_a_sample_shows_its_margins_weights_and_design_effect():
    """Weights 0.6 for men and 1.4 for women: 4 · (2 · 0.36 + 2 · 1.96) / 4² = 1.16."""
    sample = scored(ONE, MARKS, KNOWN, SEX).samples["居民"]

    assert (sample.ballots, sample.design_effect) == (4, 1.16)
    assert (sample.least_weight, sample.greatest_weight) == ("0.6", "1.4")
    assert sample.margins == (
        SampleMargin(cell="性别=男", ballots=2, before="50.00", after="30.00", target="30.00"),
        SampleMargin(cell="性别=女", ballots=2, before="50.00", after="70.00", target="70.00"),
    )


def test_a_sample_gives_each_target_its_score_and_calibrated_error():
    scheme = make_scheme(["居民", "政府"], ["德"])
    marks = [*MARKS, "1,居民,乙,德,优秀", "1,政府,甲,德,优秀", "2,政府,甲,德,称职", "3,政府,丙,德,称职"]

    scores = scored(scheme, marks, KNOWN, SEX).samples["居民"].scores

    assert scores["甲"] == SampleScore(score="76.00", n=4, se=round((4 / 3 * 29) ** 0.5, 11))
    assert scores["乙"] == SampleScore(score="100.00", n=1, se=None)
    assert "丙" not in scores


def test_a_round_without_a_sample_shows_none():
    ratings, marks, _ = weighed(ONE, MARKS, KNOWN, SEX)

    assert ratings.tally.weighted is None
    assert marks.weights is not None
    assert scored(ONE, MARKS, KNOWN, SEX).samples.keys() == {"居民"}


def test_of_fewer_than_100_weighted_ballots_nothing_is_released():
    marks, known = many(99)

    released = scored(ONE, marks, known, SEX, release=True)

    assert released.samples["居民"].model_dump(exclude_defaults=True) == {"withheld": "few"}
    assert [(each.score, each.withheld, each.groups["居民"].score) for each in released.results] == [
        (None, "few", None)
    ]


def test_of_100_weighted_ballots_score_error_design_effect_and_margins_are_released():
    marks, known = many(100)

    full, released = (scored(ONE, marks, known, SEX, release=each) for each in (False, True))

    assert released.samples == full.samples
    assert released.samples["居民"].scores["甲"].se == full.results[0].se


def test_nothing_that_would_solve_for_the_marks_of_a_kind_is_released():
    marks, known = many(100)

    [full] = scored(ONE, marks, known, SEX).results
    released = scored(ONE, marks, known, SEX, release=True)
    [result] = released.results

    assert full.exact
    assert full.contributions
    assert sum(full.distributions["德"].counts.values()) == 100
    assert (result.score, result.shares) == (full.score, full.shares)
    assert (result.exact, result.contributions, released.tally_sha256) == (None, (), "")
    assert (result.distributions["德"].counts, result.distributions["德"].not_judged) == ({}, {})
    assert result.distributions["德"].shares == full.distributions["德"].shares


def test_the_score_of_a_target_of_which_not_everything_is_shown_is_not_released_with_its_error():
    marks, known = many(100)
    alike = [f"{number},居民,乙,德,优秀" for number in range(1, 101)]

    released = scored(ONE, [*marks, *alike], known, SEX, release=True)

    assert released.samples["居民"].scores.keys() == {"甲"}


MORE = st.lists(st.tuples(st.sampled_from("男女"), st.sampled_from(["优秀", "称职", "不称职"])), max_size=10)


@given(MORE, st.integers(1, 99))
def test_scores_can_be_worked_out_again_from_the_weights_that_are_written(more, men):
    rows = [("男", "优秀"), ("女", "称职"), *more]
    cells = ["性别,population", f"男,{men}", f"女,{100 - men}"]
    marks, known = one_mark_each([mark for _, mark in rows]), one_trait_each([sex for sex, _ in rows])

    found = scored(ONE, marks, known, cells)
    _, _, samples = weighed(ONE, marks, known, cells)
    weights = dict(zip(samples["居民"].ballots.tolist(), samples["居民"].units.tolist(), strict=True))

    above = sum(weights[at] * FOUR[mark] for at, (_, mark) in enumerate(rows))
    assert Fraction(found.results[0].exact) == Fraction(above, sum(weights.values()))
    assert 1 <= found.samples["居民"].design_effect + 1e-9 <= len(rows) + 1e-6
    assert [float(each.after) for each in found.samples["居民"].margins] == pytest.approx([men, 100 - men])
    assert marks[0] == HEADER

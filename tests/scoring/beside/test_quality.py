"""What ballots are like; alphas worked by hand, intervals from F quantiles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import f as f_distribution

from scoring.ballots.ratings import read_ratings
from scoring.ballots.tally import Block
from scoring.score import score
from tests.scoring.counted import FOUR, cast, make_scheme
from tests.scoring.rated import rounds

TWO = ["德", "能"]
BALLOTS = {
    1: {"甲": ("优秀", "优秀"), "乙": ("优秀", "优秀")},
    2: {"甲": ("优秀", "优秀"), "乙": ("称职", "称职")},
    3: {"甲": ("优秀", "称职"), "乙": ("优秀", "优秀")},
    4: {"甲": ("优秀", "")},
}
"""Uniform; one level down each target; neither; a single mark, of which nothing can be told."""


def rate(scheme, ballots, group="群众", header="ballot,group,target,item,mark", tail=""):
    lines = [
        f"{ballot},{group},{target},{item},{mark}{tail}"
        for ballot, marks in ballots.items()
        for target, own in marks.items()
        for item, mark in zip(scheme.item_ids(), own, strict=True)
    ]
    return read_ratings("\n".join([header, *lines]).encode(), "R.csv", scheme)


def of_marks(scheme, ballots, *, release=False, **more):
    read = rate(scheme, ballots, **more)
    return score(scheme, read.tally, release=release, marks=read.marks, draws=0).quality


def test_uniform_ballots_straight_lines_and_alpha_of_whole_ballots():
    """Of the three ballots that can be told one is uniform and two are straight.

    Squares within targets: 德 800/3 over 3 + 2, 能 800/3 + 800/3 over 2 + 2, together 800/3 over 4; so alpha is
    2 · (1 - (160 + 400) / (160 + 400 + 2 · 200)) = 5/6.
    """
    found = of_marks(make_scheme(criteria=TWO), BALLOTS)["群众"]

    assert (found.ballots, found.rows, found.uniform, found.straight_lines) == (4, 7, "33.33", "66.67")
    assert (found.alpha, found.items) == (pytest.approx(5 / 6), 2)
    quantiles = f_distribution.ppf([0.975, 0.025], 3, 3)
    assert found.alpha_interval == pytest.approx(1 - (1 - 5 / 6) * quantiles)


def test_ballots_cut_into_rows_give_the_same_alpha_and_the_straight_rows():
    scheme = make_scheme(criteria=TWO)
    by_target = {("群众", target): [own[target] for own in BALLOTS.values() if target in own] for target in "甲乙"}
    blocks, levels = [], tuple(FOUR)
    for (group, target), rows in by_target.items():
        bytes_ = [[255 if mark == "" else levels.index(mark) for mark in row] for row in rows]
        blocks.append(cast_block(group, target, levels, bytes_))
    results = score(scheme, cast(scheme, by_target), release=False, blocks=blocks, draws=0)

    found = results.quality["群众"]

    assert (found.ballots, found.rows, found.uniform, found.straight_lines) == (None, 7, None, "83.33")
    whole = of_marks(scheme, BALLOTS)["群众"]
    assert (found.alpha, found.alpha_interval) == (whole.alpha, whole.alpha_interval)


def cast_block(group, target, levels, rows):
    return Block(group, target, ("德", "能"), levels, np.array(rows, np.uint8))


@pytest.mark.parametrize("denominator", ["valid", "returned"])
def test_a_blank_is_no_mark_of_no_points_whatever_scores_are_taken_over(denominator):
    scheme = make_scheme(criteria=TWO, denominator=denominator)

    assert of_marks(scheme, BALLOTS)["群众"].alpha == pytest.approx(5 / 6)


def test_sampling_weights_do_not_change_what_ballots_are_like():
    scheme = make_scheme(criteria=TWO)
    header = "ballot,group,target,item,mark,weight"

    assert of_marks(scheme, BALLOTS, header=header, tail=",2.5") == of_marks(scheme, BALLOTS)


def test_the_overall_mark_is_no_item_of_alpha():
    scheme = make_scheme(criteria=TWO, overall={"item": "总体", "share": "0.4"})
    with_overall = {
        ballot: {target: (*marks, "不称职") for target, marks in own.items()} for ballot, own in BALLOTS.items()
    }

    found = of_marks(scheme, with_overall)["群众"]

    assert (found.alpha, found.items) == (pytest.approx(5 / 6), 2)
    assert found.uniform == "0.00"


def test_a_level_that_is_no_judgement_is_not_alike_to_anything():
    marks = {1: {"甲": ("不了解", "不了解")}, 2: {"甲": ("优秀", "不了解")}, 3: {"甲": ("优秀", "称职")}}

    found = of_marks(make_scheme(criteria=TWO), marks)["群众"]

    assert (found.ballots, found.uniform, found.straight_lines) == (2, "0.00", "0.00")


def test_nothing_is_told_where_nothing_can_be():
    one, two = make_scheme(), make_scheme(criteria=TWO)

    assert of_marks(one, {1: {"甲": ("优秀",)}, 2: {"甲": ("称职",)}}) == {}
    assert score(two, rate(two, BALLOTS).tally, release=False).quality == {}
    assert of_marks(two, {1: {"甲": ("优秀", "优秀")}, 2: {"甲": ("优秀", "优秀")}})["群众"].alpha is None


def spread_ballots(number, first=1, target="甲"):
    """Return ballots of which a third each marks 优秀 称职, 称职 基本称职, and 优秀 优秀."""
    kinds = [("优秀", "称职"), ("称职", "基本称职"), ("优秀", "优秀")]
    return {ballot: {target: kinds[ballot % 3]} for ballot in range(first, first + number)}


def test_a_release_counts_only_ballots_about_targets_that_are_shown_in_full():
    """乙 has too few ballots; its four uniform ones must not show in the group's share."""
    scheme = make_scheme(criteria=TWO)
    withheld = {100 + number: {"乙": ("不称职", "不称职")} for number in range(4)}

    released = of_marks(scheme, spread_ballots(15) | withheld, release=True)

    assert released == of_marks(scheme, spread_ballots(15), release=True)
    assert (released["群众"].ballots, released["群众"].uniform) == (15, "33.33")
    assert released["群众"].alpha == round(of_marks(scheme, spread_ballots(15))["群众"].alpha, 2)


def test_a_release_gives_no_share_that_two_ballots_would_make_nothing_or_all():
    scheme = make_scheme(criteria=TWO)
    mixed = {
        ballot: {"甲": [("优秀", "称职"), ("称职", "优秀"), ("称职", "基本称职")][ballot % 3]} for ballot in range(15)
    }

    released, open_ = (
        [of_marks(scheme, mixed | alike, release=release)["群众"].uniform for alike in some(2, 3)]
        for release in (True, False)
    )

    assert released == [None, "16.67"]
    assert open_ == ["11.76", "16.67"]


def some(*numbers):
    return [{50 + ballot: {"甲": ("优秀", "优秀")} for ballot in range(number)} for number in numbers]


def test_a_release_tells_nothing_of_groups_under_the_threshold():
    scheme = make_scheme(criteria=TWO)

    assert of_marks(scheme, spread_ballots(9), release=True) == {}


@settings(deadline=None, max_examples=30)
@given(rounds(), st.integers(0, 99))
def test_the_order_of_marks_does_not_matter(case, seed):
    one, other = (
        score(case.scheme, case.tally, release=False, draws=0, marks=case.marks(order=order)).quality
        for order in (None, np.random.default_rng(seed))
    )

    assert one == other


@settings(deadline=None, max_examples=30)
@given(rounds())
def test_rows_and_whole_ballots_have_the_same_alpha(case):
    whole = score(case.scheme, case.tally, release=False, draws=0, marks=case.marks()).quality
    rows = score(case.scheme, case.tally, release=False, draws=0, blocks=case.blocks).quality

    assert {name: each.alpha for name, each in rows.items()} == pytest.approx(
        {name: each.alpha for name, each in whole.items() if name in rows}
    )

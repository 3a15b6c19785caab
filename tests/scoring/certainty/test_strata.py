import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.denominators import entitled_cells
from scoring.ballots.tally import UNKNOWN, Block
from scoring.certainty.moments import marks_moments
from scoring.certainty.strata import group_variances, satterthwaite, spread, total_variance
from tests.scoring.counted import FOUR, make_scheme
from tests.scoring.rated import LEVELS, Round

REFERENCE = Path(__file__).parents[2] / "reference"


def spread_of(round_, entitled=None, parts=None):
    cells = entitled_cells(round_.tally, entitled)
    return spread(round_.scheme, round_.tally, round_.scored, round_.moments, parts or round_.linear, cells)


def se(found, round_, lonely="fail"):
    told = total_variance(found, 0, float(round_.scored[0].total), lonely)
    return None if told is None else told[0] ** 0.5


def one_item(groups, **more):
    """Return a round on one item: leaf → (weight, marks by their place in 100, 80, 60, 40)."""
    scheme = make_scheme(
        [{"id": group, "weight": weight} for group, (weight, _) in groups.items()],
        scale={**FOUR, "不称职": 40},
        **more,
    )
    blocks = [
        Block(group, "甲", ("德",), LEVELS, np.array([marks], np.uint8).T, np.arange(len(marks)))
        for group, (_, marks) in groups.items()
    ]
    return Round(scheme, blocks, ("甲",))


LONELY = {"a": (5, [0, 1, 2]), "b": (3, [0, 2]), "c": (2, [3])}


@pytest.mark.parametrize(
    ("lonely", "corrected", "plain"),
    [
        ("remove", 7.21110255093, 8.32666399786),
        ("certainty", 7.21110255093, 8.32666399786),
        ("adjust", 9.20695389366, 10.5020632893),
        ("average", 8.83176086633, 10.1980390272),
    ],
)
def test_a_group_of_one_ballot_is_treated_as_in_rs_survey(lonely, corrected, plain):
    """R 4.2.2, survey 4.1.1: svymean under each options(survey.lonely.psu), N = 12, 8, 5, and without N."""
    round_ = one_item(LONELY)
    entitled = {("a", "甲"): 12, ("b", "甲"): 8, ("c", "甲"): 5}

    assert se(spread_of(round_, entitled), round_, lonely) == pytest.approx(corrected, rel=1e-11)
    assert se(spread_of(round_), round_, lonely) == pytest.approx(plain, rel=1e-11)


def test_a_group_of_one_ballot_leaves_the_error_open_unless_told_otherwise():
    round_ = one_item(LONELY)

    assert se(spread_of(round_), round_) is None


def test_groups_of_one_ballot_alone_have_no_average():
    round_ = one_item({"a": (1, [0]), "b": (1, [2])})

    assert se(spread_of(round_), round_, "average") is None


def test_one_ballot_that_is_the_whole_group_is_certain():
    round_ = one_item(LONELY)

    found = spread_of(round_, {("c", "甲"): 1})

    assert not found.lonely.any()
    assert se(found, round_) == pytest.approx(8.32666399786)


def test_one_judgement_among_several_ballots_is_lonely_too():
    round_ = one_item({"a": (1, [0, 4, 4, 4]), "b": (1, [0, 1])})

    assert spread_of(round_).lonely.tolist() == [[True, False]]


def test_marks_on_several_items_with_abstentions_agree_with_rs_survey_without_the_stretch():
    """R 4.2.2, survey 4.1.1: svycontrast of svytotal, the linearised ratios of two strata of 5 of 10 and 4 of 7."""
    marks = {"a": [(0, 1), (1, 9), (9, 2), (2, 2), (0, 0)], "b": [(1, 3), (1, 1), (2, 9), (9, 2)]}
    scheme = make_scheme(
        [{"id": "a", "weight": 1}, {"id": "b", "weight": 2}], [{"id": "德", "weight": 6}, {"id": "绩", "weight": 4}]
    )
    blocks = [
        Block(group, "甲", ("德", "绩"), LEVELS, np.where(np.array(rows) == 9, UNKNOWN, rows).astype(np.uint8))
        for group, rows in marks.items()
    ]
    round_ = Round(scheme, blocks, ("甲",))
    plain = replace(round_.linear, counts=np.repeat(round_.moments.ballots[:, np.newaxis], 2, axis=1))
    entitled = {("a", "甲"): 10, ("b", "甲"): 7}

    assert float(round_.scored[0].total) == pytest.approx(68.7777777778)
    assert se(spread_of(round_, entitled, plain), round_) == pytest.approx(4.62151007563, rel=1e-11)
    assert se(spread_of(round_, None, plain), round_) == pytest.approx(6.95957610695, rel=1e-11)
    assert se(spread_of(round_, entitled), round_) > 4.62151007563


def test_sampling_weights_agree_with_rs_survey():
    """R 4.2.2, survey 4.1.1: svymean of 100, 60, 80, 40 with weights 3, 1, 2, 2 is 75; its SE without N and with 10."""
    round_ = one_item({"a": (1, [0, 2, 1, 3])})
    moments = marks_moments(round_.scheme, round_.tally, round_.marks(np.array([3, 1, 2, 2])))
    parts = replace(round_.linear, over=np.full((1, 1, 1), 8.0), centres=np.full((1, 1, 1), 75.0))

    for entitled, expected in ((-1, 15.0346821272), (10, 11.6458146989)):
        found = spread(round_.scheme, round_.tally, round_.scored, moments, parts, np.array([[entitled]]))
        assert found.variances[0, 0] ** 0.5 == pytest.approx(expected, rel=1e-11)


def test_one_item_with_abstentions_has_the_variance_of_those_who_judged():
    """Cochran 1977, § 2.12: Σ (s - m)² / (D (D - 1)), whoever else was asked; here 100, 80, 60 of six ballots."""
    round_ = one_item({"a": (1, [0, 1, 2, 4, 4, 4])})

    found = spread_of(round_)

    assert found.variances[0, 0] == pytest.approx(800 / 6)
    assert found.degrees.tolist() == [[2]]


@pytest.mark.parametrize("name", ["comp.imp", "awards", "sch.wide"])
def test_counts_alone_give_the_published_standard_errors_of_shares(name):
    """California API, Lumley 2010: one item, so nothing but the tally is needed."""
    case = json.loads((REFERENCE / "api_strat_counts.json").read_text(encoding="utf-8"))
    entitled = {(group, "甲"): number for group, number in case["input"]["group_population"].items()}
    scheme = make_scheme(
        [{"id": group, "weight": number} for (group, _), number in entitled.items()], scale={"Yes": 100, "No": 0}
    )
    blocks = [
        Block(group, "甲", ("德",), ("Yes", "No"), np.repeat(np.array([[0], [1]], np.uint8), numbers, axis=0))
        for group, numbers in case["input"]["counts"][name].items()
    ]
    round_ = Round(scheme, blocks, ("甲",))

    expected = case["expected"][name]
    assert float(round_.scored[0].total) == pytest.approx(expected["score"], rel=case["tolerance"])
    assert se(spread_of(round_, entitled), round_) == pytest.approx(expected["se"], rel=case["tolerance"])


def test_the_finite_population_correction_takes_off_what_came_back():
    three, marks = np.array([3, 3, 3, 3]), np.full(4, 200 / 9)

    found = group_variances(marks, three, three, np.array([-1, 30, 4, 3]))

    assert found == pytest.approx([100 / 3, 30, 100 / 12, 0])


@given(st.lists(st.tuples(st.floats(0.01, 100), st.integers(1, 300)), min_size=1, max_size=8))
def test_degrees_of_freedom_lie_between_the_fewest_and_all_together(pairs):
    variances, degrees = np.array(pairs).T

    found = satterthwaite(variances, degrees)

    assert degrees.min() - 1e-9 <= found <= degrees.sum() + 1e-9


@given(st.permutations([0, 1, 2, 3, 0, 1, 2]), st.integers(7, 50))
def test_the_order_of_ballots_does_not_matter_and_more_entitled_make_it_less_sure(marks, entitled):
    one = one_item({"a": (1, marks)})
    other = one_item({"a": (1, sorted(marks))})

    assert spread_of(one, {("a", "甲"): entitled}).variances == spread_of(other, {("a", "甲"): entitled}).variances
    assert (
        spread_of(one, {("a", "甲"): entitled}).variances[0, 0]
        <= spread_of(one, {("a", "甲"): entitled + 1}).variances[0, 0]
    )


def test_an_empty_group_that_counts_as_nothing_adds_no_error():
    scheme = make_scheme(["a", "b"], empty_group="zero")
    round_ = Round(scheme, [Block("a", "甲", ("德",), LEVELS, np.array([[0], [1]], np.uint8))], ("甲",))

    assert se(spread_of(round_), round_) == pytest.approx(5)

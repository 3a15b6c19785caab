from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.ballots.denominators import denominators
from scoring.ballots.extremes import counted
from scoring.outcome.results import Decided
from scoring.score import score
from scoring.scores.bounds import score_bounds
from scoring.scores.scores import score_targets
from tests.scoring.counted import FOUR, count, make_scheme

TWO = ("群众", {"id": "党委", "weight": 3})


def result_of(groups, cells, decisions=None, **more):
    scheme = make_scheme(groups, **more)
    [result] = score(
        scheme,
        count(scheme, {("甲", group, "德"): marks for group, marks in cells.items()}),
        decisions=decisions,
        release=False,
        **({"imported": {("甲", "实绩"): Fraction(90)}} if "components" in more else {}),
    ).results
    return result


def test_an_empty_group_could_still_give_the_worst_or_the_best():
    """群众 gives 80 and has a quarter: 20 + 3/4 x 0 = 20.00, 20 + 3/4 x 100 = 95.00."""
    result = result_of(TWO, {"群众": {"称职": 4}})

    assert (result.score, result.provisional, result.bounds) == (None, "empty group: 党委", ("20.00", "95.00"))


def test_bounds_go_by_the_scale_of_the_group_itself():
    """80 / 4 + 3/4 x 10 = 27.50, and with 40 in the place of 10, 50.00."""
    groups = ("群众", {"id": "党委", "weight": 3, "scale": {"满意": 40, "不满意": 10, "不清楚": None}})

    assert result_of(groups, {"群众": {"称职": 4}}).bounds == ("27.50", "50.00")


def test_a_direct_score_could_be_anything_between_its_ends():
    groups = ("群众", {"id": "党委", "weight": 3, "scale": {"min": 20, "max": 60}})

    assert result_of(groups, {"群众": {"称职": 4}}).bounds == ("35.00", "65.00")


def test_bounds_are_of_the_final_score():
    """Half is 90, brought in; 2 points more, at most 90: (20 + 90) / 2 + 2 = 57, (95 + 90) / 2 + 2 = 94.5, so 90."""
    components = [{"id": "测评", "source": "ballots"}, {"id": "实绩", "source": "imported"}]
    bonus = {"甲": [Decided(decision="bonus", value="2", reason="表彰")]}

    result = result_of(TWO, {"群众": {"称职": 4}}, bonus, components=components, adjustments={"cap": 90})

    assert result.bounds == ("57.00", "90.00")


@pytest.mark.parametrize(
    "more",
    [
        {"empty_group": "renormalise"},
        {"components": [{"id": "测评", "source": "ballots"}, {"id": "学历", "source": "imported"}]},
        {"mode": {"ratio": {}}},
    ],
    ids=["nothing is held back", "another part is missing", "a mode stands between"],
)
def test_there_are_no_bounds_where(more):
    assert result_of(TWO, {"群众": {"称职": 4}}, **more).bounds is None


def test_there_are_no_bounds_where_nobody_judged():
    assert result_of(TWO, {"群众": {"不了解": 4}}).bounds is None


def test_ballots_that_do_not_count_for_want_of_turnout_leave_no_bounds():
    turnout = {"min_count": 5, "scope": "whole", "action": "void"}

    result = result_of(("群众",), {"群众": {"称职": 4}}, turnout=turnout)

    assert (result.score, result.provisional, result.bounds) == (None, "turnout", None)


@settings(deadline=None)
@given(
    st.fixed_dictionaries({level: st.integers(0, 3) for level in FOUR}),
    st.fixed_dictionaries({level: st.integers(0, 3) for level in FOUR}),
    st.integers(0, 3),
)
def test_whatever_an_empty_group_gives_the_score_lies_between_the_bounds(here, there, weight):
    scheme = make_scheme(["群众", {"id": "党委", "weight": weight}, "政府"])

    def scored(**cells):
        tally = count(scheme, {("甲", group, "德"): marks for group, marks in cells.items()})
        [each] = score_targets(scheme, tally, counted(scheme, tally, denominators(scheme, tally, None)))
        return each

    before = scored(群众=here, 政府={"称职": 1})
    after = scored(群众=here, 政府={"称职": 1}, 党委=there)

    bounds = score_bounds(scheme, before)
    if after.total is not None:
        assert bounds is not None
        assert bounds[0] <= after.total <= bounds[1]

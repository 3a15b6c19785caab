from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.denominators import EntitledError
from scoring.ballots.turnout import enough
from scoring.document.scheme_rules import TurnoutRule
from scoring.outcome.results import Turnout
from scoring.score import score
from tests.scoring.counted import count, make_scheme

TWO = ("群众", "党委")


def result_of(rule, cells, entitled=None, groups=TWO, **more):
    scheme = make_scheme(groups, turnout=rule, **more)
    tally = count(scheme, {("甲", group, "德"): marks for group, marks in cells.items()})
    numbers = {(group, "甲"): number for group, number in (entitled or {}).items()}
    [result] = score(scheme, tally, entitled=numbers or None, release=False).results
    return result


@pytest.mark.parametrize(
    ("returned", "strict", "flags"),
    [(20, False, ()), (20, True, ("turnout: 群众",)), (19, False, ("turnout: 群众",)), (21, True, ())],
)
def test_two_thirds_are_compared_as_whole_numbers(returned, strict, flags):
    """20 of 30 is 2/3, not below it; with `strict` it must be more."""
    rule = {"min_share": "2/3", "strict": strict}

    assert result_of(rule, {"群众": {"称职": returned}}, {"群众": 30}, groups=("群众",)).flags == flags


def test_so_many_must_come_whatever_the_share():
    rule = {"min_share": "1/2", "min_count": 20}

    assert result_of(rule, {"群众": {"称职": 19}}, {"群众": 20}, groups=("群众",)).flags == ("turnout: 群众",)
    assert result_of(rule, {"群众": {"称职": 20}}, {"群众": 41}, groups=("群众",)).flags == ("turnout: 群众",)
    assert result_of(rule, {"群众": {"称职": 20}}, {"群众": 40}, groups=("群众",)).flags == ()


def test_strict_is_about_the_share_alone():
    assert result_of({"min_count": 3, "strict": True}, {"群众": {"称职": 3}}, groups=("群众",)).flags == ()


def test_who_hands_in_a_spoiled_or_empty_ballot_has_come():
    marks = {"称职": 1, "#spoiled": 1, "": 1}

    assert result_of({"min_count": 3}, {"群众": marks}, groups=("群众",)).flags == ()


def test_each_group_is_asked_by_itself_or_all_together():
    cells, entitled = {"群众": {"称职": 10}, "党委": {"优秀": 1}}, {"群众": 10, "党委": 4}

    assert result_of({"min_share": "1/2"}, cells, entitled).flags == ("turnout: 党委",)
    assert result_of({"min_share": "1/2", "scope": "whole"}, cells, entitled).flags == ()
    assert result_of({"min_share": "0.8", "scope": "whole"}, cells, entitled).flags == ("turnout",)


def test_a_group_of_which_nobody_is_entitled_is_not_asked_for_its_turnout():
    result = result_of({"min_count": 1}, {"群众": {"称职": 2}}, {"群众": 2, "党委": 0}, empty_group="renormalise")

    assert (result.score, result.flags) == ("80.00", ("empty group: 党委",))


def test_a_group_of_which_nobody_came_misses_it():
    result = result_of({"min_count": 1}, {"群众": {"称职": 2}}, {"群众": 2, "党委": 3}, empty_group="renormalise")

    assert result.flags == ("turnout: 党委", "empty group: 党委")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("fail", (None, "turnout: 党委", ())),
        ("renormalise", ("80.00", None, ("turnout: 党委",))),
        ("zero", ("40.00", None, ("turnout: 党委",))),
    ],
)
def test_ballots_that_do_not_count_leave_the_group_as_good_as_empty(policy, expected):
    """群众 gives 80; 党委 would give 100, but 1 of 4 came: (80 + 0) / 2 = 40 under `zero`."""
    rule = {"min_share": "1/2", "action": "void"}

    result = result_of(rule, {"群众": {"称职": 10}, "党委": {"优秀": 1}}, {"群众": 10, "党委": 4}, empty_group=policy)

    assert (result.score, result.provisional, result.flags) == expected


def test_ballots_that_do_not_count_are_in_no_share_and_raise_nothing():
    """10 of 11 would be 称职 (90.91); without 党委's one 优秀 all are."""
    rule = {"min_count": 2, "action": "void"}
    trigger = {"flag": "有优秀", "when": "share(优秀) > 0"}

    result = result_of(rule, {"群众": {"称职": 10}, "党委": {"优秀": 1}}, empty_group="renormalise", triggers=[trigger])

    assert (result.shares["称职"], result.shares["优秀"]) == ("100.00", "0.00")
    assert result.flags == ("turnout: 党委",)


def test_ballots_that_do_not_count_pick_no_row_of_a_step_table():
    mode = {"steps": [{"when": "share(优秀) > 0", "points": 200}, {"points": 130}]}
    rule = {"min_count": 2, "action": "void"}

    result = result_of(rule, {"群众": {"称职": 10}, "党委": {"优秀": 1}}, empty_group="renormalise", mode=mode)

    assert result.score == "130.00"


@pytest.mark.parametrize("policy", ["fail", "renormalise", "zero"])
def test_where_too_few_came_in_all_there_is_no_score(policy):
    rule = {"min_count": 20, "scope": "whole", "action": "void"}

    result = result_of(rule, {"群众": {"称职": 10}, "党委": {"优秀": 9}}, empty_group=policy)

    assert (result.score, result.rank, result.provisional, result.flags) == (None, None, "turnout", ())


def test_a_share_of_the_entitled_needs_their_numbers():
    with pytest.raises(EntitledError):
        result_of({"min_share": "1/2"}, {"群众": {"称职": 10}, "党委": {"优秀": 9}}, {"群众": 10})


@given(st.integers(0, 60), st.integers(0, 60), st.fractions(0, 1, max_denominator=12), st.booleans())
def test_one_ballot_more_never_makes_a_turnout_too_low(returned, entitled, share, strict):
    rule = TurnoutRule(min_share=share, strict=strict)

    fewer = enough(rule, Turnout(entitled=entitled, returned=returned))
    more = enough(rule, Turnout(entitled=entitled, returned=returned + 1))

    assert fewer <= more
    assert fewer == (Fraction(returned) > share * entitled if strict else Fraction(returned) >= share * entitled)

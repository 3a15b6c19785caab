from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.outcome.reason_words import EMPTY_GROUP, MISSED_TURNOUT, NOTHING_ABOVE_ZERO
from scoring.outcome.results import Decided
from scoring.score import score
from tests.scoring.counted import count, make_scheme

GROUPS = ("群众", "政府", {"id": "观察", "weight": 0})


def said(cells, decisions=None, groups=GROUPS, **more):
    """Return why the result is not final, and its flags."""
    scheme = make_scheme(groups, **more)
    tally = count(scheme, {("甲", group, "德"): marks for group, marks in cells.items()})
    [result] = score(scheme, tally, decisions={"甲": decisions or []}, release=False).results
    return result.provisional, result.flags


def test_an_empty_group_that_holds_the_score_back_is_the_reason():
    assert said({"群众": {"优秀": 3}, "观察": {"称职": 1}}) == ("empty group: 政府", ())


def test_an_empty_group_without_weight_is_no_reason_but_a_flag():
    assert said({"群众": {"优秀": 3}}) == ("empty group: 政府", ("empty group: 观察",))
    assert said({"群众": {"优秀": 3}, "政府": {"称职": 2}}) == (None, ("empty group: 观察",))


def test_a_group_below_one_without_weight_is_no_reason_either():
    groups = ("群众", {"id": "社会", "weight": 0, "groups": [{"id": "企业"}, {"id": "媒体"}]})

    assert said({"群众": {"不了解": 3}}, groups=groups) == ("empty group: 群众", ("empty group: 企业, 媒体",))


@pytest.mark.parametrize("policy", ["renormalise", "zero"])
def test_an_empty_group_that_holds_nothing_back_is_a_flag(policy):
    assert said({"群众": {"优秀": 3}}, empty_group=policy) == (None, ("empty group: 政府, 观察",))


def test_where_all_are_empty_those_of_weight_are_the_reason():
    assert said({"群众": {"": 2}}, empty_group="renormalise") == ("empty group: 群众, 政府", ("empty group: 观察",))


def test_an_empty_group_stays_a_flag_where_another_part_of_the_score_is_missing():
    components = [{"id": "测评", "source": "ballots"}, {"id": "实绩", "source": "imported"}]

    found = said({"群众": {"优秀": 3}, "政府": {"优秀": 3}}, components=components)

    assert found == ("component missing: 实绩", ("empty group: 观察",))


def test_each_reason_is_given():
    components = [
        {"id": "测评", "source": "ballots"},
        {"id": "实绩", "source": "imported"},
        {"id": "学历", "source": "imported"},
    ]

    reason, _ = said({"政府": {"优秀": 3}}, components=components)

    assert reason == "empty group: 群众; component missing: 实绩; component missing: 学历"


def test_where_the_best_is_not_above_0_there_is_nothing_to_compare_with():
    assert said({"群众": {"不称职": 3}}, groups=("群众",), mode={"ratio": {}}) == (NOTHING_ABOVE_ZERO, ())


def test_a_turnout_that_only_flags_is_never_a_reason():
    turnout = {"min_count": 3, "action": "flag"}

    found = said({"群众": {"优秀": 2}, "观察": {"称职": 5}}, turnout=turnout)

    assert found == ("empty group: 政府", ("turnout: 群众",))


def test_a_turnout_that_voids_is_the_reason_beside_groups_that_gave_no_judgement():
    groups = ("群众", "政府", "党委")
    turnout = {"min_count": 3, "action": "void"}

    found = said({"群众": {"优秀": 2}, "政府": {"不了解": 3}, "党委": {"优秀": 3}}, groups=groups, turnout=turnout)

    assert found == ("turnout: 群众; empty group: 政府", ())


@pytest.mark.parametrize(
    ("decision", "flag"),
    [
        (Decided(decision="veto", reason="安全事故"), "veto: out of the ranking"),
        (Decided(decision="veto", value="称职", reason="安全事故"), "veto: no better than: 称职"),
        (Decided(decision="ineligible", value="优秀", reason="任职不满半年"), "not eligible for: 优秀"),
        (Decided(decision="no_grade", reason="新任"), "no grade"),
        (Decided(decision="not_assessed", reason="病假"), "not assessed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_was_decided_stands_as_a_flag(decision, flag):
    bands = [{"grade": "优秀", "from": 90}, {"grade": "称职", "from": 0}]

    assert said({"群众": {"优秀": 3}}, [decision], groups=("群众",), grades={"bands": bands}) == (None, (flag,))


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["0", "1", "1/2"]), st.integers(0, 2)), min_size=2, max_size=4),
    st.sampled_from(["fail", "renormalise", "zero"]),
    st.sampled_from(["flag", "void"]),
)
def test_each_silent_group_is_named_once_and_a_result_has_a_score_or_a_reason(drawn, policy, action):
    """Each group has a weight and so many ballots; fewer than 2 are too few."""
    drawn = [("1", 0), *drawn]
    groups = [{"id": f"g{number}", "weight": weight} for number, (weight, _) in enumerate(drawn)]
    cells = {f"g{number}": {"称职": ballots} for number, (_, ballots) in enumerate(drawn)}
    turnout = {"min_count": 2, "action": action}

    reason, flags = said(cells, groups=groups, empty_group=policy, turnout=turnout)

    words = [word for word in (*(reason or "").split("; "), *flags) if word]
    named = {kind: [] for kind in (EMPTY_GROUP, MISSED_TURNOUT)}
    for word in words:
        kind, _, names = word.partition(": ")
        named[kind] += names.split(", ")
    few = [f"g{number}" for number, (_, ballots) in enumerate(drawn) if ballots == 1]
    none = [f"g{number}" for number, (_, ballots) in enumerate(drawn) if not ballots]
    assert sorted(named[MISSED_TURNOUT]) == few
    assert sorted(named[EMPTY_GROUP]) == none
    left = [Fraction(weight) for weight, ballots in drawn if ballots > (1 if action == "void" else 0)]
    held = {"fail": True, "zero": False, "renormalise": not sum(left)}[policy]
    assert (reason is not None) == held

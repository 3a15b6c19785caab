from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.document.targets import TargetInfo
from scoring.outcome.results import Decided
from scoring.score import score
from scoring.scores.composition import compose
from tests.scoring.counted import count, make_scheme

OWN = {"id": "测评", "weight": 40, "source": "ballots"}
BROUGHT = {"id": "政府评价", "weight": 60, "source": "imported"}
MEMBERS = {"id": "成员", "weight": 40, "source": "members"}
UNIT = {"id": "单位", "weight": 60, "source": "unit"}
BELONG = {"局": TargetInfo(), "甲": TargetInfo(unit="局"), "乙": TargetInfo(unit="局"), "丙": TargetInfo(unit="厅")}


def results_of(marks, components=None, imported=None, decisions=None, information=None, **more):
    """Return target → result of targets that one group marked on one item."""
    more |= {"components": components} if components else {}
    scheme = make_scheme(**more)
    tally = count(scheme, {(target, "群众", "德"): levels for target, levels in marks.items()})
    beside = {"information": information or {}, "imported": imported or {}, "decisions": decisions or {}}
    return {each.target: each for each in score(scheme, tally, release=False, **beside).results}


def decided(*many):
    """Return what was decided about 甲: (bonus or deduction, points, item)."""
    return {
        "甲": [
            Decided(decision=kind, value=str(points), item="".join(item), reason="公文") for kind, points, *item in many
        ]
    }


def final(decisions, **adjustments):
    """Return the score of 80 points on the ballots after what was decided."""
    more = {"adjustments": adjustments} if adjustments else {}
    return results_of({"甲": {"称职": 5}}, decisions=decisions, **more)["甲"].score


def test_the_ballots_are_one_part_of_the_score():
    """A township's rule: 30, 12, 6 and 2 of 50 are 86.40; with the government's 88 at 60 % it is 87.36."""
    marks = {"甲": {"优秀": 30, "称职": 12, "基本称职": 6, "不称职": 2, "不了解": 5}}

    result = results_of(marks, [OWN, BROUGHT], {("甲", "政府评价"): Fraction(88)})["甲"]

    assert (result.score, result.exact, result.ballot_score) == ("87.36", "2184/25", "86.40")
    assert result.components == {"测评": "86.40", "政府评价": "88.00"}


def test_without_a_part_the_result_is_provisional():
    result = results_of({"甲": {"称职": 5}}, [OWN, BROUGHT])["甲"]

    assert (result.score, result.rank, result.provisional) == (None, None, "component missing: 政府评价")
    assert result.components == {"测评": "80.00", "政府评价": None}
    assert result.ballot_score == "80.00"


def test_a_unit_has_the_mean_of_its_members():
    """The unit has 60, its members 100 and 80: .6 x 60 + .4 x 90 = 72."""
    marks = {"局": {"基本称职": 1}, "甲": {"优秀": 1}, "乙": {"称职": 1}, "丙": {"不称职": 1}}

    found = results_of(marks, [OWN | {"weight": 60}, MEMBERS], information=BELONG)

    assert found["局"].score == "72.00"
    assert found["局"].components == {"测评": "60.00", "成员": "90.00"}


def test_members_without_a_score_are_left_out_of_the_mean():
    marks = {"局": {"基本称职": 1}, "甲": {"优秀": 1}, "乙": {"不了解": 1}}

    found = results_of(marks, [OWN | {"weight": 60}, MEMBERS], information=BELONG)

    assert (found["局"].score, found["乙"].score) == ("76.00", None)


def test_members_drop_out_where_there_are_none():
    found = results_of({"局": {"基本称职": 1}, "丙": {"优秀": 1}}, [OWN, MEMBERS], information=BELONG)

    assert (found["丙"].score, found["丙"].components) == ("100.00", {"测评": "100.00"})


def test_a_cadre_has_a_part_of_the_unit():
    """.4 x 100 + .6 x 60; the unit of 丙 is not rated, so all of it is its own."""
    marks = {"局": {"基本称职": 1}, "甲": {"优秀": 1}, "丙": {"优秀": 1}}

    found = results_of(marks, [OWN, UNIT], information={name: BELONG[name] for name in marks})

    assert found["甲"].score == "76.00"
    assert (found["丙"].score, found["丙"].components) == ("100.00", {"测评": "100.00"})


@pytest.mark.parametrize("source", [MEMBERS, UNIT], ids=["members", "unit"])
def test_a_part_that_has_no_score_yet_is_missing(source):
    marks = {"局": {"基本称职": 1}, "甲": {"不了解": 1}} if source is MEMBERS else {"甲": {"优秀": 1}, "局": {"": 1}}
    target = next(iter(marks))

    found = results_of(marks, [OWN, source], information={name: BELONG[name] for name in marks})

    assert (found[target].score, found[target].provisional) == (None, f"component missing: {source['id']}")


def test_members_bring_what_their_ballots_give_after_the_mode():
    """Of 100, 80 and 60 the first has 10, the next 9 and 8: .6 x 8 + .4 x 9.5."""
    marks = {"局": {"基本称职": 1}, "甲": {"优秀": 1}, "乙": {"称职": 1}}
    mode = {"ranks": {"full": 10, "less": "0.1"}}

    found = results_of(marks, [OWN | {"weight": 60}, MEMBERS], information=BELONG, mode=mode)

    assert found["局"].score == "8.60"


def test_bonuses_and_deductions_act_on_the_weighted_score():
    """(.4 x 80 + .6 x 90) + 2.5 - 1 = 87.5."""
    found = results_of(
        {"甲": {"称职": 5}},
        [OWN, BROUGHT],
        {("甲", "政府评价"): Fraction(90)},
        decided(("bonus", "2.5"), ("deduction", 1)),
    )

    assert (found["甲"].score, found["甲"].ballot_score) == ("87.50", "80.00")


def test_they_act_without_limits_where_the_scheme_has_none():
    result = results_of({"甲": {"称职": 5}}, decisions=decided(("bonus", 30), ("bonus", 3)))["甲"]

    assert (result.score, result.ballot_score) == ("113.00", "80.00")


def test_each_item_is_held_to_its_most_and_then_all_together():
    """表彰 2 + 2 is held to 3, 创新 1 stays: 4, held to 3.5."""
    items = [{"id": "表彰", "kind": "bonus", "max": 3}, {"id": "创新", "kind": "bonus", "max": 3}]
    decisions = decided(("bonus", 2, "表彰"), ("bonus", 2, "表彰"), ("bonus", 1, "创新"))

    assert final(decisions, items=items) == "84.00"
    assert final(decisions, items=items, max_bonus="3.5") == "83.50"


def test_deductions_are_held_by_item_and_then_together():
    """迟报 3 is held to 1, 通报 5 stays: 6, held to 5.5."""
    items = [{"id": "迟报", "kind": "deduction", "max": 1}, {"id": "通报", "kind": "deduction", "max": 9}]
    decisions = decided(("deduction", 3, "迟报"), ("deduction", 5, "通报"))

    assert final(decisions, items=items) == "74.00"
    assert final(decisions, items=items, max_deduction="5.5") == "74.50"
    assert final(decisions, items=items, max_bonus=1) == "74.00"


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [({"cap": 82}, "82.00"), ({"floor": 95}, "95.00"), ({"floor": 10, "cap": 90}, "85.00")],
)
def test_the_result_stays_between_floor_and_cap(bounds, expected):
    assert final(decided(("bonus", 5)), **bounds) == expected


def test_floor_and_cap_hold_where_nothing_was_decided():
    assert final({}, floor=85) == "85.00"
    assert final({}, cap="79.5") == "79.50"


def test_what_a_limit_took_is_among_the_parts():
    scheme = make_scheme(adjustments={"max_bonus": 2, "cap": 81})

    found = compose(scheme, "甲", {"甲": Fraction(80)}, {}, {}, decided(("bonus", 5)))

    assert [(part.kind, part.item, part.points) for part in found.parts] == [
        ("adjustment", "bonus", 5),
        ("limit", "max_bonus", -3),
        ("limit", "cap", -1),
    ]


@settings(deadline=None)
@given(
    st.fractions(0, 100, max_denominator=9),
    st.lists(
        st.tuples(st.sampled_from(["bonus", "deduction"]), st.decimals("0.01", 20, places=2)).map(list), max_size=5
    ),
    st.fixed_dictionaries({}, optional={"max_bonus": st.integers(0, 9), "max_deduction": st.integers(0, 9)}),
    st.fixed_dictionaries({}, optional={"floor": st.integers(0, 60), "cap": st.integers(60, 100)}),
)
def test_a_final_score_is_the_sum_of_its_parts_and_more_on_the_ballots_is_never_less(own, many, limits, ends):
    scheme = make_scheme(adjustments=limits | ends)
    decisions = decided(*many)

    found, more = (compose(scheme, "甲", {"甲": ballots}, {}, {}, decisions) for ballots in (own, own + Fraction(1, 3)))

    assert found.total == found.share * own + sum(part.points for part in found.parts)
    assert more.total >= found.total
    assert ends.get("floor", found.total) <= found.total <= ends.get("cap", found.total)

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.outcome.reason_words import TIE_BY_HAND
from scoring.outcome.results import Decided
from scoring.score import score
from scoring.scores.ties import put_in_order
from tests.scoring.counted import count, make_scheme

HAND = {"ties": "hand"}


def place(number):
    return [Decided(decision="order", value=str(number))]


def standings(marks, decisions=None, criteria=("德",), **ranking):
    """Return target → (rank, why it has none); marks are of one group, target → item → level → count."""
    scheme = make_scheme(criteria=criteria, ranking=ranking)
    cells = {(target, "群众", item): levels for target, items in marks.items() for item, levels in items.items()}
    results = score(scheme, count(scheme, cells), decisions=decisions, release=False).results
    return {each.target: (each.rank, each.provisional) for each in results}


def alike(*targets):
    return {target: {"德": {"称职": 4}} for target in targets}


def test_equals_share_the_better_rank_unless_people_order_them():
    assert standings(alike("甲", "乙") | {"丙": {"德": {"基本称职": 4}}}) == {
        "甲": (1, None),
        "乙": (1, None),
        "丙": (3, None),
    }


def test_equals_that_people_must_order_have_no_rank_until_they_do():
    marks = alike("甲", "乙") | {"丙": {"德": {"基本称职": 4}}}

    assert standings(marks, **HAND) == {"甲": (None, TIE_BY_HAND), "乙": (None, TIE_BY_HAND), "丙": (3, None)}
    assert standings(marks, {"甲": place(2), "乙": place(1)}, **HAND) == {
        "乙": (1, None),
        "甲": (2, None),
        "丙": (3, None),
    }


@pytest.mark.parametrize("decided", [{"甲": 1}, {"甲": 1, "乙": 2}, {"甲": 1, "乙": 1, "丙": 2}])
def test_no_equal_has_a_rank_before_each_has_a_place_of_its_own(decided):
    decisions = {target: place(number) for target, number in decided.items()}

    assert set(standings(alike("甲", "乙", "丙"), decisions, **HAND).values()) == {(None, TIE_BY_HAND)}


def test_the_order_of_equals_does_not_move_those_who_are_no_equals():
    marks = {"甲": {"德": {"称职": 4}}, "乙": {"德": {"优秀": 4}}}

    assert standings(marks, {"甲": place(1), "乙": place(9)}, **HAND) == {"乙": (1, None), "甲": (2, None)}


def test_the_order_counts_only_where_ties_are_decided_by_hand():
    assert standings(alike("甲", "乙"), {"甲": place(2), "乙": place(1)}) == {"甲": (1, None), "乙": (1, None)}


def test_a_tie_is_broken_by_the_score_of_a_criterion():
    """Both have 80 in all; 德 is 80 of the one and 100 of the other."""
    marks = {
        "甲": {"德": {"称职": 2}, "能": {"称职": 2}},
        "乙": {"德": {"优秀": 2}, "能": {"基本称职": 2}},
    }

    found = standings(marks, criteria=("德", "能"), break_ties_by=[{"criterion": "德"}])

    assert found == {"乙": (1, None), "甲": (2, None)}


def test_a_tie_is_broken_by_the_score_of_a_group_and_one_without_a_score_comes_last():
    """党委 has no weight: 80 of 群众 in all three; 党委 gives 甲 60, 乙 80, and says nothing of 丙."""
    scheme = make_scheme(["群众", {"id": "党委", "weight": 0}], ranking={"break_ties_by": [{"group": "党委"}]})
    cells = {(target, "群众", "德"): {"称职": 4} for target in "甲乙丙"}
    cells |= {("甲", "党委", "德"): {"基本称职": 1}, ("乙", "党委", "德"): {"称职": 1}}

    results = score(scheme, count(scheme, cells), release=False).results

    assert {each.target: each.rank for each in results} == {"乙": 1, "甲": 2, "丙": 3}


def test_each_breaker_is_asked_in_turn_before_people_are():
    """All have 80; 优秀 is a half of 甲 and 乙; 德 is 100 of 乙, and people must order 丙 and 丁 alone."""
    marks = {
        "甲": {"德": {"基本称职": 2}, "能": {"优秀": 2}},
        "乙": {"德": {"优秀": 2}, "能": {"基本称职": 2}},
        "丙": {"德": {"称职": 2}, "能": {"称职": 2}},
        "丁": {"德": {"称职": 2}, "能": {"称职": 2}},
    }

    found = standings(marks, criteria=("德", "能"), break_ties_by=["优秀", {"criterion": "德"}], **HAND)

    assert found == {"乙": (1, None), "甲": (2, None), "丙": (None, TIE_BY_HAND), "丁": (None, TIE_BY_HAND)}


def test_what_breaks_ties_is_named_in_the_definitions():
    scheme = make_scheme(ranking={"break_ties_by": ["优秀", {"criterion": "德"}, {"group": "群众"}]})

    rules = score(scheme, count(scheme, {("甲", "群众", "德"): {"优秀": 1}}), release=False).rules

    assert rules.break_ties_by == ("优秀", "criterion: 德", "group: 群众")


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4)), min_size=1, max_size=6))
def test_people_order_equals_and_nobody_else(drawn):
    """Each has a score and, above 0, a place; the order of different scores stays, and a tie is settled or left."""
    keys = {str(number): (Fraction(score),) for number, (score, _) in enumerate(drawn)}
    decisions = {str(number): place(order) for number, (_, order) in enumerate(drawn) if order}

    ordered = put_in_order(keys, decisions)

    for one, key in keys.items():
        equals = [other for other in keys if keys[other] == key]
        given_places = {decisions[other][0].value for other in equals if other in decisions}
        settled = len(given_places) == len(equals)
        assert [other for other in equals if ordered[other] == ordered[one]] == ([one] if settled else equals)
        assert all(ordered[one] > ordered[other] for other in keys if key > keys[other])

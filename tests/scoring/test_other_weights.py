"""Who would move under other weights and points; scores worked by hand."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.ballots.ratings import read_ratings
from scoring.comparing.what_if import Changes
from scoring.document.problems import SchemeError
from scoring.document.targets import TargetInfo
from scoring.other_weights import moves_under, read_changes
from scoring.score import score
from tests.scoring.counted import count, make_scheme
from tests.scoring.rated import rounds

GROUPS = [{"id": "村民", "weight": 3}, {"id": "代表", "weight": 1}]
EQUAL = Changes(groups={"村民": "1/2", "代表": 1})
SPREAD, WORSE = {"优秀": 20, "称职": 15, "基本称职": 5}, {"优秀": 10, "称职": 15, "基本称职": 15}
TURNED = {
    ("甲", "村民", "德"): SPREAD,
    ("甲", "代表", "德"): WORSE,
    ("乙", "村民", "德"): WORSE,
    ("乙", "代表", "德"): SPREAD,
}
"""87.50 and 77.50 of 村民 and 代表, and the other way round."""


def moves(scheme, tally, changes, *, release=False, **more):
    official = score(scheme, tally, release=release, draws=0, **more)
    return moves_under(scheme, tally, changes, official, release=release, **more)


def read(text):
    return read_changes(text, "U.yaml")


def test_changes_are_read_as_exact_numbers():
    text = """
    groups: {村民: 1/3}
    criteria: {德: 0.2}
    items: {实绩: 2}
    points: {优秀: 95}
    group_points: {服务对象: {满意: "90.5"}}
    overall_share: 0.4
    """

    assert read(text) == Changes(
        groups={"村民": Fraction(1, 3)},
        criteria={"德": Fraction(1, 5)},
        items={"实绩": Fraction(2)},
        points={"优秀": Fraction(95)},
        group_points={"服务对象": {"满意": Fraction(181, 2)}},
        overall_share=Fraction(2, 5),
        file="U.yaml",
    )
    assert read("{}") == Changes(file="U.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{group: {村民: 1}}", "group: found group; allowed: groups, criteria, items, points, group_points"),
        ("{groups: {村民: much}}", "groups.村民: found much; allowed: a number or ratio"),
        ("{groups: {村民: -1}}", "groups.村民: found -1; allowed: a weight of 0 or more"),
        ("{groups: {村民: null}}", "groups.村民: found null; allowed: a number or ratio"),
        ("{points: 5}", "points: found 5; allowed: key: value pairs"),
        ("{group_points: {服务对象: 5}}", "group_points.服务对象: found 5; allowed: key: value pairs"),
        ("{overall_share: 1.1}", "overall_share: found 1.1; allowed: a share from 0 to 1"),
        ("[1]", "document: found list; allowed: key: value pairs"),
        ("{groups: {村民: 1, 村民: 2}}", "groups.村民: found a second time in line 1"),
    ],
)
def test_what_is_no_change_is_named(text, said):
    with pytest.raises(SchemeError) as error:
        read(text)

    assert str(error.value).startswith("U.yaml cannot be used:")
    assert said in str(error.value)


def test_what_the_scheme_does_not_have_is_named_with_the_file():
    scheme = make_scheme(GROUPS)

    with pytest.raises(SchemeError) as error:
        moves(scheme, count(scheme, TURNED), read("{groups: {党委: 1}}"))

    assert str(error.value) == "U.yaml cannot be used:\n  groups: found 党委; allowed: 村民, 代表"


def test_places_under_other_weights_stand_beside_the_official_ones():
    """3 : 1 gives 85 and 80; 1/2 : 1 gives (87.5 + 2 · 77.5) / 3 = 80.83 and 84.17."""
    scheme = make_scheme(GROUPS)

    first, second = moves(scheme, count(scheme, TURNED), EQUAL)

    assert (first.target, first.score_before, first.score_after, first.up) == ("甲", "85.00", "80.83", -1)
    assert (second.target, second.score_before, second.score_after, second.up) == ("乙", "80.00", "84.17", 1)


def test_what_the_round_knows_beside_its_ballots_counts_here_too():
    components = [{"id": "测评", "source": "ballots"}, {"id": "实绩", "source": "imported"}]
    scheme = make_scheme(GROUPS, components=components)
    imported = {("甲", "实绩"): Fraction(90), ("乙", "实绩"): Fraction(80)}

    first, second = moves(scheme, count(scheme, TURNED), EQUAL, imported=imported)

    assert (first.score_after, first.up) == ("85.42", 0)
    assert (second.score_after, second.up) == ("82.08", 0)


def test_sampling_weights_count_under_other_weights_too():
    scheme = make_scheme(GROUPS)
    rows = ["ballot,group,target,item,mark,weight"]
    rows += [f"{ballot},{group},甲,德,{mark},{weight}" for group in ("村民", "代表") for ballot, mark, weight in BOTH]
    file = read_ratings("\n".join(rows).encode(), "R.csv", scheme, ["乙", "甲"])
    official = score(scheme, file.tally, release=False, draws=0, marks=file.marks)

    [move] = moves_under(scheme, file.tally, EQUAL, official, release=False, marks=file.marks)

    assert (move.score_before, move.score_after) == ("85.00", "85.00")


BOTH = [("1", "优秀", 1), ("2", "称职", 3)]


def test_a_release_compares_targets_that_are_shown_in_full_alone():
    scheme = make_scheme(GROUPS)
    small = TURNED | {("丙", "村民", "德"): SPREAD, ("丙", "代表", "德"): {"优秀": 2, "称职": 4, "基本称职": 3}}
    tally = count(scheme, small)

    assert [move.target for move in moves(scheme, tally, EQUAL)] == ["丙", "甲", "乙"]
    assert [move.target for move in moves(scheme, tally, EQUAL, release=True)] == ["甲", "乙"]


@pytest.mark.parametrize(
    "rule",
    [
        {"mode": {"ratio": {"full": 100}}},
        {"mode": {"ranks": {"full": 100, "less": "0.02", "least": 0}}},
        {"components": [{"id": "测评", "source": "ballots"}, {"id": "单位", "source": "unit"}]},
    ],
)
def test_a_release_compares_none_where_scores_hang_on_a_target_that_is_not_shown_in_full(rule):
    scheme = make_scheme(GROUPS, **rule)
    small = TURNED | {("丙", "村民", "德"): SPREAD, ("丙", "代表", "德"): {"优秀": 2, "称职": 4, "基本称职": 3}}
    known = {"甲": TargetInfo(unit="丙"), "乙": TargetInfo(), "丙": TargetInfo()}

    assert moves(scheme, count(scheme, small), EQUAL, release=True, information=known) == []
    assert len(moves(scheme, count(scheme, small), EQUAL, information=known)) == 3
    assert len(moves(scheme, count(scheme, TURNED), EQUAL, release=True)) == 2


@settings(deadline=None, max_examples=30)
@given(rounds(), st.fractions(Fraction(1, 9), 9))
def test_the_same_weights_times_anything_move_nobody(case, factor):
    groups = {group.id: group.weight * factor for group in case.scheme.groups}

    for move in moves(case.scheme, case.tally, Changes(groups=groups), blocks=case.blocks):
        assert (move.up, move.score_before) == (0, move.score_after)

"""How firm ranks are, as results say it; distances worked by hand."""

import pytest
from hypothesis import given, settings

from scoring.document.targets import TargetInfo
from scoring.score import score
from tests.scoring.counted import count, make_scheme
from tests.scoring.rated import rounds

GROUPS = [{"id": "村民", "weight": 3}, {"id": "代表", "weight": 1}]
GOOD, BAD = {"优秀": 40}, {"不称职": 40}


def flips(scheme, tally, **more):
    return score(scheme, tally, **{"release": False, "draws": 0, **more}).flips


def cells(*marks):
    return {(target, group, "德"): given for target, group, given in marks}


TURNED = cells(("甲", "村民", GOOD), ("乙", "村民", BAD), ("甲", "代表", BAD), ("乙", "代表", GOOD))


def test_neighbours_are_level_after_the_least_share_of_the_weights_has_moved():
    """75 against 25; a quarter of the weight from 村民 to 代表 makes both 50."""
    scheme = make_scheme(GROUPS)

    [flip] = flips(scheme, count(scheme, TURNED))

    assert (flip.higher, flip.lower, flip.by, flip.lead, flip.distance) == ("甲", "乙", "groups", "50.00", "25.00")
    assert (flip.shares, flip.passes, flip.reason) == ({"村民": "50.00", "代表": "50.00"}, True, None)


def test_no_weights_can_reverse_two_of_which_one_leads_everywhere():
    scheme = make_scheme(GROUPS)
    marks = cells(("甲", "村民", GOOD), ("乙", "村民", BAD), ("甲", "代表", GOOD), ("乙", "代表", BAD))

    [flip] = flips(scheme, count(scheme, marks))

    assert (flip.lead, flip.distance, flip.shares, flip.reason) == ("100.00", None, {}, "leads in every part")


def test_weights_of_groups_and_of_criteria_stand_apart_and_single_ones_are_left_out():
    both, criteria = make_scheme(GROUPS, ["德", "能"]), make_scheme(criteria=["德", "能"])
    marks = {(target, group, item): GOOD for target in "甲乙" for group in ("村民", "代表") for item in ("德", "能")}
    one = {(target, "群众", item): GOOD for target in "甲乙" for item in ("德", "能")}

    assert [each.by for each in flips(both, count(both, marks))] == ["groups", "criteria"]
    assert [each.by for each in flips(criteria, count(criteria, one))] == ["criteria"]
    assert flips(make_scheme(), count(make_scheme(), cells(("甲", "群众", GOOD), ("乙", "群众", BAD)))) == ()


def test_neighbours_stand_in_one_ranking():
    scheme = make_scheme(GROUPS)
    marks = TURNED | cells(("丙", "村民", {"称职": 1}), ("丙", "代表", {"称职": 1}))
    known = {name: TargetInfo(class_=class_) for name, class_ in {"甲": "机关", "乙": "机关", "丙": "街道"}.items()}

    together, apart = (flips(scheme, count(scheme, marks), information=given) for given in (None, known))

    assert [(each.higher, each.lower) for each in together] == [("丙", "甲"), ("甲", "乙")]
    assert [(each.higher, each.lower) for each in apart] == [("甲", "乙")]


def test_what_stands_beside_the_ballots_is_part_of_the_lead():
    """75 and 25 of the ballots, half of the score; with 100 and 0 beside them 87.5 leads 12.5 whatever the weights."""
    components = [{"id": "测评", "source": "ballots"}, {"id": "实绩", "source": "imported"}]
    scheme = make_scheme(GROUPS, components=components)
    imported = {("甲", "实绩"): 100, ("乙", "实绩"): 0}

    [flip] = flips(scheme, count(scheme, TURNED), imported=imported)

    assert (flip.lead, flip.distance, flip.passes) == ("75.00", "75.00", False)


def test_no_distance_is_told_where_a_score_hangs_on_the_ballots_of_others():
    components = [{"id": "测评", "source": "ballots"}, {"id": "单位", "source": "unit"}]
    scheme = make_scheme(GROUPS, components=components)
    known = {"甲": TargetInfo(unit="乙"), "乙": TargetInfo()}

    [flip] = flips(scheme, count(scheme, TURNED), information=known)

    assert (flip.distance, flip.reason) == (None, "hangs on the ballots of other targets")


def test_results_without_a_rank_are_no_neighbours():
    scheme = make_scheme(GROUPS)
    marks = TURNED | cells(("丙", "村民", GOOD))

    assert {each.lower for each in flips(scheme, count(scheme, marks))} == {"乙"}


def test_a_release_tells_nothing_of_targets_that_are_not_shown_in_full():
    """丙 has a group of nine; 甲 and 乙 are neighbours among those shown in full."""
    scheme = make_scheme(GROUPS)
    spread, worse = {"优秀": 20, "称职": 15, "基本称职": 5}, {"优秀": 10, "称职": 15, "基本称职": 15}
    marks = cells(
        ("甲", "村民", spread), ("甲", "代表", worse), ("乙", "村民", worse), ("乙", "代表", spread),
        ("丙", "村民", spread), ("丙", "代表", {"优秀": 2, "称职": 4, "基本称职": 3}),
    )  # fmt: skip
    tally = count(scheme, marks)

    open_, released = (flips(scheme, tally, release=release) for release in (False, True))

    assert {name for each in open_ for name in (each.higher, each.lower)} == {"甲", "乙", "丙"}
    assert [(each.higher, each.lower) for each in released] == [("甲", "乙")]


@settings(deadline=None, max_examples=30)
@given(rounds())
def test_there_is_a_distance_or_a_reason_and_distances_are_shares(case):
    for each in score(case.scheme, case.tally, release=False, blocks=case.blocks, draws=0).flips:
        assert (each.distance is None) == (each.reason is not None)
        if each.distance is not None:
            assert 0 <= float(each.distance) <= 100
            assert sum(map(float, each.shares.values())) == pytest.approx(100, abs=0.05)

from scoring.release.disclosure import footings
from tests.scoring.counted import cast, count, make_scheme

THREE = ("群众", "政府", "党委")
MIXED = {"优秀": 6, "称职": 5, "基本称职": 4}


def footing(cells, n=None, groups=THREE, criteria=("德", "能"), **more):
    scheme = make_scheme(groups, criteria, **more)
    tally = count(scheme, {("甲", group, item): marks for (group, item), marks in cells.items()}, n)
    [found] = footings(tally, scheme.document.disclosure)
    return found


def everyone(marks=MIXED, groups=THREE, criteria=("德", "能")):
    return {(group, item): marks for group in groups for item in criteria}


def test_everything_is_shown_where_every_group_is_large_and_of_more_than_one_mind():
    found = footing(everyone())

    assert (found.everything, found.reason, found.few) == (True, None, frozenset())


def test_a_group_of_five_to_nine_ballots_of_several_items_has_a_total_but_no_items():
    nine = {("党委", item): {"优秀": 4, "称职": 3, "基本称职": 2} for item in ("德", "能")}

    found = footing(everyone() | nine)

    assert (found.everything, found.groups, found.reason, found.few) == (False, True, "few", {"党委"})


def test_a_total_that_is_a_single_item_falls_under_the_threshold_of_items():
    """Nine ballots with a mean of 97.78 on 100/80/60/0 can only be eight 优秀 and one 称职."""
    nine = {("党委", "德"): {"优秀": 4, "称职": 3, "基本称职": 2}}

    assert not footing(everyone(criteria=["德"]) | nine, criteria=["德"]).groups


def test_a_group_of_four_has_no_total():
    four = {("党委", item): dict.fromkeys(("优秀", "称职", "基本称职", "不称职"), 1) for item in ("德", "能")}

    found = footing(everyone() | four)

    assert (found.groups, found.nothing, found.few) == (False, False, {"党委"})


def test_thresholds_are_the_schemes():
    eight = {("党委", item): {"优秀": 3, "称职": 3, "基本称职": 2} for item in ("德", "能")}

    lower = footing(everyone() | eight, disclosure={"score": 5, "items": 8, "distribution": 8})
    higher = footing(everyone(), disclosure={"score": 5, "items": 16, "distribution": 10})

    assert (lower.everything, higher.everything, higher.groups) == (True, False, True)
    assert not footing(everyone() | eight, disclosure={"score": 9, "items": 9, "distribution": 9}).groups


def test_a_group_that_only_abstained_is_small_too_because_that_is_content():
    silent = {("党委", item): {"不了解": 40} for item in ("德", "能")}

    found = footing(everyone() | silent)

    assert (found.groups, found.few) == (False, {"党委"})


def test_a_group_without_a_ballot_hides_nothing():
    assert footing(everyone(groups=THREE[:2])).everything


def test_under_five_ballots_in_all_nothing_is_shown():
    found = footing({("群众", "德"): {"优秀": 2, "称职": 1}, ("政府", "能"): {"优秀": 1}})

    assert (found.nothing, found.reason) == (True, "few")


def test_a_total_of_one_item_needs_as_many_ballots_as_items_do():
    nine = {("群众", "德"): {"优秀": 5, "称职": 4}}
    ten = {("群众", "德"): {"优秀": 5, "称职": 5}}

    assert footing(nine, groups=["群众"], criteria=["德"]).nothing
    assert footing(ten, groups=["群众"], criteria=["德"]).everything


def test_marks_of_a_group_on_an_item_that_are_alike_but_for_three_withhold_all_groups():
    """Two who differ and tell know that one more differs at most; of four they leave two."""
    of_one_mind = {("党委", "能"): {"优秀": 20, "称职": 3}}
    of_two_minds = {("党委", "能"): {"优秀": 20, "称职": 4}}

    found = footing(everyone() | of_one_mind)

    assert (found.everything, found.groups, found.items, found.reason) == (False, False, True, "alike")
    assert found.few == frozenset()
    assert footing(everyone() | of_two_minds).everything


def test_an_item_with_few_judgements_in_a_large_group_withholds_items():
    few = {("党委", "能"): {"优秀": 2, "称职": 3, "基本称职": 1, "不称职": 3, "不了解": 14}}

    found = footing(everyone() | few)

    assert (found.everything, found.groups, found.reason, found.few) == (False, True, "few", frozenset())


def test_items_of_all_groups_together_need_enough_marks():
    few = {(group, "能"): {"优秀": 1, "称职": 1, "基本称职": 1} for group in THREE}

    assert (footing(everyone()).items, footing(everyone() | few).items) == (True, False)


def test_ballots_are_what_is_counted_not_marks():
    scheme = make_scheme(criteria=["德", "能"])
    half = [("优秀", ""), ("称职", ""), ("不称职", "")] * 2 + [("", "优秀"), ("", "称职"), ("", "不称职")] * 2

    [found] = footings(cast(scheme, {("群众", "甲"): half}), scheme.document.disclosure)

    assert (found.everything, found.reason, found.few) == (False, "few", frozenset())


def test_a_target_without_any_mark_has_nothing_to_hide():
    scheme = make_scheme()

    [found] = footings(count(scheme, {("甲", "群众", "德"): {}}), scheme.document.disclosure)

    assert found.everything

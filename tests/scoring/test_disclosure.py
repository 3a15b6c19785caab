from scoring.disclosure import Shown, decide
from tests.scoring.counted import cast, count, make_scheme

THREE = ("群众", "政府", "党委")
MIXED = {"优秀": 6, "称职": 5, "基本称职": 3}


def decision(cells, n=None, groups=THREE, criteria=("德", "能"), **more):
    scheme = make_scheme(groups, criteria, **more)
    tally = count(scheme, {("甲", group, item): marks for (group, item), marks in cells.items()}, n)
    [decided] = decide(tally, scheme.document.disclosure)
    return decided


def everyone(marks=MIXED, groups=THREE, criteria=("德", "能")):
    return {(group, item): marks for group in groups for item in criteria}


def test_everything_is_shown_where_every_group_is_large_and_of_more_than_one_mind():
    assert decision(everyone()).shown is Shown.ALL


def test_a_group_under_a_threshold_leaves_the_total_alone():
    small = {("党委", item): {"优秀": 6, "称职": 3} for item in ("德", "能")}

    decided = decision(everyone() | small)

    assert decided.shown is Shown.TOTAL
    assert decided.groups == {"党委": "few"}


def test_thresholds_are_the_schemes():
    small = {("党委", item): {"优秀": 5, "称职": 4} for item in ("德", "能")}

    lower = decision(everyone() | small, disclosure={"score": 5, "items": 9, "distribution": 9})
    higher = decision(everyone(), disclosure={"score": 5, "items": 15, "distribution": 10})

    assert (lower.shown, higher.shown) == (Shown.ALL, Shown.TOTAL)


def test_a_group_that_only_abstained_is_small_too_because_that_is_content():
    silent = {("党委", item): {"不了解": 40} for item in ("德", "能")}

    decided = decision(everyone() | silent)

    assert (decided.shown, decided.groups) == (Shown.TOTAL, {"党委": "few"})


def test_a_group_without_a_ballot_hides_nothing():
    assert decision(everyone(groups=THREE[:2])).shown is Shown.ALL


def test_under_five_ballots_in_all_nothing_is_shown():
    decided = decision({("群众", "德"): {"优秀": 2, "称职": 1}, ("政府", "能"): {"优秀": 1}})

    assert (decided.shown, decided.total) == (Shown.NOTHING, "few")


def test_a_total_of_five_ballots_on_several_items_is_shown():
    assert decision(everyone({"优秀": 2, "称职": 2, "不称职": 1}, groups=["群众"])).shown is Shown.TOTAL


def test_a_total_that_is_a_single_item_falls_under_the_threshold_of_items():
    """Nine ballots with a mean of 97.78 on 100/80/60/0 can only be eight 优秀 and one 称职."""
    nine = {("群众", "德"): {"优秀": 5, "称职": 4}}
    ten = {("群众", "德"): {"优秀": 5, "称职": 5}}

    assert decision(nine, groups=["群众"], criteria=["德"]).shown is Shown.NOTHING
    assert decision(ten, groups=["群众"], criteria=["德"]).shown is Shown.ALL


def test_ballots_that_are_all_alike_but_for_two_are_withheld():
    unanimous = {("党委", item): {"优秀": 20, "称职": 2} for item in ("德", "能")}
    of_two_minds = {("党委", item): {"优秀": 20, "称职": 3} for item in ("德", "能")}

    decided = decision(everyone() | unanimous)

    assert (decided.shown, decided.groups) == (Shown.TOTAL, {"党委": "alike"})
    assert decision(everyone() | of_two_minds).shown is Shown.ALL


def test_a_group_of_one_mind_on_one_item_hides_the_items_of_groups():
    decided = decision(everyone() | {("党委", "能"): {"不称职": 11}})

    assert decided.shown is Shown.NO_GROUP_ITEMS
    assert decided.items == {("党委", "能"): "alike"}


def test_of_two_groups_one_of_one_mind_hides_all_items_since_two_sums_would_solve_for_it():
    decided = decision(everyone(groups=THREE[:2]) | {("政府", "能"): {"不称职": 11}})

    assert decided.shown is Shown.NO_ITEMS


def test_an_item_with_few_judgements_in_a_large_group_hides_the_items():
    decided = decision(everyone() | {("党委", "能"): {"优秀": 2, "称职": 2, "不称职": 2, "不了解": 14}})

    assert decided.shown is Shown.NO_ITEMS
    assert decided.items == {("党委", "能"): "few"}


def test_an_item_on_which_all_groups_are_of_one_mind_hides_the_items():
    decided = decision(everyone() | {(group, "能"): {"优秀": 12} for group in THREE})

    assert decided.shown is Shown.NO_ITEMS


def test_where_everyone_marked_everything_alike_not_even_the_total_is_shown():
    decided = decision(everyone({"不称职": 14}))

    assert (decided.shown, decided.total) == (Shown.NOTHING, "alike")


def test_ballots_are_what_is_counted_not_marks():
    scheme = make_scheme(criteria=["德", "能"])
    half = [("优秀", ""), ("称职", ""), ("不称职", "")] * 2 + [("", "优秀"), ("", "称职"), ("", "不称职")] * 2

    [decided] = decide(cast(scheme, {("群众", "甲"): half}), scheme.document.disclosure)

    assert decided.shown is Shown.NO_ITEMS


def test_a_target_without_any_mark_has_nothing_to_hide():
    scheme = make_scheme()

    [decided] = decide(count(scheme, {("甲", "群众", "德"): {}}), scheme.document.disclosure)

    assert decided.shown is Shown.ALL

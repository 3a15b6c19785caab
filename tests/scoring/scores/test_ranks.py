from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from scoring.document.targets import TargetInfo
from scoring.score import score
from scoring.scores.ranks import rank
from tests.scoring.counted import count, make_scheme


def ranked(scheme, marks, information=None):
    tally = count(scheme, {(target, "群众", "德"): levels for target, levels in marks.items()})
    return score(scheme, tally, information=information, release=False).results


@given(st.dictionaries(st.text(min_size=1), st.fractions(), min_size=1))
def test_a_rank_is_one_more_than_the_number_of_better_scores(scores):
    standings = rank({target: (total,) for target, total in scores.items()})

    for target, total in scores.items():
        assert standings[target].rank == 1 + sum(other > total for other in scores.values())
        assert standings[target].tied == (list(scores.values()).count(total) > 1)
        assert standings[target].pool == len(scores)


def test_equal_exact_scores_share_the_better_rank():
    results = ranked(make_scheme(), {"甲": {"优秀": 1}, "乙": {"称职": 3}, "丙": {"称职": 1}, "丁": {"基本称职": 1}})

    assert [(result.target, result.rank, result.tied) for result in results] == [
        ("甲", 1, False),
        ("丙", 2, True),
        ("乙", 2, True),
        ("丁", 4, False),
    ]


def test_scores_that_only_print_alike_are_not_equal():
    marks = {"甲": {"优秀": 66667, "不称职": 33333}, "乙": {"优秀": 2, "不称职": 1}}
    exact, printed = (ranked(make_scheme(ranking={"on": on}), marks) for on in ("exact", "printed"))

    assert [(result.target, result.score, result.rank) for result in exact] == [("甲", "66.67", 1), ("乙", "66.67", 2)]
    assert [(result.target, result.rank, result.tied) for result in printed] == [("乙", 1, True), ("甲", 1, True)]


def test_ties_are_broken_by_the_share_of_the_named_levels_in_turn():
    scheme = make_scheme(ranking={"break_ties_by": ["优秀", "称职"]})
    results = ranked(
        scheme,
        {
            "甲": {"优秀": 2, "基本称职": 2},
            "乙": {"称职": 4},
            "丙": {"优秀": 2, "基本称职": 2},
            "丁": {"优秀": 1, "称职": 2, "基本称职": 1},
        },
    )

    assert [(result.target, result.rank, result.tied) for result in results] == [
        ("丙", 1, True),
        ("甲", 1, True),
        ("丁", 3, False),
        ("乙", 4, False),
    ]


def test_a_tie_goes_to_the_greater_share_and_not_to_the_greater_number():
    scheme = make_scheme(ranking={"break_ties_by": ["优秀"]})

    results = ranked(
        scheme,
        {
            "甲": {"优秀": 12, "称职": 12, "基本称职": 1, "不称职": 5},
            "乙": {"优秀": 11, "称职": 4, "基本称职": 1, "不称职": 4},
        },
    )

    assert [(result.target, result.exact, result.rank) for result in results] == [("乙", "74/1", 1), ("甲", "74/1", 2)]


def test_ties_are_broken_by_marks_on_the_overall_item_where_there_is_one():
    scheme = make_scheme(overall={"item": "总体", "share": 0}, ranking={"break_ties_by": ["优秀"]})
    tally = count(
        scheme,
        {
            ("甲", "群众", "德"): {"优秀": 2, "基本称职": 2},
            ("甲", "群众", "总体"): {"称职": 4},
            ("乙", "群众", "德"): {"称职": 4},
            ("乙", "群众", "总体"): {"优秀": 1, "不称职": 3},
        },
    )

    results = score(scheme, tally, release=False).results

    assert [(result.target, result.rank) for result in results] == [("乙", 1), ("甲", 2)]


def test_ranks_are_given_within_class_and_layer():
    marks = {"甲": {"优秀": 1}, "乙": {"称职": 1}, "丙": {"基本称职": 1}}
    information = {
        "甲": TargetInfo(class_="机关", layer="正职"),
        "乙": TargetInfo(class_="机关", layer="副职"),
        "丙": TargetInfo(class_="村居", layer="正职"),
    }

    default = ranked(make_scheme(), marks, information)
    by_layer = ranked(make_scheme(ranking={"within": "layer"}), marks, information)
    together = ranked(make_scheme(ranking={"within": []}), marks, information)

    assert {result.target: result.rank for result in default} == {"甲": 1, "乙": 1, "丙": 1}
    assert {result.target: result.rank for result in by_layer} == {"甲": 1, "乙": 1, "丙": 2}
    assert {result.target: (result.rank, result.pool) for result in together} == {
        "甲": (1, 3),
        "乙": (2, 3),
        "丙": (3, 3),
    }


def test_results_stand_by_class_layer_rank_and_target_with_those_without_a_rank_last():
    scheme = make_scheme(["群众", "政府"])
    everyone = {("群众", "德"): {"优秀": 1}, ("政府", "德"): {"优秀": 1}}
    tally = count(
        scheme,
        {(target, *cell): levels for target in "丁乙丙" for cell, levels in everyone.items()}
        | {("甲", "群众", "德"): {"优秀": 1}, ("戊", "群众", "德"): {"称职": 1}},
    )
    information = {"丁": TargetInfo(class_="A", layer="b"), "乙": TargetInfo(class_="A", layer="a")}

    results = score(scheme, tally, information=information, release=False).results

    assert [(result.class_, result.layer, result.rank, result.target) for result in results] == [
        ("", "", 1, "丙"),
        ("", "", None, "戊"),
        ("", "", None, "甲"),
        ("A", "a", 1, "乙"),
        ("A", "b", 1, "丁"),
    ]


def test_the_greater_of_two_scores_has_the_better_rank_though_floats_could_not_tell():
    small = Fraction(1, 10**30)

    standings = rank({"甲": (Fraction(1) + small,), "乙": (Fraction(1),)})

    assert (standings["甲"].rank, standings["乙"].rank) == (1, 2)

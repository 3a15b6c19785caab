"""The same ballots under other weights and points; numbers worked by hand."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.comparing.what_if import Changes, Move, moved, recounted, shown_in_full, under
from scoring.document.problems import SchemeError
from scoring.document.scheme import load_scheme
from scoring.document.targets import TargetInfo
from scoring.score import score
from tests.scoring.counted import count, make_scheme

GROUPS = [{"id": "群众", "weight": 1, "groups": [{"id": "居民", "weight": 2}, {"id": "代表"}]}, {"id": "党委"}]
CRITERIA = [{"id": "德"}, {"id": "绩", "items": [{"id": "实绩"}, {"id": "效率"}]}]


def results(scheme, tally, **more):
    return score(scheme, tally, release=False, **more)


def totals(found):
    return {each.target: each.score for each in found.results}


def test_a_scheme_without_changes_is_the_same_scheme():
    scheme = make_scheme(GROUPS, CRITERIA, overall={"item": "总体", "share": "0.4"})

    assert under(scheme, Changes()).sha256() == scheme.sha256()


def test_weights_points_and_the_overall_share_are_put_in_by_name():
    scheme = make_scheme(
        [*GROUPS, {"id": "服务对象", "scale": {"满意": 100, "不满意": 0}}],
        CRITERIA,
        overall={"item": "总体", "share": "0.4"},
    )
    changes = Changes(
        groups={"群众": "1/3", "代表": 3},
        criteria={"绩": Fraction(7)},
        items={"效率": 0},
        points={"基本称职": "70"},
        group_points={"服务对象": {"不满意": "20"}},
        overall_share="0.6",
    )

    other = under(scheme, changes)

    assert {group.id: group.weight for group in other.groups} == {"群众": Fraction(1, 3), "党委": 1, "服务对象": 1}
    assert [group.weight for group in other.groups[0].groups] == [2, 3]
    assert [(each.id, each.weight, dict(each.items)) for each in other.criteria] == [
        ("德", 1, {"德": 1}),
        ("绩", 7, {"实绩": 1, "效率": 0}),
    ]
    assert (other.points["基本称职"], other.points["不了解"]) == (70, None)
    assert other.leaf("服务对象").points == {"满意": 100, "不满意": 20}
    assert other.document.overall.share == Fraction(3, 5)
    assert scheme.document.overall.share == Fraction(2, 5)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (Changes(groups={"群": 1}), "groups: found 群; allowed: 群众, 居民, 代表, 党委"),
        (Changes(criteria={"实绩": 1}), "criteria: found 实绩; allowed: 德, 绩"),
        (Changes(items={"德": 1}), "items: found 德; allowed: 实绩, 效率"),
        (Changes(points={"不了解": 50}), "points: found 不了解; allowed: 优秀, 称职, 基本称职, 不称职"),
        (Changes(group_points={"党委": {"优秀": 1}}), "group_points: found 党委; allowed: nothing"),
        (Changes(overall_share="0.5"), "overall_share: found 0.5; allowed: nothing"),
        (Changes(groups={"党委": "-1"}), "groups.1.weight: found -1; allowed: a weight of 0 or more"),
        (Changes(groups={"群众": 0, "党委": 0}), "groups: found weights that are all 0"),
        (Changes(points={"优秀": "1e2"}), "scale.优秀: found 1e2"),
    ],
)
def test_a_change_that_cannot_be_made_is_named(changes, said):
    with pytest.raises(SchemeError) as error:
        under(make_scheme(GROUPS, CRITERIA), changes)

    assert str(error.value).startswith("changes cannot be used:")
    assert said in str(error.value)


def test_points_of_a_direct_score_cannot_be_changed():
    scheme = load_scheme("{name: 打分, scale: {min: 0, max: 100}, groups: [{id: 村民}], criteria: [{id: 态度}]}")

    with pytest.raises(SchemeError, match="a direct score is its own points"):
        under(scheme, Changes(points={"100": 90}))


def test_other_weights_turn_the_order_of_the_same_ballots():
    """甲 95 and 80, 乙 85 and 97 at 3:1 and at 1:1: 91.25 over 88.00, then 87.50 under 91.00."""
    scheme = make_scheme([{"id": "群众", "weight": 3}, "党委"], scale={str(mark): mark for mark in (95, 80, 85, 97)})
    tally = count(
        scheme,
        {
            ("甲", "群众", "德"): {"95": 9},
            ("甲", "党委", "德"): {"80": 4},
            ("乙", "群众", "德"): {"85": 9},
            ("乙", "党委", "德"): {"97": 4},
        },
    )
    other = under(scheme, Changes(groups={"群众": 1}))

    official, beside = results(scheme, tally), results(other, recounted(tally, other))

    assert (totals(official), totals(beside)) == ({"甲": "91.25", "乙": "88.00"}, {"甲": "87.50", "乙": "91.00"})
    assert official.tally_sha256 == beside.tally_sha256
    assert official.scheme_sha256 != beside.scheme_sha256
    assert moved(official, beside) == [
        Move("甲", "91.25", "87.50", 1, 2),
        Move("乙", "88.00", "91.00", 2, 1),
    ]
    assert [each.up for each in moved(official, beside)] == [-1, 1]


def test_places_are_those_among_the_targets_that_both_results_rank():
    scheme = make_scheme(["村民"])
    marks = {"甲": "优秀", "乙": "称职", "丙": "基本称职", "丁": "不称职"}
    tally = count(scheme, {(target, "村民", "德"): {mark: 5} for target, mark in marks.items()})
    known = {target: TargetInfo(class_="机关" if target == "丁" else "村居") for target in marks}

    fewer = recounted(tally, scheme, ("丁", "丙", "甲"))
    found = moved(results(scheme, tally, information=known), results(scheme, fewer, information=known))

    assert fewer.targets == ("丁", "丙", "甲")
    assert {each.target: (each.rank_before, each.rank_after) for each in found} == {
        "甲": (1, 1),
        "丙": (2, 2),
        "丁": (1, 1),
    }


def test_a_tally_with_other_axes_is_not_scored():
    scheme = make_scheme(["村民"])
    tally = count(scheme, {("甲", "村民", "德"): {"优秀": 1}})

    for other in (
        make_scheme(["村民", "党委"]),
        make_scheme(["村民"], ["绩"]),
        make_scheme(["村民"], scale={"优秀": 100, "差": 0}),
        make_scheme(["村民"], scale={"优秀": 100, "称职": None, "基本称职": 60, "不称职": 0, "不了解": None}),
    ):
        with pytest.raises(ValueError, match="other groups, items or levels"):
            recounted(tally, other)


def test_only_targets_of_which_everything_is_shown_may_be_scored_otherwise():
    """Nine of ten alike in a group of ten would be given away; two of them gave too few ballots."""
    scheme = make_scheme(["村民"])
    spread = {"优秀": 5, "称职": 5, "基本称职": 5}
    tally = count(scheme, {("甲", "村民", "德"): spread, ("乙", "村民", "德"): {"优秀": 3, "称职": 3}})

    assert shown_in_full(score(scheme, tally, release=True)) == ("甲",)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("甲乙丙"),
        st.fixed_dictionaries({level: st.integers(0, 4) for level in ("优秀", "称职", "不称职")}),
        min_size=1,
    ),
    st.integers(1, 9),
    st.fractions(-30, 30, max_denominator=8),
)
def test_scaling_and_shifting_all_points_does_the_same_to_scores_and_moves_nobody(marks, factor, shift):
    scheme = make_scheme(["村民"])
    tally = count(scheme, {(target, "村民", "德"): counts for target, counts in marks.items()})
    points = {level: value for level, value in scheme.points.items() if value is not None}
    other = under(scheme, Changes(points={level: value * factor + shift for level, value in points.items()}))

    before, after = results(scheme, tally), results(other, recounted(tally, other))

    exact = {each.target: each.exact for each in after.results}
    for each in before.results:
        if each.exact is not None:
            assert Fraction(exact[each.target]) == Fraction(each.exact) * factor + shift
    assert all(each.up == 0 for each in moved(before, after))

"""Two rounds compared; numbers worked by hand."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.comparing.changes import welch_degrees
from scoring.comparing.trend import trend
from scoring.document.exact import printed
from scoring.outcome.definitions import rules
from scoring.outcome.results import Cell, Results, TargetResult
from tests.scoring.counted import make_scheme

SCHEME = make_scheme(["居民", {"id": "党委", "weight": 2}], ["德", "绩"])


def scored(target, exact, **more):
    value = Fraction(exact)
    return TargetResult(target=target, score=printed(value, 2), exact=f"{value.numerator}/{value.denominator}", **more)


def year(*results, scheme=SCHEME, **changes):
    stated = rules(scheme).model_copy(update=changes)
    return Results(results=results, rules=stated, tally_sha256="", scheme_sha256="")


def test_differences_are_those_of_exact_scores_where_both_are_known():
    """200/3 prints 66.67 and 100/3 prints 33.33: their difference is 33.33, that of the printed ones 33.34."""
    before, after = scored("甲", "100/3"), scored("甲", "200/3")
    bare = after.model_copy(update={"exact": None})

    exact = trend(year(before), year(after)).targets["甲"].score
    of_printed = trend(year(before), year(bare)).targets["甲"].score

    assert (exact.change, exact.exact, exact.by) == ("33.33", "100/3", "exact")
    assert (of_printed.change, of_printed.exact, of_printed.by) == ("33.34", None, "printed")


def test_a_score_with_fewer_printed_places_gives_a_difference_to_those():
    before = TargetResult(target="甲", score="83.52")
    after = TargetResult(target="甲", score="84.1")

    assert trend(year(before), year(after)).targets["甲"].score.change == "0.6"


def test_the_drift_of_a_class_is_the_mean_change_of_its_targets():
    """+4, +2 and −3 in one class are +1: the first did 3 better than all, the last 4 worse; a class of one has none."""
    before = [scored(name, 80, class_="机关") for name in "甲乙丙"] + [scored("丁", 80, class_="村居")]
    after = [scored(name, 80 + change, class_="机关") for name, change in zip("甲乙丙", (4, 2, -3), strict=True)]
    after.append(scored("丁", 90, class_="村居"))

    found = trend(year(*before), year(*after))

    assert found.drift["机关"].model_dump() == {"change": "1.00", "by": "exact", "exact": "1/1", "targets": 3}
    assert {name: each.against_drift for name, each in found.targets.items()} == {
        "甲": "3.00", "乙": "1.00", "丙": "-4.00", "丁": None,
    }  # fmt: skip
    assert list(found.drift) == ["机关"]


def test_a_drift_of_which_one_score_is_only_printed_is_marked_so():
    before, after = [scored("甲", 80), scored("乙", 80)], [scored("甲", 82), TargetResult(target="乙", score="81")]

    found = trend(year(*before), year(*after))

    assert (found.drift[""].change, found.drift[""].by, found.drift[""].exact) == ("2", "printed", None)
    assert found.targets["甲"].against_drift == "1"


def test_the_error_of_a_difference_is_that_of_independent_rounds():
    """√(.3² + .4²) = .5; Welch's degrees (.25)² / (.0081/9 + .0256/16) = 25; t(.975, 25) = 2.0595."""
    before, after = scored("甲", 80, se=0.3, degrees=9), scored("甲", 82, se=0.4, degrees=16)

    found = trend(year(before), year(after)).targets["甲"].score

    assert found.se == pytest.approx(0.5)
    assert welch_degrees([(0.3, 9), (0.4, 16)]) == pytest.approx(25)
    assert found.interval == pytest.approx((2 - 0.5 * 2.059539, 2 + 0.5 * 2.059539), abs=1e-6)


def test_without_both_errors_there_is_none_and_without_degrees_no_interval():
    before = scored("甲", 80, se=0.3)

    one = trend(year(before), year(scored("甲", 82))).targets["甲"].score
    both = trend(year(before), year(scored("甲", 82, se=0.4))).targets["甲"].score
    census = trend(year(scored("甲", 80, se=0.0)), year(scored("甲", 82, se=0.0))).targets["甲"].score

    assert (one.se, one.interval) == (None, None)
    assert (both.se, both.interval) == (pytest.approx(0.5), None)
    assert (census.se, census.interval) == (0, (2, 2))


def test_groups_and_criteria_are_compared_by_what_is_printed_where_both_show_it():
    before = scored(
        "甲", 80, groups={"居民": Cell(score="80.00"), "党委": Cell(score="70.00")}, criteria={"德": Cell(score="75.5")}
    )
    after = scored(
        "甲",
        82,
        groups={"居民": Cell(score="85.25"), "党委": Cell(withheld="few")},
        criteria={"德": Cell(score="75.0"), "绩": Cell(score="90.0")},
    )

    found = trend(year(before), year(after)).targets["甲"]

    assert {name: (each.change, each.by) for name, each in found.groups.items()} == {"居民": ("5.25", "printed")}
    assert {name: each.change for name, each in found.criteria.items()} == {"德": "-0.5"}


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ({"class_": "机关"}, {"class_": "村居"}, "class: 机关, then 村居"),
        ({"score": None, "withheld": "few"}, {}, "before: withheld"),
        ({}, {"score": None, "provisional": "empty group: 党委"}, "after: empty group: 党委"),
        ({}, {"score": None}, "after: no score"),
        (
            {"group_items": {"党委": {"德": Cell()}}},
            {"group_items": {"党委": {"德": Cell(), "绩": Cell()}}},
            "asked in one round alone: 党委, 绩",
        ),
    ],
)
def test_a_target_that_cannot_be_compared_carries_the_reason_and_stays_out_of_the_drift(before, after, reason):
    others = [scored("乙", 80), scored("丙", 80)]

    found = trend(
        year(scored("甲", 80).model_copy(update=before), *others),
        year(scored("甲", 99).model_copy(update=after), *others),
    )

    assert found.targets["甲"].reason == reason
    assert (found.targets["甲"].score, found.targets["甲"].against_drift) == (None, None)
    assert found.drift[""].targets == 2


def test_groups_that_did_not_count_in_one_round_are_noted():
    flags = ("约谈", "empty group: 党委")
    found = trend(year(scored("甲", 80, flags=("约谈",))), year(scored("甲", 82, flags=flags))).targets["甲"]

    assert (found.notes, found.score.change) == (("after: empty group: 党委",), "2.00")


def test_rounds_under_other_rules_are_not_compared():
    other = make_scheme(["居民", {"id": "党委", "weight": 3}], ["德", "绩"])

    found = trend(year(scored("甲", 80)), year(scored("甲", 80), scheme=other))

    assert (found.comparable, found.reason) == (False, "weight of group 居民: 1/3, then 0.25")
    assert (found.targets, found.drift) == ({}, {})


POINTS = st.fractions(0, 100, max_denominator=60)


@given(st.lists(st.tuples(POINTS, POINTS, st.sampled_from(["机关", "村居"])), max_size=8))
def test_turning_time_round_turns_every_sign_and_what_is_beside_the_drift_adds_up_to_nothing(scores):
    named = [(f"{number}号", *each) for number, each in enumerate(scores)]
    first = year(*(scored(name, before, class_=class_) for name, before, _, class_ in named))
    second = year(*(scored(name, after, class_=class_) for name, _, after, class_ in named))

    forth, back = trend(first, second), trend(second, first)

    for name, each in forth.targets.items():
        assert Fraction(each.score.exact) == -Fraction(back.targets[name].score.exact)
        assert Fraction(each.score.change) == -Fraction(back.targets[name].score.change)
    for class_, drift in forth.drift.items():
        beside = [
            Fraction(each.score.exact) - Fraction(drift.exact)
            for each in forth.targets.values()
            if each.class_ == class_
        ]
        assert (sum(beside), len(beside)) == (0, drift.targets)
        assert Fraction(back.drift[class_].exact) == -Fraction(drift.exact)


@given(st.lists(st.tuples(st.floats(1e-160, 1e3), st.integers(1, 500)), min_size=1, max_size=3))
def test_welch_degrees_lie_between_the_least_and_the_sum(errors):
    """Satterthwaite's bounds: min ν ≤ ν ≤ Σ ν (Welch 1947)."""
    degrees = [each for _, each in errors]

    found = welch_degrees(errors)

    assert min(degrees) * (1 - 1e-9) <= found <= sum(degrees) * (1 + 1e-9)

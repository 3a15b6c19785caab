"""How far the weights are from another order; numbers worked by hand, distances compared with a solver."""

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from scoring.ballots.denominators import denominators
from scoring.ballots.extremes import counted
from scoring.comparing.sensitivity import LEADS, NO_MEAN, NO_SCORE, NOT_ALIKE, NOT_LINEAR, Flip, nearest, neighbours
from scoring.document.scheme import scheme_from_document
from scoring.document.weights import mix, shared_out
from scoring.scores.scores import score_targets
from tests.scoring.counted import count, make_scheme


def scored_targets(scheme, tally, entitled=None):
    marks = counted(scheme, tally, denominators(scheme, tally, entitled))
    return dict(zip(tally.targets, score_targets(scheme, tally, marks), strict=True))


def points(number):
    """Return marks whose mean on 100/80/60/0 is a given multiple of 20."""
    return {100: {"优秀": 1}, 80: {"称职": 1}, 60: {"基本称职": 1}, 40: {"优秀": 2, "不称职": 3}, 0: {"不称职": 1}}[
        number
    ]


def test_weight_goes_from_where_the_higher_one_leads_most_to_where_it_trails_most():
    """甲 leads by 20, 0 and −20 in groups of 1/2, 1/4, 1/4, so by 5; each part moved from the first takes 40: 1/8."""
    scheme = make_scheme([{"id": "群众", "weight": 2}, "政府", "党委"])
    means = {"甲": (100, 80, 60), "乙": (80, 80, 80)}
    tally = count(
        scheme,
        {
            (target, group, "德"): points(mean)
            for target, of_target in means.items()
            for group, mean in zip(("群众", "政府", "党委"), of_target, strict=True)
        },
    )

    by_groups, by_criteria = neighbours(scheme, scored_targets(scheme, tally), ["甲", "乙"])

    assert by_groups == Flip(
        "甲",
        "乙",
        "groups",
        Fraction(5),
        Fraction(1, 8),
        {"群众": Fraction(3, 8), "政府": Fraction(1, 4), "党委": Fraction(3, 8)},
        passes=True,
    )
    assert by_criteria == Flip("甲", "乙", "criteria", Fraction(5), reason=LEADS)


def test_no_weights_reverse_two_of_which_one_leads_in_every_group():
    scheme = make_scheme(["群众", "党委"])
    tally = count(
        scheme,
        {
            (target, group, "德"): points(mean)
            for target, mean in {"甲": 80, "乙": 60}.items()
            for group in ("群众", "党委")
        },
    )

    found = neighbours(scheme, scored_targets(scheme, tally), ["甲", "乙"])

    assert [(each.lead, each.distance, each.reason) for each in found] == [(20, None, LEADS)] * 2


def test_a_group_in_which_both_are_level_can_make_them_level_but_not_reverse_them():
    scheme = make_scheme(["群众", "党委"])
    tally = count(
        scheme,
        {
            ("甲", "群众", "德"): points(100),
            ("甲", "党委", "德"): points(80),
            ("乙", "群众", "德"): points(60),
            ("乙", "党委", "德"): points(80),
        },
    )

    found = neighbours(scheme, scored_targets(scheme, tally), ["甲", "乙"])[0]

    assert (found.distance, found.passes, found.shares) == (Fraction(1, 2), False, {"群众": 0, "党委": 1})


def test_criteria_move_over_all_groups_and_the_overall_mark_stays():
    """德 leads by 40 and 绩 trails by 20 with 3/4 and 1/4 of .6, and 总体 trails by 20 with .4.

    .6 · (3/4 · 40 − 1/4 · 20) − .4 · 20 = 15 − 8 = 7; moving x from 德 to 绩 takes .6 · 60 · x = 36 x: x = 7/36.
    """
    scheme = make_scheme(
        ["群众", {"id": "党委", "weight": 2}],
        [{"id": "德", "weight": 3}, {"id": "绩"}],
        overall={"item": "总体", "share": "0.4"},
    )
    means = {"甲": {"德": 100, "绩": 60, "总体": 60}, "乙": {"德": 60, "绩": 80, "总体": 80}}
    tally = count(
        scheme,
        {
            (target, group, item): points(mean)
            for target, of_target in means.items()
            for item, mean in of_target.items()
            for group in ("群众", "党委")
        },
    )

    found = neighbours(scheme, scored_targets(scheme, tally), ["甲", "乙"])[1]

    assert (found.lead, found.distance) == (7, Fraction(7, 36))
    assert found.shares == {"德": Fraction(20, 36), "绩": Fraction(16, 36)}


def test_what_stands_beside_the_ballots_counts_in_every_part():
    """With ballots at half, leads of 20 and −20 become 10 and −10; a bonus of 4 makes 14 and −6: 4 of 20 must move."""
    scheme = make_scheme(["群众", "党委"])
    tally = count(
        scheme,
        {
            ("甲", "群众", "德"): points(100),
            ("甲", "党委", "德"): points(60),
            ("乙", "群众", "德"): points(80),
            ("乙", "党委", "德"): points(80),
        },
    )

    found = neighbours(
        scheme,
        scored_targets(scheme, tally),
        ["甲", "乙"],
        {"甲": (Fraction(1, 2), Fraction(4)), "乙": (Fraction(1, 2), Fraction(0))},
    )[0]

    assert (found.lead, found.distance) == (4, Fraction(1, 5))
    assert found.shares == {"群众": Fraction(3, 10), "党委": Fraction(7, 10)}


def test_two_that_are_level_need_no_change():
    scheme = make_scheme(["群众", "党委"])
    tally = count(scheme, {(target, group, "德"): points(80) for target in "甲乙" for group in ("群众", "党委")})

    found = neighbours(scheme, scored_targets(scheme, tally), ["甲", "乙"])[0]

    assert (found.lead, found.distance, found.shares) == (0, 0, {"群众": Fraction(1, 2), "党委": Fraction(1, 2)})


def test_two_that_were_not_judged_alike_are_not_compared():
    scheme = make_scheme(["群众", "党委"], empty_group="renormalise")
    tally = count(
        scheme,
        {("甲", "群众", "德"): points(80), ("甲", "党委", "德"): points(80), ("乙", "群众", "德"): points(60)},
    )

    found = neighbours(scheme, scored_targets(scheme, tally), ["甲", "乙"])

    assert [each.reason for each in found] == [NOT_ALIKE, LEADS]


def test_targets_judged_on_different_criteria_are_not_compared_by_them():
    scheme = make_scheme(["群众"], ["德", "绩"])
    tally = count(
        scheme,
        {("甲", "群众", "德"): points(80), ("甲", "群众", "绩"): points(80), ("乙", "群众", "德"): points(60)},
    )

    found = neighbours(scheme, scored_targets(scheme, tally), ["甲", "乙"])

    assert [each.reason for each in found] == [LEADS, NOT_ALIKE]


def test_scores_that_a_step_table_gives_have_no_distance():
    scheme = make_scheme(["群众"], mode={"steps": [{"when": "share(优秀) >= 0.9", "points": 200}, {"points": 190}]})
    tally = count(scheme, {("甲", "群众", "德"): points(100), ("乙", "群众", "德"): points(60)})

    assert {each.reason for each in neighbours(scheme, scored_targets(scheme, tally), ["甲", "乙"])} == {NO_MEAN}


def test_a_target_without_a_score_has_no_neighbour():
    scheme = make_scheme(["群众", "党委"])
    tally = count(scheme, {("甲", "群众", "德"): points(80), ("乙", "群众", "德"): points(60)})

    assert {each.reason for each in neighbours(scheme, scored_targets(scheme, tally), ["甲", "乙"])} == {NO_SCORE}


def test_criteria_that_only_some_groups_judge_have_no_closed_form():
    scheme = make_scheme(["群众", {"id": "党委", "asks": ["德"]}], ["德", "绩"])
    tally = count(
        scheme,
        {
            (target, group, item): points(mean)
            for target, mean in {"甲": 80, "乙": 60}.items()
            for group, item in (("群众", "德"), ("群众", "绩"), ("党委", "德"))
        },
    )

    found = neighbours(scheme, scored_targets(scheme, tally), ["甲", "乙"])

    assert [each.reason for each in found] == [LEADS, NOT_LINEAR]


@st.composite
def weights_and_leads(draw):
    size = draw(st.integers(1, 6))
    weights = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size).filter(any))
    leads = draw(st.lists(st.fractions(-50, 50, max_denominator=20), min_size=size, max_size=size))
    names = [f"{number}组" for number in range(size)]
    shares = shared_out({name: Fraction(weight) for name, weight in zip(names, weights, strict=True)})
    return shares, dict(zip(names, leads, strict=True))


@given(weights_and_leads())
def test_the_nearest_shares_are_those_that_a_solver_finds(case):
    """min Σ t over shares and t, with t at least the change and at least its negative."""
    shares, leads = case
    found = nearest(shares, leads)

    size = len(shares)
    one, lead = np.eye(size), np.array([[float(leads[name]) for name in shares]])
    now = np.array([float(share) for share in shares.values()])
    solved = linprog(
        np.r_[np.zeros(size), np.ones(size)],
        A_ub=np.block([[lead, np.zeros((1, size))], [one, -one], [-one, -one]]),
        b_ub=np.r_[0, now, -now],
        A_eq=np.r_[np.ones(size), np.zeros(size)][np.newaxis],
        b_eq=[1],
    )
    if found is None:
        assert min(leads.values()) > 0
        assert not solved.success
        return
    distance, moved = found
    assert abs(float(distance) - solved.fun / 2) < 1e-6
    assert sum(moved.values()) == 1
    assert min(moved.values()) >= 0
    assert mix(moved, leads) == min(mix(shares, leads), 0) or distance == 0


@st.composite
def judged_alike(draw):
    """A scheme and the tally of two targets that every group judged on every item; one group may be asked less."""
    weight = st.integers(0, 5)
    groups = [{"id": "群众", "weight": 2, "groups": [{"id": "居民", "weight": 2}, {"id": "代表"}]}]
    groups += [{"id": "政府", "weight": draw(weight)}, {"id": "党委", "weight": draw(weight)}]
    criteria = [
        {"id": "德", "weight": 3},
        {"id": "能", "weight": draw(weight)},
        {"id": "绩", "weight": draw(weight), "items": [{"id": "实绩", "weight": 2}, {"id": "效率"}]},
    ]
    if draw(st.integers(0, 4)) == 0:
        groups[1]["asks"] = ["德", "总体"]
    scheme = make_scheme(
        groups,
        criteria,
        overall={"item": "总体", "share": draw(st.sampled_from(["0", "0.4", "1"]))},
        empty_group=draw(st.sampled_from(["fail", "renormalise", "zero"])),
    )
    marks = st.fixed_dictionaries({level: st.integers(0, 3) for level in ("优秀", "称职", "不称职")})
    return scheme, count(
        scheme,
        {
            (target, leaf.id, item): draw(marks.filter(lambda counts: any(counts.values())))
            for target in "甲乙"
            for leaf in scheme.leaves()
            for item in leaf.asks
        },
    )


@settings(max_examples=200, deadline=None)
@given(judged_alike())
def test_the_nearest_weights_put_both_level_when_the_round_is_scored_again(case):
    scheme, tally = case
    scored = scored_targets(scheme, tally)
    higher, lower = sorted(scored, key=lambda target: -scored[target].total)

    for flip in neighbours(scheme, scored, [higher, lower]):
        if flip.reason == NOT_LINEAR:
            assert len({leaf.asks for leaf in scheme.leaves()}) > 1
            continue
        assert flip.reason in {None, LEADS}
        assert flip.lead == scored[higher].total - scored[lower].total
        if flip.distance:
            written = scheme.canonical()
            for part in written[flip.by]:
                part["weight"] = str(flip.shares[part["id"]])
            again = scored_targets(scheme_from_document(written), tally)
            assert again[higher].total == again[lower].total

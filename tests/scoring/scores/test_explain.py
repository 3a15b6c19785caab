"""The parts of a score, and what has no part in it; numbers worked by hand."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.ballots.denominators import asked, denominators
from scoring.ballots.extremes import counted
from scoring.ballots.ratings import read_ratings
from scoring.document.exact import printed
from scoring.document.scheme import scheme_from_document
from scoring.outcome.parts import Part
from scoring.outcome.results import Decided, LeftOut
from scoring.scores.composition import compose
from scoring.scores.explain import ballot_parts, contributions, final_parts, left_out, mark_contributions
from scoring.scores.scores import score_targets
from tests.scoring.counted import count, make_scheme
from tests.scoring.plainly import Rated, leaves_of
from tests.scoring.scores.test_scores import as_file, rounds

THIRDS = (
    {"id": "群众", "groups": [{"id": "居民", "weight": 2}, {"id": "代表", "weight": 1}]},
    {"id": "政府"},
    {"id": "党委"},
)
CRITERIA = ({"id": "德", "weight": 20}, {"id": "绩", "weight": 30})
OVERALL = {"item": "总体", "share": "0.4"}


def scored_of(scheme, tally, entitled=None):
    [scored] = score_targets(scheme, tally, counted(scheme, tally, denominators(scheme, tally, entitled)))
    return scored


def everywhere(scheme, marks):
    """Return the tally of one target that each leaf marks alike on all it is asked."""
    return count(scheme, {("甲", leaf.id, item): marks[leaf.id] for leaf in scheme.leaves() for item in leaf.asks})


def test_every_group_and_item_adds_its_weight_times_its_mean():
    """居民 has 2/3 of 1/3; 德 20/50 of the six tenths that the criteria have: 2/9 · 6/25 = 4/75 of the score."""
    scheme = make_scheme(THIRDS, CRITERIA, overall=OVERALL)
    tally = everywhere(
        scheme, {"居民": {"优秀": 3, "称职": 1}, "代表": {"称职": 1}, "政府": {"优秀": 1}, "党委": {"基本称职": 2}}
    )
    scored = scored_of(scheme, tally)

    parts = mark_contributions(scheme, scored)

    assert [(part.group, part.item) for part in parts] == [
        (group, item) for group in ("居民", "代表", "政府", "党委") for item in ("德", "绩", "总体")
    ]
    assert parts[0] == Part("mark", Fraction(95), Fraction(4, 75), "居民", "德")
    assert parts[2].weight == Fraction(4, 45)
    assert sum(part.weight for part in parts) == 1
    assert (
        sum(part.points for part in parts) == scored.total == Fraction(2, 9) * 95 + Fraction(80, 9) + Fraction(160, 3)
    )


def test_weights_are_those_left_once_what_is_absent_has_dropped_out():
    scheme = make_scheme(THIRDS, CRITERIA, empty_group="renormalise")
    tally = count(scheme, {("甲", "代表", "德"): {"称职": 4}, ("甲", "政府", "绩"): {"优秀": 2}})

    parts = mark_contributions(scheme, scored_of(scheme, tally))

    assert parts == [
        Part("mark", Fraction(80), Fraction(1, 2), "代表", "德"),
        Part("mark", Fraction(100), Fraction(1, 2), "政府", "绩"),
    ]


def test_a_silent_group_that_counts_as_0_keeps_its_weight_as_a_part_of_its_own():
    scheme = make_scheme(("村民", "代表"), empty_group="zero")
    tally = count(scheme, {("甲", "村民", "德"): {"称职": 4}})
    scored = scored_of(scheme, tally)

    parts = mark_contributions(scheme, scored)

    assert parts[1] == Part("mark", Fraction(0), Fraction(1, 2), "代表")
    assert sum(part.points for part in parts) == scored.total == 40
    assert left_out(scheme, scored, asked(scheme, tally)[0]) == ()


def test_without_a_total_there_is_nothing_to_add_up_but_the_silent_group_is_named():
    scheme = make_scheme(("村民", "代表"))
    tally = count(scheme, {("甲", "村民", "德"): {"称职": 4}})
    scored = scored_of(scheme, tally)

    assert mark_contributions(scheme, scored) == []
    assert left_out(scheme, scored, asked(scheme, tally)[0]) == (LeftOut(group="代表", reason="empty group"),)


def test_what_has_no_part_is_named_with_the_reason():
    groups = [
        {"id": "居民"},
        {"id": "代表", "asks": ["德"]},
        {"id": "政府"},
        {"id": "党委"},
        {"id": "观察", "weight": 0},
    ]
    criteria = [{"id": "德"}, {"id": "绩"}, {"id": "满意", "weight": 0}]
    scheme = make_scheme(groups, criteria, empty_group="renormalise")
    tally = count(
        scheme,
        {
            ("甲", "居民", "德"): {"优秀": 2},
            ("甲", "居民", "绩"): {"不了解": 2},
            ("甲", "居民", "满意"): {"优秀": 2},
            ("甲", "代表", "德"): {"优秀": 2},
            ("甲", "政府", "德"): {"不了解": 2},
            ("甲", "观察", "德"): {"不称职": 2},
        },
    )

    found = left_out(scheme, scored_of(scheme, tally), asked(scheme, tally)[0], below_turnout={"党委"})

    assert found == (
        LeftOut(item="满意", reason="weight 0"),
        LeftOut(group="居民", item="绩", reason="no judgement"),
        LeftOut(group="代表", item="绩", reason="not asked"),
        LeftOut(group="政府", reason="empty group"),
        LeftOut(group="党委", reason="turnout"),
        LeftOut(group="观察", reason="weight 0"),
    )


def test_the_parts_of_a_final_score_are_those_of_its_ballots_and_what_was_composed():
    """.4 · 90 + .6 · 88 = 88.8, with 3 and 4 of a bonus held to 5: 93.8."""
    scheme = make_scheme(
        ["村民"],
        components=[
            {"id": "测评", "weight": 40, "source": "ballots"},
            {"id": "实绩", "weight": 60, "source": "imported"},
        ],
        adjustments={"max_bonus": 5},
    )
    scored = scored_of(scheme, count(scheme, {("甲", "村民", "德"): {"优秀": 1, "称职": 1}}))
    given = [Decided(decision="bonus", item=name, value=points) for name, points in (("创文", "3"), ("信访", "4"))]
    imported = {("甲", "实绩"): Fraction(88)}

    final = compose(scheme, "甲", {"甲": Fraction(90)}, {}, imported, {"甲": given})
    parts = final_parts(scheme, scored, final)

    assert [(part.kind, part.group, part.item, str(part.points)) for part in parts] == [
        ("mark", "村民", "德", "36"),
        ("component", "", "实绩", "264/5"),
        ("adjustment", "", "创文", "3"),
        ("adjustment", "", "信访", "4"),
        ("limit", "", "max_bonus", "-2"),
    ]
    assert sum(part.points for part in parts) == final.total == Fraction("93.8")
    assert final_parts(scheme, scored, compose(scheme, "甲", {"甲": Fraction(90)}, {}, {}, {})) == []


def test_the_printed_column_adds_up_to_the_printed_score():
    """三三制 of 88.5, 90.2 and 87.1 is 88.60; three thirds of 100, each rounded by itself, would make 99.99."""
    means = {"群众": "88.5", "政府": "90.2", "党委": "87.1"}
    parts = [Part("mark", Fraction(mean), Fraction(1, 3), group) for group, mean in means.items()]

    two, none = contributions(parts, 2), contributions(parts, 0)

    assert [each.points for each in two] == ["29.50", "30.07", "29.03"]
    assert [each.points for each in none] == ["30", "30", "29"]
    assert (two[0].weight, two[0].value, two[0].exact) == ("1/3", "177/2", "59/2")
    assert [each.points for each in contributions([Part("mark", Fraction(100, 3))] * 3, 2)] == [
        "33.34",
        "33.33",
        "33.33",
    ]


def test_a_score_that_a_mode_made_of_the_mean_is_one_part():
    scheme = make_scheme(["村民"])
    scored = scored_of(scheme, count(scheme, {("甲", "村民", "德"): {"优秀": 9, "称职": 1}}))

    assert ballot_parts(scheme, scored, Fraction(200)) == [Part("component", Fraction(200))]
    assert ballot_parts(scheme, scored, Fraction(98)) == [Part("mark", Fraction(98), Fraction(1), "村民", "德")]
    assert ballot_parts(scheme, scored, None) == []


def test_equal_remainders_go_to_the_earlier_part():
    parts = [Part("mark", Fraction(1), Fraction(1, 2)) for _ in range(4)]

    assert [each.points for each in contributions(parts, 0)] == ["1", "1", "0", "0"]


def test_a_negative_part_keeps_its_sign():
    parts = [Part("mark", Fraction("90.25")), Part("adjustment", Fraction("-1.5"))]

    assert [each.points for each in contributions(parts, 1)] == ["90.3", "-1.5"]
    assert [each.points for each in contributions(parts, 1, "down")] == ["90.2", "-1.5"]


@settings(max_examples=200, deadline=None)
@given(rounds())
def test_the_parts_add_up_to_the_score_that_is_worked_out_by_hand(case):
    document, rows = case
    scheme = scheme_from_document(document)
    entitled = {leaf["id"]: 5 for leaf in leaves_of(document["groups"])}
    tally = read_ratings(as_file(rows), "R.csv", scheme, ["甲", "乙"]).tally
    marks = counted(
        scheme, tally, denominators(scheme, tally, {(leaf, target): 5 for leaf in entitled for target in "甲乙"})
    )
    places = document["rounding"]["places"]

    for target, scored in zip("甲乙", score_targets(scheme, tally, marks), strict=True):
        parts = mark_contributions(scheme, scored)
        total = Rated(document, rows, target, entitled).score
        assert sum(part.points for part in parts) == (total or 0)
        assert sum(part.weight for part in parts) == (0 if total is None else 1)
        assert sum(Fraction(each.points) for each in contributions(parts, places)) == Fraction(
            printed(total or Fraction(0), places)
        )


@given(
    st.lists(st.fractions(min_value=-200, max_value=200, max_denominator=900), max_size=12),
    st.integers(0, 4),
    st.sampled_from(["half_up", "half_even", "up", "down"]),
)
def test_no_printed_part_is_a_whole_unit_off(values, places, mode):
    parts = [Part("mark", value) for value in values]

    found = contributions(parts, places, mode)

    assert sum(Fraction(each.points) for each in found) == Fraction(printed(sum(values, Fraction(0)), places, mode))
    for each, value in zip(found, values, strict=True):
        assert abs(Fraction(each.points) - value) < Fraction(1, 10**places)


@given(rounds())
@settings(max_examples=100, deadline=None)
def test_each_leaf_and_item_is_a_part_or_left_out(case):
    document, rows = case
    document |= {"denominator": "judgements"}
    scheme = scheme_from_document(document)
    tally = read_ratings(as_file(rows), "R.csv", scheme, ["甲", "乙"]).tally
    there = asked(scheme, tally)

    for place, scored in enumerate(score_targets(scheme, tally, counted(scheme, tally, tally.judgements))):
        if scored.total is None:
            continue
        parts = {(part.group, part.item) for part in mark_contributions(scheme, scored)}
        out = {(each.group, each.item) for each in left_out(scheme, scored, there[place])}
        assert parts.isdisjoint(out)
        for leaf in scheme.leaves():
            whole = {(leaf.id, "")} & (parts | out)
            for item in scheme.item_ids():
                assert whole or {(leaf.id, item), ("", item)} & (parts | out)


@pytest.mark.parametrize("policy", ["fail", "renormalise", "zero"])
def test_a_silent_group_of_weight_0_is_left_out_for_its_weight(policy):
    scheme = make_scheme(["村民", {"id": "观察", "weight": 0}], empty_group=policy)
    tally = count(scheme, {("甲", "村民", "德"): {"称职": 4}})

    found = left_out(scheme, scored_of(scheme, tally), asked(scheme, tally)[0])

    assert found == (LeftOut(group="观察", reason="weight 0"),)

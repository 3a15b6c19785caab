import json
from fractions import Fraction
from functools import cache
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.exact import printed
from scoring.score import score
from scoring.targets import TargetInfo
from tests.scoring.counted import count, make_scheme

THREE = ("群众", "政府", "党委")
BANDS = [{"grade": "优秀", "from": 90}, {"grade": "称职", "from": 70}, {"grade": "不称职", "from": 0}]
LARGE = {"优秀": 31, "称职": 12, "基本称职": 5, "不称职": 2}
SMALL = {"优秀": 2, "称职": 1, "不称职": 1}
WEIGHTS = {"德": 20, "能": 15, "勤": 15, "绩": 30, "廉": 20}


def released(scheme, cells, **more):
    return {each.target: each for each in score(scheme, count(scheme, cells), release=True, **more).results}


def rated(target, small, large=LARGE, items=WEIGHTS, groups=THREE):
    """Return a target marked by large groups and, last, a small one."""
    *many, few = groups
    return {(target, group, item): large for group in many for item in items} | {
        (target, few, item): small for item in items
    }


def five_items(**more):
    return make_scheme(THREE, [{"id": item, "weight": weight} for item, weight in WEIGHTS.items()], **more)


def test_a_small_group_leaves_nothing_but_the_total():
    result = released(five_items(grades={"bands": BANDS}), rated("甲", SMALL))["甲"]

    assert result.score is not None
    assert result.exact is None
    assert {name: (cell.score, cell.n, cell.withheld) for name, cell in result.groups.items()} == {
        "群众": (None, None, "complementary"),
        "政府": (None, None, "complementary"),
        "党委": (None, None, "few"),
    }
    cells = [
        *result.criteria.values(),
        *result.items.values(),
        *(cell for items in result.group_items.values() for cell in items.values()),
    ]
    assert len(cells) == 5 + 5 + 15
    assert all(cell.score is None and cell.n is None and cell.withheld for cell in cells)
    assert all(
        spread.withheld and not spread.counts and spread.judgements is None for spread in result.distributions.values()
    )
    assert result.shares == {}
    assert all(line.returned is None and line.valid is None for line in result.turnout.values())
    assert (result.rank, result.grade, result.withheld) == (1, "称职", None)


def test_the_entitled_stay_visible_where_turnout_does_not():
    scheme = five_items()
    entitled = {(group, "甲"): 60 for group in THREE}

    result = released(scheme, rated("甲", SMALL), entitled=entitled)["甲"]

    assert result.turnout["党委"].model_dump() == {"entitled": 60, "issued": None, "returned": None, "valid": None}


def changed_unseen():
    """Return two rounds whose marks differ, while everything that a reader may see stays the same.

    One 优秀 of four less on 德 lowers the party's third by 20/4 × .2; ten of fifty more on 德, 能 and 绩 raise
    the masses' third by 20/50 × (2 × .2 + 2 × .15 + 6 × .3), which is as much.
    """
    first = rated("甲", SMALL) | rated("乙", LARGE)
    other = dict(first)
    other["甲", "党委", "德"] = {"优秀": 1, "称职": 2, "不称职": 1}
    for item, more in (("德", 2), ("能", 2), ("绩", 6)):
        other["甲", "群众", item] = LARGE | {"优秀": LARGE["优秀"] + more, "称职": LARGE["称职"] - more}
    return first, other


def test_what_is_withheld_leaves_no_trace_in_the_document():
    """Marks that differ only where nothing may be seen give the same released document, byte by byte."""
    scheme = five_items()
    documents = [score(scheme, count(scheme, cells), release=True).model_dump_json() for cells in changed_unseen()]
    open_ones = [score(scheme, count(scheme, cells), release=False).model_dump_json() for cells in changed_unseen()]

    assert documents[0] == documents[1]
    assert open_ones[0] != open_ones[1]


def test_withheld_values_are_nowhere_in_the_json():
    scheme = five_items()
    tally = count(scheme, rated("甲", SMALL) | rated("乙", LARGE))

    everything = json.loads(score(scheme, tally, release=False).model_dump_json())
    [whole] = [each for each in everything["results"] if each["target"] == "甲"]
    secret = {whole["groups"]["党委"]["score"], whole["group_items"]["党委"]["德"]["score"], whole["exact"]}
    document = json.loads(score(scheme, tally, release=True).model_dump_json())
    [shown] = [each for each in document["results"] if each["target"] == "甲"]

    assert all(value in json.dumps(whole) for value in secret)
    assert not any(value in json.dumps(shown) for value in secret)


def test_a_fingerprint_without_salt_is_given_only_where_nothing_is_withheld():
    scheme = five_items()
    hidden, shown = count(scheme, rated("甲", SMALL)), count(scheme, rated("甲", LARGE))

    assert score(scheme, hidden, release=True).tally_sha256 == ""
    assert score(scheme, hidden, release=True, salt=b"s").tally_sha256 == hidden.sha256(b"s")
    assert score(scheme, shown, release=True).tally_sha256 == shown.sha256()
    assert score(scheme, hidden, release=False).tally_sha256 == hidden.sha256()


def test_without_release_nothing_is_withheld():
    scheme = five_items()

    [result] = score(scheme, count(scheme, rated("甲", SMALL)), release=False).results

    assert result.groups["党委"].n == 4
    assert result.groups["党委"].score is not None
    assert 'withheld":"' not in result.model_dump_json().replace(" ", "")


def test_the_higher_of_the_schemes_and_the_rounds_thresholds_holds():
    scheme = five_items()
    tally = count(scheme, rated("甲", {"优秀": 6, "称职": 4, "不称职": 4}))

    own, higher, lower = (
        score(scheme, tally, release=True, thresholds=thresholds)
        for thresholds in (None, {"items": 15}, {"items": 3, "score": 3})
    )

    assert own.results[0].groups["党委"].withheld is None
    assert higher.results[0].groups["党委"].withheld == "few"
    assert (higher.rules.disclosure["items"], lower.rules.disclosure["items"]) == (15, 10)


def test_reasons_do_not_name_a_small_group_that_gave_no_judgement():
    scheme = five_items(empty_group="renormalise")
    cells = rated("甲", {"不了解": 4})

    hidden = released(scheme, cells)["甲"]
    strict = released(five_items(), cells)["甲"]

    assert hidden.flags == ("empty group",)
    assert strict.provisional == "empty group"


def test_a_group_that_never_came_is_named():
    cells = {cell: marks for cell, marks in rated("甲", {}).items() if cell[1] != "党委"}

    assert released(five_items(), cells)["甲"].provisional == "empty group: 党委"


def test_a_withheld_total_leaves_no_gap_in_the_ranking():
    scheme = make_scheme(["群众", "政府"], ["德", "能"], grades={"bands": BANDS})
    cells = {
        (target, group, item): {"优秀": 40 - 5 * place, "称职": 12, "不称职": 4 + 5 * place}
        for place, target in enumerate("甲丙丁")
        for group in ("群众", "政府")
        for item in ("德", "能")
    } | {("乙", "群众", "德"): {"优秀": 2, "称职": 1}, ("乙", "政府", "德"): {"优秀": 1}}

    results = released(scheme, cells)

    assert {target: (each.rank, each.pool) for target, each in results.items()} == {
        "甲": (1, 3),
        "丙": (2, 3),
        "丁": (3, 3),
        "乙": (None, None),
    }
    assert (results["乙"].score, results["乙"].grade, results["乙"].withheld) == (None, None, "few")


def test_totals_that_stand_alone_lose_places_until_the_small_groups_mean_stays_open():
    """A mark of the four moves the total by 1.25, one of the seventeen by .29: only whole points leave a choice."""
    scheme = make_scheme(["群众", "党委"], ["德", "能"])
    cells = {
        (target, group, item): marks
        for target in "甲乙"
        for group, marks in (("群众", {"优秀": 9, "称职": 8}), ("党委", {"优秀": 2, "称职": 2}))
        for item in ("德", "能")
    }

    results = released(scheme, cells)

    assert {len(each.score.partition(".")[2]) for each in results.values()} == {0}


def test_a_total_of_one_item_with_a_group_of_three_is_withheld_as_solvable():
    scheme = make_scheme(["群众", "党委"])
    cells = {("甲", "群众", "德"): {"优秀": 9, "称职": 8}, ("甲", "党委", "德"): {"优秀": 1, "称职": 2}}

    result = released(scheme, cells)["甲"]

    assert (result.score, result.rank, result.withheld) == (None, None, "solvable")


def test_the_total_of_a_group_that_has_all_the_weight_is_that_groups():
    scheme = make_scheme([{"id": "群众", "weight": 0}, "党委"], ["德", "能"])
    cells = {("甲", "群众", "德"): LARGE, ("甲", "党委", "德"): SMALL, ("甲", "党委", "能"): SMALL}

    assert released(scheme, cells)["甲"].score is None


LEVELS = {"优秀": 100, "称职": 80, "基本称职": 60, "不称职": 0}


@cache
def spreads(ballots):
    """Return every way in which some ballots can be spread over four levels."""
    return [
        {"优秀": a, "称职": b, "基本称职": c, "不称职": ballots - a - b - c}
        for a, b, c in product(range(ballots + 1), repeat=3)
        if a + b + c <= ballots
    ]


@cache
def means(ballots, *, dropping=False):
    """Return every mean that some ballots can have, with the highest and the lowest of more than five dropped."""
    found = set()
    for spread in spreads(ballots):
        marks = sorted(LEVELS[level] for level, number in spread.items() for _ in range(number))
        left = marks[1:-1] if dropping and ballots > 5 else marks
        found.add(Fraction(sum(left), len(left)))
    return found


def spread_of(ballots):
    return st.integers(0, 10**6).map(lambda number: spreads(ballots)[number % len(spreads(ballots))])


@settings(max_examples=60, deadline=None)
@given(
    spread_of(3),
    spread_of(40),
    spread_of(12),
    spread_of(13),
    st.sampled_from(["1/2", "1", "3"]),
    st.integers(0, 2),
    st.booleans(),
)
def test_whatever_is_printed_every_withheld_mean_could_have_three_values(
    small, large, known, more, weight, places, dropping
):
    """A reader who tries out all marks that agree with what is printed finds at least three means per group."""
    scheme = make_scheme(
        ["群众", {"id": "党委", "weight": weight}],
        rounding={"places": places},
        grades={"bands": BANDS},
        **({"extremes": {"drop_high": 1, "drop_low": 1, "above": 5}} if dropping else {}),
    )
    cells = {
        ("甲", "群众", "德"): large,
        ("甲", "党委", "德"): small,
        ("乙", "群众", "德"): known,
        ("乙", "党委", "德"): more,
    }
    results = released(scheme, cells)
    result, other = results["甲"], results["乙"]
    assume(result.score is not None)
    known_total = None if other.exact is None else Fraction(other.exact)

    part = Fraction(weight) / (1 + Fraction(weight))
    found = {"群众": set(), "党委": set()}
    for one, two in product(means(40, dropping=dropping), means(3)):
        total = (1 - part) * one + part * two
        if printed(total, len(result.score.partition(".")[2])) != result.score:
            continue
        grade = next(band["grade"] for band in BANDS if total >= band["from"])
        if grade != result.grade:
            continue
        if known_total is not None and (total > known_total) - (total < known_total) != other.rank - result.rank:
            continue
        found["群众"].add(one)
        found["党委"].add(two)

    assert all(len(values) >= 3 for values in found.values())


@pytest.mark.parametrize("places", [0, 1, 2])
def test_printed_places_never_grow(places):
    result = released(five_items(rounding={"places": places}), rated("甲", SMALL))["甲"]

    assert len(result.score.partition(".")[2]) <= places


def test_a_tie_with_a_score_that_is_shown_in_full_would_tell_the_total():
    scheme = make_scheme(["群众", "党委"], ["德", "能"])
    full = {"优秀": 10, "称职": 10}
    cells = {(target, group, item): full for target in "甲乙" for group in ("群众", "党委") for item in ("德", "能")}
    cells |= {("甲", "党委", item): {"优秀": 2, "称职": 2} for item in ("德", "能")}

    results = released(scheme, cells)

    assert (results["甲"].score, results["甲"].withheld) == (None, "solvable")
    assert (results["乙"].score, results["乙"].rank, results["乙"].tied) == ("90.00", 1, False)


def test_information_stays_with_a_target_of_which_nothing_is_shown():
    scheme = make_scheme()
    known = {"甲": TargetInfo(name="潘志远", class_="机关", layer="正职", unit="U01", duties="党政办公室")}

    result = released(scheme, {("甲", "群众", "德"): {"优秀": 2}}, information=known)["甲"]

    assert (result.name, result.class_, result.layer, result.unit, result.duties) == (
        "潘志远", "机关", "正职", "U01", "党政办公室"
    )  # fmt: skip


def test_no_reason_names_a_group_where_only_the_total_is_shown():
    scheme = make_scheme(
        ["群众", "政府", "党委"],
        empty_group="renormalise",
        turnout={"min_share": "1/2"},
        components=[{"id": "测评", "source": "ballots"}, {"id": "实绩", "source": "imported"}],
    )
    marks = {"优秀": 12, "称职": 9, "基本称职": 8, "不称职": 6}
    tally = count(
        scheme,
        {
            ("甲", "群众", "德"): marks,
            ("甲", "政府", "德"): {"优秀": 2, "称职": 3, "不称职": 2},
            ("甲", "党委", "德"): {"": 4},
        },
    )
    entitled = {("群众", "甲"): 40, ("政府", "甲"): 30, ("党委", "甲"): 30}

    [everything] = score(scheme, tally, entitled=entitled, release=False).results
    [released] = score(scheme, tally, entitled=entitled, release=True).results

    assert everything.provisional == "component missing: 实绩"
    assert set(everything.flags) == {"turnout: 政府, 党委", "empty group: 党委"}
    assert set(released.flags) <= {"turnout", "empty group"}
    assert released.components == {}

import json
from fractions import Fraction

import numpy as np
import pytest

from scoring.ballots.tally import Block, tally_blocks
from scoring.document.targets import TargetInfo
from scoring.score import score
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


def test_a_small_group_leaves_the_total_and_items_of_all_groups_together():
    """Four of 104 ballots: (87.20 + 87.20 + 70) ÷ 3 = 81.47; a mark of the masses moves it by up to .04."""
    result = released(five_items(grades={"bands": BANDS}), rated("甲", SMALL))["甲"]

    assert (result.score, result.exact, result.rank, result.grade, result.withheld) == ("81.5", None, 1, "称职", None)
    assert {name: (cell.score, cell.n, cell.withheld) for name, cell in result.groups.items()} == {
        "群众": (None, None, "complementary"),
        "政府": (None, None, "complementary"),
        "党委": (None, None, "few"),
    }
    assert {cell.score for cell in (*result.criteria.values(), *result.items.values())} == {"81"}
    assert all(cell.n is None for cell in result.items.values())
    cells = [cell for items in result.group_items.values() for cell in items.values()]
    assert len(cells) == 15
    assert all(cell.score is None and cell.n is None and cell.withheld for cell in cells)
    assert all(
        spread.withheld and not spread.counts and spread.judgements is None for spread in result.distributions.values()
    )
    assert result.shares == {}
    assert all(line.returned is None and line.valid is None for line in result.turnout.values())


def test_a_group_of_six_shows_its_total_where_its_marks_differ_enough():
    six = {"优秀": 2, "称职": 2, "基本称职": 1, "不称职": 1}

    result = released(five_items(), rated("甲", six))["甲"]

    assert {name: (cell.score, cell.n) for name, cell in result.groups.items()} == {
        "群众": ("87.20", 50), "政府": ("87.20", 50), "党委": ("70.00", 6)
    }  # fmt: skip
    assert (result.score, result.exact) == ("81.47", None)
    assert {cell.withheld for cell in result.criteria.values()} == {"few"}


def test_the_entitled_stay_visible_where_turnout_does_not():
    scheme = five_items()
    entitled = {(group, "甲"): 60 for group in THREE}

    result = released(scheme, rated("甲", SMALL), entitled=entitled)["甲"]

    assert result.turnout["党委"].model_dump() == {"entitled": 60, "issued": None, "returned": None, "valid": None}


def changed_unseen():
    """Return two rounds whose marks differ, while everything that a reader may see stays the same.

    One 优秀 of four less on 德 lowers the party's mean by 20/4, and that of the thirds by 1.67; twelve of fifty more
    raise the masses' by 20 × 12/50, and that of the thirds by 1.6. 81.47 becomes 81.40, and the total 81.45.
    """
    first = rated("甲", SMALL) | rated("乙", LARGE)
    other = dict(first)
    other["甲", "党委", "德"] = {"优秀": 1, "称职": 2, "不称职": 1}
    other["甲", "群众", "德"] = LARGE | {"优秀": LARGE["优秀"] + 12, "称职": LARGE["称职"] - 12}
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
    tally = count(scheme, rated("甲", {"优秀": 6, "称职": 4, "不称职": 5}))

    own, higher, lower = (
        score(scheme, tally, release=True, thresholds=thresholds)
        for thresholds in (None, {"items": 16}, {"items": 3, "score": 3})
    )

    assert own.results[0].criteria["德"].withheld is None
    assert higher.results[0].criteria["德"].withheld == "few"
    assert (higher.rules.disclosure["items"], lower.rules.disclosure["items"]) == (16, 10)


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


def test_totals_that_stand_alone_lose_places_until_two_steps_of_a_group_are_in_a_printed_unit():
    """A mark of the seventeen moves the total by .29, one of the eight by .63: only whole points hold two of either."""
    scheme = make_scheme(["群众", "党委"], ["德", "能"])
    cells = {
        (target, group, item): marks
        for target in "甲乙"
        for group, marks in (("群众", {"优秀": 9, "称职": 8}), ("党委", {"优秀": 6, "称职": 2}))
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


@pytest.mark.parametrize("places", [0, 1, 2])
def test_printed_places_never_grow(places):
    result = released(five_items(rounding={"places": places}), rated("甲", SMALL))["甲"]

    assert len(result.score.partition(".")[2]) <= places


def test_a_rank_does_not_say_on_which_side_of_a_known_score_one_lies():
    """乙 is known to have 90; 甲 and 丙 are printed 90 as well, and could be above or below."""
    scheme = make_scheme([{"id": "群众", "weight": 4}, "党委"], ["德", "能"])
    full = {"优秀": 10, "称职": 10}
    cells = {(target, group, item): full for target in "甲乙" for group in ("群众", "党委") for item in ("德", "能")}
    cells |= {("甲", "党委", "德"): {"优秀": 6, "称职": 2}, ("甲", "党委", "能"): {"优秀": 2, "称职": 6}}
    cells |= {("丙", *cell[1:]): marks for cell, marks in cells.items() if cell[0] == "甲"}
    cells |= {("丙", "党委", "能"): {"优秀": 3, "称职": 5}}

    results = released(scheme, cells)
    everything = {each.target: each for each in score(scheme, count(scheme, cells), release=False).results}

    assert {target: each.score for target, each in everything.items()} == {"甲": "90.00", "乙": "90.00", "丙": "90.25"}
    assert {target: (each.score, each.rank, each.tied) for target, each in results.items()} == {
        "甲": ("90", 1, True),
        "乙": ("90.00", 1, True),
        "丙": ("90", 1, True),
    }


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


MIXED = [{"id": "测评", "weight": 1, "source": "ballots"}, {"id": "实绩", "weight": 1, "source": "imported"}]


def mixed(points, **more):
    """Return a target with a small group, half of whose score is brought in."""
    return released(five_items(components=MIXED), rated("甲", SMALL), imported={("甲", "实绩"): points}, **more)["甲"]


def told(result):
    return tuple(Fraction(end) for end in result.told)


def test_what_is_told_of_a_score_is_the_span_of_what_is_printed_alike():
    """Half of 81.4667 and half of 80 print 80.7; with the ballots from 81.3 to 81.5 that is 80.65 to 80.75."""
    result = mixed(Fraction(80))

    assert (result.score, result.rank) == ("80.7", 1)
    assert told(result) == (Fraction("81.3"), Fraction("81.5"))


def test_a_later_result_of_the_same_ballots_narrows_nothing_down():
    """80.75015 prints 80.8, so the ballots gave 81.4664 at least: with the 81.5 at most that is less than two steps."""
    first = mixed(Fraction(80))
    same = mixed(Fraction(90), earlier={"甲": told(first)})
    other = mixed(Fraction("80.0336"), earlier={"甲": told(first)})

    assert (same.score, told(same)) == ("85.7", told(first))
    assert (other.score, other.withheld) == (None, "solvable")
    assert told(other) == told(first)
    assert mixed(Fraction("80.0336")).score == "80.8"


def test_nothing_is_told_apart_where_everything_is_shown():
    assert released(five_items(), rated("甲", LARGE))["甲"].told is None


@pytest.mark.parametrize("good", [996, 995, 994])
def test_the_ends_of_a_band_tell_nothing_of_the_score_in_their_digits(good):
    """Groups of 997, 37 and 31 make scores of long fractions; their bands are those of the scale all the same."""
    many = {"优秀": good, "称职": 997 - good}
    groups = [("群众", many), ("政府", {"优秀": 36, "称职": 1}), ("党委", {"优秀": 30, "称职": 1})]
    cells = {("甲", group, item): marks for group, marks in groups for item in WEIGHTS}

    result = released(five_items(), cells)["甲"]

    assert result.score is None
    assert result.band == ("95", "100")
    assert all(Fraction(end).denominator < 1000 for end in result.told)


@pytest.mark.parametrize("printed", [False, True])
def test_a_line_of_a_grade_that_cuts_a_printed_unit_too_finely_leaves_a_band_without_a_grade(printed):
    """81.47 is printed 81.5: a line at 81.44 would leave 81.45 up to it, less than two steps of the party's mean."""
    scheme = five_items(
        grades={"bands": [{"grade": "优秀", "from": "81.46"}, {"grade": "称职", "from": 0}]},
        ranking={"on": "printed"} if printed else {},
    )

    result = released(scheme, rated("甲", SMALL))["甲"]

    assert (result.score, result.rank, result.grade, result.withheld) == (None, None, None, "solvable")
    assert result.band == ("81.45", "81.55")


def test_a_line_of_a_grade_between_what_is_printed_withholds_nothing():
    scheme = five_items(grades={"bands": [{"grade": "优秀", "from": "81.45"}, {"grade": "称职", "from": 0}]})

    result = released(scheme, rated("甲", SMALL))["甲"]

    assert (result.score, result.grade, result.band) == ("81.5", "优秀", None)


def test_ranges_of_ranks_take_a_target_that_is_not_shown_in_full_for_anywhere():
    scheme = make_scheme(THREE)
    cells = rated("甲", LARGE, items=["德"]) | rated("乙", {"优秀": 25, "称职": 25}, {"称职": 40, "不称职": 10}, ["德"])
    hidden = rated("丙", SMALL, items=["德"])

    alone, beside = released(scheme, cells, draws=50), released(scheme, cells | hidden, draws=50)

    assert alone["甲"].rank_interval == (1, 1)
    assert (beside["甲"].rank_interval, beside["丙"].rank_interval) == ((1, 2), None)
    assert beside["甲"].quota_chance is None


def test_groups_with_a_single_level_are_released():
    scheme = make_scheme(["群众", {"id": "党委", "scale": {"优秀": 100}}])

    result = released(scheme, {("甲", "群众", "德"): LARGE, ("甲", "党委", "德"): {"优秀": 6}})["甲"]

    assert result.groups["党委"].score is None
    assert result.told is not None


def test_ballots_without_weight_in_the_final_score_are_told_nothing_of_by_it():
    halves = [{"id": "测评", "weight": 0, "source": "ballots"}, {"id": "实绩", "weight": 1, "source": "imported"}]
    scheme = make_scheme(THREE, components=halves)

    result = released(
        scheme,
        rated("甲", SMALL, items=["德"]),
        imported={("甲", "实绩"): Fraction(90)},
        earlier={"甲": (Fraction(80), Fraction(82))},
    )["甲"]

    assert (result.score, result.told) == ("90.00", ("80/1", "82/1"))


def direct(step):
    """Return what is released of 404 scores from 60 to 90, four of them the party's, on a scale of such steps."""
    scale = {"min": 0, "max": 100} | ({"step": step} if step else {})
    scheme = make_scheme(("群众", "党委"), scale=scale)
    four, levels = np.arange(4, dtype=np.uint8)[:, np.newaxis], ("60", "70", "80", "90")
    marks = {"群众": np.repeat(four, 100, axis=0), "党委": four}
    blocks = [Block(group, "甲", ("德",), levels, own) for group, own in marks.items()]
    return score(scheme, tally_blocks(scheme, ["甲"], blocks), release=True).results[0]


def test_direct_scores_on_coarser_steps_are_printed_to_fewer_places():
    """Of 400 marks one ten more moves half the total by 5/400, and two by .025."""
    assert (direct(None).score, direct(10).score) == ("75.00", "75.0")


def test_points_by_a_share_of_the_entitled_are_withheld_where_groups_are():
    """How few more marks there were than the step asks for would say that all of the others were of one level."""
    scheme = make_scheme(
        THREE, mode={"steps": [{"when": "share(优秀) >= 1/2", "points": 100}, {"points": 60}]}, denominator="entitled"
    )
    entitled = {(group, "甲"): 50 for group in THREE}

    result = released(scheme, rated("甲", SMALL, items=["德"]), entitled=entitled)["甲"]

    assert (result.score, result.band, result.withheld) == (None, None, "solvable")

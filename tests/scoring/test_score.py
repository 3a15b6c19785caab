import pytest

from scoring.ballots.tally import empty_tally
from scoring.document.targets import TargetInfo
from scoring.outcome.definitions import rules
from scoring.outcome.results import Results, Turnout
from scoring.score import score
from tests.scoring.counted import cast, count, count_one, make_scheme


def only(scheme, tally, **more):
    [result] = score(scheme, tally, release=False, **more).results
    return result


def test_shares_are_of_the_overall_item_where_there_is_one():
    scheme = make_scheme(overall={"item": "总体", "share": "0.4"})
    tally = count(scheme, {("甲", "群众", "德"): {"优秀": 28}, ("甲", "群众", "总体"): {"优秀": 25, "称职": 3}})

    assert only(scheme, tally).shares == {"优秀": "89.29", "称职": "10.71", "基本称职": "0.00", "不称职": "0.00"}


def test_shares_are_of_all_items_together_where_there_is_no_overall_one():
    scheme = make_scheme(criteria=["德", "能"])
    tally = count(scheme, {("甲", "群众", "德"): {"优秀": 3, "不了解": 5}, ("甲", "群众", "能"): {"称职": 1}})

    assert only(scheme, tally).shares["优秀"] == "75.00"


def test_shares_pool_groups_without_their_weights():
    scheme = make_scheme([{"id": "群众", "weight": 1}, {"id": "政府", "weight": 99}])
    tally = count(scheme, {("甲", "群众", "德"): {"优秀": 3}, ("甲", "政府", "德"): {"称职": 1}})

    assert only(scheme, tally).shares["优秀"] == "75.00"


def test_groups_on_another_scale_are_left_out_of_shares_and_distributions():
    scheme = make_scheme(["政府", {"id": "居民", "scale": {"满意": 100, "优秀": 0}}])
    tally = count(
        scheme, {("甲", "政府", "德"): {"优秀": 1, "称职": 3}, ("甲", "居民", "德"): {"优秀": 50, "满意": 50}}
    )

    result = only(scheme, tally)

    assert result.shares["优秀"] == "25.00"
    assert result.distributions["德"].judgements == 4
    assert set(result.distributions["德"].counts) == {"优秀", "称职", "基本称职", "不称职"}


def test_a_level_that_is_no_judgement_has_a_share_only_where_the_denominator_counts_it():
    marks = {"优秀": 3, "不了解": 1}

    judged, valid = (make_scheme(denominator=name) for name in ("judgements", "valid"))

    assert "不了解" not in only(judged, count_one(judged, marks)).shares
    assert only(valid, count_one(valid, marks)).shares["不了解"] == "25.00"


def test_a_distribution_counts_everything_apart():
    scheme = make_scheme(denominator="returned")
    marks = {"优秀": 6, "称职": 2, "不了解": 1, "": 3, "#unknown": 4, "#self": 1, "#spoiled": 2}

    spread = only(scheme, count_one(scheme, marks)).distributions["德"]

    assert spread.counts == {"优秀": 6, "称职": 2, "基本称职": 0, "不称职": 0}
    assert spread.not_judged == {"不了解": 1, "blank": 3, "unknown": 4, "self": 1, "spoiled": 2, "voided": 0}
    assert (spread.judgements, spread.valid, spread.returned, spread.denominator) == (8, 17, 19, 19)
    assert spread.shares == {"优秀": "31.58", "称职": "10.53", "基本称职": "0.00", "不称职": "0.00"}


def test_inner_groups_have_a_score_and_n_too():
    scheme = make_scheme([{"id": "群众", "groups": [{"id": "居民", "weight": 2}, {"id": "代表", "weight": 1}]}, "政府"])
    tally = cast(
        scheme,
        {("居民", "甲"): [("优秀",)] * 3, ("代表", "甲"): [("基本称职",)], ("政府", "甲"): [("称职",), ("不了解",)]},
    )

    groups = only(scheme, tally).groups

    assert {name: (cell.score, cell.n) for name, cell in groups.items()} == {
        "群众": ("86.67", 4),
        "居民": ("100.00", 3),
        "代表": ("60.00", 1),
        "政府": ("80.00", 1),
    }


def test_turnout_follows_from_the_marks_unless_it_is_known_better():
    scheme = make_scheme(["群众", "政府"], ["德", "能"])
    tally = count(
        scheme,
        {
            ("甲", "群众", "德"): {"优秀": 3, "#spoiled": 1},
            ("甲", "群众", "能"): {"优秀": 2},
            ("甲", "政府", "德"): {"": 2},
        },
    )
    better = Turnout(entitled=9, issued=8, returned=7, valid=6)

    result = only(scheme, tally, entitled={("群众", "甲"): 10}, turnout={("政府", "甲"): better})

    assert result.turnout == {"群众": Turnout(entitled=10, returned=4, valid=3), "政府": better}


def test_what_is_known_of_a_target_stands_beside_its_result():
    scheme = make_scheme()
    known = TargetInfo(name="潘志远", kind="person", class_="机关", layer="正职", unit="U01", duties="党政办公室")

    result = only(scheme, count_one(scheme, {"优秀": 1}), information={"甲": known, "乙": known})

    assert (result.name, result.kind, result.class_, result.layer, result.unit, result.duties) == (
        "潘志远", "person", "机关", "正职", "U01", "党政办公室",
    )  # fmt: skip


def test_a_tally_counted_under_another_scheme_is_refused():
    with pytest.raises(ValueError, match="another scheme"):
        score(make_scheme(), empty_tally(make_scheme(denominator="valid"), ["甲"]), release=False)


def test_results_carry_the_fingerprints_and_survive_json():
    scheme = make_scheme()
    tally = count_one(scheme, {"优秀": 1})

    results = score(scheme, tally, release=False)

    assert (results.scheme_sha256, results.tally_sha256) == (scheme.sha256(), tally.sha256())
    assert Results.model_validate_json(results.model_dump_json(by_alias=True)) == results


def test_the_definitions_have_the_defaults_filled_in():
    scheme = make_scheme(
        [{"id": "群众", "weight": 2, "scale": {"满意": 100, "不满意": 0}}, {"id": "政府", "weight": 1}],
        [{"id": "德", "weight": "1/3"}, {"id": "绩", "weight": 3, "items": [{"id": "a"}, {"id": "b"}]}],
        overall={"item": "总体", "share": "0.4"},
        ranking={"on": "printed"},
        grades={"bands": [{"grade": "优", "from": 90}], "quotas": [{"grade": "优", "share": "1/5"}]},
    )

    stated = rules(scheme)

    assert [(node.id, node.weight, node.share) for node in stated.groups] == [
        ("群众", "2", "2/3"),
        ("政府", "1", "1/3"),
    ]
    assert stated.groups[0].scale == {"满意": "100", "不满意": "0"}
    assert stated.criteria == {"德": "1/3", "绩": "3"}
    assert stated.items == {"德": {"德": "1"}, "绩": {"a": "1", "b": "1"}}
    assert stated.overall == {"item": "总体", "share": "0.4"}
    assert (stated.denominator, stated.empty_group, stated.ranking, stated.ties) == (
        "judgements", "fail", ("class", "layer"), "printed",
    )  # fmt: skip
    assert stated.bands == (("优", "90"),)
    assert [(each.grade, each.share, each.rounding, each.per) for each in stated.quotas] == [
        ("优", "0.2", "half_up", "class, layer")
    ]
    assert stated.disclosure == {"score": 5, "items": 10, "distribution": 10, "comments": 10}


def test_intervals_of_shares_stand_beside_them_where_each_ballot_has_one_mark():
    one, two = make_scheme(), make_scheme(criteria=["德", "能"])

    beside = only(
        one, count_one(one, {"优秀": 30, "称职": 12, "基本称职": 6, "不称职": 2, "不了解": 9})
    ).share_intervals

    assert {level: tuple(round(bound, 1) for bound in ends) for level, ends in beside.items()} == {
        "优秀": (42.5, 75.2), "称职": (12.4, 41.4), "基本称职": (4.6, 27.8), "不称职": (0.8, 17.4),
    }  # fmt: skip
    assert only(two, count_one(two, {"优秀": 30})).share_intervals == {}
    valid = make_scheme(denominator="valid")
    assert only(valid, count_one(valid, {"优秀": 30})).share_intervals == {}

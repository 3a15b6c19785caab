import json
from fractions import Fraction

import pytest

from scoring.document.problems import SchemeError
from scoring.document.scheme import load_scheme, scheme_from_document

THIRDS = """
name: 三三制
scale: {优秀: 100, 称职: 80, 基本称职: 60, 不称职: 0, 不了解: null}
groups:
  - {id: 群众, weight: 1, groups: [{id: 居民, weight: 2}, {id: 代表, weight: 1}]}
  - {id: 政府, weight: "1"}
  - {id: 党委, weight: 1, asks: [总体评价, 德]}
criteria:
  - {id: 德, weight: 20}
  - {id: 绩, weight: 30, items: [{id: 实绩, weight: 2}, {id: 效率, weight: 1/3}]}
overall: {item: 总体评价, share: 0.4}
"""


def problems(text):
    with pytest.raises(SchemeError) as caught:
        load_scheme(text, "S.yaml")
    assert caught.value.file == "S.yaml"
    return {problem.place: (problem.found, problem.allowed) for problem in caught.value.problems}


def changed(old, new):
    assert old in THIRDS
    return THIRDS.replace(old, new)


def test_a_scheme_knows_its_leaves_items_and_levels():
    scheme = load_scheme(THIRDS)

    assert [leaf.id for leaf in scheme.leaves()] == ["居民", "代表", "政府", "党委"]
    assert scheme.group_ids() == ("群众", "居民", "代表", "政府", "党委")
    assert scheme.item_ids() == ("德", "实绩", "效率", "总体评价")
    assert scheme.leaf("党委").asks == ("德", "总体评价")
    assert scheme.levels() == ("优秀", "称职", "基本称职", "不称职", "不了解")
    assert scheme.points["不了解"] is None


def test_weights_are_exact_however_they_are_written():
    scheme = load_scheme(THIRDS)

    assert dict(scheme.criteria[1].items) == {"实绩": Fraction(2), "效率": Fraction(1, 3)}
    assert scheme.document.overall is not None
    assert scheme.document.overall.share == Fraction(2, 5)


def test_a_criterion_without_items_is_its_own_item():
    assert dict(load_scheme(THIRDS).criteria[0].items) == {"德": Fraction(1)}


def test_what_is_left_out_has_its_default():
    document = load_scheme("{name: a, scale: {x: 1}, groups: [{id: g}], criteria: [{id: c}]}").document

    assert (document.denominator, document.empty_group) == ("judgements", "fail")
    assert (document.rounding.places, document.rounding.mode) == (2, "half_up")
    assert (document.ranking.within, document.ranking.ties, document.ranking.on) == (
        ("class", "layer"),
        "shared",
        "exact",
    )
    assert document.disclosure.model_dump() == {"score": 5, "items": 10, "distribution": 10, "comments": 10}
    assert (document.overall, document.grades) == (None, None)


def test_a_group_inherits_scale_and_items_from_the_group_around_it():
    scheme = load_scheme(changed("weight: 1, groups:", "weight: 1, scale: {满意: 100, 不满意: 0}, asks: [德], groups:"))

    assert dict(scheme.leaf("居民").points) == {"满意": 100, "不满意": 0}
    assert scheme.leaf("代表").asks == ("德",)
    assert scheme.leaf("政府").points == scheme.points
    assert scheme.levels()[-2:] == ("满意", "不满意")


def test_levels_stand_best_first_whatever_their_order_in_the_document():
    scheme = load_scheme("{name: a, scale: {无: null, 2: 2, 5: 5, 1: 1}, groups: [{id: g}], criteria: [{id: c}]}")

    assert scheme.levels() == ("5", "2", "1", "无")


def test_the_canonical_document_has_defaults_and_reduced_ratios():
    canonical = load_scheme(THIRDS).canonical()

    assert canonical["overall"] == {"item": "总体评价", "share": "2/5"}
    assert canonical["groups"][0]["groups"][0] == {"id": "居民", "weight": "2/1"}
    assert canonical["scale"]["不了解"] is None
    assert canonical["rounding"] == {"places": "2/1", "mode": "half_up"}
    assert "grades" not in canonical
    assert canonical["ranking"] == {"within": ["class", "layer"], "ties": "shared", "break_ties_by": [], "on": "exact"}


def test_the_canonical_document_reads_back_to_an_equal_scheme_in_any_order_of_keys():
    scheme = load_scheme(THIRDS + "grades: {bands: [{grade: 优秀, from: 95}], quotas: [{grade: 优秀, share: 1/5}]}\n")
    shuffled = json.loads(json.dumps(scheme.canonical(), sort_keys=True))

    again = scheme_from_document(shuffled)

    assert again.canonical() == scheme.canonical()
    assert again.sha256() == scheme.sha256()
    assert again.levels() == scheme.levels()


def test_ways_to_write_the_same_scheme_have_one_fingerprint():
    same = changed("share: 0.4", 'share: "2/5"') + "denominator: judgements\nrounding: {places: 2}\n"

    assert load_scheme(same).sha256() == load_scheme(THIRDS).sha256()
    assert load_scheme(changed("share: 0.4", "share: 0.41")).sha256() != load_scheme(THIRDS).sha256()


def test_a_quotas_pool_is_the_rankings_unless_it_says_so():
    text = (
        THIRDS
        + "ranking: {within: layer}\ngrades: {quotas: [{grade: 优秀, share: 0.2}, {grade: 良, share: 1, per: []}]}"
    )
    scheme = load_scheme(text)

    assert scheme.document.grades is not None
    assert [scheme.pool_traits(quota) for quota in scheme.document.grades.quotas] == [("layer",), ()]
    assert scheme.canonical()["grades"]["quotas"][0]["per"] == ["layer"]


def test_a_key_that_cannot_be_applied_yet_is_refused_by_name():
    [(place, (found, allowed))] = problems(f"{THIRDS}extends: 三三制\n").items()

    assert (place, found) == ("extends", "extends")
    assert "will not ignore it" in allowed


def test_an_unknown_key_names_the_keys_there_are():
    assert problems(changed("id: 德, weight: 20", "id: 德, wieght: 20"))["criteria.0.wieght"] == (
        "wieght",
        "id, weight, items",
    )


def test_every_problem_is_listed_at_once():
    found = problems(
        THIRDS.replace("weight: 20", "weight: heavy").replace("share: 0.4", "share: 1.4")
        + "denominator: all\ntypo: 1\n"
    )

    assert set(found) == {"criteria.0.weight", "overall.share", "denominator", "typo"}
    assert found["criteria.0.weight"][0] == "heavy"
    assert "1/3" in found["criteria.0.weight"][1]
    assert "'entitled'" in found["denominator"][1]


@pytest.mark.parametrize(
    ("old", "new", "place", "found"),
    [
        ("id: 党委", "id: 居民", "groups", "居民 2 times"),
        ("id: 实绩", "id: 德", "criteria", "德 2 times"),
        ("item: 总体评价", "item: 效率", "criteria", "效率 2 times"),
        ("asks: [总体评价, 德]", "asks: [总体, 德]", "groups.2.asks.0", "总体"),
        ("asks: [总体评价, 德]", "asks: []", "groups.2.asks", "an empty list"),
        (
            "{优秀: 100, 称职: 80, 基本称职: 60, 不称职: 0, 不了解: null}",
            "{不了解: null}",
            "scale",
            "no level with points",
        ),
        (
            "weight: 2}, {id: 代表, weight: 1}",
            "weight: 0}, {id: 代表, weight: 0}",
            "groups.0.groups",
            "weights that are all 0",
        ),
        ("groups: [{id: 居民, weight: 2}, {id: 代表, weight: 1}]", "groups: []", "groups.0.groups", "an empty list"),
        ("items: [{id: 实绩, weight: 2}, {id: 效率, weight: 1/3}]", "items: []", "criteria.1.items", "an empty list"),
        ("overall:", "ranking: {break_ties_by: [优]}\noverall:", "ranking.break_ties_by.0", "优"),
        ("overall:", "ranking: {break_ties_by: [不了解]}\noverall:", "ranking.break_ties_by.0", "不了解"),
        ("overall:", "grades: {}\noverall:", "grades", "neither bands nor quotas"),
        (
            "overall:",
            "grades: {bands: [{grade: a, from: 1}], quotas: [{grade: b, share: 1}]}\noverall:",
            "grades.quotas.0.grade",
            "b",
        ),
        (
            "overall:",
            "grades: {bands: [{grade: a, from: 1}, {grade: a, from: 2}]}\noverall:",
            "grades.bands",
            "a 2 times",
        ),
    ],
)
def test_keys_that_do_not_fit_together_are_named(old, new, place, found):
    assert problems(changed(old, new))[place][0] == found


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("weight: 20", "weight: -1", "criteria.0.weight"),
        ("name: 三三制", "name: ''", "name"),
        ("优秀: 100", "'#self': 100", "scale.#self"),
        ("优秀: 100", "'': 100", "scale."),
        ("overall:", "rounding: {places: 1.5}\noverall:", "rounding.places"),
        ("overall:", "rounding: {places: 11}\noverall:", "rounding.places"),
        ("overall:", "disclosure: {score: 2}\noverall:", "disclosure.score"),
        ("overall:", "ranking: {within: [town]}\noverall:", "ranking.within.0"),
        ("overall:", "ranking: {ties: broken}\noverall:", "ranking.ties"),
        ("overall:", "rounding: {mode: nearest}\noverall:", "rounding.mode"),
    ],
)
def test_a_value_out_of_bounds_is_named_with_its_place(old, new, place):
    assert list(problems(changed(old, new))) in ([place], [f"{place}.[key]"])


def test_a_float_from_a_program_is_refused_because_it_is_not_exact():
    document = {"name": "a", "scale": {"x": 1.1}, "groups": [{"id": "g"}], "criteria": [{"id": "c"}]}

    with pytest.raises(SchemeError, match=r"scale\.x: found 1\.1"):
        scheme_from_document(document)


def test_a_document_that_lacks_its_parts_says_which():
    assert set(problems("name: a")) == {"scale", "groups", "criteria"}
    assert problems("{name: a, scale: {x: 1}, groups: [], criteria: []}").keys() == {"groups", "criteria"}


def test_an_error_inside_a_list_does_not_also_blame_the_list():
    assert list(problems(changed("weight: 20", "weight: -20"))) == ["criteria.0.weight"]


def test_a_group_may_only_be_asked_what_the_group_above_it_is_asked():
    inner = "{id: 群众, asks: [德], groups: [{id: 居民, asks: [能]}]}"

    found = problems(f"{{name: 一, scale: {{好: 1}}, groups: [{inner}], criteria: [{{id: 德}}, {{id: 能}}]}}")

    assert found["groups.0.groups.0.asks.0"] == ("能", "德")


@pytest.mark.parametrize(
    "more",
    ["criteria: [{id: 德}, {id: 能, weight: 0}]", "criteria: [{id: 德}], overall: {item: 能, share: 0}"],
)
def test_a_group_with_a_weight_is_asked_something_with_a_weight(more):
    found = problems(f"{{name: 一, scale: {{好: 1}}, groups: [{{id: 村民}}, {{id: 甲, asks: [能]}}], {more}}}")

    assert found == {"groups.1.asks": ("能", "at least one item with a weight, or weight 0 for the group")}
    assert load_scheme(
        f"{{name: 一, scale: {{好: 1}}, groups: [{{id: 村民}}, {{id: 甲, weight: 0, asks: [能]}}], {more}}}"
    )


def test_a_level_called_true_breaks_ties():
    scheme = load_scheme(
        "{name: 一, scale: {true: 1, false: 0}, groups: [{id: 村民}], criteria: [{id: 德}], "
        "ranking: {break_ties_by: [true]}}"
    )

    assert scheme.document.ranking.break_ties_by == ("true",)


@pytest.mark.parametrize(
    ("old", "new", "found", "allowed"),
    [
        ("weight: 20", "weight: true", "true", "a number or ratio"),
        ("weight: 20", f"weight: {'9' * 61}", "9" * 61, "at most 60 characters"),
        ("weight: 20", 'weight: "20\u00a0"', '"20\\xa0"', "a number or ratio"),
    ],
)
def test_what_was_typed_is_shown_so_that_it_can_be_seen(old, new, found, allowed):
    [(place, (shown, may))] = problems(changed(old, new)).items()

    assert (place, shown) == ("criteria.0.weight", found)
    assert allowed in may

"""Which rule makes two rounds incomparable: the first that differs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.comparing.comparable import first_difference
from scoring.document.scheme import scheme_from_document
from scoring.outcome.definitions import rules
from tests.scoring.counted import FOUR

DOCUMENT = {
    "name": "甲年",
    "scale": FOUR,
    "groups": [
        {"id": "群众", "weight": 1, "groups": [{"id": "居民", "weight": 2}, {"id": "代表", "weight": 1}]},
        {"id": "服务对象", "weight": 1, "scale": {"满意": 100, "不满意": 0}},
    ],
    "criteria": [{"id": "德", "weight": 1}, {"id": "绩", "weight": 3, "items": [{"id": "实绩"}, {"id": "效率"}]}],
    "overall": {"item": "总体", "share": "0.4"},
}


def stated(**changes):
    return rules(scheme_from_document({**DOCUMENT, **changes}))


def groups(*weights, scale=100):
    own = {"满意": scale, "不满意": 0}
    below = [{"id": "居民", "weight": weights[2]}, {"id": "代表", "weight": weights[3]}]
    return [
        {"id": "群众", "weight": weights[0], "groups": below},
        {"id": "服务对象", "weight": weights[1], "scale": own},
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "乙年"},
        {"groups": groups(2, 2, 4, 2)},
        {"criteria": [{"id": "德", "weight": 2}, {"id": "绩", "weight": 6, "items": [{"id": "实绩"}, {"id": "效率"}]}]},
        {"scale": {**FOUR, "优秀": "100.0"}},
        {"overall": {"item": "总体", "share": "2/5"}},
        {"rounding": {"places": 1}, "disclosure": {"score": 10}, "ranking": {"on": "printed"}},
        {
            "grades": {"bands": [{"grade": "优秀", "from": 90}]},
            "triggers": [{"flag": "约谈", "when": "share(优秀) < 1/2"}],
        },
        {
            "turnout": {"min_share": "2/3"},
            "ballot_rules": [{"rule": "uniform", "action": "flag"}],
            "favourable": ["优秀"],
            "rounding": {"shares": "whole"},
            "ranking": {"ties": "hand"},
        },
    ],
)
def test_names_print_grades_and_the_way_a_ratio_is_written_make_no_difference(changes):
    assert first_difference(stated(), stated(**changes)) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"scale": {**FOUR, "称职": 75}}, "scale 称职: 80, then 75"),
        ({"scale": {**FOUR, "不了解": 50}}, "scale 不了解: no judgement, then 50"),
        ({"scale": {"min": 0, "max": 100}}, "scale 优秀: 100, then nothing"),
        ({"groups": [*groups(1, 1, 2, 1), {"id": "党委"}]}, "group 党委: nothing, then outermost"),
        ({"groups": [{"id": "群众"}, {"id": "服务对象"}]}, "group 居民: in 群众, then nothing"),
        ({"groups": groups(1, 1, 2, 1, scale=90)}, "scale of 服务对象, 满意: 100, then 90"),
        ({"criteria": [{"id": "德"}]}, "item 实绩: in 绩, then nothing"),
        ({"overall": {"item": "总评", "share": "0.4"}}, "overall item: 总体, then 总评"),
        ({"denominator": "valid"}, "denominator: judgements, then valid"),
        ({"empty_group": "zero"}, "empty group: fail, then zero"),
        ({"groups": groups(1, 2, 2, 1)}, "weight of group 群众: 0.5, then 1/3"),
        ({"groups": groups(1, 1, 1, 1)}, "weight of group 居民: 2/3, then 0.5"),
        (
            {
                "criteria": [
                    {"id": "德"},
                    {"id": "绩", "weight": 3, "items": [{"id": "实绩", "weight": 3}, {"id": "效率"}]},
                ]
            },
            "weight of item 实绩: 0.5, then 0.75",
        ),
        ({"overall": {"item": "总体", "share": "0.5"}}, "share of the overall item: 0.4, then 0.5"),
        ({"extremes": {"trim": "0.1"}}, "extremes: nothing, then {'trim': '0.1'}"),
        ({"mode": {"ratio": {"full": 50}}}, "ratio_to_best: nothing, then 50"),
        (
            {"ballot_rules": [{"rule": "uniform", "action": "flag"}, {"rule": "uniform", "action": "void"}]},
            "ballot_rules: nothing, then [{'rule': 'uniform', 'action': 'void'}]",
        ),
        (
            {"components": [{"id": "测评", "source": "ballots"}]},
            "components: nothing, then [{'id': '测评', 'share': '1', 'source': 'ballots'}]",
        ),
    ],
)
def test_the_first_rule_that_differs_is_named(changes, reason):
    assert first_difference(stated(), stated(**changes)) == reason


def test_the_scale_is_named_before_the_weights():
    both = stated(scale={**FOUR, "称职": 75}, groups=groups(1, 5, 2, 1), denominator="valid")

    assert first_difference(stated(), both) == "scale 称职: 80, then 75"


@given(st.lists(st.sampled_from(["scale", "groups", "denominator", "none"]), min_size=2, max_size=2))
def test_a_difference_is_seen_from_both_sides_and_none_from_itself(kinds):
    changes = {
        "scale": {"scale": {**FOUR, "称职": 75}},
        "groups": {"groups": groups(1, 5, 2, 1)},
        "denominator": {"denominator": "valid"},
        "none": {},
    }
    first, second = (stated(**changes[kind]) for kind in kinds)

    assert (first_difference(first, second) is None) == (kinds[0] == kinds[1])
    assert (first_difference(first, second) is None) == (first_difference(second, first) is None)

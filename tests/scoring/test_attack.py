"""All tables of small rounds are released, and an attacker looks for marks that are certain; see ``attack``."""

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from scoring.release import disclosure, room
from scoring.score import score
from tests.scoring.attack import Shape, certain, released, tables
from tests.scoring.counted import count, make_scheme

TWO, THREE = {"好": 12, "差": 0}, {"好": 10, "中": 6, "差": 0}
BANDS = [{"grade": "优", "from": 11}, {"grade": "良", "from": 9}, {"grade": "差", "from": 0}]
NARROW = [{"grade": f"第{number:03}等", "from": f"{12 - number / 50:.2f}"} for number in range(1, 601)]
TRIGGERS = [{"flag": "约谈", "when": "share(好) < 0.95"}, {"flag": "全好", "when": "share(差) <= 0.02"}]


def shape(sizes, groups=("甲组", "乙组"), criteria=("德",), scale=None, beside=None, imported="", draws=0, **more):
    return Shape(make_scheme(groups, criteria, scale=scale or TWO, **more), sizes, beside, imported, draws)


ALL_OF_ONE = [{"flag": "约谈", "when": "share(好) >= 40/47"}]
HALVES = [{"id": "测评", "weight": 1, "source": "ballots"}, {"id": "实绩", "weight": 1, "source": "imported"}]
SMALL = {"甲组": 12, "乙组": 6}
LARGE = {"甲组": 40, "乙组": 9}
ABSTAINING = {"scale": TWO | {"不了解": None}}
NESTED = [{"id": "群", "groups": [{"id": "甲", "weight": 2}, {"id": "乙"}]}, "丙"]
SHAPES = {
    "one group": shape({"甲组": 14}, ["甲组"], scale=THREE),
    "one group of more": shape({"甲组": 44}, ["甲组"], scale=THREE),
    "one group, two items": shape({"甲组": 22}, ["甲组"], ["德", {"id": "能", "weight": 2}]),
    "one small group, two items": shape({"甲组": 6}, ["甲组"], ["德", "能"], THREE),
    "a large and a small group": shape({"甲组": 60, "乙组": 9}),
    "a large group and one of three": shape({"甲组": 60, "乙组": 3}, ["甲组", {"id": "乙组", "weight": "1/5"}]),
    "a large group and one rater": shape({"甲组": 40, "乙组": 1}, ["甲组", {"id": "乙组", "weight": "1/9"}]),
    "two groups, two items": shape({"甲组": 12, "乙组": 5}, criteria=["德", "能"]),
    "two groups, three levels": shape(SMALL, scale=THREE),
    "two groups of ten and more": shape({"甲组": 11, "乙组": 10}, scale=THREE),
    "three groups": shape({"甲组": 20, "乙组": 9, "丙组": 8}, ["甲组", "乙组", "丙组"]),
    "nested groups": shape({"甲": 20, "乙": 8, "丙": 7}, NESTED),
    "not asked": shape({"甲组": 20, "乙组": 9}, ["甲组", {"id": "乙组", "asks": ["德"]}], ["德", "能"]),
    "a scale of its own": shape(LARGE, ["甲组", {"id": "乙组", "scale": {"优": 12, "劣": 5}}]),
    "grades": shape({"甲组": 30, "乙组": 7}, grades={"bands": BANDS}),
    "a neighbour": shape(LARGE, beside={("甲组", "德"): [30, 10], ("乙组", "德"): [5, 5]}),
    "a neighbour shown in full": shape(LARGE | {"乙组": 12}, beside={("甲组", "德"): [36, 4], ("乙组", "德"): [8, 4]}),
    "flags": shape({"甲组": 40, "乙组": 8}, triggers=TRIGGERS),
    "extremes dropped": shape(SMALL, scale=THREE, extremes={"drop_high": 1, "drop_low": 1, "above": 5}),
    "abstentions": shape(SMALL, **ABSTAINING),
    "abstentions that count as nothing": shape(SMALL, denominator="valid", **ABSTAINING),
    "a flag that with the total leaves one way": shape({"甲组": 40, "乙组": 7}, triggers=ALL_OF_ONE),
    "a cap": shape({"甲组": 60, "乙组": 7}, adjustments={"cap": 8}),
    "a floor": shape({"甲组": 60, "乙组": 7}, adjustments={"floor": 8}),
    "another score brought in": shape({"甲组": 60, "乙组": 7}, components=HALVES, imported="5.39"),
    "an item that is nearly all of the total": shape(
        {"甲组": 12, "乙组": 7},
        ["甲组", {"id": "乙组", "asks": ["德"]}],
        ["德", {"id": "能", "weight": "1/1000"}],
        {"好": 4, "差": 0},
    ),
    "a group on a part of the scale": shape(
        {"甲组": 10}, [{"id": "甲组", "scale": {"高": 1, "低": 0}}], scale={"好": 10, "差": 0}
    ),
    "a smaller part in the final score": shape(
        {"甲组": 38},
        ["甲组"],
        scale={"好": 5, "差": 0},
        components=[HALVES[0] | {"weight": 3}, HALVES[1]],
        imported="70",
    ),
    "chances of a place": shape(
        {"甲组": 40, "乙组": 7},
        beside={("甲组", "德"): [30, 10], ("乙组", "德"): [3, 4]},
        draws=20,
        grades={
            "bands": [{"grade": "优", "from": 1}, {"grade": "差", "from": 0}],
            "quotas": [{"grade": "优", "share": "1/2"}],
        },
    ),
    "a ratio to the best": shape(
        {"甲组": 12},
        ["甲组"],
        scale={"好": 12, "中": 6, "差": 0},
        mode={"ratio": {}},
        beside={("甲组", "德"): [7, 5, 0]},
    ),
    "points by place": shape(
        {"甲组": 12},
        ["甲组"],
        scale={"好": 12, "中": 6, "差": 0},
        mode={"ranks": {"full": 100, "less": "0.1"}},
        beside={("甲组", "德"): [8, 4, 0]},
    ),
    "grades whose lines cut a printed unit": shape({"甲组": 41, "乙组": 9}, grades={"bands": NARROW}),
    "grades by the printed score": shape({"甲组": 41, "乙组": 9}, grades={"bands": NARROW}, ranking={"on": "printed"}),
    "groups of prime sizes": shape({"甲组": 37, "乙组": 13, "丙组": 11}, ["甲组", "乙组", "丙组"]),
    "rounded down": shape({"甲组": 80, "乙组": 8}, rounding={"places": 1, "mode": "down"}),
}


@pytest.mark.parametrize("name", SHAPES)
def test_nobody_elses_mark_is_certain_where_two_raters_tell(name):
    marks = tables(SHAPES[name])

    texts = released(SHAPES[name], marks)

    assert len(marks) > 10
    assert list(certain(SHAPES[name], marks, texts)) == []


def test_the_attacker_finds_marks_where_everything_is_printed():
    """Of 14 ballots of one level two may differ, or all be alike: what two tell leaves the rest."""
    own = SHAPES["one group"]
    marks = tables(own)
    everything = [str(table.tolist()) for table in marks]

    found = {each.counts for each in certain(own, marks, everything)}

    assert found == {
        tuple(table[0, 0].tolist()) for table in marks if max(table[0, 0].tolist()) >= 14 - disclosure.TELLERS
    }


@pytest.mark.parametrize(
    ("rule", "weaker", "name"),
    [
        ("SPARE", 2, "one group of more"),
        ("LEFT", 0, "two groups, two items"),
        ("FINE", 0, "a large and a small group"),
        ("ENOUGH", 0, "two groups, two items"),
    ],
)
def test_the_attacker_finds_marks_where_a_rule_is_weaker(monkeypatch, rule, weaker, name):
    monkeypatch.setattr(disclosure if rule == "SPARE" else room, rule, weaker)
    marks = tables(SHAPES[name])

    assert list(certain(SHAPES[name], marks, released(SHAPES[name], marks)))


def test_two_results_of_the_same_ballots_make_no_mark_certain():
    """Other scores brought in move the edges; that a score is then left out must not say on which side it lies."""
    first = shape({"甲组": 60, "乙组": 7}, components=HALVES, imported="5.5")
    marks = tables(first)
    before = released(first, marks)
    told = {
        f"{number:07}": tuple(Fraction(end) for end in json.loads(text)["told"])
        for number, text in enumerate(before)
        if json.loads(text)["told"]
    }
    for later in ("5.48", "5.92", "5.1"):
        after = released(replace(first, imported=later), marks, earlier=told)

        assert told
        assert list(certain(first, marks, [one + two for one, two in zip(before, after, strict=True)])) == []


def test_totals_that_are_printed_alike_share_a_rank():
    """Of as many totals in strict order as could be printed alike, each would be known."""
    scheme = make_scheme(["甲组", {"id": "乙组", "weight": "1/9"}], scale=TWO)
    cells = {(str(good), "甲组", "德"): {"好": good, "差": 40 - good} for good in (16, 17, 18)}
    cells |= {(str(good), "乙组", "德"): {"好": 1} for good in (16, 17, 18)}

    results = score(scheme, count(scheme, cells), release=True).results

    assert [(each.score, each.rank, each.tied) for each in results] == [("6", 1, True)] * 3


def test_most_tables_of_a_round_are_shown_nevertheless():
    """All of those of 61 × 13 in which four ballots of each group differ; totals of most others."""
    own = shape({"甲组": 60, "乙组": 12})
    results = [json.loads(text) for text in released(own, tables(own))]

    steps = Counter("all" if each["exact"] else "total" if each["score"] else "band" for each in results)

    assert steps["all"] == 53 * 5
    assert steps["total"] > 2 * steps["band"]
    assert all(each["band"] for each in results if not each["score"])

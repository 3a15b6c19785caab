from collections import Counter
from fractions import Fraction
from itertools import chain, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.document.targets import TargetInfo
from scoring.score import score
from scoring.scores.grades import places
from tests.scoring.counted import count, make_scheme

BANDS = [{"grade": "优秀", "from": 90}, {"grade": "称职", "from": 80}, {"grade": "基本称职", "from": 60}]


def graded(grades, scores, information=None, **more):
    """Return target → (grade, flags) for whole scores out of 100."""
    scheme = make_scheme(scale={"好": 100, "差": 0}, grades=grades, **more)
    tally = count(scheme, {(target, "群众", "德"): {"好": of, "差": 100 - of} for target, of in scores.items()})
    results = score(scheme, tally, information=information, release=False).results
    return {result.target: (result.grade, result.flags) for result in results}


def grades_of(found):
    return {target: grade for target, (grade, _) in found.items()}


def test_a_band_is_reached_at_its_own_score():
    found = graded({"bands": BANDS}, {"甲": 90, "乙": 89, "丙": 60, "丁": 59})

    assert grades_of(found) == {"甲": "优秀", "乙": "称职", "丙": "基本称职", "丁": None}


def test_bands_hold_in_any_order_of_the_document():
    assert grades_of(graded({"bands": BANDS[::-1]}, {"甲": 95, "乙": 85})) == {"甲": "优秀", "乙": "称职"}


def test_a_score_that_only_prints_as_the_band_does_not_reach_it():
    scheme = make_scheme(scale={"好": 100, "差": 0}, grades={"bands": BANDS})
    tally = count(scheme, {("甲", "群众", "德"): {"好": 89999, "差": 10001}})

    [result] = score(scheme, tally, release=False).results

    assert (result.score, result.grade) == ("90.00", "称职")


@pytest.mark.parametrize(("rounding", "expected"), [("half_up", 3), ("up", 3), ("down", 2)])
def test_a_fifth_of_thirteen_is_rounded_as_the_quota_says(rounding, expected):
    assert places(13 * Fraction(1, 5), rounding) == expected
    quota = {"grade": "优秀", "share": "1/5", "rounding": rounding}

    scores = {f"T{number}": 99 - number for number in range(9)} | {f"U{number}": 50 for number in range(4)}

    found = graded({"bands": BANDS, "quotas": [quota]}, scores)

    assert sum(grade == "优秀" for grade in grades_of(found).values()) == expected


@given(st.fractions(0, 1), st.integers(0, 500))
def test_places_never_exceed_the_pool_and_lie_within_one_of_the_share(share, pool):
    down, half, up = (places(share * pool, mode) for mode in ("down", "half_up", "up"))

    assert 0 <= down <= half <= up <= pool
    assert up - down <= 1


def test_who_is_beyond_the_quota_gets_the_next_grade():
    quota = {"grade": "优秀", "share": "1/4"}

    found = graded({"bands": BANDS, "quotas": [quota]}, {"甲": 99, "乙": 98, "丙": 97, "丁": 70})

    assert grades_of(found) == {"甲": "优秀", "乙": "称职", "丙": "称职", "丁": "基本称职"}


def test_places_without_anyone_above_the_band_stay_empty():
    found = graded({"bands": BANDS, "quotas": [{"grade": "优秀", "share": 1}]}, {"甲": 99, "乙": 85})

    assert grades_of(found) == {"甲": "优秀", "乙": "称职"}


def test_each_pool_has_its_own_places():
    information = {target: TargetInfo(class_="A" if target in "甲乙" else "B") for target in "甲乙丙丁"}
    scores = {"甲": 99, "乙": 98, "丙": 92, "丁": 91}

    by_class = graded(
        {"bands": BANDS, "quotas": [{"grade": "优秀", "share": "1/2", "per": "class"}]}, scores, information
    )
    together = graded({"bands": BANDS, "quotas": [{"grade": "优秀", "share": "1/2", "per": []}]}, scores, information)

    assert grades_of(by_class) == {"甲": "优秀", "乙": "称职", "丙": "优秀", "丁": "称职"}
    assert grades_of(together) == {"甲": "优秀", "乙": "优秀", "丙": "称职", "丁": "称职"}


def test_a_tie_across_the_quota_line_leaves_its_grades_to_people():
    found = graded(
        {"bands": BANDS, "quotas": [{"grade": "优秀", "share": "1/2"}]}, {"甲": 99, "乙": 95, "丙": 95, "丁": 91}
    )

    assert found["甲"] == ("优秀", ())
    assert found["乙"] == found["丙"] == (None, ("tie at quota: 优秀",))
    assert found["丁"] == ("称职", ())


def test_a_tie_that_fits_into_the_quota_is_none():
    found = graded(
        {"bands": BANDS, "quotas": [{"grade": "优秀", "share": "1/2"}]}, {"甲": 95, "乙": 95, "丙": 91, "丁": 91}
    )

    assert grades_of(found) == {"甲": "优秀", "乙": "优秀", "丙": "称职", "丁": "称职"}


def test_a_tie_at_the_line_that_other_marks_break_is_none():
    scheme = make_scheme(
        scale={"好": 100, "中": 90, "差": 80},
        ranking={"break_ties_by": ["好"]},
        grades={"bands": BANDS, "quotas": [{"grade": "优秀", "share": "1/2"}]},
    )
    tally = count(scheme, {("甲", "群众", "德"): {"好": 1, "差": 1}, ("乙", "群众", "德"): {"中": 2}})

    assert [(each.target, each.grade) for each in score(scheme, tally, release=False).results] == [
        ("甲", "优秀"),
        ("乙", "称职"),
    ]


def test_a_forced_distribution_needs_no_bands():
    """20/70/10, as some townships force it: ten targets, two, seven and one."""
    quotas = [{"grade": "优秀", "share": 0.2}, {"grade": "称职", "share": 0.7}, {"grade": "基本称职", "share": 0.1}]
    quotas = [{**quota, "share": str(quota["share"])} for quota in quotas]

    found = graded({"quotas": quotas}, {f"T{number}": 90 - number for number in range(10)})

    assert list(grades_of(found).values()) == ["优秀"] * 2 + ["称职"] * 7 + ["基本称职"]


def test_those_who_will_fall_from_a_tie_take_places_of_the_next_grade():
    quotas = [
        {"grade": "优秀", "share": "1/5"},
        {"grade": "称职", "share": "2/5"},
        {"grade": "基本称职", "share": "2/5"},
    ]

    found = graded({"quotas": quotas}, {"甲": 90, "乙": 90, "丙": 80, "丁": 70, "戊": 60})

    assert grades_of(found) == {"甲": None, "乙": None, "丙": "称职", "丁": "基本称职", "戊": "基本称职"}


def every_resolution(bands, quotas, scores, class_of):
    """Return target → every grade it gets when equals are put in any order, by trying all of them."""
    found = {target: set() for target in scores}
    blocks = [[name for name in scores if scores[name] == each] for each in sorted(set(scores.values()), reverse=True)]
    for orders in product(*map(permutations, blocks)):
        taken = Counter()
        for target in chain.from_iterable(orders):
            got = None
            for name, least in bands:
                share, rounding, per = quotas.get(name, (1, "up", "kind"))
                pool = [other for other in scores if per == "kind" or class_of[other] == class_of[target]]
                where = (name, class_of[target] if per == "class" else "")
                room = places(Fraction(share) * len(pool), rounding)
                if scores[target] >= least and taken[where] < room:
                    taken[where] += 1
                    got = name
                    break
            found[target].add(got)
    return found


LADDER = [("优", 80), ("称", 60), ("基", 40), ("差", 0)]
QUOTA = st.tuples(
    st.sampled_from(["0", "1/5", "1/4", "1/3", "1/2"]),
    st.sampled_from(["half_up", "up", "down"]),
    st.sampled_from(["kind", "kind", "class"]),
)


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from([90, 90, 90, 70, 70, 50, 10]), st.sampled_from("AB")), min_size=1, max_size=6),
    st.dictionaries(st.sampled_from([name for name, _ in LADDER]), QUOTA, min_size=1),
)
def test_a_grade_is_given_where_every_order_of_the_equals_gives_it(drawn, quotas):
    scores = {f"T{number}": score for number, (score, _) in enumerate(drawn)}
    class_of = {f"T{number}": class_ for number, (_, class_) in enumerate(drawn)}
    information = {target: TargetInfo(class_=class_) for target, class_ in class_of.items()}
    found = graded(
        {
            "bands": [{"grade": name, "from": least} for name, least in LADDER],
            "quotas": [
                {"grade": name, "share": share, "rounding": rounding, "per": per}
                for name, (share, rounding, per) in quotas.items()
            ],
        },
        scores,
        information,
    )

    for target, grades in every_resolution(LADDER, quotas, scores, class_of).items():
        grade, flags = found[target]
        assert grade == (next(iter(grades)) if len(grades) == 1 else None)
        assert not flags or len(grades) > 1
        assert flags or len(grades) == 1 or len({per for _, _, per in quotas.values()}) > 1


def test_a_tie_reaches_through_several_quotas_and_the_grade_below_is_sure():
    quotas = [{"grade": name, "share": "1/5"} for name in ("优", "称", "基")]

    found = graded(
        {"bands": [{"grade": name, "from": least} for name, least in LADDER], "quotas": quotas},
        {"甲": 90, "乙": 90, "丙": 90, "丁": 50, "戊": 0},
    )

    assert grades_of(found) == {"甲": None, "乙": None, "丙": None, "丁": "差", "戊": "差"}
    assert [flags for _, flags in found.values()] == [("tie at quota: 优",)] * 3 + [(), ()]


def test_who_waits_for_a_tie_in_another_pool_has_no_grade_and_no_flag():
    """甲 and 乙 tie for their class's one 优; if 甲 misses it, it takes the 称 that 丙 of its layer would have."""
    information = {
        "甲": TargetInfo(class_="A", layer="X"),
        "乙": TargetInfo(class_="A", layer="Y"),
        "丙": TargetInfo(class_="B", layer="X"),
    }
    quotas = [
        {"grade": "优", "share": "1/2", "per": "class", "rounding": "down"},
        {"grade": "称", "share": "1/2", "per": "layer", "rounding": "down"},
    ]

    found = graded(
        {"bands": [{"grade": name, "from": least} for name, least in LADDER], "quotas": quotas},
        {"甲": 90, "乙": 90, "丙": 70},
        information,
    )

    assert found["丙"] == (None, ())
    assert found["甲"] == found["乙"] == (None, ("tie at quota: 优",))


def test_ties_that_can_fall_in_too_many_ways_are_left_to_people():
    information = {
        f"T{number:02}": TargetInfo(class_=f"C{number // 2}", layer=f"L{number % 7}") for number in range(60)
    }
    quotas = [{"grade": "优", "share": "1/2", "per": "class"}, {"grade": "称", "share": "1/4", "per": "layer"}]

    found = graded(
        {"bands": [{"grade": name, "from": least} for name, least in LADDER], "quotas": quotas},
        dict.fromkeys(information, 90) | {"U": 10},
        information,
    )

    assert set(grades_of(found).values()) == {None}
    assert sum(flags == ("tie at quota: 优",) for _, flags in found.values()) == 60


def test_a_target_without_a_final_score_has_no_grade_but_counts_in_the_pool():
    scheme = make_scheme(
        ["群众", "政府"],
        scale={"好": 100, "差": 0},
        grades={"bands": BANDS, "quotas": [{"grade": "优秀", "share": "1/4"}]},
    )
    both = {
        target: {("群众", "德"): {"好": 99 - place, "差": 1 + place}, ("政府", "德"): {"好": 99, "差": 1}}
        for place, target in enumerate("甲乙丙")
    }
    tally = count(
        scheme,
        {(target, *cell): marks for target, cells in both.items() for cell, marks in cells.items()}
        | {("丁", "群众", "德"): {"好": 1}},
    )

    results = score(scheme, tally, release=False).results

    assert [(each.target, each.grade) for each in results] == [
        ("甲", "优秀"),
        ("乙", "称职"),
        ("丙", "称职"),
        ("丁", None),
    ]

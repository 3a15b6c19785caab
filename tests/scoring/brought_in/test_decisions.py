import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.brought_in.decisions import barred_grades, read_decisions
from scoring.document.problems import FileError
from scoring.document.targets import TargetInfo
from scoring.outcome.results import Decided
from scoring.score import score
from tests.scoring.counted import count, make_scheme

BANDS = [{"grade": "优秀", "from": 90}, {"grade": "称职", "from": 70}, {"grade": "不称职", "from": 0}]
ITEMS = [{"id": "表彰", "kind": "bonus", "max": 3}, {"id": "通报", "kind": "deduction", "max": 2}]
FIVE = {"甲": 10, "乙": 9, "丙": 8, "丁": 7, "戊": 6}  # marks of 优秀 among 10, the others 称职: 100, 98, 96, 94, 92
HEADER = "target,decision,item,value,reason,document\n"


def decide(kind, value=""):
    return [Decided(decision=kind, value=value, reason="会议决定")]


def graded(best, decisions=None, units=None, classes=None, **grades):
    """Return target → (rank, grade, flags); of each target so many of 10 marks are 优秀, the others 称职."""
    scheme = make_scheme(grades={"bands": BANDS, **grades})
    cells = {(target, "群众", "德"): {"优秀": number, "称职": 10 - number} for target, number in best.items()}
    information = {
        target: TargetInfo(unit=(units or {}).get(target, ""), class_=(classes or {}).get(target, ""))
        for target in best
    }
    results = score(scheme, count(scheme, cells), information=information, decisions=decisions, release=False).results
    return {each.target: (each.rank, each.grade, each.flags) for each in results}


def test_a_veto_with_a_grade_lets_no_better_one_be_given():
    found = graded(FIVE, {"甲": decide("veto", "称职")})

    assert found["甲"] == (1, "称职", ("veto: no better than: 称职",))
    assert found["乙"] == (2, "优秀", ())


def test_a_veto_without_a_grade_leaves_the_ranking_but_not_the_base_of_quotas():
    """A fifth of five is one place; 甲 is out, so it goes to 乙, who is first now."""
    found = graded(FIVE, {"甲": decide("veto")}, quotas=[{"grade": "优秀", "share": "1/5"}])

    assert found["甲"] == (None, None, ("veto: out of the ranking",))
    assert [found[target][:2] for target in "乙丙"] == [(1, "优秀"), (2, "称职")]


def test_who_is_not_eligible_gets_the_next_grade_and_the_place_goes_to_the_next_in_line():
    found = graded(FIVE, {"甲": decide("ineligible", "优秀")}, quotas=[{"grade": "优秀", "share": "1/5"}])

    assert found["甲"] == (1, "称职", ("not eligible for: 优秀",))
    assert [found[target][:2] for target in "乙丙"] == [(2, "优秀"), (3, "称职")]


def test_who_is_left_without_a_grade_leaves_the_base_of_quotas():
    """Three tenths of five are 1.5, so 2 places; of four 1.2, so 1. 不定等次 keeps its rank."""
    quotas = [{"grade": "优秀", "share": "0.3"}]

    assert [grade for _, grade, _ in graded(FIVE, quotas=quotas).values()].count("优秀") == 2
    found = graded(FIVE, {"戊": decide("no_grade")}, quotas=quotas)
    assert [grade for _, grade, _ in found.values()].count("优秀") == 1
    assert found["戊"] == (5, None, ("no grade",))


def test_who_is_not_assessed_has_no_rank_and_leaves_the_base_of_quotas():
    found = graded(FIVE, {"甲": decide("not_assessed")}, quotas=[{"grade": "优秀", "share": "0.3"}])

    assert found["甲"] == (None, None, ("not assessed",))
    assert [found[target][:2] for target in "乙丙丁戊"] == [(1, "优秀"), (2, "称职"), (3, "称职"), (4, "称职")]


def test_the_grade_of_the_meeting_stands_beside_the_computed_one():
    scheme = make_scheme(grades={"bands": BANDS})
    tally = count(scheme, {("甲", "群众", "德"): {"优秀": 1}})

    [result] = score(scheme, tally, decisions={"甲": decide("final_grade", "称职")}, release=False).results

    assert (result.grade, result.final_grade, result.decisions[0].reason) == ("优秀", "称职", "会议决定")


@pytest.mark.parametrize("kind", ["unit_grade", "final_grade"])
@pytest.mark.parametrize(("grade", "places"), [("优秀", 6), ("一般", 4), ("较差", 3), ("良好", 5)])
def test_the_grade_of_a_unit_moves_its_members_quota(kind, grade, places):
    """Of 20 members 30 % are 6; 20 % are 4, 15 % are 3, and 25 % where nothing else is said."""
    members = {f"{number:02}": number for number in range(20)}
    quota = {"grade": "优秀", "share": "0.25", "by_unit_grade": {"优秀": "0.3", "一般": "0.2", "较差": "0.15"}}
    scheme = make_scheme(scale={"是": 100, "否": 80}, grades={"bands": BANDS, "quotas": [quota]})
    cells = {(name, "群众", "德"): {"是": 30 + number, "否": 20 - number} for name, number in members.items()}
    information = dict.fromkeys(members, TargetInfo(unit="局"))

    results = score(
        scheme, count(scheme, cells), information=information, decisions={"局": decide(kind, grade)}, release=False
    ).results

    assert [each.grade for each in results].count("优秀") == places


def test_shares_of_members_of_several_units_are_added_and_rounded_once():
    """甲 and 乙 bring 0.3 each, 丙, 丁 and 戊 0.15 each: 1.05, one place; 0.6 and 0.45 by themselves would be none."""
    units = dict.fromkeys("甲乙", "一局") | dict.fromkeys("丙丁戊", "二局")
    quota = {"grade": "优秀", "share": "0.2", "rounding": "down", "by_unit_grade": {"优秀": "0.3", "较差": "0.15"}}
    decisions = {"一局": decide("unit_grade", "优秀"), "二局": decide("unit_grade", "较差")}

    found = graded(FIVE, decisions, units, quotas=[quota])

    assert [found[target][1] for target in "甲乙丙丁戊"] == ["优秀", "称职", "称职", "称职", "称职"]


def test_a_unit_graded_in_the_same_results_moves_its_members_quota_and_they_their_own():
    """Two fifths of 县 and 邻县 are one place, of 甲局 none; since 县 is 优秀, 甲局 may be, and so both cadres."""
    best = {"县": 10, "邻县": 9, "甲局": 5, "甲": 9, "乙": 8}
    units = {"甲局": "县", "甲": "甲局", "乙": "甲局"}
    classes = {"县": "县", "邻县": "县", "甲局": "局", "甲": "人", "乙": "人"}

    def given(**more):
        found = graded(best, None, units, classes, quotas=[{"grade": "优秀", "share": "0.4", **more}])
        return [target for target in best if found[target][1] == "优秀"]

    assert given() == ["县", "甲"]
    assert given(by_unit_grade={"优秀": 1}) == ["县", "甲局", "甲", "乙"]


def test_a_unit_that_takes_places_from_its_own_members_moves_no_quota_by_a_computed_grade():
    """局 at 优秀 takes the share from 甲, then 局 itself finds no place: no grades would agree, so 1/2 of 2 holds."""
    quota = {"grade": "优秀", "share": "1/2", "by_unit_grade": {"优秀": 0}, "rounding": "down"}

    found = graded({"局": 10, "甲": 9}, None, {"甲": "局"}, quotas=[quota])

    assert [found[name][1] for name in ("局", "甲")] == ["优秀", "称职"]


def problems(rows, targets=("甲", "乙"), **more):
    with pytest.raises(FileError) as caught:
        read_decisions((HEADER + rows).encode(), "D.csv", make_scheme(**more), targets)
    return [(problem.place, problem.found, problem.allowed) for problem in caught.value.problems]


def test_decisions_are_read_with_their_reason_and_document():
    rows = "甲,bonus,表彰,2.5,县级先进,县发3号\n甲,bonus,表彰,1,镇级先进,\n"
    rows += "局,unit_grade,,优秀,,\n乙,order,,1,,\n乙,final_grade,,良好,,\n"

    found = read_decisions((HEADER + rows).encode(), "D.csv", make_scheme(adjustments={"items": ITEMS}), ["甲", "乙"])

    assert found["甲"][0] == Decided(decision="bonus", item="表彰", value="2.5", reason="县级先进", document="县发3号")
    assert [each.value for each in found["甲"]] == ["2.5", "1"]
    assert [(each.decision, each.value) for each in (*found["局"], *found["乙"])] == [
        ("unit_grade", "优秀"),
        ("order", "1"),
        ("final_grade", "良好"),
    ]


def test_target_and_decision_are_all_the_columns_that_must_be_there():
    found = read_decisions(b"decision,target\n", "D.csv", make_scheme(), [])

    assert found == {}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("丙,veto,,,违纪,", ("column target", "丙", "a target that is rated or listed")),
        (",unit_grade,,优秀,,", ("column target", "", "a target that is rated or listed")),
        ("甲,veto,,一般,违纪,", ("column value", "一般", "nothing, or a grade of the scheme, 优秀, 称职, 不称职")),
        ("甲,ineligible,,,试用期,", ("column value", "", "优秀, 称职, 不称职")),
        ("甲,no_grade,,优秀,新任,", ("column value", "优秀", "nothing")),
        ("甲,not_assessed,,0,病假,", ("column value", "0", "nothing")),
        ("甲,final_grade,, ,,", ("column value", '" "', "a grade")),
        ("甲,order,,0,,", ("column value", "0", "a whole number of 1 or more")),
        ("甲,order,,1.5,,", ("column value", "1.5", "a whole number of 1 or more")),
        ("甲,bonus,表彰,-1,先进,", ("column value", "-1", "points: a number above 0")),
        ("甲,bonus,表彰,0,先进,", ("column value", "0", "points: a number above 0")),
        ("甲,bonus,表彰,1/3,先进,", ("column value", "1/3", "points: a number above 0")),
        ("甲,bonus,通报,1,先进,", ("column item", "通报", "表彰")),
        ("甲,deduction,,1,迟报,", ("column item", "", "通报")),
        ("甲,veto,表彰,,违纪,", ("column item", "表彰", "nothing: the scheme names no such items")),
        ("甲,veto,,, ,", ("column reason", '" "', "a reason for each veto")),
        ("甲,bonus,表彰,1,,", ("column reason", "", "a reason for each bonus")),
        ("甲,no_grade,,,,", ("column reason", "", "a reason for each no_grade")),
    ],
)
def test_what_cannot_be_decided_is_named_by_row_and_column(row, problem):
    named = problems(f"乙,order,,1,,\n{row}\n", adjustments={"items": ITEMS}, grades={"bands": BANDS})

    assert named == [(f"row 3, {problem[0]}", *problem[1:])]


def test_an_unknown_decision_is_answered_with_those_there_are():
    kinds = "bonus, deduction, veto, ineligible, no_grade, not_assessed, unit_grade, final_grade, order"

    assert problems("甲,promote,,,,\n") == [("row 2, column decision", "promote", kinds)]


def test_a_grade_can_be_barred_only_where_the_scheme_has_grades():
    assert problems("甲,ineligible,,优秀,试用期,\n") == [
        ("row 2, column value", "优秀", "no such decision: the scheme has no grades")
    ]


def test_what_can_be_decided_once_is_not_decided_twice():
    assert problems("甲,order,,1,,\n乙,order,,1,,\n甲,order,,2,,\n") == [
        ("row 4", "the same target and decision as row 2", "one order for each target")
    ]


def test_all_that_is_wrong_is_named_at_once():
    assert [place for place, _, _ in problems("丙,bonus,x,y,,\n")] == [
        "row 2, column target",
        "row 2, column item",
        "row 2, column value",
        "row 2, column reason",
    ]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["优秀", "称职", "不称职"]), max_size=3), st.sampled_from(["", "优秀", "称职", "不称职"])
)
def test_a_veto_bars_all_better_grades_and_nothing_else_does_but_ineligibility(ineligible, best):
    decided = [Decided(decision="ineligible", value=grade) for grade in ineligible]
    decided += [Decided(decision="veto", value=best)] if best else []

    barred = barred_grades(make_scheme(grades={"bands": BANDS}), {"甲": decided}, "甲")

    better = {"称职": {"优秀"}, "不称职": {"优秀", "称职"}}
    assert barred == better.get(best, set()) | set(ineligible)


def ordered(**places):
    return {target: decide("order", str(place)) for target, place in places.items()}


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        (ordered(甲=2, 乙=1), [None, None, None]),
        (ordered(甲=2, 乙=1, 丙=3), ["称职", "优秀", "称职"]),
        (ordered(甲=3, 乙=2, 丙=1), ["称职", "称职", "优秀"]),
        (ordered(甲=2, 乙=1, 丙=1), [None, None, None]),
    ],
    ids=["one has no place", "third of all", "first of all", "two have one place"],
)
def test_among_equals_of_several_rankings_places_go_by_an_order_of_all(decisions, expected):
    """丙 is alone in its class, but all three compete for one place: a third of three."""
    scheme = make_scheme(
        ranking={"ties": "hand"}, grades={"bands": BANDS, "quotas": [{"grade": "优秀", "share": "1/3", "per": []}]}
    )
    information = {"甲": TargetInfo(class_="一"), "乙": TargetInfo(class_="一"), "丙": TargetInfo(class_="二")}
    tally = count(scheme, {(target, "群众", "德"): {"优秀": 1} for target in information})

    results = score(scheme, tally, information=information, decisions=decisions, release=False).results

    found = {each.target: each for each in results}
    assert [found[target].grade for target in "甲乙丙"] == expected
    assert [found[target].rank for target in "甲乙丙"] == [2, 1, 1]
    assert ("tie at quota: 优秀" in found["丙"].flags) == (expected[2] is None)

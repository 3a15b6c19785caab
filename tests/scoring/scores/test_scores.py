from fractions import Fraction

from hypothesis import given, reject, settings
from hypothesis import strategies as st

from scoring.ballots.ratings import read_ratings
from scoring.document.exact import printed
from scoring.document.problems import SchemeError
from scoring.document.scheme import scheme_from_document
from scoring.score import score
from tests.scoring.counted import MARKS, cast, count, make_scheme
from tests.scoring.plain_results import Worked, printed_of
from tests.scoring.plain_rules import Round
from tests.scoring.plainly import leaves_of, tree_of

FIVE = {"很满意": "100", "满意": "80", "一般": "1/3", "不清楚": None}
FOUR = {"优": "100", "良": "85", "中": "60.5", "差": "0", "不了解": None}
ITEMS = ["德", "实绩", "效率", "总体"]
WEIGHTS = st.sampled_from(["0", "1", "2", "1/3", "0.15"])


@st.composite
def schemes(draw):
    """A document of one to four leaves, nested or not, with criteria, items, an overall mark, or none."""

    def leaf(name):
        node = {"id": name, "weight": draw(WEIGHTS)}
        if draw(st.booleans()):
            node["asks"] = draw(st.lists(st.sampled_from(ITEMS), min_size=1, unique=True))
        if draw(st.integers(0, 3)) == 0:
            node["scale"] = FIVE
        return node

    groups = [{"id": "群众", "weight": "2", "groups": [leaf("居民"), leaf("代表") | {"weight": "1"}]}, leaf("政府")]
    groups[1]["weight"] = "1/3"
    return {
        "name": "随机",
        "scale": FOUR,
        "groups": groups,
        "criteria": [
            {"id": "德", "weight": draw(WEIGHTS)},
            {
                "id": "绩",
                "weight": "3",
                "items": [{"id": "实绩", "weight": draw(WEIGHTS)}, {"id": "效率", "weight": "1"}],
            },
        ],
        "overall": {"item": "总体", "share": draw(st.sampled_from(["0", "0.4", "2/3", "1"]))},
        "denominator": draw(st.sampled_from(["judgements", "valid", "returned", "entitled"])),
        "empty_group": draw(st.sampled_from(["fail", "renormalise", "zero"])),
        "ranking": {"on": draw(st.sampled_from(["exact", "printed"]))},
        "rounding": {"places": draw(st.integers(0, 4))},
    }


@st.composite
def rounds(draw):
    """A document and marks on it: few ballots, so that groups and items are often empty."""
    document = draw(schemes())
    try:
        scheme_from_document(document)
    except SchemeError:
        reject()  # a group that is asked nothing of weight
    rows = []
    for leaf in leaves_of(tree_of(document)):
        levels = list(leaf["scale"])
        marks = st.sampled_from([*levels, *levels, *MARKS])
        for target in "甲乙":
            for ballot in range(draw(st.integers(0, 3))):
                asked = [item for item in leaf["asks"] if draw(st.integers(0, 5))]
                rows += [(str(ballot), leaf["id"], target, item, draw(marks)) for item in asked]
    return document, rows


def as_file(rows):
    return "\n".join(["ballot,group,target,item,mark", *(",".join(row) for row in rows)]).encode()


@settings(max_examples=300, deadline=None)
@given(rounds())
def test_scores_equal_a_plain_recomputation_from_the_definitions(case):
    document, rows = case
    scheme = scheme_from_document(document)
    leaves = leaves_of(tree_of(document))
    entitled = {(leaf["id"], target): 5 for leaf in leaves for target in "甲乙"}
    tally = read_ratings(as_file(rows), "R.csv", scheme, ["甲", "乙"]).tally
    worked = Worked(Round(document, rows, {"甲": {}, "乙": {}}, entitled))

    results = score(scheme, tally, entitled=entitled, release=False).results

    assert {each.target: printed_of(each) for each in results} == {target: worked.result(target) for target in "甲乙"}


def test_each_group_is_averaged_first_and_weighted_then():
    """300 masses at 80, 12 of the government at 95, 9 of the party at 97: 90.67, never the pooled 81.04."""
    scheme = make_scheme(["群众", "政府", "党委"], scale={"80分": 80, "95分": 95, "97分": 97})
    tally = count(
        scheme,
        {
            ("甲", "群众", "德"): {"80分": 300},
            ("甲", "政府", "德"): {"95分": 12},
            ("甲", "党委", "德"): {"97分": 9},
        },
    )

    [result] = score(scheme, tally, release=False).results

    assert (result.score, result.exact) == ("90.67", "272/3")


def test_items_a_group_is_not_asked_drop_out_of_its_own_average():
    scheme = make_scheme(
        ["群众", {"id": "政府", "asks": ["德"]}], [{"id": "德", "weight": 1}, {"id": "能", "weight": 3}]
    )
    tally = cast(scheme, {("群众", "甲"): [("优秀", "基本称职")], ("政府", "甲"): [("称职",)]})

    [result] = score(scheme, tally, release=False).results

    assert result.groups["群众"].score == "70.00"
    assert result.groups["政府"].score == "80.00"
    assert result.score == "75.00"
    assert {name: cell.score for name, cell in result.criteria.items()} == {"德": "90.00", "能": "60.00"}
    assert set(result.group_items["政府"]) == {"德"}


def test_an_item_nobody_judged_drops_out_like_one_not_asked():
    scheme = make_scheme(criteria=[{"id": "德", "weight": 1}, {"id": "能", "weight": 3}])

    [result] = score(scheme, cast(scheme, {("群众", "甲"): [("称职", "不了解"), ("优秀", "")]}), release=False).results

    assert result.score == "90.00"
    assert result.criteria["能"].score is None
    assert (result.group_items["群众"]["能"].score, result.group_items["群众"]["能"].n) == (None, 0)


def test_the_overall_mark_has_its_share_and_the_criteria_the_rest():
    scheme = make_scheme(criteria=["德", "能"], overall={"item": "总体", "share": "0.4"})

    [result] = score(scheme, cast(scheme, {("群众", "甲"): [("优秀", "称职", "基本称职")]}), release=False).results

    assert result.exact == "78/1"
    assert set(result.criteria) == {"德", "能"}
    assert result.items["总体"].score == "60.00"


def test_without_an_overall_mark_its_share_goes_to_the_criteria_and_back():
    scheme = make_scheme(criteria=["德"], overall={"item": "总体", "share": "0.4"})
    tally = count(scheme, {("甲", "群众", "德"): {"称职": 1}, ("乙", "群众", "总体"): {"优秀": 1}})

    results = {each.target: each.score for each in score(scheme, tally, release=False).results}

    assert results == {"甲": "80.00", "乙": "100.00"}


def one_empty_group(policy):
    scheme = make_scheme(
        [{"id": "群众", "weight": 1, "groups": [{"id": "居民", "weight": 2}, {"id": "代表"}]}, "政府"],
        empty_group=policy,
    )
    tally = count(
        scheme,
        {("甲", "居民", "德"): {"优秀": 9}, ("甲", "代表", "德"): {"不了解": 3}, ("甲", "政府", "德"): {"称职": 6}},
    )
    [result] = score(scheme, tally, release=False).results
    return result


def test_a_group_without_a_judgement_makes_the_result_provisional_by_default():
    result = one_empty_group("fail")

    assert (result.score, result.exact, result.rank, result.grade) == (None, None, None, None)
    assert result.provisional == "empty group: 代表"
    assert {name: cell.score for name, cell in result.groups.items()} == {
        "群众": None,
        "居民": "100.00",
        "代表": None,
        "政府": "80.00",
    }
    assert result.criteria["德"].score is None


def test_a_group_without_a_judgement_can_leave_its_weight_to_its_siblings():
    result = one_empty_group("renormalise")

    assert result.score == "90.00"
    assert result.groups["群众"].score == "100.00"
    assert (result.provisional, result.flags) == (None, ("empty group: 代表",))


def test_a_group_without_a_judgement_can_count_as_zero():
    result = one_empty_group("zero")

    assert result.groups["代表"].score == "0.00"
    assert result.groups["群众"].score == "66.67"
    assert result.score == "73.33"
    assert result.criteria["德"].score == "73.33"


def test_a_group_of_no_weight_may_be_empty():
    scheme = make_scheme(["群众", {"id": "观察", "weight": 0}])

    [result] = score(scheme, count(scheme, {("甲", "群众", "德"): {"优秀": 1}}), release=False).results

    assert (result.score, result.provisional) == ("100.00", None)


def test_a_target_without_any_ballot_has_no_score_and_says_why():
    scheme = make_scheme(empty_group="renormalise")
    tally = read_ratings(as_file([("1", "群众", "甲", "德", "优秀")]), "R.csv", scheme, ["甲", "乙"]).tally

    results = {each.target: each for each in score(scheme, tally, release=False).results}

    assert (results["乙"].score, results["乙"].rank) == (None, None)
    assert results["乙"].provisional == "empty group: 群众"
    assert (results["乙"].groups["群众"].n, results["甲"].pool) == (0, 1)


def test_thirds_are_exact_where_typed_decimals_are_not():
    """三三制 with group means 88.5, 90.2 and 87.1 is 88.60; weights typed as .3333 would print 88.59."""
    groups = ["群众", "政府", "党委"]
    scale = {"a": "88.5", "b": "90.2", "c": "87.1"}
    marks = {("甲", group, "德"): {level: 1} for group, level in zip(groups, scale, strict=True)}

    scheme = make_scheme([{"id": group, "weight": "1/3"} for group in groups], scale=scale)

    [result] = score(scheme, count(scheme, marks), release=False).results
    assert (result.score, result.exact) == ("88.60", "443/5")
    assert printed(sum(Fraction(points) for points in scale.values()) * Fraction("0.3333"), 2) == "88.59"


COUNTS = st.fixed_dictionaries({level: st.integers(0, 30) for level in ("优秀", "称职", "基本称职", "不称职")})


SOME_COUNTS = COUNTS.filter(lambda counts: any(counts.values()))


@given(st.tuples(SOME_COUNTS, SOME_COUNTS), st.tuples(st.just("1"), WEIGHTS))
def test_a_score_lies_between_the_least_and_the_greatest_points(marks, weights):
    scheme = make_scheme([{"id": name, "weight": weight} for name, weight in zip("ab", weights, strict=True)])
    tally = count(scheme, {("甲", name, "德"): counts for name, counts in zip("ab", marks, strict=True)})

    [result] = score(scheme, tally, release=False).results

    assert 0 <= Fraction(result.exact) <= 100


@given(COUNTS.filter(lambda counts: counts["称职"] > 0))
def test_a_better_mark_never_lowers_a_score(counts):
    scheme = make_scheme()
    better = counts | {"称职": counts["称职"] - 1, "优秀": counts["优秀"] + 1}

    before, after = (
        Fraction(score(scheme, count(scheme, {("甲", "群众", "德"): marks}), release=False).results[0].exact)
        for marks in (counts, better)
    )

    assert after > before


@given(SOME_COUNTS, st.integers(2, 9))
def test_a_score_does_not_depend_on_how_many_alike_ballots_there_are(counts, times):
    scheme = make_scheme()

    once, often = (
        score(scheme, count(scheme, {("甲", "群众", "德"): marks}), release=False).results[0].exact
        for marks in (counts, {level: number * times for level, number in counts.items()})
    )

    assert once == often


def test_points_of_many_digits_stay_exact():
    scheme = make_scheme(scale={"a": "33.333333333333333333333333", "b": "0.000000000000000000000001"})
    tally = count(scheme, {("甲", "群众", "德"): {"a": 10**9, "b": 1}})

    [result] = score(scheme, tally, release=False).results

    exact = (Fraction("33.333333333333333333333333") * 10**9 + Fraction("0.000000000000000000000001")) / (10**9 + 1)
    assert Fraction(result.exact) == exact

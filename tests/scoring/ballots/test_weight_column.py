import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.ratings import read_ratings
from scoring.document.problems import FileError
from tests.scoring.counted import make_scheme

HEADER = "ballot,group,target,item,mark,weight"
SCHEME = make_scheme(["居民", "代表"], ["德", "能"])


def read(*rows):
    return read_ratings("\n".join([HEADER, *rows, ""]).encode(), "R.csv", SCHEME)


def problems(*rows):
    with pytest.raises(FileError) as caught:
        read(*rows)
    return [(problem.place, problem.found, problem.allowed) for problem in caught.value.problems]


def test_weights_are_kept_exactly_in_their_smallest_unit():
    ratings = read("1,居民,甲,德,优秀,1.50", "2,居民,甲,德,优秀,.25", "3,居民,甲,德,称职,007")

    assert (ratings.marks.weights.tolist(), ratings.marks.weight_unit) == ([150, 25, 700], 100)
    assert ratings.tally.weighted[0, 0, 0].tolist()[:2] == [175, 700]
    assert ratings.tally.counts[0, 0, 0].tolist()[:2] == [2, 1]


def test_whole_weights_have_the_unit_one():
    marks = read("1,居民,甲,德,优秀,2.0", "2,居民,甲,德,优秀,3").marks

    assert (marks.weights.tolist(), marks.weight_unit) == ([2, 3], 1)


def test_a_file_without_the_column_has_no_weights():
    ratings = read_ratings("ballot,group,target,item,mark\n1,居民,甲,德,优秀\n".encode(), "R.csv", SCHEME)

    assert (ratings.marks.weights, ratings.tally.weighted) == (None, None)


def test_a_file_without_rows_may_have_the_column():
    assert read().marks.weights.tolist() == []


@pytest.mark.parametrize(
    "weight", ["", "0", "0.000", "-1", "+1", "1/2", "1e2", "1,5", "5.", "１", "0.1234567890", "1" * 61, "一", "1.2.3"]
)
def test_what_is_no_exact_decimal_above_0_is_refused(weight):
    cell = f'"{weight}"' if "," in weight else weight

    assert problems(f"1,居民,甲,德,优秀,{cell}", "2,居民,甲,德,优秀,1") == [
        ("row 2, column weight", weight, "digits with at most one point and 9 decimals, above 0")
    ]


def test_a_wrong_weight_in_many_rows_is_named_once():
    assert problems("1,居民,甲,德,优秀,x", "1,居民,甲,能,优秀,x")[0][1] == "x (in 2 rows)"


def test_a_ballot_with_two_weights_is_named_with_both_rows():
    rows = [
        "1,居民,甲,德,优秀,1.5",
        "1,代表,甲,德,优秀,9",
        "1,居民,甲,能,优秀,1.50",
        "1,居民,乙,能,优秀,2",
        "1,居民,乙,德,优秀,3",
    ]

    assert problems(*rows) == [("row 5, column weight", "2", "1.5, as in row 2 of the same ballot")]


def test_weights_whose_sum_is_too_large_to_count_are_refused():
    [(place, found, allowed)] = problems("1,居民,甲,德,优秀,9000000000", "2,居民,甲,德,优秀,1000000000.000000001")

    assert (place, found) == ("column weight", "a sum of 1e+10 over all rows")
    assert allowed == "at most 9.22337e+09 with as many decimals"


def test_the_largest_sum_is_counted():
    ratings = read(f"1,居民,甲,德,优秀,{2**63 - 2}", "2,居民,甲,德,优秀,1")

    assert int(ratings.tally.weighted.sum()) == 2**63 - 1


@given(st.lists(st.decimals("0.001", 1000, places=3), min_size=1, max_size=20))
def test_the_sum_of_weights_is_exact(weights):
    ratings = read(*(f"{ballot},居民,甲,德,优秀,{weight}" for ballot, weight in enumerate(weights)))

    assert int(ratings.tally.weighted.sum()) == sum(weights) * ratings.marks.weight_unit

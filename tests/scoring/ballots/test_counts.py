import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.counts import read_counts
from scoring.ballots.ratings import read_ratings
from scoring.document.problems import FileError
from tests.scoring.counted import FOUR, make_scheme

HEADER = "target,item,group,level,count"
SCHEME = make_scheme(["群众", {"id": "政府", "asks": ["德"]}], ["德", "能"])


def data(*rows, header=HEADER):
    return "\n".join([header, *rows, ""]).encode()


def problems(content, targets=None):
    with pytest.raises(FileError) as caught:
        read_counts(content, "T.csv", SCHEME, targets)
    assert caught.value.file == "T.csv"
    return [(problem.place, problem.found, problem.allowed) for problem in caught.value.problems]


def test_each_row_is_one_count():
    tally = read_counts(
        data("甲,德,群众,优秀,25", "甲,德,群众,,3", "甲,德,群众,#spoiled,2", "甲,能,群众,称职,0"), "T.csv", SCHEME
    )

    assert tally.counts[0, 0, 0].tolist() == [25, 0, 0, 0, 0, 3, 0, 0, 2, 0]
    assert tally.counts.sum() == 30
    assert tally.n is None


def test_a_file_of_counts_may_be_gzipped_and_may_have_a_bom():
    content = gzip.compress(b"\xef\xbb\xbf" + data("甲,德,群众,优秀,25"))

    assert read_counts(content, "T.csv.gz", SCHEME).counts.sum() == 25


def test_every_wrong_cell_is_named():
    content = data(
        "甲,德,群众,优,1",
        "甲,能,政府,优秀,1",
        "甲,德,党委,优秀,1",
        ",德,群众,优秀,1",
        "甲,德,群众,称职,-1",
        "甲,德,群众,优秀,1.5",
    )

    assert problems(content) == [
        (
            "row 2, column level",
            "优",
            "优秀, 称职, 基本称职, 不称职, 不了解, an empty level, #unknown, #self, #spoiled, #voided",
        ),
        ("row 3, column item", "能", "德"),
        ("row 4, column group", "党委", "群众, 政府"),
        ("row 5, column target", "", "a target"),
        ("row 6, column count", "-1", "a whole number, 0 or more"),
        ("row 7, column count", "1.5", "a whole number, 0 or more"),
    ]


def test_a_second_row_for_one_level_names_both_rows():
    assert problems(data("甲,德,群众,优秀,1", "甲,德,群众,称职,1", "甲,德,群众,优秀,2")) == [
        ("row 4", "the same target, item, group and level as row 2", "one row for each target, item, group and level")
    ]


def test_a_target_that_is_not_listed_is_wrong():
    assert problems(data("乙,德,群众,优秀,1"), ["甲"])[0][2] == "a target of the targets file"


def test_a_strange_column_is_refused():
    assert problems(data(header=f"{HEADER},weight"))[0][0] == "row 1, column weight"


MARKS = st.tuples(st.sampled_from("甲乙"), st.sampled_from(["群众", "政府"]), st.sampled_from([*FOUR, "", "#self"]))


@given(st.lists(MARKS, max_size=20))
def test_ratings_and_their_counts_give_the_same_tally(marks):
    ratings = [f"{ballot},{group},{target},德,{mark}" for ballot, (target, group, mark) in enumerate(marks)]
    counts = [f"{target},德,{group},{mark},{marks.count((target, group, mark))}" for target, group, mark in set(marks)]

    one = read_ratings(data(*ratings, header="ballot,group,target,item,mark"), "R.csv", SCHEME, ["甲", "乙"]).tally
    other = read_counts(data(*counts), "T.csv", SCHEME, ["甲", "乙"])

    assert np.array_equal(one.counts, other.counts)
    assert np.array_equal(one.ballots, other.ballots)
    assert one.sha256() == other.sha256()

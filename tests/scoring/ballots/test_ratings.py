import gzip

import numpy as np
import pytest

from scoring.ballots.ratings import read_ratings
from scoring.ballots.tally import RESERVED
from scoring.document.problems import COLLECTED, FileError
from tests.scoring.counted import make_scheme

HEADER = "ballot,group,target,item,mark"
SCHEME = make_scheme(
    [
        {"id": "群众", "groups": [{"id": "居民"}, {"id": "代表", "scale": {"满意": 100, "不满意": 0}}]},
        {"id": "政府", "asks": ["德"]},
    ],
    ["德", "能"],
)


def data(*rows, header=HEADER):
    return "\n".join([header, *rows, ""]).encode()


def problems(content, targets=None):
    with pytest.raises(FileError) as caught:
        read_ratings(content, "R.csv", SCHEME, targets)
    assert caught.value.file == "R.csv"
    return [(problem.place, problem.found, problem.allowed) for problem in caught.value.problems]


def test_each_row_is_one_mark():
    tally = read_ratings(
        data(
            "1,居民,甲,德,优秀",
            "1,居民,甲,能,",
            "2,居民,甲,德,#unknown",
            "1,代表,甲,德,满意",
            "3,居民,乙,德,#spoiled",
            "4,居民,乙,德,#self",
        ),
        "R.csv",
        SCHEME,
    ).tally

    assert tally.targets == ("乙", "甲")
    levels = [*tally.levels, "", "#unknown", "#self", "#spoiled"]
    found = {
        (tally.targets[place[0]], tally.items[place[1]], tally.groups[place[2]], levels[place[3]]): int(number)
        for place, number in np.ndenumerate(tally.counts)
        if number
    }
    assert found == {
        ("甲", "德", "居民", "优秀"): 1,
        ("甲", "能", "居民", ""): 1,
        ("甲", "德", "居民", "#unknown"): 1,
        ("甲", "德", "代表", "满意"): 1,
        ("乙", "德", "居民", "#spoiled"): 1,
        ("乙", "德", "居民", "#self"): 1,
    }


def test_the_same_id_in_two_groups_is_two_ballots():
    tally = read_ratings(data("1,居民,甲,德,优秀", "1,政府,甲,德,优秀", "1,居民,甲,能,优秀"), "R.csv", SCHEME).tally

    assert tally.ballots[0].tolist() == [1, 0, 1]


def test_ballots_are_numbered_as_they_first_appear():
    rows = ["7,政府,甲,德,优秀", "3,居民,甲,德,优秀", "7,居民,甲,德,优秀", "3,居民,甲,能,优秀", "7,政府,乙,德,优秀"]

    assert read_ratings(data(*rows), "R.csv", SCHEME).marks.ballots.tolist() == [0, 1, 2, 1, 0]
    assert read_ratings(data(*rows[:2], *rows[3:]), "R.csv", SCHEME).marks.ballots.tolist() == [0, 1, 1, 0]


def test_marks_stand_on_the_axes_of_the_tally():
    ratings = read_ratings(data("1,政府,乙,德,称职", "1,代表,甲,能,不满意", "2,居民,甲,能,#self"), "R.csv", SCHEME)
    marks, tally = ratings.marks, ratings.tally
    levels = [*tally.levels, *RESERVED.values()]

    assert [tally.targets[place] for place in marks.targets] == ["乙", "甲", "甲"]
    assert [tally.items[place] for place in marks.items] == ["德", "能", "能"]
    assert [tally.groups[place] for place in marks.groups] == ["政府", "代表", "居民"]
    assert [levels[place] for place in marks.levels] == ["称职", "不满意", "#self"]


@pytest.mark.parametrize("quote", ["", '"'], ids=["plain", "quoted"])
def test_repeats_are_named_by_row_wherever_they_stand(quote):
    rows = ["1,居民,甲,德,优秀", "2,居民,甲,德,优秀", "2,居民,甲,德,称职", "1,居民,甲,德,称职", "1,居民,甲,德,"]
    found = problems(data(*(f"{quote}{row[0]}{quote}{row[1:]}" for row in rows)))

    assert [(place, text[-5:]) for place, text, _ in found] == [
        ("row 4", "row 3"),
        ("row 5", "row 2"),
        ("row 6", "row 5"),
    ]


def test_n_counts_ballots_with_at_least_one_judgement():
    tally = read_ratings(
        data("1,居民,甲,德,优秀", "1,居民,甲,能,不了解", "2,居民,甲,德,", "2,居民,甲,能,不了解", "3,居民,甲,能,称职"),
        "R.csv",
        SCHEME,
    ).tally

    assert tally.ballots[0].tolist() == [2, 0, 0]


def test_columns_may_stand_in_any_order():
    tally = read_ratings(data("优秀,德,甲,居民,1", header="mark,item,target,group,ballot"), "R.csv", SCHEME).tally

    assert tally.counts.sum() == 1


@pytest.mark.parametrize(
    "wrap",
    [
        lambda content: content,
        lambda content: b"\xef\xbb\xbf" + content,
        gzip.compress,
        lambda content: gzip.compress(b"\xef\xbb\xbf" + content),
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content + b"\n\n",
    ],
    ids=["plain", "BOM", "gzip", "gzip with BOM", "CRLF", "blank lines"],
)
def test_a_file_may_be_gzipped_and_may_have_a_bom(wrap):
    assert read_ratings(wrap(data("1,居民,甲,德,优秀")), "R.csv", SCHEME).tally.counts.sum() == 1


def test_quoted_cells_may_hold_commas():
    scheme = make_scheme(["a,b"])

    assert read_ratings(data('1,"a,b",甲,德,优秀'), "R.csv", scheme).tally.counts.sum() == 1


def test_a_second_row_for_one_cell_names_both_rows():
    content = data("1,居民,甲,德,优秀", "1,居民,甲,能,优秀", "1,居民,甲,德,称职")

    assert problems(content) == [
        (
            "row 4",
            "the same group, ballot, target and item as row 2",
            "one row for each group, ballot, target and item",
        )
    ]


def test_the_same_row_twice_is_an_error_too():
    assert problems(data("1,居民,甲,德,优秀", "1,居民,甲,德,优秀"))[0][0] == "row 3"


def test_every_wrong_cell_is_named_with_row_column_found_and_allowed():
    content = data(
        "1,居民,甲,德,优",
        "2,党委,甲,德,优秀",
        "3,政府,甲,能,优秀",
        ",居民,甲,德,优秀",
        "5,居民,,德,优秀",
        "6,群众,甲,德,优秀",
    )

    assert problems(content) == [
        ("row 5, column ballot", "", "an id"),
        ("row 3, column group", "党委", "居民, 代表, 政府"),
        ("row 7, column group", "群众", "居民, 代表, 政府"),
        ("row 6, column target", "", "a target"),
        ("row 4, column item", "能", "德"),
        (
            "row 2, column mark",
            "优",
            "优秀, 称职, 基本称职, 不称职, 不了解, an empty mark, #unknown, #self, #spoiled",
        ),
    ]


def test_a_mark_of_another_groups_scale_is_wrong():
    assert problems(data("1,代表,甲,德,优秀"))[0][1:] == (
        "优秀",
        "满意, 不满意, an empty mark, #unknown, #self, #spoiled",
    )


def test_a_wrong_word_in_many_rows_is_named_once():
    assert problems(data(*(f"{number},居民,甲,德,优" for number in range(500))))[0][:2] == (
        "row 2, column mark",
        "优 (in 500 rows)",
    )


def test_an_empty_group_in_many_rows_is_said_too():
    assert problems(data("1,,甲,德,优秀", "2,,甲,德,优秀"))[0] == (
        "row 2, column group",
        "(in 2 rows)",
        "居民, 代表, 政府",
    )


def test_a_target_that_is_not_listed_is_wrong():
    assert problems(data("1,居民,乙,德,优秀"), ["甲"]) == [
        ("row 2, column target", "乙", "a target of the targets file")
    ]


def test_listed_targets_stand_in_their_order_even_without_marks():
    assert read_ratings(data("1,居民,乙,德,优秀"), "R.csv", SCHEME, ["丙", "乙"]).tally.targets == ("丙", "乙")


@pytest.mark.parametrize(
    ("header", "place", "found"),
    [
        ("ballot,group,target,item", "row 1", "ballot,group,target,item"),
        (f"{HEADER},colour", "row 1, column colour", "colour"),
        (f"{HEADER},mark", "row 1, column mark", "2 times"),
        ("ballot;group;target;item;mark", "row 1", "ballot;group;target;item;mark"),
        ("", "row 1", ""),
    ],
)
def test_a_wrong_header_is_named(header, place, found):
    assert (place, found) in [problem[:2] for problem in problems(data(header=header))]


def test_a_row_with_too_few_or_too_many_cells_is_named():
    assert problems(data("1,居民,甲,德", "2,居民,甲,德,优秀", "3,居民,甲,德,优秀,x")) == [
        ("row 2", "4 cells", "5 cells"),
        ("row 4", "6 cells", "5 cells"),
    ]


def test_what_is_not_utf_8_is_refused_with_the_place():
    [(place, found, allowed)] = problems((HEADER + "\n1,居民,甲,德,优秀\n").encode("gb18030"))

    assert place == "file"
    assert found.startswith("byte 0x")
    assert "UTF-8" in allowed


def test_a_damaged_gzip_is_refused():
    assert problems(gzip.compress(data("1,居民,甲,德,优秀"))[:-9])[0][0] == "file"


def test_an_unclosed_quote_is_refused():
    assert problems(data('1,居民,甲,德,"优秀'))[0][2] == "comma-separated values"


def test_a_file_without_rows_is_a_round_without_ballots():
    tally = read_ratings(data(), "R.csv", SCHEME).tally

    assert (tally.targets, tally.counts.size) == ((), 0)


@pytest.mark.parametrize(
    ("mark", "shown"), [("优秀 ", '"优秀 "'), ("优\u200b秀", '"优\\u200b秀"'), ("优秀\u00a0", '"优秀\\xa0"')]
)
def test_what_cannot_be_seen_in_a_mark_is_written_out(mark, shown):
    [(_, found, _)] = problems(data("1,居民,甲,德," + mark))

    assert found == shown


def test_a_quote_that_is_not_closed_is_named_with_its_row():
    assert problems(data("1,居民,甲,德,优秀", '2,居民,甲,德,"优秀', "3,居民,甲,德,优秀"))[0][:2] == (
        "row 3",
        "a quote that is not closed",
    )


def test_a_table_that_is_wrong_all_over_is_given_up():
    rows = [f"{number},居民,甲,德,mark{number}" for number in range(5000)]

    assert len(problems(data(*rows))) == COLLECTED

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.document.problems import FileError
from scoring.samples.sample_files import read_listed, weight_rows
from scoring.samples.sampling import UNIT
from tests.scoring.counted import make_scheme
from tests.scoring.sampled import HEADER, ONE, one_mark_each, one_trait_each, text, weighed

TWO = make_scheme(["居民", "代表"], ["德"])
SEX = ["性别,population", "男,480", "女,520"]
MARKS = one_mark_each(["优秀", "称职", "称职"])
KNOWN = one_trait_each(["男", "女", "女"])


def problems(scheme, rows, sample, margins):
    with pytest.raises(FileError) as caught:
        weighed(scheme, rows, sample, margins)
    return caught.value.file, [(each.place, each.found, each.allowed) for each in caught.value.problems]


def weights_of(scheme, rows, sample, margins):
    ratings, marks, _ = weighed(scheme, rows, sample, margins)
    return {(group, ballot): weight for ballot, group, weight in weight_rows(ratings, marks)}


def test_cells_and_margins_of_one_variable_give_the_same_weights():
    margins = ["variable,level,population", "性别,男,480", "性别,女,520"]

    found = weights_of(ONE, MARKS, KNOWN, SEX)

    assert found == {("居民", "1"): "1.44", ("居民", "2"): "0.78", ("居民", "3"): "0.78"}
    assert weights_of(ONE, MARKS, KNOWN, margins) == found


def test_raking_takes_part_of_what_is_known():
    sample = ["ballot,group,性别,年龄,社区", "1,居民,男,老,东", "2,居民,男,青,东", "3,居民,女,老,西", "4,居民,女,青,西"]
    margins = ["level,variable,population", "男,性别,1", "女,性别,3", "老,年龄,2", "青,年龄,2"]

    found = weights_of(ONE, one_mark_each(["优秀"] * 4), sample, margins)

    assert list(found.values()) == ["0.5", "0.5", "1.5", "1.5"]


def test_several_groups_each_have_their_population_and_others_keep_the_weight_one():
    scheme = make_scheme(["居民", "代表", "政府"], ["德"])
    marks = [f"{ballot},{group},甲,德,优秀" for group in ("居民", "代表", "政府") for ballot in (1, 2)]
    sample = ["group,性别,ballot", "居民,男,1", "代表,男,1", "居民,女,2", "代表,女,2"]
    margins = ["性别,group,population", "男,居民,1", "女,居民,3", "男,代表,4", "女,代表,1"]

    assert weights_of(scheme, [HEADER, *marks], sample, margins) == {
        ("居民", "1"): "0.5",
        ("居民", "2"): "1.5",
        ("代表", "1"): "1.6",
        ("代表", "2"): "0.4",
        ("政府", "1"): "1",
        ("政府", "2"): "1",
    }


def test_weights_of_the_ratings_file_are_those_before():
    marks = [f"{row},{weight}" for row, weight in zip(MARKS, ("weight", "2", "1", "3"), strict=True)]

    assert list(weights_of(ONE, marks, KNOWN, SEX).values()) == ["2.88", "0.78", "2.34"]


def test_a_spoiled_ballot_takes_no_part_but_needs_its_row():
    marks = one_mark_each(["优秀", "称职", "#spoiled"])

    assert list(weights_of(ONE, marks, KNOWN, SEX).values()) == ["0.96", "1.04", "1"]
    assert problems(ONE, marks, KNOWN[:-1], SEX)[1][0][0] == "group 居民, ballot 3"


def test_a_cell_without_a_ballot_is_named_with_its_row_and_population():
    assert problems(ONE, MARKS, KNOWN, [*SEX, "其他,12"]) == (
        "M.csv",
        [("row 4, cell 性别=其他", "no ballot; population 12", "a ballot; or join it with another cell")],
    )


def test_empty_cells_of_every_group_are_named_at_once():
    marks = [HEADER, "1,居民,甲,德,优秀", "1,代表,甲,德,优秀"]
    sample = [one_trait_each("男")[0], "1,居民,男", "1,代表,女"]
    margins = ["group,性别,population", "居民,男,4", "居民,女,6", "代表,男,1", "代表,女,2"]

    file, found = problems(TWO, marks, sample, margins)

    assert file == "M.csv"
    assert [place for place, _, _ in found] == ["row 3, cell 性别=女", "row 4, cell 性别=男"]


def test_a_level_that_the_population_does_not_have_is_named_in_the_sample():
    assert problems(ONE, MARKS, one_trait_each(["男", "女", "nv"]), [*SEX, "其他,0"]) == (
        "P.csv",
        [("row 4", "性别=nv", "one with people: 性别=男, 性别=女")],
    )


def test_a_combination_that_the_population_does_not_have_is_named_in_the_sample():
    sample = ["ballot,group,性别,年龄", "1,居民,男,老", "2,居民,女,青", "3,居民,女,老"]
    cells = ["性别,年龄,population", "男,老,3", "女,青,4"]

    [problem] = problems(ONE, MARKS, sample, cells)[1]

    assert problem == ("row 4", "性别=女, 年龄=老", "one with people: 性别=男, 年龄=老, 性别=女, 年龄=青")


def test_margins_of_different_totals_are_named():
    sample = ["ballot,group,性别,年龄", "1,居民,男,老", "2,居民,女,青", "3,居民,女,老"]
    margins = ["variable,level,population", "性别,男,4", "性别,女,5", "年龄,老,4", "年龄,青,4"]

    file, [(place, found, _)] = problems(ONE, MARKS, sample, margins)

    assert (file, place, found) == ("M.csv", "file", "margins add up to different totals: 性别 9, 年龄 8")


def test_margins_that_cannot_all_hold_are_named_with_the_row_that_is_furthest_off():
    """All who are old are men, so men cannot be fewer than the old."""
    sample = ["ballot,group,性别,年龄", "1,居民,男,老", "2,居民,女,青", "3,居民,男,青"]
    margins = ["variable,level,population", "性别,男,1", "性别,女,9", "年龄,老,2", "年龄,青,8"]

    file, [(place, found, _)] = problems(ONE, MARKS, sample, margins)

    assert (file, place, found) == ("M.csv", "row 2, cell 性别=男", "2 instead of 1 after 1000 rounds")


def test_ballots_without_a_row_and_rows_without_a_ballot_are_named():
    sample = [*KNOWN[:2], "7,居民,女", "3,居民,女"]

    assert problems(ONE, MARKS, sample, SEX) == (
        "P.csv",
        [
            ("row 3, column ballot", "7", "a ballot of 居民 that is rated"),
            ("group 居民, ballot 2", "", "a row for each ballot of a sampled group"),
        ],
    )


def test_groups_of_both_files_must_meet():
    marks = [HEADER, "1,居民,甲,德,优秀", "1,代表,甲,德,优秀"]
    sample = ["ballot,group,性别", "1,居民,男", "1,代表,女"]

    assert problems(TWO, marks, sample, SEX) == (
        "M.csv",
        [("row 1", "no column group", "a column group: 居民, 代表 are sampled")],
    )
    assert problems(TWO, marks, sample[:2], ["group,性别,population", "代表,男,3"]) == (
        "M.csv",
        [("row 2, column group", "代表", "居民, as in P.csv"), ("group 居民", "", "its population")],
    )


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["ballot,group", "1,居民"], ("row 1", "ballot,group", "a column for each thing that is known of a ballot")),
        (["ballot,group,性别"], ("file", "no row", "a row for each ballot of the sampled groups")),
        (["ballot,group,性别", "1,村民,男"], ("row 2, column group", "村民", "居民")),
        (
            ["ballot,group,性别", "1,居民,男", "1,居民,女"],
            ("row 3", "the same group and ballot as row 2", "one row for each ballot"),
        ),
        (
            ["ballot,group,population", "1,居民,男"],
            ("row 1, column population", "population", "another name for what is known of a ballot"),
        ),
        (["ballot,性别", "1,男"], ("row 1", "ballot,性别", "a column group")),
        (["ballot,group,性别,性别", "1,居民,男,男"], ("row 1, column 性别", "2 times", "each column once")),
    ],
)
def test_a_sample_file_that_cannot_be_used_says_why(rows, found):
    with pytest.raises(FileError) as caught:
        read_listed(text(*rows), "P.csv", ONE)

    assert [(each.place, each.found, each.allowed) for each in caught.value.problems] == [found]


@given(st.lists(st.sampled_from("男女"), max_size=15), st.integers(1, 999))
def test_weighted_shares_are_those_of_the_population(more, men):
    levels = ["男", "女", *more]
    cells = ["性别,population", f"男,{men}", f"女,{1000 - men}"]

    _, marks, samples = weighed(ONE, one_mark_each(["优秀"] * len(levels)), one_trait_each(levels), cells)

    own = [weight for weight, level in zip(marks.weights.tolist(), levels, strict=True) if level == "男"]
    assert sum(own) / marks.weights.sum() == pytest.approx(men / 1000, abs=1e-8)
    assert marks.weight_unit == UNIT
    assert samples["居民"].units.sum() == pytest.approx(len(levels) * UNIT, abs=len(levels))

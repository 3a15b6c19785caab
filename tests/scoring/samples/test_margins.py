import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.document.problems import FileError
from scoring.samples.margins import Margin, read_cells, read_margins, read_populations

VARIABLES = ["社区", "年龄"]


def problems(read, content):
    with pytest.raises(FileError) as caught:
        read(content.encode(), "M.csv", VARIABLES)
    return [(problem.place, problem.found, problem.allowed) for problem in caught.value.problems]


def test_margins_come_one_a_variable_in_the_order_of_the_file():
    content = gzip.compress(
        "\ufefflevel,variable,population\n80+,年龄,120\n东城,社区,500\n80-,年龄,880\n西城,社区,500\n".encode()
    )

    assert read_margins(content, "M.csv.gz", VARIABLES) == [
        Margin(("年龄",), {("80+",): 120, ("80-",): 880}),
        Margin(("社区",), {("东城",): 500, ("西城",): 500}),
    ]


def test_wrong_margins_are_all_named():
    assert problems(read_margins, "variable,level,population\n性别,男,1\n年龄,80+,\n年龄,80+,3\n") == [
        ("row 2, column variable", "性别", "社区, 年龄"),
        ("row 3, column population", "", "a whole number, 0 or more"),
        ("row 4", "the same cell as row 3", "one row for each cell"),
    ]
    assert problems(read_margins, "variable,level,population\n") == [
        ("file", "no row", "a row for each variable and level")
    ]


def test_cells_may_use_some_of_the_variables_in_any_order():
    content = "population,年龄,社区\n120,80+,东城\n380,80-,东城\n"

    cells = read_cells(content.encode(), "C.csv", ["社区", "性别", "年龄"])

    assert cells == Margin(("社区", "年龄"), {("东城", "80+"): 120, ("东城", "80-"): 380})
    assert (cells.total, cells.name, cells.cell(("东城", "80+"))) == (500, "社区 × 年龄", "社区=东城, 年龄=80+")


def test_wrong_cells_are_all_named():
    assert problems(read_cells, "社区,年龄,population\n东城,80+,-1\n东城,80+,3\n") == [
        ("row 2, column population", "-1", "a whole number, 0 or more"),
        ("row 3", "the same cell as row 2", "one row for each cell"),
    ]
    assert problems(read_cells, "社区,sex,population\n") == [("row 1, column sex", "sex", "population, 社区, 年龄")]
    assert problems(read_cells, "population\n3\n") == [("file", "no variable", "a row for each cell of 社区 or 年龄")]


@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 10**9), min_size=1))
def test_cells_are_read_as_they_were_written(population):
    rows = "".join(f"{first},{second},{number}\n" for (first, second), number in population.items())

    assert read_cells(f"社区,年龄,population\n{rows}".encode(), "C.csv", VARIABLES) == Margin(
        ("社区", "年龄"), population
    )


def test_populations_of_several_groups_stand_in_one_file_with_the_rows_of_their_cells():
    content = "group,variable,level,population\n居民,性别,男,4\n代表,性别,男,1\n居民,性别,女,6\n代表,性别,女,2\n"

    found = read_populations(content.encode(), "M.csv", ["性别"])

    assert {group: each.margins for group, each in found.items()} == {
        "居民": [Margin(("性别",), {("男",): 4, ("女",): 6})],
        "代表": [Margin(("性别",), {("男",): 1, ("女",): 2})],
    }
    assert found["居民"].rows == {"性别=男": 2, "性别=女": 4}


def test_a_population_file_without_groups_has_one_population():
    assert list(read_populations(b"variable,level,population\nsex,m,3\n", "M.csv", ["sex"])) == [""]
    assert read_populations("社区,年龄,population\n东城,80+,3\n".encode(), "M.csv", VARIABLES)[""].rows == {
        "社区=东城, 年龄=80+": 2
    }


def test_a_cell_of_a_group_said_twice_is_named_with_both_rows():
    content = "group,社区,population\n居民,东城,1\n代表,东城,1\n居民,东城,2\n"

    assert problems(read_populations, content) == [("row 4", "the same cell as row 2", "one row for each cell")]


def test_half_a_header_of_margins_is_one_of_margins():
    assert problems(read_populations, "variable,population\n社区,1\n")[0] == (
        "row 1",
        "variable,population",
        "a column level",
    )

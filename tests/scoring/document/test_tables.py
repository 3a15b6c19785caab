import gzip

import pytest

from scoring.document.problems import FileError
from scoring.document.tables import open_table


def rows(content, *names):
    return list(open_table(content, "G.csv", ["target"], ["name", "unit"]).rows(*names))


def test_cells_come_in_the_order_asked_for_with_the_row_of_the_file():
    assert rows("name,target\n潘志远,C001\n\n,C002\n".encode(), "target", "name", "unit") == [
        (2, ("C001", "潘志远", "")),
        (4, ("C002", "", "")),
    ]


def test_a_table_may_be_gzipped_once():
    content = b"target\nC001\n"

    assert rows(gzip.compress(content), "target") == [(2, ("C001",))]
    with pytest.raises(FileError, match="UTF-8"):
        rows(gzip.compress(gzip.compress(content)), "target")


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("9" * 15, 10**15 - 1)])
def test_whole_numbers_are_digits_alone(text, number):
    assert open_table(b"target\n", "G.csv", ["target"]).whole(2, "target", text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.0", "１", "9" * 16])
def test_what_is_no_whole_number_is_noted(text):
    table = open_table(b"target\n", "G.csv", ["target"])

    assert table.whole(2, "target", text) == 0
    assert table.problems[0].place == "row 2, column target"

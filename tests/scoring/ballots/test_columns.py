import csv
import gzip
from io import StringIO

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.ballots import cells, columns
from scoring.ballots.columns import Column, read_columns
from scoring.document.problems import FileError

NAMES = ["group", "mark"]
TEXT = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", "居民", "优秀", "基本称职", "#unknown", "a" * 300, "甲" * 40, " "]
)


def read(content):
    found = read_columns(content, "R.csv", NAMES)
    rows = [found.row(place) for place in range(len(found.named["group"].codes))]
    texts = [(found.named[name].names, found.named[name].codes.tolist()) for name in NAMES]
    return texts, rows, [str(problem) for problem in found.table.problems]


def said(content):
    try:
        return read(content)
    except FileError as error:
        return str(error)


def lines(rows, quoting=csv.QUOTE_MINIMAL, end="\n"):
    text = StringIO()
    csv.writer(text, quoting=quoting, lineterminator=end).writerows([NAMES, *rows])
    return text.getvalue()


@given(
    st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=30),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
    st.integers(0, 3),
)
@example([["居民", "优秀"], ["", ""]], "\r\n", "\ufeff", 2)
def test_a_file_says_the_same_plain_and_quoted(rows, end, mark, blank):
    plain = mark + lines(rows, end=end)
    quoted = mark + lines(rows, csv.QUOTE_ALL, end)
    tail = end * blank

    expected = read((quoted + tail).encode())
    assert read((plain + tail).encode()) == expected
    assert read(plain.removesuffix(end).encode()) == expected
    assert read(gzip.compress(plain.encode())) == expected


@given(st.binary(max_size=40) | st.text('甲a,\n\r"\0 ', max_size=40).map(str.encode))
def test_any_bytes_at_all_say_the_same_to_both_readers(content):
    content = b"group,mark\n" + content

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(columns, "UNUSUAL", (b"group",))
        expected = said(content)
    assert said(content) == expected


def test_parts_of_a_file_are_put_together(monkeypatch):
    rows = [[f"{number % 70}号", "优秀" if number % 3 else "甲" * (number % 9)] for number in range(500)]
    content = lines(rows).encode()
    whole = read(content)

    for size in (40, 100, 1000):
        monkeypatch.setattr(columns, "PART", size)
        assert read(content) == whole
    names, codes = whole[0][0]
    assert [names[code] for code in codes] == [row[0] for row in rows]


def test_cells_with_one_key_are_told_apart(monkeypatch):
    monkeypatch.setattr(cells, "_MIX", 0)
    rows = [["12345678", "a"], ["12345678x", "b"], ["12345678", "c"]]

    assert read(lines(rows).encode())[0][0] == (["12345678", "12345678x"], [0, 1, 0])


def test_rows_with_a_text_are_found_in_bytes_and_in_words():
    codes = np.array([0, 1, 0])

    for texts in (["甲", ""], np.array(["甲".encode(), b""])):
        assert Column(codes, texts).rows_with("").tolist() == [1]
        assert Column(codes, texts).rows_with("乙").tolist() == []


def test_blank_lines_are_no_rows_of_a_table_with_one_column():
    found = read_columns(b"group\n\nA\n", "R.csv", ["group"])

    assert (found.named["group"].names, found.row(0)) == (["A"], 3)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.joined import STRETCH, distinct, join, look_up, repeated, stretches

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.booleans()), max_size=40)


@given(ROWS, st.integers(1, 10**9), st.booleans(), st.sampled_from([3, STRETCH]))
def test_distinct_numbers_are_those_of_a_set_by_table_or_by_sorting(rows, spread, ordered, stretch):
    rows = sorted(rows, key=lambda row: row[0]) if ordered else rows
    first, second, where = (np.array([row[place] for row in rows], int) for place in range(3))
    columns, sizes = [first * spread, second], [4 * spread, 10]
    joined = [row[0] * spread * 10 + row[1] for row in rows]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("scoring.ballots.joined.STRETCH", stretch)
        assert distinct(columns, sizes).tolist() == sorted(set(joined))
        assert repeated(columns, sizes) == (len(set(joined)) < len(joined))
        some = {number for number, row in zip(joined, rows, strict=True) if row[2]}
        assert distinct(columns, sizes, where.astype(bool)).tolist() == sorted(some)


@given(ROWS)
def test_what_is_joined_can_be_taken_apart(rows):
    first, second = (np.array([row[place] for row in rows], np.uint8) for place in range(2))

    assert [divmod(number, 10) for number in join([first, second], [4, 10]).tolist()] == [row[:2] for row in rows]


def test_narrow_columns_are_joined_without_running_over():
    assert join([np.array([255], np.uint8), np.array([255], np.uint8)], [256, 256]).tolist() == [65535]


def test_a_table_answers_for_more_rows_than_one_stretch():
    codes = np.arange(2 * STRETCH + 5) % 7

    assert look_up(np.arange(7) * 10, [codes]).tolist() == (codes * 10).tolist()


def test_all_rows_are_in_one_stretch_each():
    assert [row for rows in stretches(10, 4) for row in range(10)[rows]] == list(range(10))

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.numbering import Numbering

KEYS = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 5), max_size=60)


def numbers(numbering, keys):
    return numbering.number(np.array(keys, np.uint64)).tolist()


@given(st.lists(KEYS, max_size=5))
def test_keys_are_numbered_as_they_first_appear_however_they_are_cut(parts):
    numbering, first = Numbering(), {}

    for keys in parts:
        assert numbers(numbering, keys) == [first.setdefault(key, len(first)) for key in keys]
    assert len(numbering) == len(first)


@pytest.mark.parametrize("spread", [1, 1 << 40, 0x9E3779B97F4A7C15])
def test_many_keys_are_told_apart(spread):
    keys = [each * spread % 2**64 for each in range(5000)]
    numbering = Numbering()

    assert numbers(numbering, keys) == list(range(5000))
    assert numbers(numbering, keys[::-1]) == list(range(5000))[::-1]


def test_few_keys_that_are_missed_by_thousands_of_rows_take_one_number_each():
    assert numbers(Numbering(), [5, 7] * 3000) == [0, 1] * 3000

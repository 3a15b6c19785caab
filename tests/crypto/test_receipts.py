"""Receipts in words."""

from hypothesis import given
from hypothesis import strategies as st

from survey.crypto.receipts import prefix_range, words


@given(st.binary(min_size=32, max_size=32))
def test_the_words_of_a_receipt_lead_back_to_it(receipt):
    low, high = prefix_range(words(receipt).lower())

    assert low <= receipt <= high
    assert words(low) == words(high) == words(receipt)


def test_what_is_no_receipt_has_no_range():
    assert prefix_range("") is None
    assert prefix_range("U" * 20) is None
    assert prefix_range("0" * 19) is None

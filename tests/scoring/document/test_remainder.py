from fractions import Fraction
from math import floor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.document.exact import printed
from scoring.document.remainder import largest_remainder, parts_to_whole, shares_to_whole

SIZES = st.lists(st.integers(0, 60), min_size=1, max_size=8)


def test_of_equal_remainders_the_larger_size_goes_first():
    assert largest_remainder([30, 10], 2) == [2, 0]


def test_of_equal_sizes_the_first_goes_first():
    assert largest_remainder([10, 10, 10], 2) == [1, 1, 0]


def test_a_droop_quota_is_just_more_than_the_share_of_one_place_more():
    """Of 30, three places cost more than 30/4 each: 15 holds one for sure and the larger remainder, not two."""
    assert largest_remainder([15, 15], 3, "droop") == [2, 1]


def test_more_places_than_people_are_given_too():
    assert largest_remainder([1, 1, 1], 10, "droop") == [4, 3, 3]
    assert largest_remainder([19, 1], 15) == [14, 1]


def test_no_places_are_none():
    assert largest_remainder([0, 0], 0) == [0, 0]


@pytest.mark.parametrize(("sizes", "places"), [([3, -1], 1), ([3], -1), ([0, 0], 1), ([], 1)])
def test_what_cannot_be_shared_out_is_refused(sizes, places):
    with pytest.raises(ValueError, match=r"places"):
        largest_remainder(sizes, places)


@given(SIZES, st.integers(0, 40), st.sampled_from(["hare", "droop"]))
def test_all_places_are_given_within_one_of_the_exact_share_and_larger_sizes_never_get_less(sizes, places, quota):
    assume(sum(sizes))

    given_places = largest_remainder(sizes, places, quota)

    assert sum(given_places) == places
    for size, got in zip(sizes, given_places, strict=True):
        lower = floor(Fraction(size * places, sum(sizes)))
        assert got >= lower
        assert size or not got
        assert quota == "droop" or got <= lower + 1
    for size, got in zip(sizes, given_places, strict=True):
        assert all(got <= other_got for other, other_got in zip(sizes, given_places, strict=True) if other > size)


def test_a_row_of_shares_makes_a_whole():
    """金昌 2011: 127, 31 and 2 of 160 were printed 79.38, 19.38 and 1.25, which make 100.01."""
    assert shares_to_whole([127, 31, 2], 2) == ["79.38", "19.37", "1.25"]
    assert shares_to_whole([1, 1, 1], 0) == ["34", "33", "33"]


def test_over_a_greater_denominator_the_row_makes_what_it_would_print_in_one():
    """2 of 3 marks of 7 are 28.57 each; together 4 of 7 are 57.14."""
    assert shares_to_whole([2, 2], 2, 7) == ["28.57", "28.57"]
    assert shares_to_whole([1, 1], 0, 3) == ["34", "33"]


def test_of_nothing_there_are_no_shares():
    with pytest.raises(ValueError, match="no shares"):
        shares_to_whole([0, 0], 2)


def test_negative_parts_add_up_too():
    """-3.335 and 90 make 86.665, which prints 86.67."""
    assert parts_to_whole([Fraction("-3.335"), Fraction(90)], 2) == ["-3.33", "90.00"]


PARTS = st.lists(st.fractions(-100, 100, max_denominator=60), max_size=8)


@given(PARTS, st.integers(0, 3), st.sampled_from(["half_up", "half_even", "up", "down"]))
def test_printed_parts_add_up_to_the_printed_sum_and_are_each_less_than_a_unit_off(parts, places, mode):
    texts = parts_to_whole(parts, places, mode)

    assert sum(map(Fraction, texts)) == Fraction(printed(sum(parts, Fraction(0)), places, mode))
    assert all(abs(Fraction(text) - part) * 10**places < 1 for text, part in zip(texts, parts, strict=True))
    assert all(len(text.partition(".")[2]) == places for text in texts)


@given(SIZES, st.integers(0, 3))
def test_shares_of_a_whole_make_exactly_100_and_nothing_stays_nothing(counts, places):
    assume(sum(counts))

    shares = [Fraction(text) for text in shares_to_whole(counts, places)]

    assert sum(shares) == 100
    assert all(count or not share for count, share in zip(counts, shares, strict=True))

"""Codes: what is printed, what may be typed, what is derived."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.crypto import credentials
from survey.crypto.alphabet import ALPHABET
from survey.crypto.check_character import with_check

BODY = st.lists(st.integers(0, 31), min_size=15, max_size=15)


def code_of(digits: list[int]) -> str:
    """Return the code with these random digits."""
    return with_check("".join(ALPHABET[digit] for digit in digits))


@given(BODY, st.integers(0, 15), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_noticed(digits, place, wrong):
    code = code_of(digits)
    typed = code[:place] + wrong + code[place + 1 :]

    assert credentials.normalise(typed) == (code if typed == code else None)


@given(BODY, st.integers(0, 15), st.integers(0, 15))
def test_any_two_swapped_characters_are_noticed(digits, one, other):
    letters = list(code_of(digits))
    letters[one], letters[other] = letters[other], letters[one]
    typed = "".join(letters)

    assert credentials.normalise(typed) == (typed if typed == code_of(digits) else None)


def test_codes_are_sixteen_characters_of_the_alphabet_and_never_alike():
    codes = {credentials.new_code() for _ in range(1000)}

    assert len(codes) == 1000
    assert all(len(code) == 16 and set(code) <= set(ALPHABET) for code in codes)


@pytest.mark.parametrize(
    "dress", [str.lower, credentials.printed, lambda c: f" {c[:4]} {c[4:]} ", lambda c: c.replace("0", "o")]
)
def test_typing_may_differ_in_case_spaces_hyphens_and_look_alikes(dress):
    code = credentials.new_code()

    assert credentials.normalise(dress(code)) == code


@pytest.mark.parametrize("typed", ["", "abc", "U" * 16, "0" * 17, "字" * 16, "0" * 100_000])
def test_what_cannot_be_a_code_is_none(typed):
    assert credentials.normalise(typed) is None


def test_a_code_has_another_key_in_another_round():
    code = credentials.new_code()
    keys = {credentials.public_bytes(credentials.derive(code, round_id)) for round_id in ("one", "one", "two")}

    assert len(keys) == 2

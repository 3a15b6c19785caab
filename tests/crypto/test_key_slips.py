"""Key slips and shares: what two of three can do, what one alone cannot, what is noticed."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.crypto import key_slips, shares
from survey.crypto.alphabet import ALPHABET
from survey.crypto.check_character import with_check

ROUND = "0123456789abcdef"
BODY = st.text(ALPHABET, min_size=27, max_size=27)


@given(BODY, st.integers(0, 27), st.integers(0, 27), st.sampled_from(ALPHABET))
def test_a_wrong_character_and_two_swapped_ones_are_noticed(body, one, other, wrong):
    code = with_check(body)
    swapped = list(code)
    swapped[one], swapped[other] = code[other], code[one]
    slipped = code[:one] + wrong + code[one + 1 :]

    assert key_slips.normalise("".join(swapped)) == (code if code[one] == code[other] else None)
    assert key_slips.normalise(slipped) == (code if slipped == code else None)


def test_a_printed_code_is_read_back_however_it_is_typed():
    code = key_slips.new_code()

    assert len(code) == 28
    assert key_slips.normalise(key_slips.printed(code).lower().replace("-", " ")) == code


def test_a_code_makes_other_keys_for_each_party_and_round():
    code = key_slips.new_code()

    found = {
        key_slips.derive(code, round_id, party).public() for round_id in (ROUND, "other") for party in shares.PARTIES
    }

    assert len(found) == 6
    assert key_slips.derive(code, ROUND, "organiser").public() in found


def test_a_signature_holds_for_its_statement_and_its_party_alone():
    mine, other = (key_slips.derive(key_slips.new_code(), ROUND, "organiser") for _ in range(2))
    signature = key_slips.sign(mine, b"a" * 32)

    assert key_slips.signature_holds(mine.public().signing, signature, b"a" * 32)
    assert not key_slips.signature_holds(mine.public().signing, signature, b"b" * 32)
    assert not key_slips.signature_holds(other.public().signing, signature, b"a" * 32)
    assert not key_slips.signature_holds(b"short", signature, b"a" * 32)
    with pytest.raises(ValueError, match="SHA-256"):
        key_slips.sign(mine, b"not a digest")


def test_a_sealed_share_is_opened_by_its_own_slip_alone():
    mine, other = (key_slips.derive(key_slips.new_code(), ROUND, "supervisor") for _ in range(2))
    sealed = key_slips.seal_share(b"share", mine.public().sealing, ROUND, "supervisor")

    assert key_slips.open_share(sealed, mine, ROUND, "supervisor") == b"share"
    assert key_slips.open_share(sealed, other, ROUND, "supervisor") is None
    assert key_slips.open_share(sealed, mine, "another round", "supervisor") is None
    assert key_slips.open_share(sealed, mine, ROUND, "organiser") is None
    assert key_slips.open_share(sealed[:-1], mine, ROUND, "supervisor") is None


@given(st.binary(min_size=32, max_size=32))
def test_any_two_of_three_shares_make_the_key(key):
    made = shares.split(key)

    assert list(made) == ["organiser", "third_party", "supervisor"]
    assert {shares.join(pair) for pair in combinations(made.values(), 2)} == {key}


def test_one_share_says_nothing_of_the_key():
    """For any share there are as many keys as ever: shares of two different keys can be the same, byte for byte."""
    made = shares.split(bytes(32))
    alone = made["organiser"]

    others = {shares.join([alone, bytes([2]) + bytes([value]) * 32]) for value in range(256)}

    assert len(others) == 256
    assert shares.join([alone]) is None
    assert shares.join([alone, alone]) is None
    assert shares.join([alone, alone[:-1]]) is None
    assert shares.join([alone, bytes([9]) + alone[1:]]) is None


def test_a_key_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        shares.split(b"short")

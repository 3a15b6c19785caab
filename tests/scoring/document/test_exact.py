from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.document.exact import parse_ratio, plain_text, printed, ratio_text, rounded

DECIMAL_MODES = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Fraction(1, 10)),
        ("1/3", Fraction(1, 3)),
        ("-2", Fraction(-2)),
        ("+.5", Fraction(1, 2)),
        ("0.5/1.5", Fraction(1, 3)),
        ("007", Fraction(7)),
    ],
)
def test_a_number_is_read_from_its_text_exactly(text, value):
    assert parse_ratio(text) == value


@pytest.mark.parametrize("text", ["", "1e3", "1_000", "1/0", "1/0.0", "nan", "½", "١", "1/2/3", "1 ", "0x10", "9" * 61])
def test_what_is_not_plainly_a_number_is_refused(text):
    with pytest.raises(ValueError, match="not a number"):
        parse_ratio(text)


def test_a_decimal_stays_a_decimal_however_long_it_is():
    assert plain_text(Fraction(1, 2**14)) == "0.00006103515625"
    assert plain_text(Fraction("0.0000000000001")) == "0.0000000000001"
    assert plain_text(Fraction("-12.50")) == "-12.5"
    assert plain_text(Fraction(1, 7 * 10**9)) == "1/7000000000"


def test_a_ratio_is_written_reduced_with_both_parts():
    assert ratio_text(Fraction(8860, 100)) == "443/5"
    assert ratio_text(Fraction(90)) == "90/1"


def test_a_plain_text_is_a_decimal_where_it_ends():
    assert [plain_text(Fraction(text)) for text in ("2/5", "-3/2", "1/3", "100", "0")] == [
        "0.4",
        "-1.5",
        "1/3",
        "100",
        "0",
    ]


def test_a_half_goes_away_from_zero():
    assert printed(Fraction("79.375"), 2) == "79.38"
    assert printed(Fraction("-0.125"), 2) == "-0.13"
    assert printed(Fraction("0.005"), 2) == "0.01"


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-1000, max_value=1000),
    st.integers(0, 4),
    st.sampled_from(sorted(DECIMAL_MODES)),
)
def test_printing_agrees_with_decimal_arithmetic(value, places, mode):
    wanted = value.quantize(Decimal(1).scaleb(-places), DECIMAL_MODES[mode])

    text = printed(Fraction(value), places, mode)

    assert Decimal(text) == wanted
    assert len(text.partition(".")[2]) == places


@given(st.fractions(), st.integers(0, 6))
def test_rounding_moves_a_number_by_at_most_half_a_unit(value, places):
    assert abs(rounded(value, places) - value) <= Fraction(1, 2 * 10**places)


@given(st.fractions())
def test_a_written_ratio_reads_back(value):
    text = ratio_text(value)

    assert len(text) > 60 or parse_ratio(text) == value

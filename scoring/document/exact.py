"""Exact numbers: read from their text, kept as ratios, rounded once, when they are printed."""

import re
from fractions import Fraction
from typing import Literal

Mode = Literal["half_up", "half_even", "up", "down"]
"""How a number between two printable ones is settled; ``half_up`` sends a half away from zero."""

_NUMBER = re.compile(r"([+-]?)(\d+(?:\.\d+)?|\.\d+)(?:/(\d+(?:\.\d+)?))?")
LONGEST = 60


def parse_ratio(text: str) -> Fraction:
    """Return the exact value of a decimal or a ratio of two.

    Raises
    ------
    ValueError
        If the text is neither, or the ratio divides by zero.

    Examples
    --------
    >>> parse_ratio("0.1"), parse_ratio("1/3")
    (Fraction(1, 10), Fraction(1, 3))
    """
    match = _NUMBER.fullmatch(text) if len(text) <= LONGEST and text.isascii() else None
    if match is None or (match[3] and Fraction(match[3]) == 0):
        raise ValueError(f"not a number: {text!r}")
    value = Fraction(match[2]) / Fraction(match[3] or 1)
    return -value if match[1] == "-" else value


def ratio_text(value: Fraction) -> str:
    """Return the reduced ``p/q``, whole numbers too.

    Examples
    --------
    >>> ratio_text(Fraction(443, 5)), ratio_text(Fraction(90))
    ('443/5', '90/1')
    """
    return f"{value.numerator}/{value.denominator}"


def plain_text(value: Fraction) -> str:
    """Return the shortest text a person would write: a decimal where it ends, a ratio where it does not.

    Examples
    --------
    >>> plain_text(Fraction(3, 4)), plain_text(Fraction(1, 3)), plain_text(Fraction(100))
    ('0.75', '1/3', '100')
    """
    left, places = value.denominator, 0
    while left % 10 == 0:
        left, places = left // 10, places + 1
    for factor in (5, 2):
        while left % factor == 0:
            left, places = left // factor, places + 1
    return printed(value, places) if left == 1 else ratio_text(value)


def rounded(value: Fraction, places: int, mode: Mode = "half_up") -> Fraction:
    """Return the nearest number with that many decimal places.

    Examples
    --------
    >>> rounded(Fraction("79.375"), 2)
    Fraction(3969, 50)
    """
    return Fraction(_units(value, places, mode), 10**places)


def printed_span(value: Fraction, places: int, mode: Mode) -> tuple[Fraction, Fraction]:
    """Return the values that are printed like one, from the least up to the greatest.

    Examples
    --------
    >>> [str(end) for end in printed_span(Fraction("97.78"), 0, "half_up")]
    ['195/2', '197/2']
    """
    own, unit = rounded(value, places, mode), Fraction(1, 10**places)
    if mode in {"half_up", "half_even"}:
        return own - unit / 2, own + unit / 2
    if own == 0:
        return (own, own) if mode == "up" else (-unit, unit)
    outwards = (mode == "down") == (own > 0)
    return (own, own + unit) if outwards else (own - unit, own)


def _units(value: Fraction, places: int, mode: Mode) -> int:
    """Return how many units of the last place the rounded value has."""
    above, below = value.numerator, value.denominator
    whole: int
    whole, rest = divmod(abs(above) * 10**places, below)
    if mode == "half_up":
        whole += int(2 * rest >= below)
    elif mode == "half_even":
        whole += int(2 * rest + whole % 2 > below)
    elif mode == "up":
        whole += int(rest > 0)
    return whole if above >= 0 else -whole


def printed(value: Fraction, places: int, mode: Mode = "half_up") -> str:
    """Return the value as it stands on paper.

    Examples
    --------
    >>> printed(Fraction("79.375"), 2), printed(Fraction(-1, 3), 1), printed(Fraction(90), 0)
    ('79.38', '-0.3', '90')
    """
    whole = _units(value, places, mode)
    digits = str(abs(whole)).zfill(places + 1)
    sign = "-" if whole < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)

"""The check character of a code: one wrong character is always noticed, and so are two that were swapped."""

from survey.crypto.alphabet import ALPHABET

LONGEST = 30
"""Up to so many characters, no swap of two goes unnoticed."""

_FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1 is primitive over GF(2)


def with_check(characters: str) -> str:
    """Return characters with their check character.

    Examples
    --------
    >>> with_check("00000"), with_check("10000")
    ('000000', '100005')
    """
    return characters + ALPHABET[_check(characters)]


def checks(code: str) -> bool:
    """Return whether a code ends with the check character of the rest."""
    return all(character in ALPHABET for character in code) and with_check(code[:-1]) == code


def _check(characters: str) -> int:
    """Return the check digit: the digits as a polynomial over GF(32), evaluated at its generator x.

    One wrong digit changes the sum by a non-zero multiple of a power of x; two swapped digits by
    (a + b)(x^i + x^j), which is not zero either while there are fewer than 31 places.
    """
    total = 0
    for character in characters:
        total = _times_x(total ^ ALPHABET.index(character))
    return total


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ _FIELD_POLYNOMIAL if value & 0b100000 else value

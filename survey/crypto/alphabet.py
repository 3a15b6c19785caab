"""Crockford's base 32, in which codes and receipts are written: no I, L, O or U to misread."""

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST_TYPED = 100

_SLIPS_OF_THE_PEN = str.maketrans({"O": "0", "I": "1", "L": "1"})


def fold(typed: str) -> str:
    """Return what was typed in capitals, without spaces and hyphens, O read as 0, I and L as 1.

    Examples
    --------
    >>> fold(" abcd-ｏil1 ")
    'ABCD0111'
    """
    if len(typed) > LONGEST_TYPED:
        return ""
    folded = unicodedata.normalize("NFKC", typed).upper()
    return "".join(letter for letter in folded if letter not in " -\t\r\n—–").translate(_SLIPS_OF_THE_PEN)

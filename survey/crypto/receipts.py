"""A receipt in words: the first 100 bits of its 32 bytes, as 20 Crockford characters in fours."""

from survey.crypto.alphabet import ALPHABET, fold

CHARACTERS = 20
_BITS = 5 * CHARACTERS


def words(receipt: bytes) -> str:
    """Return what the rater keeps of a receipt.

    Examples
    --------
    >>> words(bytes(32))
    '0000 0000 0000 0000 0000'
    """
    value = int.from_bytes(receipt, "big") >> (256 - _BITS)
    letters = "".join(ALPHABET[value >> shift & 31] for shift in range(_BITS - 5, -1, -5))
    return " ".join(letters[start : start + 4] for start in range(0, CHARACTERS, 4))


def prefix_range(typed: str) -> tuple[bytes, bytes] | None:
    """Return the lowest and highest receipt with these words, or ``None`` where they can't be a receipt's."""
    letters = fold(typed)
    if len(letters) != CHARACTERS or any(letter not in ALPHABET for letter in letters):
        return None
    value = 0
    for letter in letters:
        value = value << 5 | ALPHABET.index(letter)
    low = value << (256 - _BITS)
    high = low | (1 << (256 - _BITS)) - 1
    return low.to_bytes(32, "big"), high.to_bytes(32, "big")

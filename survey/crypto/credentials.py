"""Voting codes: printed once on a slip, never stored; the database holds only public keys."""

import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey.crypto.alphabet import ALPHABET, fold

RANDOM_CHARACTERS = 15
LENGTH = RANDOM_CHARACTERS + 1

_FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1 is primitive over GF(2)


def new_code() -> str:
    """Return a fresh code: 15 random characters (75 bits) and one check character.

    Examples
    --------
    >>> len(new_code()), normalise(new_code().lower()) is not None
    (16, True)
    """
    digits = [secrets.randbelow(32) for _ in range(RANDOM_CHARACTERS)]
    return "".join(ALPHABET[digit] for digit in [*digits, _check(digits)])


def normalise(typed: str) -> str | None:
    """Return `typed` as a code, or ``None`` where it cannot be one.

    Case, spaces and hyphens don't matter; O is read as 0, I and L as 1; full-width letters are folded.

    Examples
    --------
    >>> normalise("0000 0000-0000 oooo")
    '0000000000000000'
    >>> normalise("1000 0000 0000 0000") is None
    True
    """
    code = fold(typed)
    if len(code) != LENGTH or any(character not in ALPHABET for character in code):
        return None
    digits = [ALPHABET.index(character) for character in code]
    return code if _check(digits[:-1]) == digits[-1] else None


def printed(code: str) -> str:
    """Return `code` in groups of four, as it stands on the slip.

    Examples
    --------
    >>> printed("0123456789ABCDEF")
    '0123-4567-89AB-CDEF'
    """
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def derive(code: str, round_id: str) -> Ed25519PrivateKey:
    """Return the key pair of `code` in the round: HKDF-SHA256 (RFC 5869) with the round's id as salt."""
    seed = HKDF(algorithm=SHA256(), length=32, salt=round_id.encode(), info=b"gongping credential 1").derive(
        code.encode()
    )
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes of the public key, which is all that is stored of a code."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _check(digits: list[int]) -> int:
    """Return the check digit: the digits as a polynomial over GF(32), evaluated at its generator x.

    One wrong digit changes the sum by a non-zero multiple of a power of x; two swapped digits by
    (a + b)(x^i + x^j), which is not zero either while there are fewer than 31 places.
    """
    total = 0
    for digit in digits:
        total = _times_x(total ^ digit)
    return total


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ _FIELD_POLYNOMIAL if value & 0b100000 else value

"""Voting codes: printed once on a slip, never stored; the database holds only public keys."""

import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey.crypto.alphabet import ALPHABET, fold
from survey.crypto.check_character import checks, with_check

RANDOM_CHARACTERS = 15
LENGTH = RANDOM_CHARACTERS + 1


def new_code() -> str:
    """Return a fresh code: 15 random characters (75 bits) and one check character.

    Examples
    --------
    >>> len(new_code()), normalise(new_code().lower()) is not None
    (16, True)
    """
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS)))


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
    return code if len(code) == LENGTH and checks(code) else None


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

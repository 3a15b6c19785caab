"""Codes that a person types once: random, shown once, kept as a hash, never stored in a form that could be read."""

import hashlib
import secrets
from typing import Final

from survey.crypto.alphabet import ALPHABET, fold

CHARACTERS: Final = 16  # 80 bits: beyond guessing even for who holds the hash


def make() -> str:
    """Return a new code, in fours so that it can be copied from paper."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CHARACTERS))
    return "-".join(letters[start : start + 4] for start in range(0, CHARACTERS, 4))


def code_hash(purpose: str, login: str, typed: str) -> bytes:
    """Return what the database keeps of a code; however it is typed, and for this login and purpose only.

    Examples
    --------
    >>> code_hash("reset", "shen", "abcd-efgh-0123-4567") == code_hash("reset", "shen", " ABCDEFGHO1234567")
    True
    >>> code_hash("reset", "shen", "abcd") == code_hash("recovery", "shen", "abcd")
    False
    """
    return hashlib.sha256(f"{purpose}\n{login}\n{fold(typed)}".encode()).digest()

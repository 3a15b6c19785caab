"""The fingerprint of opened rows: what is compared before the key goes, and what parties sign. Never told unsalted."""

from collections.abc import Iterable
from hashlib import sha256


def rows_digest(blocks: Iterable[tuple[str, str, bytes]]) -> bytes:
    """Return the SHA-256 over all blocks (group, target, rows) in the order of groups and targets."""
    whole = sha256()
    for group, target, rows in sorted(blocks):
        for part in (group.encode(), target.encode(), rows):
            whole.update(len(part).to_bytes(8, "big") + part)
    return whole.digest()


def salted_digest(salt: bytes, digest: bytes) -> str:
    """Return what may be told of a fingerprint: without a salt it would confirm guesses at what it was made of."""
    return sha256(salt + digest).hexdigest()


def tally_salt(private_key: bytes) -> bytes:
    """Return the salt of a round's tally: the same for all who open the box, unknown to all others."""
    return sha256(b"gongping tally salt 1\0" + private_key).digest()

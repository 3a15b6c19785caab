"""A round's key in three shares, of which any two make it (Shamir 1979, *How to Share a Secret*, CACM 22, 612-613)."""

from collections.abc import Sequence

from Crypto.Protocol.SecretSharing import Shamir

PARTIES = ("organiser", "third_party", "supervisor")
"""Who holds a share, in the order of their numbers."""

NEEDED = 2
KEY = 32
_HALF = KEY // 2
SHARE = 1 + KEY


def split(key: bytes) -> dict[str, bytes]:
    """Return party → its share of a key of 32 bytes: one byte for its number, then a share of each half.

    The field has 128 bits, so each half is shared by itself; one share alone says nothing of either.
    """
    if len(key) != KEY:
        raise ValueError(f"a key has {KEY} bytes, got {len(key)}")
    halves = (Shamir.split(NEEDED, len(PARTIES), key[start : start + _HALF]) for start in (0, _HALF))
    return {
        party: bytes([number]) + first + second
        for party, (number, first), (_, second) in zip(PARTIES, *halves, strict=True)
    }


def join(shares: Sequence[bytes]) -> bytes | None:
    """Return the key that two shares make, or ``None`` where these are not two different shares.

    Whether it is the right one shows only when its public half is compared.
    """
    if len(shares) != NEEDED or any(len(share) != SHARE for share in shares) or shares[0][0] == shares[1][0]:
        return None
    if any(share[0] not in range(1, len(PARTIES) + 1) for share in shares):
        return None
    halves = (
        Shamir.combine([(share[0], share[1 + start : 1 + start + _HALF]) for share in shares]) for start in (0, _HALF)
    )
    return b"".join(halves)

"""Key slips: the code of a party, on paper only, from which its signatures and its share of a round's key come.

A party is the organiser, the third party or the supervisor of one round. Like a ballot's code its code is printed once
and never stored; what is stored are the public halves of two key pairs that are derived from it.
"""

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey.crypto.alphabet import ALPHABET, fold
from survey.crypto.check_character import checks, with_check

RANDOM_CHARACTERS = 27
LENGTH = RANDOM_CHARACTERS + 1
DIGEST = 32

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True)
class PublicKeys:
    """What everybody may know of a party: the key its signatures hold under, and the one its share is sealed to."""

    signing: bytes
    sealing: bytes


@dataclass(frozen=True, repr=False)
class PrivateKeys:
    """What a party can do with its key slip; lives in memory, while it does it."""

    signing: Ed25519PrivateKey
    sealing: X25519PrivateKey

    def public(self) -> PublicKeys:
        """Return the public halves."""
        return PublicKeys(self.signing.public_key().public_bytes_raw(), self.sealing.public_key().public_bytes_raw())


def new_code() -> str:
    """Return a fresh code: 27 random characters (135 bits) and one check character.

    Examples
    --------
    >>> len(new_code()), normalise(new_code().lower()) is not None
    (28, True)
    """
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS)))


def normalise(typed: str) -> str | None:
    """Return what was typed as a code, or ``None`` where it cannot be one; case, spaces and hyphens don't matter."""
    code = fold(typed)
    return code if len(code) == LENGTH and checks(code) else None


def printed(code: str) -> str:
    """Return a code in groups of four, as it stands on the slip.

    Examples
    --------
    >>> printed("0123456789ABCDEFGHJKMNPQRSTV")
    '0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV'
    """
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def derive(code: str, round_id: str, party: str) -> PrivateKeys:
    """Return the keys of a party's code in a round: HKDF-SHA256 (RFC 5869) with round and party as salt."""

    def seed(purpose: bytes) -> bytes:
        salt = round_id.encode() + b"\0" + party.encode()
        return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"gongping party 1 " + purpose).derive(code.encode())

    return PrivateKeys(
        Ed25519PrivateKey.from_private_bytes(seed(b"signature")), X25519PrivateKey.from_private_bytes(seed(b"share"))
    )


def sign(keys: PrivateKeys, digest: bytes) -> bytes:
    """Return the party's signature under a statement, which names its round and kind itself."""
    return keys.signing.sign(_signed(digest))


def signature_holds(signing: bytes, signature: bytes, digest: bytes) -> bool:
    """Return whether a signature under a statement was made with the private half of `signing`."""
    try:
        Ed25519PublicKey.from_public_bytes(signing).verify(signature, _signed(digest))
    except (InvalidSignature, ValueError):
        return False
    return True


def seal_share(share: bytes, sealing: bytes, round_id: str, party: str) -> bytes:
    """Return a share that only the party's key slip opens."""
    return _SUITE.encrypt(share, X25519PublicKey.from_public_bytes(sealing), info=_info(round_id, party))


def open_share(sealed: bytes, keys: PrivateKeys, round_id: str, party: str) -> bytes | None:
    """Return the share, or ``None`` where it was altered or sealed to another slip."""
    try:
        return _SUITE.decrypt(sealed, keys.sealing, info=_info(round_id, party))
    except (InvalidTag, ValueError):
        return None


def _signed(digest: bytes) -> bytes:
    if len(digest) != DIGEST:
        raise ValueError(f"a statement is signed by its SHA-256, got {len(digest)} bytes")
    return b"gongping statement 1\0" + digest


def _info(round_id: str, party: str) -> bytes:
    return b"gongping share 1\0" + round_id.encode() + b"\0" + party.encode()

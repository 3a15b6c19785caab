"""Sealed envelopes: HPKE (RFC 9180) to the round's key, signed by the slip's key."""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_OVERHEAD = 32 + 16  # the encapsulated key and the tag


def seal(plaintext: bytes, public_key: bytes, round_id: str, manifest_hash: bytes) -> bytes:
    """Return `plaintext` sealed to the round's key; 48 bytes longer, different every time."""
    key = X25519PublicKey.from_public_bytes(public_key)
    return _SUITE.encrypt(plaintext, key, info=_info(round_id, manifest_hash))


def unseal(sealed: bytes, private_key: bytes, round_id: str, manifest_hash: bytes) -> bytes | None:
    """Return what was sealed, or ``None`` where it was altered or belongs to another round or manifest."""
    key = X25519PrivateKey.from_private_bytes(private_key)
    if len(sealed) <= _OVERHEAD:
        return None
    try:
        return _SUITE.decrypt(sealed, key, info=_info(round_id, manifest_hash))
    except (InvalidTag, ValueError):
        return None


def receipt_of(sealed: bytes) -> bytes:
    """Return the 32 bytes that name a sealed ballot without telling anything of it."""
    return sha256(sealed).digest()


def sign(key: Ed25519PrivateKey, round_id: str, sheet: str, hashes: tuple[bytes, bytes], receipt: bytes) -> bytes:
    """Return the slip's signature over round, sheet, (attempt hash, content hash) and receipt."""
    return key.sign(_signed(round_id, sheet, hashes, receipt))


def signature_holds(
    public_key: bytes, signature: bytes, round_id: str, sheet: str, hashes: tuple[bytes, bytes], receipt: bytes
) -> bool:
    """Return whether `signature` was made by the slip whose public half is `public_key`."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _signed(round_id, sheet, hashes, receipt))
    except InvalidSignature:
        return False
    return True


def _info(round_id: str, manifest_hash: bytes) -> bytes:
    return b"gongping ballot 1\0" + round_id.encode() + b"\0" + manifest_hash


def _signed(round_id: str, sheet: str, hashes: tuple[bytes, bytes], receipt: bytes) -> bytes:
    # Each hash and the receipt have 32 bytes, so only the two names need an end mark.
    return b"gongping envelope 1\0" + round_id.encode() + b"\0" + sheet.encode() + b"\0" + b"".join(hashes) + receipt

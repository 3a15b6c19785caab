"""Secrets that the server must read again, sealed under the installation's own: the database alone opens none."""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


def seal(installation: bytes, purpose: str, whose: str, content: bytes) -> bytes:
    """Return `content` sealed for `purpose` and `whose`; moved to another's row it doesn't open."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(installation, purpose).encrypt(nonce, content, whose.encode())


def unseal(installation: bytes, purpose: str, whose: str, sealed: bytes) -> bytes | None:
    """Return what was sealed; nothing where it was changed, is another's, or the installation has another secret."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return _cipher(installation, purpose).decrypt(nonce, rest, whose.encode())
    except (InvalidTag, ValueError):
        return None


def _cipher(installation: bytes, purpose: str) -> ChaCha20Poly1305:
    key = HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"gongping {purpose}".encode()).derive(installation)
    return ChaCha20Poly1305(key)

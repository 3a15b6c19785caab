"""The round's private key at level *sealed*: one file on the host, outside database and backups."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

_KEY_BYTES = 32


def make_key(folder: Path, round_id: str) -> bytes:
    """Make the round's key pair, keep the private half in a file only its owner reads, return the public half.

    A key left by a freeze that was never committed is replaced: nothing was sealed to it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = X25519PrivateKey.generate()
    path = _path(folder, round_id)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private.private_bytes_raw())
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(folder)
    return private.public_key().public_bytes_raw()


def read_key(folder: Path, round_id: str) -> bytes | None:
    """Return the private key, or ``None`` where it isn't there (any more), or not whole."""
    path = _path(folder, round_id)
    key = path.read_bytes() if path.is_file() else b""
    return key if len(key) == _KEY_BYTES else None


def public_half(private_key: bytes) -> bytes:
    """Return the public half of `private_key`."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def destroy_key(folder: Path, round_id: str) -> None:
    """Overwrite the key file and remove it; does nothing where it is gone already."""
    path = _path(folder, round_id)
    if not path.is_file():
        return
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    _sync_folder(folder)


def _path(folder: Path, round_id: str) -> Path:
    return folder / f"{round_id}.key"


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # Windows has no handle on a folder
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

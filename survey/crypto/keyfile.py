"""A round's secrets on the host, outside database and backups: its key, or three shares that key slips open."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

ROUND, APPEAL = "share", "appeal-share"
"""Of which key a share is."""

_KEY_BYTES = 32


def make_key(folder: Path, round_id: str) -> bytes:
    """Make the round's key pair, keep the private half in a file only its owner reads, return the public half."""
    private = X25519PrivateKey.generate()
    _write(folder / f"{round_id}.key", private.private_bytes_raw())
    return private.public_key().public_bytes_raw()


def read_key(folder: Path, round_id: str) -> bytes | None:
    """Return the private key, or ``None`` where it isn't there (any more), or not whole."""
    key = _read(folder / f"{round_id}.key")
    return key if key is not None and len(key) == _KEY_BYTES else None


def public_half(private_key: bytes) -> bytes:
    """Return the public half of `private_key`."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def keep_share(folder: Path, round_id: str, party: str, sealed: bytes, kind: str = ROUND) -> None:
    """Keep a party's share of the round's key, or of its appeal key, which is sealed to its key slip."""
    _write(folder / f"{round_id}.{party}.{kind}", sealed)


def read_share(folder: Path, round_id: str, party: str, kind: str = ROUND) -> bytes | None:
    """Return a party's sealed share, or ``None`` where it isn't there (any more)."""
    return _read(folder / f"{round_id}.{party}.{kind}")


def keep_appeal(folder: Path, round_id: str, sealed: bytes) -> None:
    """Keep a round's appeal file, which is sealed to its appeal key."""
    _write(folder / f"{round_id}.appeal", sealed)


def read_appeal(folder: Path, round_id: str) -> bytes | None:
    """Return a round's sealed appeal file, or ``None`` where it isn't there (any more)."""
    return _read(folder / f"{round_id}.appeal")


def destroy_appeal(folder: Path, round_id: str) -> None:
    """Overwrite the round's appeal file and the shares of its key and remove them."""
    _destroy(folder, [folder / f"{round_id}.appeal", *folder.glob(f"{round_id}.*.{APPEAL}")])


def holds_key(folder: Path, round_id: str) -> bool:
    """Return whether the round's key file or any of its shares is there."""
    return (folder / f"{round_id}.key").is_file() or any(folder.glob(f"{round_id}.*.{ROUND}"))


def destroy_key(folder: Path, round_id: str) -> None:
    """Overwrite the round's key file and shares and remove them; does nothing where they are gone already."""
    _destroy(folder, [folder / f"{round_id}.key", *folder.glob(f"{round_id}.*.{ROUND}")])


def _destroy(folder: Path, paths: Iterable[Path]) -> None:
    found = [path for path in paths if path.is_file()]
    for path in found:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    if found:
        _sync_folder(folder)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _write(path: Path, secret: bytes) -> None:
    """Write a file that only its owner reads.

    One left by a freeze that was never committed is replaced: nothing was sealed to it.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # Windows has no handle on a folder
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

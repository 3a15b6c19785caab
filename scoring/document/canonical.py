"""One way to write a value down (RFC 8785, for text, whole numbers, lists and objects), and its fingerprint."""

import hashlib
import json

_NOT_PLAIN = (dict, list, tuple, float)


def canonical_json(value: object) -> bytes:
    """Return the RFC 8785 form of a value without fractions.

    Examples
    --------
    >>> canonical_json({"b": ["优秀", 1], "a": None}).decode()
    '{"a":null,"b":["优秀",1]}'
    """
    return _json(_ordered(value))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def sha256(value: object) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def rows_sha256(rows: list[list[str | int]], salt: bytes = b"") -> str:
    """Return the SHA-256 of a salt and the canonical form of a table, which has no keys to put in order."""
    return hashlib.sha256(salt + _json(rows)).hexdigest()


def _ordered(value: object) -> object:
    """Return the value with the keys of its objects in UTF-16 order, as RFC 8785 §3.2.3 asks."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: str(key).encode("utf-16-be"))
        return {key: _ordered(value[key]) for key in keys}
    if isinstance(value, list | tuple):
        return [_ordered(each) if isinstance(each, _NOT_PLAIN) else each for each in value]
    if isinstance(value, float):
        raise TypeError(f"numbers stand as whole numbers or as text, got {value!r}")
    return value

"""The chain of the audit log: each entry's SHA-256 covers the one before, so none can be changed, left out or moved."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import rfc8785

from survey.errors import GongpingError

FIRST: Final = "0" * 64
FIELDS: Final = ("number", "at", "login", "act", "round", "detail", "previous")


class ChainError(GongpingError):
    """An exported log that does not fit together."""


@dataclass(frozen=True)
class Head:
    """The last entry of a log: whoever wrote its number and hash down can tell later whether the log was rewritten."""

    number: int
    hash: str


EMPTY: Final = Head(0, FIRST)


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an entry's canonical form (RFC 8785), as hexadecimal digits.

    Examples
    --------
    >>> first = {"number": 1, "at": "2026-12-01T08:00:00+00:00", "login": "zhou", "act": "open round", "round": "R1"}
    >>> entry_hash({**first, "detail": {}, "previous": FIRST})[:16]
    '014ec65944f8cbba'
    """
    return sha256(rfc8785.dumps({field: entry[field] for field in FIELDS})).hexdigest()


def to_line(entry: Mapping[str, Any]) -> bytes:
    """Return an entry, its hash among it, as one line of an exported log."""
    return rfc8785.dumps(dict(entry)) + b"\n"


def check(lines: Iterable[bytes], round_id: str | None = None, seen: Callable[[Head], object] = lambda _: None) -> Head:
    """Follow an exported log from its first line to its last and return where it ends.

    Parameters
    ----------
    round_id
        For a file that holds one round's entries only: their numbers may then jump. Each entry is still checked, and
        so are neighbours; whether an entry of the round is missing between two that are no neighbours only the
        whole log tells.
    seen
        Told each entry that fits.

    Raises
    ------
    ChainError
        Naming the first line that does not fit.
    """
    head = EMPTY
    for place, line in enumerate(lines, 1):
        entry = _read(line, place)
        _check_place(entry, head, place, round_id)
        if entry_hash(entry) != entry["hash"]:
            raise ChainError(
                "Line %(line)s: entry %(number)s is not as it was written: its hash is another one.",
                line=place,
                number=entry["number"],
            )
        head = Head(entry["number"], entry["hash"])
        seen(head)
    if head == EMPTY:
        raise ChainError("The file holds no entry.")
    return head


def _read(line: bytes, place: int) -> dict[str, Any]:
    try:
        entry = json.loads(line)
        as_written = to_line(entry) == line
    except (ValueError, TypeError, RecursionError):  # no text, no JSON, no object, or values that JSON cannot say
        as_written = False
    if not as_written or entry.keys() != {*FIELDS, "hash"} or type(entry["number"]) is not int:
        raise ChainError("Line %(line)s is not an entry as the export writes it.", line=place)
    return dict(entry)


def _check_place(entry: Mapping[str, Any], head: Head, place: int, round_id: str | None) -> None:
    number = entry["number"]
    if round_id is not None and entry["round"] != round_id:
        raise ChainError("Line %(line)s: entry %(number)s is not of this round.", line=place, number=number)
    if number <= head.number or (round_id is None and number != head.number + 1):
        raise ChainError(
            "Line %(line)s: entry %(number)s stands where entry %(expected)s belongs.",
            line=place,
            number=number,
            expected=head.number + 1,
        )
    if number == head.number + 1 and entry["previous"] != head.hash:
        raise ChainError(
            "Line %(line)s: entry %(number)s does not follow the one before it.", line=place, number=number
        )

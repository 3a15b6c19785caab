"""A ballot's marks and its plaintext: one byte per cell in sheet order, then the comment, always the same length."""

import re

from survey.errors import GongpingError
from survey.manifest.manifest import Manifest, Sheet

BLANK = 255
UNKNOWN = 254  # 不了解此人
SELF = 253  # 本人不评
SPOILED = 252
RESERVED = (BLANK, UNKNOWN, SELF, SPOILED)

_FORMAT = 1
# No database keeps a NUL in text, no workbook most of the others, and half a pair is no character.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class BadMarksError(GongpingError):
    """Marks that the sheet doesn't have; a page of ours never sends them."""

    status = 422


def readable(comment: str) -> str:
    r"""Return `comment` without the characters that are no text, as a strange keyboard may send them.

    Examples
    --------
    >>> readable("好\x00的\x1b")
    '好的'
    """
    return _NO_TEXT.sub("", comment)


def check(manifest: Manifest, sheet: Sheet, marks: bytes, comment: str) -> None:
    """Refuse marks or a comment that the sheet doesn't allow.

    Raises
    ------
    BadMarksError
        Naming the cell, what was found and what is allowed.
    """
    cells = manifest.cells(sheet)
    if len(marks) != len(cells):
        raise BadMarksError(
            "The ballot has %(found)s marks; allowed: exactly %(allowed)s.", found=len(marks), allowed=len(cells)
        )
    allowed = RESERVED if sheet.own_unit else tuple(mark for mark in RESERVED if mark != SELF)
    for mark, cell in zip(marks, cells, strict=True):
        if mark >= len(cell.levels) and mark not in allowed:
            raise BadMarksError(
                "The mark for %(target)s, %(item)s is %(found)s; allowed: 0 to %(most)s.",
                target=manifest.target(cell.target).name,
                item=cell.item,
                found=mark,
                most=len(cell.levels) - 1,
            )
    if comment and not manifest.asks_comment(sheet):
        raise BadMarksError("This ballot has no comment field.")
    if _NO_TEXT.search(comment):
        raise BadMarksError("The comment holds a character that is no text.")
    if len(comment.encode()) > manifest.comment_bytes:
        raise BadMarksError(
            "The comment is too long: at most about %(most)s characters.", most=manifest.comment_bytes // 3
        )


def encode(manifest: Manifest, sheet: Sheet, marks: bytes, comment: str) -> bytes:
    """Return the canonical plaintext, padded so that every ballot of the sheet has the same length.

    Raises
    ------
    BadMarksError
        Where the sheet doesn't allow the marks or the comment.
    """
    check(manifest, sheet, marks, comment)
    words = comment.encode()
    budget = manifest.comment_bytes if manifest.asks_comment(sheet) else 0
    return bytes([_FORMAT]) + marks + len(words).to_bytes(2, "big") + words.ljust(budget, b"\0")


def decode(manifest: Manifest, sheet: Sheet, plaintext: bytes) -> tuple[bytes, str]:
    """Return (marks, comment) of an opened ballot.

    Raises
    ------
    BadMarksError
        Where the plaintext isn't the canonical form of a ballot of this sheet.
    """
    end = 1 + len(manifest.cells(sheet))
    marks, size = plaintext[1:end], int.from_bytes(plaintext[end : end + 2], "big")
    try:
        comment = plaintext[end + 2 : end + 2 + size].decode()
    except UnicodeDecodeError as error:
        raise BadMarksError("The comment is not text.") from error
    if encode(manifest, sheet, marks, comment) != plaintext:
        raise BadMarksError("The ballot is not in its canonical form.")
    return marks, comment

"""What a ballot form brought: code, attempt, marks, comment; read without trusting any of it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from survey.errors import GongpingError
from survey.manifest.manifest import Manifest, Sheet
from survey.manifest.marks import BLANK, SELF, UNKNOWN, readable
from survey.manifest.questionnaire import MOST_LEVELS

ATTEMPT_BYTES = 16
NOT_OURS = "This form does not belong to this ballot. Enter your code again."


class BrokenFormError(GongpingError):
    """A form that no page of ours makes."""

    status = 422


@dataclass(frozen=True)
class Filled:
    """A ballot on its way from page to page; it lives in the forms only, never on the server.

    Attributes
    ----------
    marks
        One byte per cell in the sheet's order.
    large
        Whether the page is wanted in large type.
    """

    code: str
    attempt: bytes
    marks: bytes
    comment: str
    large: bool

    def fields(self) -> dict[str, str]:
        """Return the hidden fields that carry it; the marks always take the same number of characters."""
        return {
            "code": self.code,
            "attempt": self.attempt.hex(),
            "marks": self.marks.hex(),
            "comment": self.comment,
            "large": "1" if self.large else "0",
        }


def fresh(code: str, cells: int, *, large: bool) -> Filled:
    """Return an empty ballot with an attempt of its own: 128 random bits."""
    return Filled(code, secrets.token_bytes(ATTEMPT_BYTES), bytes([BLANK]) * cells, "", large)


def wants_large(form: Mapping[str, str]) -> bool:
    """Return whether the page is wanted in large type: as the button says, else as it was."""
    do = form.get("do", "")
    return do == "large" if do in {"large", "normal"} else form.get("large") == "1"


def read(form: Mapping[str, str], manifest: Manifest, sheet: Sheet) -> Filled:
    """Return the ballot in `form`, from a ballot page (a field per cell) or a review page (all marks in one).

    Raises
    ------
    BrokenFormError
        Where the attempt or the marks have a form that our pages never send.
    """
    attempt, marks = hand_in(form) if "marks" in form else (_attempt(form), _marks(form, manifest, sheet))
    # "Myself" is offered only where the rater may stand on the own sheet.
    if len(marks) != len(manifest.cells(sheet)) or (SELF in marks and not sheet.own_unit):
        raise BrokenFormError(NOT_OURS)
    return Filled(form.get("code", ""), attempt, marks, comment(form), wants_large(form))


def hand_in(form: Mapping[str, str]) -> tuple[bytes, bytes]:
    """Return attempt and marks of a review page's form, which says them without knowing the sheet.

    Raises
    ------
    BrokenFormError
        Where they have a form that our pages never send; a spoiled cell, which is for paper only, too.
    """
    marks = _bytes(form.get("marks", ""))
    if any(MOST_LEVELS <= mark < SELF for mark in marks):
        raise BrokenFormError(NOT_OURS)
    return _attempt(form), marks


def comment(form: Mapping[str, str]) -> str:
    """Return the comment; a browser sends line ends as CR LF but counts each as one character."""
    return readable(form.get("comment", "").replace("\r\n", "\n")).strip()


def cleared(paper: Filled, manifest: Manifest, sheet: Sheet, number: int) -> Filled:
    """Return `paper` with the marks of the sheet's target `number` blank again."""
    target = sheet.targets[number] if number < len(sheet.targets) else None
    marks = zip(paper.marks, manifest.cells(sheet), strict=True)
    return replace(paper, marks=bytes(BLANK if cell.target == target else mark for mark, cell in marks))


def _attempt(form: Mapping[str, str]) -> bytes:
    attempt = _bytes(form.get("attempt", ""))
    if len(attempt) != ATTEMPT_BYTES:
        raise BrokenFormError(NOT_OURS)
    return attempt


def _marks(form: Mapping[str, str], manifest: Manifest, sheet: Sheet) -> bytes:
    ticked = {code: _whole(form, number) for number, code in enumerate(sheet.targets)}
    marks = []
    for index, cell in enumerate(manifest.cells(sheet)):
        whole = ticked[cell.target]
        marks.append(_mark(form.get(f"m{index}", "")) if whole is None else whole)
    return bytes(marks)


def _whole(form: Mapping[str, str], number: int) -> int | None:
    """Return the one mark that was ticked for all items of a target, "myself" before "don't know"."""
    return SELF if f"s{number}" in form else UNKNOWN if f"u{number}" in form else None


def _mark(text: str) -> int:
    if not text:
        return BLANK
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= BLANK):  # noqa: PLR2004 - a byte
        raise BrokenFormError(NOT_OURS)
    return int(text)


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""

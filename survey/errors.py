"""The tree of errors: what happened and what to do, in words for the person, and the HTTP status it becomes.

Messages are English templates (the keys of the translation catalogue); ``values`` fills them. A page
translates the template first and fills it afterwards; ``str(error)`` is the English sentence.
"""

from collections.abc import Mapping
from typing import Self

from scoring.document.problems import Problem

__all__ = [
    "BadDocumentError",
    "ConflictError",
    "ForbiddenError",
    "GoneError",
    "GongpingError",
    "NotFoundError",
    "Notice",
    "Problem",
    "SetupError",
    "UnavailableError",
]


class GongpingError(Exception):
    """A refusal that the person can act on; anything else that is raised is a fault of ours."""

    status = 400

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


class NotFoundError(GongpingError):
    """There is no such thing, or it is not yours to see; the words are the same."""

    status = 404


class ForbiddenError(GongpingError):
    """The role does not allow it."""

    status = 403


class ConflictError(GongpingError):
    """The state of things does not allow it (now, or any more)."""

    status = 409


class GoneError(GongpingError):
    """A door outside its window."""

    status = 410


class UnavailableError(GongpingError):
    """Nothing was recorded, or we do not know; the message says which and that pressing again is safe."""

    status = 503


class SetupError(GongpingError):
    """The installation is half-configured and refuses to start."""

    status = 500


class Notice(str):
    """A sentence for the person: the English words, and the template and values that a page translates first."""

    __slots__ = ("message", "values")
    message: str
    values: Mapping[str, object]

    def __new__(cls, message: str, values: Mapping[str, object] | None = None) -> Self:
        """Fill the template's words in."""
        notice = super().__new__(cls, message % values if values else message)
        notice.message, notice.values = message, values or {}
        return notice


class BadDocumentError(GongpingError):
    """A questionnaire, scheme, plan or table that cannot be used; every problem is listed at once."""

    status = 422

    def __init__(self, file: str, problems: list[Problem]) -> None:
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__("%(file)s cannot be used:\n%(lines)s", file=file, lines=lines)
        self.file = file
        self.problems = problems

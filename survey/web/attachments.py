"""Files as answers: named in the person's language, saved and never shown, kept in no cache."""

from typing import Final
from urllib.parse import quote

from werkzeug.wrappers import Response

NO_NAME: Final = frozenset('/\\:*?"<>|')  # of a file, on one system or another


def attachment(content: bytes, name: str, kind: str) -> Response:
    """Return `content` as a file to save under `name`."""
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name(name), safe='')}"
    response.headers["Cache-Control"] = "no-store"
    return response


def text_file(text: str, name: str, kind: str) -> Response:
    """Return `text` as a UTF-8 file to save under `name`."""
    return attachment(text.encode(), name, f"{kind}; charset=utf-8")


def file_name(wanted: str) -> str:
    r"""Return `wanted` as a name that every system takes and that reads as it is.

    Examples
    --------
    >>> file_name("2026年/结果1.xlsx"), file_name("结果\u202exslx.exe"), file_name("..\\a\r\n.pdf")
    ('2026年_结果1.xlsx', '结果_xslx.exe', '.._a__.pdf')
    """
    return "".join("_" if letter in NO_NAME or not letter.isprintable() else letter for letter in wanted)

"""Files as answers: named in the person's language, saved and never shown, kept in no cache."""

from urllib.parse import quote

from werkzeug.wrappers import Response


def attachment(content: bytes, name: str, kind: str) -> Response:
    """Return `content` as a file to save under `name`."""
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Cache-Control"] = "no-store"
    return response


def text_file(text: str, name: str, kind: str) -> Response:
    """Return `text` as a UTF-8 file to save under `name`."""
    return attachment(text.encode(), name, f"{kind}; charset=utf-8")

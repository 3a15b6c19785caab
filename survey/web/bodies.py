"""How much a request may bring: enough for every form of ours, refused before it is read where it is more."""

from typing import Final

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from survey.web import access

KILOBYTE: Final = 1024
MEGABYTE: Final = 1024 * KILOBYTE
# A ballot of 8,000 cells and the longest comment is 150 KB; what is below half a megabyte also never becomes a file.
OPEN_PAGE: Final = 256 * KILOBYTE
STAFF_PAGE: Final = MEGABYTE
MOST_FIELDS: Final = 20_000
MOST_PARTS: Final = 100
FORM: Final = "application/x-www-form-urlencoded"


def init_app(app: Flask) -> None:
    """Have `app` refuse what is too large; pages that take files say how large themselves (``access.allowed``)."""
    app.config.update(
        MAX_CONTENT_LENGTH=STAFF_PAGE,
        MAX_FORM_MEMORY_SIZE=STAFF_PAGE,
        MAX_FORM_PARTS=MOST_PARTS,
    )
    app.before_request(_limit)


def takes_files(app: Flask, path: str) -> bool:
    """Return whether a post to `path` may bring a file that is larger than any form."""
    try:
        endpoint, _ = app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return False
    return access.rule_of(app.view_functions[endpoint]).megabytes is not None


def _limit() -> None:
    if request.endpoint is None:
        return
    if access.rule_of(current_app.view_functions[request.endpoint]).act is None:
        request.max_content_length = OPEN_PAGE
    if request.mimetype == FORM and request.get_data(parse_form_data=False).count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge

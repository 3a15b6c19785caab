"""Refusals and faults as pages: the person learns what to do, the log learns nothing of what was typed."""

import traceback
from datetime import datetime
from types import TracebackType

from flask import Flask, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from survey.errors import BadDocumentError, GongpingError, Notice
from survey.web.language import moment

_ = lazy_gettext
NO_SUCH_PAGE = _("There is no such page. Check the address.")
WORDS = {
    400: _("The request could not be understood. Go back, reload the page and try again."),
    404: NO_SUCH_PAGE,
    405: NO_SUCH_PAGE,
    413: _("What was sent is too large. Nothing was taken over: go back, make it shorter and send it again."),
}
HEADINGS = {
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Not found"),
    409: _("Not possible now"),
    410: _("Not possible now"),
    413: _("Too large"),
    422: _("Please correct"),
    429: _("Please wait"),
    500: _("Something went wrong"),
    503: _("Please try again"),
}
OTHERWISE = _("That did not work")
FAULT = _(
    "The fault is ours, not yours. Go back and look whether your last step took effect; if it did not, try again."
)
# Faults of the machine, whose words say "disk full" or "database is locked" and never what a person typed.
SPOKEN = (OperationalError, OSError)


class QuietFlask(Flask):
    """Flask, but a fault's own words stay out of the log: they may quote what a person typed."""

    def log_exception(
        self,
        exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> None:
        """Log where it went wrong and of which kind the fault is; no address, no form, no words but the machine's."""
        kind, error, frames = exc_info
        words = error if isinstance(error, SPOKEN) else "(its words are kept out of the log)"
        where = "".join(traceback.format_tb(frames))
        self.logger.error(
            "Fault in %s %s\n%s%s: %s", request.method, request.endpoint, where, kind and kind.__name__, words
        )


def init_app(app: Flask) -> None:
    """Have `app` answer errors with pages."""
    app.register_error_handler(GongpingError, _refusal)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.jinja_env.globals["words_of"] = words_of


def words_of(said: GongpingError | str) -> str:
    """Return what an error, a notice or a plain sentence says, in the page's language."""
    if isinstance(said, str) and not isinstance(said, Notice):
        return str(gettext(said)) if said else ""
    words = gettext(said.message)
    values = {name: _value(value) for name, value in said.values.items()}
    return str(words % values) if values else str(words)


def _value(value: object) -> object:
    if isinstance(value, Notice):
        return words_of(value)
    return moment(value) if isinstance(value, datetime) else value


def page(words: str, status: int, error: GongpingError | None = None) -> tuple[str, int]:
    """Return the page that says `words`."""
    document = error if isinstance(error, BadDocumentError) else None
    return render_template(
        "layout/error.html",
        heading=str(HEADINGS.get(status, OTHERWISE)),
        words=words,
        file=document.file if document else "",
        problems=document.problems if document else [],
    ), status


def page_of(status: int) -> str:
    """Return the page of an HTTP status, for a request that never reached a page."""
    return page(str(_words_for(status)), status)[0]


def _refusal(error: GongpingError) -> tuple[str, int]:
    return page(words_of(error), error.status, error)


def _stale(error: CSRFError) -> tuple[str, int]:
    return page(gettext("This form is out of date. Go back, reload the page and send it again."), error.code or 400)


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    status = error.code or 500
    if error.response is not None or status < 400:  # noqa: PLR2004 - a redirect is no error
        return error
    return page(str(_words_for(status)), status)


def _words_for(status: int) -> LazyString:
    return WORDS.get(status, FAULT if status >= 500 else WORDS[400])  # noqa: PLR2004 - the server's own

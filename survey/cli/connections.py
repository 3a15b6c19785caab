"""Connections of ``gongping serve``: how long and how large a request may be, and refusals in our own words.

What waitress refuses before a page is asked for it answers in its own, and it waits for ever on a sender that is slow
enough. Bodies are kept in memory except where a page takes files, so that no ballot reaches a temporary file.
"""

import select
import time
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from flask import Flask
from waitress import task
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import RequestEntityTooLarge

from survey.web import bodies, errors, quiet

MEGABYTE: Final = 1024 * 1024
BODY_IN_MEMORY: Final = 2 * MEGABYTE  # above every limit of the pages, so that they refuse in their own words
LARGEST_BODY: Final = 32 * MEGABYTE
ANSWER_IN_MEMORY: Final = 256 * MEGABYTE  # slips on their way out are never written to a file either
LARGEST_HEADER: Final = 32 * 1024
SECONDS_FOR_A_REQUEST: Final = 90
SECONDS_IDLE: Final = 30
# Hundreds of phones keep their connections open; without poll() Windows can wait for 512.
CONNECTIONS: Final = 800 if hasattr(select, "poll") else 450

ADJUSTMENTS: Final[Mapping[str, Any]] = {
    "ident": None,
    "inbuf_overflow": BODY_IN_MEMORY,
    "outbuf_overflow": ANSWER_IN_MEMORY,
    "max_request_header_size": LARGEST_HEADER,
    "max_request_body_size": LARGEST_BODY,
    "channel_timeout": SECONDS_IDLE,
    "cleanup_interval": SECONDS_IDLE // 2,
    "connection_limit": CONNECTIONS,
    "asyncore_use_poll": True,
    "log_socket_errors": False,
}


class Request(HTTPRequestParser):  # type: ignore[misc] # waitress is untyped
    """A request as it comes in, bound by what its page takes; one that can be read in two ways is refused."""

    app: ClassVar[Flask]
    error: Any = None

    def received(self, data: bytes) -> int:
        """Take in what has come; where it is already too much, don't wait for the rest."""
        consumed: int = super().received(data)
        size = max(self.content_length, self.body_bytes_received)
        if self.error is None and size > BODY_IN_MEMORY and not bodies.takes_files(self.app, self.path):
            self.error = RequestEntityTooLarge("")
            self.completed = True
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # a length of thousands of digits
            raise ParsingError("no number") from error
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            # A proxy that believed the other length would see another request begin (RFC 9112, 6.1).
            raise ParsingError("two lengths")


class Refusal(task.ErrorTask):  # type: ignore[misc] # waitress is untyped
    """The answer to what no page was asked for."""

    pages: ClassVar[Mapping[int, bytes]]
    headers: ClassVar[tuple[tuple[str, str], ...]]

    def execute(self) -> None:
        """Answer with our own page of that status, and close."""
        error = self.request.error
        page = self.pages.get(error.code, self.pages[400])
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend(self.headers)
        self.set_close_on_finish()
        self.content_length = len(page)
        self.write(page)


class Connection(HTTPChannel):  # type: ignore[misc] # waitress is untyped
    """A connection that is closed when a request takes too long to arrive, however busily it drips."""

    began = 0.0

    def received(self, data: bytes) -> bool:
        """Take in what has come, and note when a request begins."""
        if self.request is None:
            self.began = time.monotonic()
        return bool(super().received(data))

    def readable(self) -> bool:
        """Return whether to wait for more; the loop asks each connection at least once a second."""
        if self.request is not None and time.monotonic() - self.began > SECONDS_FOR_A_REQUEST:
            self.will_close = True
        return bool(super().readable())


def harden(servers: Iterable[Any], app: Flask) -> None:
    """Have the `servers` of `app` keep to the limits above and refuse in our words."""
    with app.test_request_context():
        pages = {code: errors.page_of(code).encode() for code in (400, 413, 500)}
        stock = app.process_response(app.make_response(""))
    kept = tuple((name, value) for name, value in stock.headers.items() if name != "Content-Length")
    refusal = type("Refusal", (Refusal,), {"pages": pages, "headers": kept})
    request = type("Request", (Request,), {"app": app})
    for server in servers:
        server.channel_class = type("Connection", (Connection,), {"parser_class": request, "error_task_class": refusal})
    quiet.hush(*quiet.SERVER)

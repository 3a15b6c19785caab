"""The real server: `gongping serve` in a process of its own, asked through sockets."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from survey.config import Settings

GONGPING = "from survey.cli import main; main()"
# As a curious administrator would: every logger of every library at its most talkative, all on standard error.
VERBOSE = """
import logging
logging.basicConfig(level=logging.DEBUG)
import survey.cli.serve, waitress.server, sqlalchemy.engine, survey.web.application
for name in list(logging.root.manager.loggerDict):
    logging.getLogger(name).setLevel(logging.DEBUG)
"""
PATIENCE = 30


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode("utf-8", "replace")


@dataclass
class Served:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    errors: Path
    written: Path

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, data: Mapping[str, str], **headers: str) -> Answer:
        """Send a form."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(data), form | headers)

    def raw(self, data: bytes) -> bytes:
        """Send bytes as they are, and return everything that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            received = b""
            try:
                while part := connection.recv(65536):
                    received += part
            except ConnectionResetError:  # what was sent is still unread on its side
                pass
            return received

    def said(self) -> str:
        """Return everything that the server wrote on standard output and standard error."""
        return (self.written.read_bytes() + self.errors.read_bytes()).decode("utf-8", "replace")

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        asked = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        asked.request(method, path, body, dict(headers))
        answer = asked.getresponse()
        content = answer.read()
        asked.close()
        return Answer(answer.status, dict(answer.getheaders()), content)


@contextmanager
def serving(settings: Settings, folder: Path, *, before: str = "", **environment: str) -> Iterator[Served]:
    """Serve an installation on a free port of this machine, with its output in files under `folder`.

    `before` is Python that runs first, such as `VERBOSE`; `environment` adds settings.
    """
    written, errors = folder / "served-output", folder / "served-errors"
    command = [sys.executable, "-c", f"{before}\n{GONGPING}", "serve", "--port", "0", "--threads", "4"]
    given = {
        "GONGPING_HOME": str(settings.home),
        "GONGPING_DATABASE_URL": settings.database_url,
        "PYTHONUNBUFFERED": "1",
    }
    with (
        written.open("wb") as out,
        errors.open("wb") as err,
        subprocess.Popen(command, env={**os.environ, **given, **environment}, stdout=out, stderr=err) as process,
    ):
        try:
            yield Served(process, _port(process, errors), errors, written)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _port(process: subprocess.Popen[bytes], errors: Path) -> int:
    """Return the port that the server names when it is ready."""
    while process.poll() is None:
        found = re.search(rb"Serving on http://127\.0\.0\.1:(\d+) ", errors.read_bytes())
        if found:
            return int(found[1])
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(errors.read_text("utf-8"))

"""The real server, ``gongping serve`` in a process of its own, and phones that hand in over HTTP."""

import os
import re
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from tests.trust.grounds import Place

GONGPING = [sys.executable, "-c", "from survey.cli import main; main()"]
RECEIPT = re.compile(r"<p class=\"receipt code\"[^>]*>(.*?)</p>")
WORD = re.compile(r"[0-9A-Z]{4}")
PATIENCE_SECONDS = 600  # a database that starts again and again on a busy machine keeps phones waiting


class Server:
    """A served installation that can be killed at any moment and started again on the same port."""

    def __init__(self, place: Place, threads: int = 8, command: list[str] | None = None) -> None:
        self.command = command or GONGPING
        self.place = place
        self.threads = threads
        self.port = 0
        self.starts = 0
        self.errors: list[str] = []
        self.start()

    def start(self) -> None:
        """Start the server and wait until it says where it listens."""
        command = [*self.command, "serve", "--port", str(self.port), "--threads", str(self.threads)]
        # Compiled once: a start that reads everything anew takes four times as long.
        left_out = ("GONGPING_", "PYTHONDONTWRITEBYTECODE")
        environment = {name: text for name, text in os.environ.items() if not name.startswith(left_out)}
        self.process = subprocess.Popen(
            command, env={**environment, **self.place.environment()}, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr is not None
        said = []
        for line in self.process.stderr:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                self.starts += 1
                return
        raise RuntimeError("the server did not start: " + "".join(said))

    def kill(self) -> None:
        """Kill the server as a crash does: it can't finish anything."""
        self.process.kill()
        self._end()

    def stop(self) -> None:
        """Stop the server in order."""
        self.process.terminate()
        self._end()

    def _end(self) -> None:
        _, said = self.process.communicate()
        self.errors += said.splitlines()


@dataclass(frozen=True)
class Form:
    """A filled ballot as a phone holds it: pressing again sends the very same."""

    code: str = field(repr=False)
    marks: bytes = field(repr=False)
    attempt: bytes = field(repr=False, default_factory=lambda: secrets.token_bytes(16))

    def body(self) -> str:
        """Return what the browser sends."""
        fields = {"code": self.code, "attempt": self.attempt.hex(), "marks": self.marks.hex(), "comment": ""}
        return urlencode(fields)


@dataclass(frozen=True)
class Answer:
    """What the server said: a status, and the receipt on the page if there is one."""

    status: int
    receipt: str | None

    @property
    def recorded(self) -> bool:
        """Return whether the page promises that the ballot is recorded."""
        return 200 <= self.status < 300


def post(port: int, form: Form, timeout: float = 30) -> Answer | None:
    """Hand a form in once; nothing where no answer came."""
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(
            "POST", "/b/cast", form.body(), {"Content-Type": "application/x-www-form-urlencoded", "Connection": "close"}
        )
        response = connection.getresponse()
        page = response.read().decode()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    found = RECEIPT.search(page)
    return Answer(response.status, " ".join(WORD.findall(found[1])) if found else None)


def press_until_answered(port: int, form: Form) -> tuple[Answer, int, int]:
    """Press again until the server says that the ballot is recorded or refused.

    Return the answer, how often it took, and how many answers said neither that nor to press again.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    presses = faults = 0
    while time.monotonic() < end:
        presses += 1
        answer = post(port, form)
        if answer is not None and answer.status < 500:
            return answer, presses, faults
        faults += answer is not None and answer.status != 503
        time.sleep(0.02)
    raise RuntimeError(f"no answer within {PATIENCE_SECONDS} seconds")

import os
import re
import signal
import subprocess
import sys
from http.client import HTTPConnection

import pytest

GONGPING = [sys.executable, "-c", "from survey.cli import main; main()"]


@pytest.fixture
def served(settings):
    """Return the running command, and the host and port that it names."""
    with subprocess.Popen(
        [*GONGPING, "serve", "--port", "0", "--threads", "2"],
        env={**os.environ, "GONGPING_HOME": str(settings.home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        line = process.stderr.readline()
        found = re.fullmatch(r"Serving on http://(127\.0\.0\.1:\d+) until Ctrl-C\n", line)
        yield process, found and found[1]
        process.kill()


def test_pages_are_served_and_nothing_is_written_about_who_asked(served):
    process, address = served
    assert address is not None, process.stderr.read()

    asked = HTTPConnection(address)
    asked.request("GET", "/login")
    answer = asked.getresponse()
    page = answer.read().decode()
    asked.close()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate()

    assert (answer.status, answer.getheader("Server")) == (200, None)
    assert "登录" in page
    assert (process.returncode, out, err) == (0, "", "")


def test_an_installation_that_was_never_made_is_not_served(tmp_path):
    done = subprocess.run(
        [*GONGPING, "serve"],
        env={**os.environ, "GONGPING_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "Run: gongping init" in done.stderr

"""The running server against senders who are slow, large, many or ambiguous."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from waitress.adjustments import Adjustments

from survey.cli import connections
from survey.config import Settings
from survey.models import Envelope
from tests.served import Served, serving
from tests.township import open_township

HEAD = b"POST /r HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
CLOSE = b"Connection: close\r\n"
SECOND = b"GET /promise HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
TOO_LARGE = "送来的内容太大，什么也没有收下"
NOT_UNDERSTOOD = "刚才送来的内容看不懂"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Served]:
    """Return a running server, which all tests of this file ask."""
    home = tmp_path_factory.mktemp("home")
    (home / "database").mkdir()
    (home / "keys").mkdir()
    (home / "secret").write_bytes(b"only for one test" * 2)
    shutil.copy(empty_database, home / "database" / "gongping.db")
    with serving(Settings(home=home), home) as served:
        yield served


def parts(answer: bytes) -> tuple[int, str, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode(), body.decode()


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + CLOSE + b"Content-Length: +6\r\n\r\ncode=a",
        HEAD + CLOSE + b"Content-Length: 6\r\nContent-Length: 5\r\n\r\ncode=a",
        HEAD + CLOSE + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        HEAD + CLOSE + b"Content-Length : 6\r\n\r\ncode=a",
        HEAD + CLOSE + b"Content-Length: 6\nX: y\r\n\r\ncode=a",
        HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
        HEAD + CLOSE + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"GET /promise HTTP/1.1\r\nHost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_refused_in_our_words_and_nothing_behind_it_is_read(served, request_):
    status, head, body = parts(served.raw(request_))

    assert status == 400
    assert NOT_UNDERSTOOD in body
    assert body.count("<!doctype html>") == 1
    assert "HTTP/1." not in body
    for header in ("Content-Security-Policy: default-src 'none'", "Cache-Control: no-store", "nosniff", "no-referrer"):
        assert header in head
    assert "Server:" not in head
    assert "Set-Cookie" not in head
    assert served.said().count("\n") == 1  # the line that says where it listens, and no line more


def test_another_coding_of_the_body_is_refused_in_our_words(served):
    status, _, body = parts(served.raw(HEAD + CLOSE + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"))

    assert (status, NOT_UNDERSTOOD in body) == (501, True)


def test_a_head_that_is_too_long_is_refused_in_our_words(served):
    long = b"GET /promise HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * connections.LARGEST_HEADER

    status, _, body = parts(served.raw(long))

    assert (status, NOT_UNDERSTOOD in body) == (431, True)


@pytest.mark.parametrize("path", [b"/b", b"/b/review", b"/b/cast", b"/r", b"/login", b"/nowhere"])
def test_what_is_larger_than_any_form_is_refused_before_it_has_come(served, path):
    """The sender announces 3 MB and sends nothing of it: whoever waited for it would wait for ever."""
    announced = HEAD.replace(b"/r", path, 1) + b"Content-Length: 3000000\r\n\r\n"

    status, head, body = parts(served.raw(announced))

    assert (status, TOO_LARGE in body) == (413, True)
    assert "Connection: close" in head


def test_what_comes_in_pieces_without_a_length_is_cut_off_too(served):
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    endless = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + piece * 34

    status, _, body = parts(served.raw(endless))

    assert (status, TOO_LARGE in body) == (413, True)


def test_a_ballot_that_is_too_large_is_refused_in_words_and_the_code_stays_unused(settings, session, tmp_path):
    code = open_township(session, settings).residents[0]
    with serving(settings, tmp_path) as served:
        refused = served.post("/b", {"code": code, "comment": "长" * 40_000})
        shown = served.post("/b", {"code": code})

    assert (refused.status, TOO_LARGE in refused.text) == (413, True)
    assert refused.headers["Cache-Control"] == "no-store"
    assert code not in refused.text
    assert (shown.status, 'name="attempt"' in shown.text) == (200, True)
    assert session.query(Envelope).count() == 0


def test_a_roster_may_be_larger_than_a_form_and_is_not_cut_off(served):
    """Nobody is signed in, so the answer is the way to the sign-in: the body was taken whole."""
    body = b"x" * 5_000_000
    sent = HEAD.replace(b"/r", b"/roster/plan", 1) + CLOSE + b"Content-Length: %d\r\n\r\n" % len(body) + body

    status, head, _ = parts(served.raw(sent))

    assert (status, "Location: /login" in head) == (303, True)


def test_no_form_fits_into_memory_less_than_a_temporary_file_would_take():
    """Whatever a page without files takes lies in memory: waitress writes to a file only above this size."""
    set_to = Adjustments(**connections.ADJUSTMENTS)

    assert set_to.inbuf_overflow == connections.BODY_IN_MEMORY
    assert set_to.max_request_body_size > set_to.inbuf_overflow
    assert set_to.log_socket_errors is False


SHORT_DEADLINE = "from survey.cli import connections; connections.SECONDS_FOR_A_REQUEST = 0.5"


@pytest.mark.parametrize("begun", [b"GET /promise HTTP/1.1\r\n", HEAD + b"Content-Length: 1000\r\n\r\n"])
def test_a_slow_sender_is_cut_off_however_busily_it_drips(settings, tmp_path, begun):
    with (
        serving(settings, tmp_path, before=SHORT_DEADLINE) as served,
        socket.create_connection(("127.0.0.1", served.port), timeout=0.1) as sender,
    ):
        sender.sendall(begun)
        heard = None
        while heard is None:
            try:
                sender.sendall(b"x")
                heard = sender.recv(100)
            except TimeoutError:
                continue
            except OSError:  # the other side has closed
                heard = b""

        assert heard == b""
        assert served.get("/promise").status == 200


def test_three_hundred_idle_phones_keep_nobody_out(served: Served):
    with ExitStack() as phones:
        for _ in range(300):
            phone = phones.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            phone.sendall(b"GET /b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert phone.recv(12) == b"HTTP/1.1 200"

        assert served.get("/b").status == 200

"""The ballot's pages as a browser without scripts meets them, on a real round in a real database."""

import gzip
import http.client
import logging
import re
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from survey.config import Settings
from survey.models import Envelope
from survey.web import headers
from survey.web.database import FACTORY
from tests import three_keys
from tests.pages import Page, read
from tests.township import Township, close_township, open_township

BLANK, UNKNOWN, SELF, SPOILED = 255, 254, 253, 252
CELLS = 3 * 6 + 2 * 4
RECEIPT = re.compile(r"(?:[0-9A-Z]{4} ){4}[0-9A-Z]{4}")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return the installation, speaking English."""
    return replace(settings, locale="en")


@pytest.fixture
def township(session: Session, settings: Settings) -> Township:
    """Return an open round: three cadres × six items and two units × four, residents and one unit's staff."""
    return open_township(session, settings)


def ballot(client: FlaskClient, code: str) -> Page:
    answer = client.post("/b", data={"code": code})
    assert answer.status_code == 200
    return read(answer.text)


def review(client: FlaskClient, fields: dict[str, str]) -> Page:
    answer = client.post("/b/review", data=fields)
    assert answer.status_code == 200
    return read(answer.text)


def marks(page: Page) -> list[int]:
    return list(bytes.fromhex(page.fields["marks"]))


def receipt(answer: TestResponse) -> str:
    found = RECEIPT.search(read(answer.text).words)
    assert found is not None
    return found[0]


def envelopes(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Envelope)) or 0


def filled(client: FlaskClient, code: str, **more: str) -> dict[str, str]:
    """Return what the review page of a ballot, with a few marks, would hand in."""
    return review(client, ballot(client, code).fields | {"m0": "0", "m1": "3"} | more).fields


def test_the_code_box_stands_in_a_page_that_needs_no_script(client: FlaskClient) -> None:
    page = read(client.get("/b").text)

    assert page.fields["code"] == ""
    assert ("form", {"method": "post", "action": "/b"}) in page.tags


@pytest.mark.parametrize("write", [str.lower, " ".join, lambda c: "-".join((c[:4], c[4:8], c[8:12], c[12:]))])
def test_a_code_is_read_in_any_case_and_spacing(
    client: FlaskClient, township: Township, write: Callable[[str], str]
) -> None:
    typed = write(township.residents[0])

    assert ballot(client, typed).fields["code"] == typed


def test_every_bad_code_gets_the_same_answer_with_what_was_typed(client: FlaskClient, township: Township) -> None:
    code = township.residents[0]
    swapped = code[:-1] + ("0" if code[-1] != "0" else "1")
    pages = set()
    for typed in ("", "hello", swapped, "0" * 16):
        answer = client.post("/b", data={"code": typed})
        assert answer.status_code == 404
        assert read(answer.text).fields["code"] == typed
        pages.add(read(answer.text).words)

    [page] = pages
    assert "This code cannot be used. Check the letters on your slip" in page


def test_the_ballot_asks_each_cell_once_in_the_order_of_the_scale(client: FlaskClient, township: Township) -> None:
    page = ballot(client, township.residents[0])

    assert {name: values for name, values in page.offers.items() if name.startswith("m")} == {
        f"m{cell}": ["0", "1", "2", "3", "4"] for cell in range(CELLS)
    }
    assert not {name for name in page.fields if re.fullmatch(r"[mus]\d+", name)}
    legends = [given for tag, given in page.tags if tag == "fieldset"]
    assert [given["id"] for given in legends] == [f"c{cell}" for cell in range(CELLS)]


def test_what_is_no_judgement_stands_last_and_aside(client: FlaskClient, township: Township) -> None:
    classes = [given["class"] for tag, given in ballot(client, township.residents[0]).tags if tag == "label"
               and given.get("class", "").startswith("chip")]  # fmt: skip

    assert classes == ["chip", "chip", "chip", "chip", "chip aside"] * CELLS


def test_parts_with_their_own_questionnaire_stand_under_their_own_heading(
    client: FlaskClient, township: Township
) -> None:
    words = ballot(client, township.residents[0]).words

    assert (
        words.index("镇干部测评")
        < words.index("陆文澜")
        < words.index("单位满意度测评")
        < words.index("接待群众的态度")
    )


def test_the_promise_stands_before_the_first_mark_and_says_who_holds_the_key(
    client: FlaskClient, township: Township
) -> None:
    words = ballot(client, township.residents[0]).words

    said = words.index("until then the key lies with those who run this server. If they wanted to open ballots early")
    assert said < words.index("陆文澜")
    assert "nobody can open" not in words.lower()


def test_the_closing_time_is_told_with_its_clock(client: FlaskClient, session: Session, settings: Settings) -> None:
    closes = datetime(2099, 12, 8, 12, 0, tzinfo=UTC)
    township = open_township(session, settings, closes=closes)

    assert "云陂镇 · 居民票 until 8 Dec, 20:00, Beijing time" in ballot(client, township.residents[0]).words


def test_only_the_own_units_staff_may_say_that_is_me(client: FlaskClient, township: Township) -> None:
    assert [name for name in ballot(client, township.staff[0]).offers if name.startswith("s")] == ["s0"]
    assert not [name for name in ballot(client, township.residents[0]).offers if name.startswith("s")]


def test_a_trial_says_that_nothing_counts(client: FlaskClient, session: Session, settings: Settings) -> None:
    township = open_township(session, settings, trial=True)

    assert "This is a trial." in ballot(client, township.residents[0]).words
    assert "This is a trial." in review(client, ballot(client, township.residents[0]).fields).words


def test_one_tick_marks_all_items_of_a_target(client: FlaskClient, township: Township) -> None:
    fields = ballot(client, township.residents[0]).fields

    assert marks(review(client, fields | {"u1": "1", "m6": "2"})) == [BLANK] * 6 + [UNKNOWN] * 6 + [BLANK] * 14
    mine = ballot(client, township.staff[0]).fields
    assert marks(review(client, mine | {"s0": "1", "u0": "1"})) == [SELF] * 6 + [BLANK] * 4


def test_what_one_rater_marked_is_not_on_the_page_of_the_next(client: FlaskClient, township: Township) -> None:
    first = ballot(client, township.residents[0])
    client.post("/b", data=first.fields | {"m0": "0", "comment": "x", "do": "at-2"})
    second = ballot(client, township.residents[1])

    assert second.fields == first.fields | {"code": township.residents[1], "attempt": second.fields["attempt"]}
    assert second.fields["attempt"] != first.fields["attempt"]


def test_marks_comment_and_attempt_survive_large_text_review_and_the_way_back(
    client: FlaskClient, township: Township
) -> None:
    wrote = {"m0": "0", "m7": "3", "m25": "4", "u2": "1", "comment": "\n第一行\r\n<b>第二行"}
    fields = ballot(client, township.residents[0]).fields | wrote
    large = client.post("/b", data=fields | {"do": "large"}).text
    reviewed = review(client, read(large).fields)
    back = client.post("/b", data=reviewed.fields | {"do": "at-1"}).text

    assert '<html lang="en" class="ballot large">' in large
    assert '<html lang="en" class="ballot large">' in back
    assert read(back).fields == fields | {"large": "1", "comment": "第一行\n<b>第二行"}
    normal = client.post("/b/review", data=reviewed.fields | {"do": "normal"}).text
    assert '<html lang="en" class="ballot">' in normal
    assert read(normal).fields == reviewed.fields | {"large": "0"}


def test_large_text_can_be_asked_for_before_the_code(client: FlaskClient) -> None:
    answer = client.post("/b", data={"code": "half a co", "do": "large"})

    assert answer.status_code == 200
    assert 'class="ballot large"' in answer.text
    assert read(answer.text).fields["code"] == "half a co"


def test_the_marks_of_one_target_can_be_cleared_without_script(client: FlaskClient, township: Township) -> None:
    fields = ballot(client, township.residents[0]).fields | {"m0": "0", "m6": "1", "m11": "2", "m12": "3"}

    cleared = read(client.post("/b", data=fields | {"do": "clear-1"}).text)

    assert {name: value for name, value in cleared.fields.items() if name[0] == "m"} == {"m0": "0", "m12": "3"}
    assert [given["id"] for tag, given in cleared.tags if tag == "details" and "open" in given] == ["p1"]


def test_going_back_opens_the_target_that_was_asked_for(client: FlaskClient, township: Township) -> None:
    reviewed = review(client, ballot(client, township.residents[0]).fields | {"m0": "0"})
    [one, *_] = reviewed.buttons("at-3")

    page = read(client.post("/b", data=reviewed.fields | {"do": "at-3"}).text)

    assert one["formaction"] == "/b#p3"
    assert [given["id"] for tag, given in page.tags if tag == "details" and "open" in given] == ["p3"]


def test_the_review_lists_what_is_blank_and_sums_up(client: FlaskClient, township: Township) -> None:
    given = {f"m{cell}": "1" for cell in range(CELLS)} | {"m5": "0", "m11": "4"}
    del given["m3"], given["m17"], given["m18"]
    page = review(client, ballot(client, township.residents[0]).fields | given)

    assert "Left blank: 3 陆文澜 · 绩 顾明芳 · 总体评价 党政办公室 · 态度 You may hand it in" in page.words
    assert (
        "Your “总体评价” 镇干部测评 Level How many people Counted? 优秀 1 gives points 称职 0 gives points "
        "基本称职 0 gives points 不称职 0 gives points 不了解 1 no points Left blank 1 no points Total 3"
    ) in page.words
    assert "Your marks, all items together 单位满意度测评 Level How many Counted? 满意 0" in page.words
    assert "Left blank 1 no points Total 8 1 of your rows have the same mark on every item." in page.words


def test_the_first_hand_in_is_created_and_a_retry_gets_the_same_receipt(
    client: FlaskClient, session: Session, township: Township
) -> None:
    fields = filled(client, township.residents[0], comment="好\r\n很好")

    first = client.post("/b/cast", data=fields)
    again = client.post("/b/cast", data=fields)

    assert (first.status_code, again.status_code) == (201, 200)
    assert receipt(first) == receipt(again)
    assert "<svg" in first.text
    assert envelopes(session) == 1


def test_changed_marks_after_the_hand_in_are_refused_with_the_first_receipt(
    client: FlaskClient, session: Session, township: Township
) -> None:
    fields = filled(client, township.residents[0])
    first = client.post("/b/cast", data=fields)

    changed = client.post("/b/cast", data=fields | {"marks": "01" + fields["marks"][2:]})

    assert changed.status_code == 409
    assert "Your first hand-in counts; this change does not." in changed.text
    assert receipt(changed) == receipt(first)
    assert envelopes(session) == 1


def test_a_used_code_opens_no_second_ballot(client: FlaskClient, session: Session, township: Township) -> None:
    fields = filled(client, township.residents[0])
    client.post("/b/cast", data=fields)

    for answer in (
        client.post("/b", data={"code": township.residents[0]}),
        client.post("/b/cast", data=fields | {"attempt": secrets.token_hex(16)}),
    ):
        assert answer.status_code == 409
        assert "This code has been used: its ballot is recorded and cannot be changed." in answer.text
        assert RECEIPT.search(answer.text) is None
    assert envelopes(session) == 1


def test_before_the_window_the_page_says_when_it_opens(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    opens = datetime(2099, 1, 1, 0, 0, tzinfo=UTC)
    township = open_township(session, settings, opens=opens, closes=opens + timedelta(days=1))

    answer = client.post("/b", data={"code": township.residents[0]})

    assert answer.status_code == 410
    assert "You can fill in this ballot from 1 Jan 2099, 08:00 on." in answer.text


def test_after_the_close_nothing_is_taken_but_a_retry_is_still_answered(
    client: FlaskClient, session: Session, township: Township
) -> None:
    early, late = (filled(client, code) for code in township.residents[:2])
    first = client.post("/b/cast", data=early)
    close_township(session, township)

    assert client.post("/b", data={"code": township.residents[2]}).status_code == 410
    assert client.post("/b/review", data=late).status_code == 410
    refused = client.post("/b/cast", data=late)
    assert refused.status_code == 410
    assert "This round takes no ballots here, or no longer does." in refused.text
    retried = client.post("/b/cast", data=early)
    assert retried.status_code == 200
    assert receipt(retried) == receipt(first)
    assert envelopes(session) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"attempt": "abc"},
        {"attempt": ""},
        {"marks": "00"},
        {"marks": "zz" * CELLS},
        {"marks": f"{SPOILED:02x}" * CELLS},
        {"m0": "999"},
        {"m0": "²"},
        {"m0": "-1"},
    ],
)
def test_a_form_that_no_page_makes_is_refused(
    client: FlaskClient, session: Session, township: Township, change: dict[str, str]
) -> None:
    fields = ballot(client, township.residents[0]).fields | change

    assert client.post("/b/review", data=fields).status_code == 422
    assert client.post("/b/cast", data=fields).status_code == 422
    assert envelopes(session) == 0


def test_a_level_that_the_scale_lacks_comes_back_as_the_ballot(client: FlaskClient, township: Township) -> None:
    answer = client.post("/b/review", data=ballot(client, township.residents[0]).fields | {"m0": "5", "m1": "2"})

    assert answer.status_code == 422
    assert "The mark for 陆文澜, 德 is 5; allowed: 0 to 4." in answer.text
    assert read(answer.text).fields["m1"] == "2"


def test_a_comment_that_is_too_long_comes_back_with_every_field(client: FlaskClient, township: Township) -> None:
    long = "长" * 201
    fields = ballot(client, township.residents[0]).fields | {"m1": "2", "comment": long}

    answer = client.post("/b/review", data=fields)

    assert answer.status_code == 422
    assert "The comment is too long: at most about 200 characters." in answer.text
    assert read(answer.text).fields == fields
    assert client.post("/b/review", data=fields | {"comment": long[:200]}).status_code == 200


def test_a_comment_loses_what_is_no_text_and_is_taken(client: FlaskClient, township: Township) -> None:
    fields = ballot(client, township.residents[0]).fields | {"comment": "甲\0\x1b乙\r\n丙"}

    answer = client.post("/b/review", data=fields)

    assert read(answer.text).fields["comment"] == "甲乙\n丙"
    assert client.post("/b/cast", data=read(answer.text).fields).status_code == 201


def test_a_sheet_without_a_comment_field_takes_none(client: FlaskClient, session: Session, settings: Settings) -> None:
    township = open_township(session, settings, comment=False)
    page = ballot(client, township.residents[0])

    assert page.fields["comment"] == ""
    assert not [tag for tag, _ in page.tags if tag == "textarea"]
    assert client.post("/b/review", data=page.fields | {"comment": "x"}).status_code == 422


def test_a_database_that_cannot_write_keeps_the_form_and_pressing_again_records_once(
    client: FlaskClient, app: Flask, session: Session, township: Township
) -> None:
    fields = filled(client, township.residents[0], comment="留着")
    with reading_only(app):
        refused = client.post("/b/cast", data=fields)

    assert refused.status_code == 503
    assert "Your ballot was not recorded yet. Press the button again in a moment." in refused.text
    again = read(refused.text)
    assert again.fields == fields
    assert ("form", {"class": "stack", "method": "post", "action": "/b/cast"}) in again.tags
    assert envelopes(session) == 0
    assert client.post("/b/cast", data=again.fields).status_code == 201
    assert envelopes(session) == 1


@pytest.mark.parametrize("path", ["/b", "/b/review"])
def test_a_database_in_trouble_before_the_hand_in_keeps_the_form(
    client: FlaskClient, engine: Engine, township: Township, path: str
) -> None:
    fields = ballot(client, township.residents[0]).fields | {"m3": "1"}
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE credential RENAME TO away"))
    refused = client.post(path, data=fields)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO credential"))

    assert refused.status_code == 503
    assert "Nothing was handed in yet." in refused.text
    assert read(refused.text).fields == fields
    assert client.post(path, data=read(refused.text).fields).status_code == 200


def test_trouble_after_the_hand_in_does_not_claim_that_nothing_was_recorded(
    client: FlaskClient, app: Flask, session: Session, township: Township
) -> None:
    fields = filled(client, township.residents[0])
    with failing_after_a_commit(app):
        unclear = client.post("/b/cast", data=fields)

    assert unclear.status_code == 503
    assert (
        "We do not know yet whether your ballot was recorded. Press the button again: it counts once." in unclear.text
    )
    assert envelopes(session) == 1
    assert client.post("/b/cast", data=read(unclear.text).fields).status_code == 200
    assert envelopes(session) == 1


def test_the_receipt_page_carries_neither_code_nor_marks(client: FlaskClient, township: Township) -> None:
    fields = filled(client, township.residents[0], comment="只有我知道的事")
    page = client.post("/b/cast", data=fields).text

    for secret in (township.residents[0], fields["attempt"], fields["marks"], fields["comment"]):
        assert secret not in page


def test_sixteen_hand_ins_of_one_form_at_once_record_one_ballot_with_one_receipt(
    client: FlaskClient, app: Flask, session: Session, township: Township
) -> None:
    fields = filled(client, township.residents[0])
    answers = at_once(app, [fields] * 16)

    assert sorted(status for status, _ in answers) == [200] * 15 + [201]
    assert len({RECEIPT.search(read(page).words)[0] for _, page in answers}) == 1  # type: ignore[index]
    assert envelopes(session) == 1


def test_sixteen_forms_with_one_code_at_once_record_one_ballot(
    client: FlaskClient, app: Flask, session: Session, township: Township
) -> None:
    fields = filled(client, township.residents[0])
    answers = at_once(app, [fields | {"attempt": secrets.token_hex(16)} for _ in range(16)])

    assert sorted(status for status, _ in answers) == [201] + [409] * 15
    assert sum(RECEIPT.search(read(page).words) is not None for _, page in answers) == 1
    assert envelopes(session) == 1


def test_no_answer_sets_a_cookie_and_no_log_or_address_holds_the_code(
    client: FlaskClient, township: Township, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = township.residents[0]
    fields = filled(client, code)
    answers = [
        client.get("/b"),
        client.post("/b", data={"code": code}),
        client.post("/b", data={"code": "wrong"}),
        client.post("/b/review", data=fields),
        client.post("/b/cast", data=fields),
        client.post("/b/cast", data=fields | {"attempt": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 404, 200, 201, 422]
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert code not in str(answer.headers)
        addresses = [given.get(name, "") for _, given in read(answer.text).tags for name in
                     ("href", "action", "formaction", "src")]  # fmt: skip
        assert code not in "".join(addresses)
    assert code not in caplog.text


def test_a_fault_is_logged_without_the_form(
    client: FlaskClient, app: Flask, engine: Engine, township: Township, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    with engine.begin() as connection:
        broken = text("UPDATE round SET manifest = '{\"broken\": 1}', manifest_hash = :hash")
        connection.execute(broken, {"hash": bytes(32)})

    assert client.post("/b", data={"code": township.residents[0]}).status_code >= 400
    assert township.residents[0] not in caplog.text


def test_pages_carry_no_inline_script_or_style(client: FlaskClient, township: Township) -> None:
    answer = client.post("/b", data={"code": township.residents[0]})
    page = read(answer.text)

    assert not [given for _, given in page.tags if "style" in given or any(n.startswith("on") for n in given)]
    [script] = [given for tag, given in page.tags if tag == "script"]
    assert script["src"].startswith("/static/ballot.js?")
    assert f"'nonce-{script['nonce']}'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_the_length_of_a_page_tells_nothing_of_the_marks(
    client: FlaskClient, township: Township, encoding: str
) -> None:
    fields = ballot(client, township.residents[0]).fields
    same = {f"m{cell}": "0" for cell in range(CELLS)}
    mixed = {f"m{cell}": str(cell * 7 % 5) for cell in range(CELLS)}
    accept = {"Accept-Encoding": encoding}

    shown = {sent(client, "/b", fields | some, accept) for some in ({}, same, mixed, {"u0": "1"})}
    reviewed = {sent(client, "/b/review", fields | some, accept) for some in ({}, same, mixed, {"u0": "1"})}

    assert len(shown) == 1
    assert len(reviewed) == 1


def test_a_compressed_page_is_the_same_page(client: FlaskClient) -> None:
    packed = client.get("/b", headers={"Accept-Encoding": "gzip, deflate, br"})
    plain = client.get("/b")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert read(gzip.decompress(packed.data).decode()).words == read(plain.text).words


def test_a_ballot_of_twenty_cadres_and_six_items_weighs_at_most_25_kilobytes_with_its_assets(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    township = open_township(session, settings, cadres=20, units=0)
    page = client.post("/b", data={"code": township.residents[0]}, headers={"Accept-Encoding": "gzip"})
    assert len(read(gzip.decompress(page.data).decode()).offers) == 20 * 6 + 20

    assets = [gzip.compress((headers.STATIC / name).read_bytes()) for name in ("ballot.css", "ballot.js")]
    weight = len(page.data) + sum(map(len, assets))

    assert weight <= 25 * 1024
    assert (headers.STATIC / "ballot.css").stat().st_size <= 12 * 1024


def test_a_long_scale_becomes_a_list_and_keeps_its_mark(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    township = open_township(session, settings, scale=[str(points) for points in range(100, -1, -5)])
    page = ballot(client, township.residents[0])

    assert page.offers["m0"] == ["", *(str(level) for level in range(21))]
    back = read(client.post("/b", data=page.fields | {"m0": "20"}).text)
    assert back.fields["m0"] == "20"
    assert back.fields["m1"] == ""


def sent(client: FlaskClient, path: str, fields: dict[str, str], accept: dict[str, str]) -> int:
    answer = client.post(path, data=fields, headers=accept)
    assert answer.status_code == 200
    return len(answer.data)


def at_once(app: Flask, forms: list[dict[str, str]]) -> list[tuple[int, str]]:
    """Hand in all `forms` over HTTP at the same moment and return what was answered."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    barrier = Barrier(len(forms))

    def hand_in(fields: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
        connection.connect()
        barrier.wait()
        connection.request("POST", "/b/cast", urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        return answer.status, page

    try:
        with ThreadPoolExecutor(len(forms)) as pool:
            return list(pool.map(hand_in, forms))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def failing_after_a_commit(app: Flask) -> Iterator[None]:
    """Make the application's database fail at the first thing it is asked after a commit."""
    engine: Engine = app.extensions[FACTORY].kw["bind"]
    committed: list[Any] = []

    def note(connection: Any) -> None:
        committed.append(connection)

    def fail(*_given: Any) -> None:
        if committed:
            raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    event.listen(engine, "commit", note)
    event.listen(engine, "before_cursor_execute", fail)
    yield
    event.remove(engine, "commit", note)
    event.remove(engine, "before_cursor_execute", fail)


@contextmanager
def reading_only(app: Flask) -> Iterator[None]:
    """Make the application's database refuse every write, as a full or failing disk does."""
    engine: Engine = app.extensions[FACTORY].kw["bind"]

    def refuse(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA query_only=ON")

    event.listen(engine, "begin", refuse)
    yield
    event.remove(engine, "begin", refuse)
    engine.dispose()


def test_the_ballot_says_who_holds_the_keys_and_until_when_ballots_can_be_looked_at_again(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    plan = "appeal_until: 2099-12-31\n" + three_keys.THREE_KEYS
    plan = plan.replace("2026-12-01 08:00", "2020-01-01 08:00").replace("2026-12-08 12:00", "2099-12-08 12:00")
    guarded = three_keys.opened(session, settings, plan)

    page = client.post("/b", data={"code": guarded.hall.codes["S1"][0]}).text

    assert "Nobody can open it alone." in page
    assert "until 31 Dec 2099 two of the three parties" in page
    assert "If they wanted to open ballots early" not in page

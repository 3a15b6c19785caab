"""Pages for everyone: the ways in, the promise, and what became of a ballot."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from survey.collect import receipts
from survey.collect.ballots import cast
from survey.config import Settings
from survey.reveal.opening import reveal
from tests.pages import read
from tests.township import Township, close_township, open_township


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return the installation, speaking English."""
    return replace(settings, locale="en")


@pytest.fixture
def township(session: Session, settings: Settings) -> Township:
    """Return an open round."""
    return open_township(session, settings)


@pytest.fixture
def words(session: Session, township: Township) -> str:
    """Return the receipt of a ballot that was handed in."""
    cells = len(township.manifest.cells(township.manifest.sheets[0]))
    attempt, marks = secrets.token_bytes(16), bytes(cells)
    cast_ = cast(session, township.residents[0], attempt, marks, "", "phone", datetime.now(UTC))
    return receipts.words(cast_.receipt)


def addresses(page: str) -> set[str]:
    return {given["href"] for tag, given in read(page).tags if tag == "a"}


def test_the_front_page_leads_to_ballot_receipt_promise_and_sign_in(client: FlaskClient) -> None:
    answer = client.get("/")

    assert answer.status_code == 200
    assert {"/b", "/r", "/promise", "/login"} <= addresses(answer.text)
    assert "Set-Cookie" not in answer.headers


def test_the_promise_says_who_could_open_ballots_early(client: FlaskClient) -> None:
    words = read(client.get("/promise").text).words

    promised, not_promised = words.split("What we cannot promise")
    assert "with one key or with three" in promised
    assert "With one key, those who run the server hold it. If they wanted to open ballots early" in not_promised


def test_a_recorded_ballot_is_sealed_and_waiting(client: FlaskClient, words: str) -> None:
    answer = client.post("/r", data={"code": words})

    assert answer.status_code == 200
    assert "Sealed and waiting" in answer.text
    assert "2026年度云陂镇中层干部民主测评" in answer.text


@pytest.mark.parametrize("separator", ["", "-", "  "])
def test_a_receipt_is_read_in_any_spacing_and_case(client: FlaskClient, words: str, separator: str) -> None:
    typed = words.lower().replace(" ", separator)

    assert "Sealed and waiting" in client.post("/r", data={"code": typed}).text


@pytest.mark.parametrize("typed", ["", "hello", "0000 0000 0000 0000 0000"])
def test_an_unknown_receipt_is_not_found_and_stays_in_the_box(client: FlaskClient, words: str, typed: str) -> None:
    assert typed != words
    answer = client.post("/r", data={"code": typed})

    assert answer.status_code == 404
    assert "No ballot has this receipt. Compare the letters" in answer.text
    assert read(answer.text).fields["code"] == typed


def test_after_the_opening_a_ballot_is_counted(
    client: FlaskClient, session: Session, session_factory: sessionmaker[Session], settings: Settings,
    township: Township, words: str,
) -> None:  # fmt: skip
    close_township(session, township)
    reveal(session_factory, township.round_id, settings.key_folder, "tester", datetime.now(UTC))

    assert "Opened and counted" in client.post("/r", data={"code": words}).text


def test_a_ballot_that_was_tampered_with_is_not_counted_and_the_receipt_says_why(
    client: FlaskClient, session: Session, session_factory: sessionmaker[Session], settings: Settings,
    township: Township, words: str,
) -> None:  # fmt: skip
    session.execute(text("UPDATE envelope SET seal = zeroblob(length(seal))"))
    close_township(session, township)
    reveal(session_factory, township.round_id, settings.key_folder, "tester", datetime.now(UTC))

    page = read(client.post("/r", data={"code": words}).text)

    assert "Not counted" in page.words
    assert "Reason: its seal was changed after it was handed in" in page.words


def test_a_late_retry_after_the_opening_still_gets_its_receipt(
    client: FlaskClient, session: Session, session_factory: sessionmaker[Session], settings: Settings,
    township: Township,
) -> None:  # fmt: skip
    page = read(client.post("/b", data={"code": township.residents[1]}).text)
    fields = read(client.post("/b/review", data=page.fields | {"m0": "2"}).text).fields
    first = client.post("/b/cast", data=fields)
    close_township(session, township)
    reveal(session_factory, township.round_id, settings.key_folder, "tester", datetime.now(UTC))

    again = client.post("/b/cast", data=fields)

    assert (first.status_code, again.status_code) == (201, 200)
    assert read(again.text).words == read(first.text).words
    assert client.post("/b", data={"code": township.residents[1]}).status_code == 404


def test_no_public_page_sets_a_cookie(client: FlaskClient) -> None:
    for answer in (client.get("/"), client.get("/promise"), client.get("/r"), client.post("/r", data={"code": "x"})):
        assert "Set-Cookie" not in answer.headers

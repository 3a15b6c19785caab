"""A new password with a code, and nothing learnt by who has none."""

import re
from datetime import UTC, datetime

import pytest

from survey.models import Account, AuditEntry, PasswordReset
from survey.office import accounts, resets
from tests.conftest import PASSWORD

NEW = "a quite new password"


@pytest.fixture
def code(sign_in, session_factory):
    """Return a code for the personnel department."""
    sign_in("personnel")
    with session_factory.begin() as session:
        return resets.give(session, session.get(Account, "personnel"), datetime.now(UTC))


def use(client, code, login="personnel", new=NEW, **more):
    return client.post("/reset", data={"login": login, "code": code, "new": new}, **more)


def test_the_page_sets_no_cookie_and_the_password_is_set(client, code, session):
    page, done = client.get("/reset"), use(client, code)

    assert (page.status_code, done.status_code) == (200, 200)
    assert all("Set-Cookie" not in answer.headers for answer in (page, done))
    assert "密码设好了" in done.text
    assert accounts.sign_in(session, "personnel", NEW) is not None
    entry = session.query(AuditEntry).filter_by(act="set password with a code").one()
    assert (entry.login, entry.detail) == ("personnel", {})


def test_whatever_is_wrong_the_words_are_the_same(client, code, session, sign_in):
    sign_in("supervisor")
    session.get(Account, "supervisor").active = False
    session.commit()
    with_code = resets.give(session, session.get(Account, "supervisor"), datetime.now(UTC))
    session.commit()
    tries = [("personnel", "0000-0000-0000-0000"), ("nobody", code), ("evaluator", code), ("supervisor", with_code)]

    pages = {login: use(client, given, login) for login, given in tries}

    assert {page.status_code for page in pages.values()} == {422}
    alike = {re.sub(r'value="[^"]*"', "", page.text) for page in pages.values()}
    assert len(alike) == 1
    assert "对不上" in alike.pop()


def test_a_code_that_is_too_old_is_answered_like_a_wrong_one(client, code, session):
    kept = session.get(PasswordReset, "personnel")
    kept.expires_at = datetime.now(UTC)
    session.commit()

    assert re.sub(r'value="[^"]*"', "", use(client, code).text) == re.sub(
        r'value="[^"]*"', "", use(client, "0000").text
    )


def test_guessing_codes_is_stopped_for_logins_that_exist_and_those_that_do_not(client, code):
    for login in ("personnel", "nobody"):
        for _ in range(5):
            assert use(client, "0000", login).status_code == 422

    known, unknown = use(client, code), use(client, code, "nobody")
    assert (known.status_code, unknown.status_code) == (429, 429)
    assert known.text == unknown.text


def test_a_password_that_cannot_be_taken_is_said_beside_the_field_and_costs_no_code(client, code):
    short, own = use(client, code, new="short"), use(client, code, "personnel-dept", new="personnel-dept")

    assert 'id="new-error"' in short.text
    assert 'id="new-error"' in own.text
    assert use(client, code).status_code == 200


def test_a_reset_takes_no_second_factor_away(client, code, session):
    session.get(Account, "personnel").second_factor_due = True
    session.commit()

    use(client, code)
    client.submit("/login", {"login": "personnel", "password": NEW})

    assert client.get("/results/").location == "/account/second-factor"
    assert PASSWORD not in client.get("/account").text

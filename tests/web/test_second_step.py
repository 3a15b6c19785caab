"""The second factor on the pages: set up, asked for, used up, taken away, demanded, reset."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from survey.models import Account, AuditEntry, SecondFactor, StaffSession
from survey.office import second_factor
from tests.conftest import PASSWORD
from tests.pages import read

SECRET = re.compile(r"<code>([A-Z2-7 ]{39})</code>")
CODE = re.compile(r"<li>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</li>")


def app_of(page):
    return pyotp.TOTP(SECRET.search(page.text)[1].replace(" ", ""))


def code_now(app, later=0):
    return app.at(datetime.now(UTC) + later * timedelta(seconds=30))


def set_up(client):
    """Return the app and the recovery codes of who is signed in with `client`."""
    app = app_of(client.submit("/account/second-factor", follow_redirects=True))
    done = client.submit("/account/second-factor/confirm", {"code": code_now(app, -1)})
    assert done.status_code == 200
    return app, CODE.findall(done.text)


@pytest.fixture
def protected(sign_in):
    """Return the app and the recovery codes of the personnel department."""
    return set_up(sign_in("personnel"))


def first_step(client, after=""):
    return client.submit(f"/login{after}", {"login": "personnel", "password": PASSWORD})


def test_it_is_set_up_by_scanning_or_typing_and_by_the_first_right_code(sign_in, session):
    client = sign_in("personnel")
    page = client.submit("/account/second-factor", follow_redirects=True)
    app = app_of(page)

    assert "<svg" in page.text
    wrong = client.submit("/account/second-factor/confirm", {"code": "000000"})
    assert (wrong.status_code, 'id="code-error"' in wrong.text) == (422, True)
    assert session.get(SecondFactor, "personnel").confirmed_at is None
    done = client.submit("/account/second-factor/confirm", {"code": code_now(app)})

    codes = CODE.findall(done.text)
    assert len(set(codes)) == 10
    again = client.get("/account/second-factor").text
    assert app.secret not in again.replace(" ", "")
    assert codes[0] not in again
    assert "还剩 10 个备用码" in client.get("/account").text


def test_setting_up_asks_first_who_it_is(sign_in, session):
    asked = sign_in("personnel", confirmed=False).submit("/account/second-factor")

    assert asked.status_code == 403
    assert session.query(SecondFactor).count() == 0


def test_after_the_password_a_code_is_asked_for_and_nothing_opens_without_it(client, protected, session):
    first = first_step(client)

    assert (first.status_code, first.location) == (303, "/login/code")
    assert client.get("/account").location == "/login?after=/account"
    assert client.get("/results/").location.startswith("/login")
    done = client.submit("/login/code", {"code": code_now(protected[0])})
    assert (done.status_code, done.location) == (303, "/results/")
    assert client.get("/account").status_code == 200
    assert session.query(StaffSession).filter(StaffSession.second_step_until.is_not(None)).count() == 0


def test_the_token_of_the_first_step_is_worth_nothing_after_the_second(client, app, protected):
    first_step(client)
    half = client.get_cookie("gongping").value

    client.submit("/login/code", {"code": code_now(protected[0])})

    assert client.get_cookie("gongping").value != half
    thief = app.test_client()
    thief.set_cookie("gongping", half)
    assert thief.get("/login/code").location == "/login"
    assert thief.get("/account").status_code == 303


def test_the_second_step_leads_on_to_the_page_that_was_asked_for(client, protected):
    first = first_step(client, "?after=/desk/")

    assert first.location == "/login/code?after=/desk/"
    assert client.submit(first.location, {"code": code_now(protected[0])}).location == "/desk/"


def test_without_the_first_step_there_is_no_second(client, sign_in):
    assert client.get("/login/code").location == "/login"
    assert client.submit("/login/code", {"code": "123456"}).location == "/login"
    assert sign_in("personnel").get("/login/code").location == "/login"


def test_a_code_signs_in_once(client, app, protected):
    code = code_now(protected[0])
    first_step(client)
    assert client.submit("/login/code", {"code": code}).status_code == 303
    other = app.test_client()
    first_step(other)

    again = other.submit("/login/code", {"code": code})

    assert (again.status_code, "现在不对" in again.text) == (422, True)


def test_a_recovery_code_takes_the_place_of_the_phone_once_and_the_log_says_so(client, app, protected, session):
    code = protected[1][0]
    first_step(client)
    assert client.submit("/login/code", {"code": code.lower()}).status_code == 303
    other = app.test_client()
    first_step(other)

    assert other.submit("/login/code", {"code": code}).status_code == 422
    assert "还剩 9 个备用码" in client.get("/account").text
    assert session.query(AuditEntry).filter_by(act="sign in").one().detail == {"second step": "recovery code"}


def test_guesses_at_the_code_are_stopped_from_wherever_they_come(client, app, protected):
    first_step(client)
    assert [client.submit("/login/code", {"code": "000000"}).status_code for _ in range(5)] == [422] * 5

    assert client.submit("/login/code", {"code": code_now(protected[0])}).status_code == 429
    elsewhere, address = app.test_client(), {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}
    first = elsewhere.submit("/login", {"login": "personnel", "password": PASSWORD}, **address)
    assert first.status_code == 303
    assert elsewhere.submit("/login/code", {"code": code_now(protected[0])}, **address).status_code == 429


@pytest.mark.usefixtures("protected")
def test_a_wrong_password_says_nothing_of_a_second_factor(client, sign_in):
    sign_in("evaluator")
    pages = {login: client.submit("/login", {"login": login, "password": "no"}).text for login in
             ("personnel", "evaluator", "nobody")}  # fmt: skip

    alike = {re.sub(r'value="[^"]{80,}"', "", page).replace(login, "LOGIN") for login, page in pages.items()}
    assert len(alike) == 1


def test_it_is_taken_away_by_who_proves_to_be_there(sign_in, session, client):
    browser = sign_in("personnel")
    set_up(browser)

    assert "notice bad" in browser.get("/account/second-factor/off").text
    assert browser.submit("/account/second-factor/off").status_code == 303

    assert not second_factor.holds(session, "personnel")
    assert first_step(client).location == "/results/"


def test_new_recovery_codes_replace_the_old_ones(sign_in, client):
    browser = sign_in("personnel")
    _app, old = set_up(browser)

    new = CODE.findall(browser.submit("/account/second-factor/recovery-codes").text)

    first_step(client)
    assert client.submit("/login/code", {"code": old[0]}).status_code == 422
    assert client.submit("/login/code", {"code": new[0]}).status_code == 303


def test_where_it_is_demanded_nothing_else_opens_before(sign_in):
    administrator, browser = sign_in("administrator"), sign_in("personnel")
    assert administrator.submit("/accounts/personnel/second-factor/demand").status_code == 303

    assert browser.get("/results/").location == "/account/second-factor"
    assert browser.get("/account").status_code == 200
    assert "单位要求" in browser.get("/account/second-factor").text
    set_up(browser)

    assert browser.get("/results/").status_code == 200
    assert browser.submit("/account/second-factor/off").status_code == 409
    administrator.submit("/accounts/personnel/second-factor/waive")
    assert browser.submit("/account/second-factor/off").status_code == 303


def test_an_administrator_resets_it_for_who_lost_the_phone_and_the_log_says_so(sign_in, session, client):
    administrator, browser = sign_in("administrator"), sign_in("personnel")
    set_up(browser)
    assert "手机丢了" in administrator.get("/accounts/personnel/second-factor").text

    assert administrator.submit("/accounts/personnel/second-factor/reset").status_code == 303

    assert browser.get("/account").status_code == 303
    assert first_step(client).location == "/results/"
    acts = [(each.login, each.act, each.detail) for each in session.query(AuditEntry).order_by(AuditEntry.number)]
    assert ("administrator", "reset second factor", {"account": "personnel"}) in acts
    assert ("personnel", "set up second factor", {}) in acts


def test_the_log_holds_no_code_and_no_secret(sign_in, session):
    app, codes = set_up(sign_in("personnel"))

    written = " ".join(f"{each.act} {each.detail}" for each in session.query(AuditEntry))
    assert "set up second factor" in written
    assert not any(word in written for word in (app.secret, *codes))


def test_a_new_account_may_be_marked_as_one_that_needs_a_second_factor(sign_in, session):
    given = {"login": "zhou", "name": "周敏", "role": "evaluator", "unit": "-", "due": "y"}

    sign_in("administrator").submit("/accounts/add", given)

    assert session.get(Account, "zhou").second_factor_due


def test_the_page_with_the_pattern_loads_nothing_and_has_no_style_of_its_own(sign_in):
    page = sign_in("personnel").submit("/account/second-factor", follow_redirects=True)

    tags = read(page.text).tags
    assert [given for tag, given in tags if tag in {"script", "img", "iframe"} or "style" in given] == []

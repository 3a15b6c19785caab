"""A hall's network without a certificate: pages work without https, and say to raters what that gives away."""

import re
from dataclasses import replace

import pytest

from survey import config, create_app
from survey.web import database
from tests.conftest import PASSWORD, TOKEN
from tests.township import open_township

HALL = "http://192.168.1.10:8000"
OPEN_NETWORK = "会场的网络没有加密。"


@pytest.fixture
def hall(settings):
    """Return the application as it stands in a hall."""
    loaded = config.load({"GONGPING_PUBLIC_ADDRESS": HALL, "GONGPING_HALL_NETWORK": "1"})
    app = create_app(replace(loaded, home=settings.home, database_url=settings.database_url))
    yield app
    database.dispose(app)


def test_the_code_page_and_the_ballot_say_who_could_read_along(hall, settings, session):
    code = open_township(session, settings).residents[0]
    client = hall.test_client()

    pages = [client.get("/b", base_url=HALL), client.post("/b", data={"code": code}, base_url=HALL)]

    assert [page.status_code for page in pages] == [200, 200]
    assert [page.text.count(OPEN_NETWORK) for page in pages] == [1, 1]
    promise = client.get("/promise", base_url=HALL).text
    assert "偷听的人，能在半路上看到投票码" in promise
    assert "但看不到您选了什么" not in promise


def test_elsewhere_no_page_says_so(client, settings, session):
    code = open_township(session, settings).residents[0]

    pages = [client.get("/b"), client.post("/b", data={"code": code}), client.get("/promise")]

    assert [page.text.count("没有加密") for page in pages] == [0, 0, 0]
    assert "但看不到您选了什么" in pages[2].text


def test_staff_cookies_do_without_https_and_nothing_asks_for_it(hall, sign_in):
    sign_in("evaluator")
    client = hall.test_client()
    page = client.get("/login", base_url=HALL)
    form = {"csrf_token": TOKEN.search(page.text)[1], "login": "evaluator", "password": PASSWORD}

    answer = client.post("/login", data=form, base_url=HALL)

    cookies = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert answer.status_code == 303
    assert {cookie.partition("=")[0] for cookie in cookies} == {"gongping-form", "gongping"}
    assert not [cookie for cookie in cookies if re.search(r"\bSecure\b|__Host-", cookie)]
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie for cookie in cookies)
    assert "Strict-Transport-Security" not in answer.headers


def test_a_ballot_page_in_a_hall_sets_no_cookie_either(hall):
    answer = hall.test_client().get("/b", base_url=HALL)

    assert "Set-Cookie" not in answer.headers

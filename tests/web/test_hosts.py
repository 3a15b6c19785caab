"""Under which names pages are answered, and that nothing they hold is taken from the name in a request."""

from dataclasses import replace
from pathlib import Path

import pytest

from survey import create_app
from survey.web import database
from tests.conftest import PASSWORD

ROOT = Path(__file__).parents[2]


@pytest.fixture
def asking(settings):
    """Return a way to ask an installation on a public address under the name in ``Host``."""
    made = []

    def ask(address, host, path="/login"):
        made.append(create_app(replace(settings, public_address=address)))
        return made[-1].test_client().get(path, headers={"Host": host})

    yield ask
    for app in made:
        database.dispose(app)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://cp.example.gov.cn", "cp.example.gov.cn"),
        ("https://cp.example.gov.cn", "CP.Example.GOV.cn:443"),
        ("https://cp.example.gov.cn", "127.0.0.1:8000"),
        ("https://cp.example.gov.cn", "localhost"),
        ("https://cp.example.gov.cn", "[::1]:8000"),
        ("https://测评.example", "测评.example".encode("idna").decode()),
        ("http://192.168.1.10:8000", "192.168.1.10:8000"),
        ("http://[fd00::0001]:8000", "[fd00::1]:8000"),
        ("", "localhost:8000"),
    ],
)
def test_the_own_names_are_answered(asking, address, host):
    assert asking(address, host).status_code == 200


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://cp.example.gov.cn", "evil.example"),
        ("https://cp.example.gov.cn", "cp.example.gov.cn.evil.example"),
        ("https://cp.example.gov.cn", "evil-cp.example.gov.cn"),
        ("https://cp.example.gov.cn", "cp.example.gov.cn, evil.example"),
        ("https://cp.example.gov.cn", "cp.example.gov.cn@evil.example"),
        ("https://cp.example.gov.cn", "cp.example.gov.cn/evil"),
        ("https://cp.example.gov.cn", "10.1.2.3"),
        ("https://cp.example.gov.cn", "127.0.0.1.evil.example"),
        ("https://cp.example.gov.cn", ""),
        ("", "10.1.2.3"),
    ],
)
@pytest.mark.parametrize("path", ["/login", "/b", "/nowhere", "/static/ballot.css", "/accounts/"])
def test_another_name_is_refused_in_plain_words_that_do_not_repeat_it(asking, address, host, path):
    answer = asking(address, host, path)

    assert answer.status_code == 400
    assert "这个网址打不开本系统" in answer.text
    assert "evil" not in answer.text + str(answer.headers)
    assert answer.headers["Cache-Control"] in {"no-store", "no-cache"}
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_redirects_name_no_host(asking):
    answer = asking("https://cp.example.gov.cn", "127.0.0.1:8000", "/accounts/")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?after=/accounts/")


ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "/\t/evil.example",
    "/\r\nLocation: https://evil.example",
    "javascript:alert(1)",
    "evil.example",
    " //evil.example",
    "/\u2028//evil.example",
]


@pytest.mark.parametrize("address", ELSEWHERE, ids=repr)
def test_nobody_is_led_to_another_site_after_signing_in_or_confirming(client, sign_in, address):
    browser = sign_in("personnel")
    form = {"login": "personnel", "password": PASSWORD, "own_password": PASSWORD, "back": address, "csrf_token": ""}

    entered = client.submit("/login", form | {"csrf_token": client.token()}, query_string={"after": address})
    confirmed = browser.submit("/account/confirm", form | {"csrf_token": browser.token()})

    for answer in (entered, confirmed):
        assert answer.status_code == 303
        assert answer.location.startswith("/")
        assert not answer.location.startswith(("//", "/\\"))
        assert "evil" not in answer.location
        assert "javascript" not in answer.location


def test_a_proxys_word_for_the_host_is_not_taken(settings):
    app = create_app(replace(settings, proxies=1))

    answer = app.test_client().get("/login", headers={"X-Forwarded-Host": "evil.example"})

    assert answer.status_code == 200
    assert "evil" not in answer.text
    database.dispose(app)


def test_no_page_and_no_module_makes_an_address_from_the_request():
    """The one source of an absolute address is GONGPING_PUBLIC_ADDRESS."""
    from_the_request = ("host_url", "url_root", "request.base_url", "_external", "request.host", "request.url")
    files = [*(ROOT / "survey").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    assert len(files) > 100
    assert {str(path): word for path in files for word in from_the_request if word in path.read_text("utf-8")} == {}

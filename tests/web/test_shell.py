"""What every page stands in: headers, static files, errors, language, hosts, long lists."""

import logging
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import render_template_string, request

from survey import create_app
from survey.errors import BadDocumentError, ConflictError, Problem, UnavailableError
from survey.office import audit
from survey.web import access, database, paging
from survey.web.headers import digest

MEGABYTE = 1024 * 1024


@pytest.fixture
def make_app(settings):
    made = []

    def make(**changed):
        made.append(create_app(replace(settings, **changed)))
        return made[-1]

    yield make
    for app in made:
        database.dispose(app)


def add_page(app, view, **how):
    app.add_url_rule("/page", view_func=access.open_to_all(view), endpoint="page", **how)
    app.testing = False
    return app.test_client()


@pytest.mark.parametrize(
    ("address", "status"),
    [("/login", 200), ("/accounts/", 303), ("/nowhere", 404), ("/static/desk.css", 200), ("/logout", 405)],
)
def test_every_answer_tells_the_browser_to_trust_nothing_else(client, address, status):
    answer = client.get(address)

    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([\w-]{20,})'", policy)[1]
    assert answer.status_code == status
    assert policy == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
        f"script-src 'nonce-{nonce}'; require-trusted-types-for 'script'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["Cache-Control"] == ("no-cache" if "static" in address else "no-store")


def test_a_nonce_serves_one_answer(client):
    first, second = (client.get("/login").headers["Content-Security-Policy"] for _ in range(2))

    assert first != second


def test_a_demonstration_without_https_asks_for_none(make_app):
    answer = make_app(public_address="").test_client().get("/login")

    assert "Strict-Transport-Security" not in answer.headers


def test_a_static_file_is_kept_for_ever_under_its_digest_alone(client):
    page = client.get("/login").text
    [address] = re.findall(r'href="(/static/desk\.css\?v=[0-9a-f]{32})"', page)

    assert address.endswith(digest("desk.css"))
    assert client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    stale = client.get("/static/desk.css?v=" + "0" * 32)
    assert stale.headers["Cache-Control"] == "no-cache"


def test_pages_hold_no_inline_style_or_script(client, sign_in):
    pages = [client.get("/login"), client.get("/nowhere"), sign_in("administrator").get("/accounts/")]

    for page in pages:
        assert not re.search(r"<script(?![^>]*\bnonce=)|\bstyle=|<style|\bon\w+=", page.text)


def test_the_address_of_a_guesser_is_told_by_our_own_proxies_alone(make_app):
    def who(app):
        client = add_page(app, lambda: f"{request.remote_addr} {request.scheme}")
        return client.get("/page", headers={"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}).text

    assert who(make_app()) == "127.0.0.1 http"
    assert who(make_app(proxies=1)) == "192.0.2.7 https"


def test_a_refusal_is_translated_before_it_is_filled(app):
    def refuse():
        raise ConflictError("The login %(login)s is in use. Choose another one.", login="<b>%s")

    answer = add_page(app, refuse).get("/page")

    assert answer.status_code == 409
    assert "登录名“&lt;b&gt;%s”已经有人用了，请换一个。" in answer.text


def test_english_is_spoken_where_it_is_set(make_app):
    page = make_app(locale="en").test_client().get("/login").text

    assert '<html lang="en"' in page
    assert "<h1>Sign in</h1>" in page


def test_times_are_those_of_the_installations_clock(make_app):
    at = datetime(2026, 12, 8, 12, 0, tzinfo=UTC)

    def shown(app):
        source = "{{ at | moment }} / {{ at | day }} / {{ at | short_moment }}"
        return add_page(app, lambda: render_template_string(source, at=at)).get("/page").text

    assert shown(make_app()) == "2026年12月8日 20:00 / 2026年12月8日 / 12月8日 20:00"
    assert shown(make_app(locale="en", timezone="UTC")) == "8 Dec 2026, 12:00 / 8 Dec 2026 / 8 Dec, 12:00"


def test_a_document_that_cannot_be_used_lists_every_place(app):
    def refuse():
        problems = [Problem("items.2.id", "", "a name"), Problem("scale", "100%", "a list")]
        raise BadDocumentError("干部.yaml", problems)

    answer = add_page(app, refuse).get("/page")

    assert answer.status_code == 422
    assert "“干部.yaml”还不能用" in answer.text
    assert answer.text.count('<th scope="row">') == 2
    assert "100%" in answer.text


def test_trouble_says_that_pressing_again_is_safe(app):
    def refuse():
        raise UnavailableError("Not recorded. Press again.")

    answer = add_page(app, refuse).get("/page")

    assert (answer.status_code, "Not recorded. Press again." in answer.text) == (503, True)


def test_a_fault_shows_nothing_and_logs_nothing_that_was_typed(app, caplog):
    def fail():
        raise ValueError(f"no level {request.form['mark']}")

    client = add_page(app, fail, methods=["GET", "POST"])
    with caplog.at_level(logging.DEBUG):
        answer = client.submit("/page?q=SECRET-ADDRESS", {"mark": "SECRET-MARK"})

    assert answer.status_code == 500
    assert "系统出错了" in answer.text
    assert "ValueError" in caplog.text
    assert "in fail" in caplog.text
    assert "SECRET" not in answer.text + caplog.text


def test_a_fault_of_the_machine_is_logged_in_its_own_words(app, caplog):
    def fail():
        raise OSError(28, "No space left on device")

    add_page(app, fail).get("/page")

    assert "No space left on device" in caplog.text


def test_what_is_too_large_is_refused_unless_the_page_takes_large_files(app, sign_in):
    def size():
        return str(len(request.files["file"].read()))

    def large():
        return size()

    app.post("/small")(access.allowed("see roster")(size))
    app.post("/large")(access.allowed("import roster", megabytes=3)(large))
    client = sign_in("personnel")

    def send(address, megabytes):
        parts = {'"csrf_token"': client.token().encode(), '"file"; filename="a.xlsx"': b"x" * (megabytes * MEGABYTE)}
        head = b"--b\r\nContent-Disposition: form-data; name="
        body = b"".join(head + name.encode() + b"\r\n\r\n" + part + b"\r\n" for name, part in parts.items())
        return client.post(address, data=body + b"--b--", content_type="multipart/form-data; boundary=b")

    refused = send("/small", 2)
    assert (refused.status_code, "太大" in refused.text) == (413, True)
    assert send("/large", 2).text == str(2 * MEGABYTE)
    assert send("/large", 4).status_code == 413


def test_the_head_of_a_desk_shows_who_is_signed_in_and_where_they_may_go(sign_in):
    page = sign_in("administrator").get("/accounts/").text

    assert '<a class="skip" href="#main">跳到正文</a>' in page
    assert '<a href="/accounts/" aria-current="page">账号</a>' in page
    assert '<a href="/log/">日志</a>' in page
    assert "/results/" not in page
    assert "administrator 某" in page
    assert re.search(r'<form[^>]*method="post" action="/logout">', page)
    assert page.count("<h1>") == 1


def test_an_error_on_a_desk_keeps_the_desk_around_it(sign_in):
    answer = sign_in("supervisor").get("/accounts/")

    assert answer.status_code == 403
    assert "您的角色不能做这件事" in answer.text
    assert "supervisor 某" in answer.text


def test_long_lists_come_a_page_at_a_time(sign_in, session):
    for number in range(120):
        audit.record(session, "zhou", f"act {number}", "R1" if number % 2 else None, {}, datetime.now(UTC))
    session.commit()
    client = sign_in("supervisor")

    def numbers(address):
        return [int(each) for each in re.findall(r'class="num">(\d+)</th>', client.get(address).text)]

    assert numbers("/log/") == list(range(120, 70, -1))
    assert numbers("/log/?page=3") == list(range(20, 0, -1))
    assert numbers("/log/?page=99") == numbers("/log/?page=3")
    assert numbers("/log/?page=x") == numbers("/log/")
    assert numbers("/log/?round=R1&page=2") == list(range(20, 0, -2))
    assert 'href="/log/?round=R1&amp;page=2"' in client.get("/log/?round=R1").text


def test_an_empty_list_has_one_page():
    assert paging.Page(1, 0).last == 1
    assert [paging.Page(1, total).last for total in (49, 50, 51)] == [1, 1, 2]

import re
from datetime import timedelta

import pytest

from survey import create_app
from survey.models import Account, AuditEntry, StaffSession
from survey.office import accounts
from survey.web import database

PASSWORD = "correct horse battery"  # noqa: S105 - the password of the accounts that sign_in makes
WRONG = "wrong horse battery"


FORM_TOKEN = re.compile(r'value="[^"]{80,}"')


def try_to(client, login, password, after=""):
    return client.submit(f"/login{after}", {"login": login, "password": password})


def cookie(answer):
    return next((each for each in answer.headers.getlist("Set-Cookie") if each.startswith("gongping=")), "")


@pytest.mark.parametrize(
    ("role", "desk"),
    [("administrator", "/accounts/"), ("personnel", "/results/"), ("evaluator", "/desk/"), ("supervisor", "/desk/")],
)
def test_each_role_starts_from_its_own_desk(client, sign_in, role, desk):
    sign_in(role)

    answer = try_to(client, role.upper(), PASSWORD)

    assert (answer.status_code, answer.location) == (303, desk)
    assert client.get("/start").location == desk


def test_the_cookie_is_kept_from_scripts_and_other_sites(client, sign_in):
    sign_in("personnel")

    assert cookie(try_to(client, "personnel", PASSWORD)).endswith("; HttpOnly; Path=/; SameSite=Lax")


def test_over_https_the_cookies_are_bound_to_the_host(settings, sign_in):
    sign_in("personnel")
    app = create_app(type(settings)(home=settings.home, public_address=settings.public_address))
    client = app.test_client()

    page = client.get("/login", base_url="https://cp.example.gov.cn")

    [form_cookie] = page.headers.getlist("Set-Cookie")
    assert form_cookie.startswith("__Host-gongping-form=")
    assert form_cookie.endswith("; Secure; HttpOnly; Path=/; SameSite=Lax")
    assert app.config["GONGPING_COOKIE"] == "__Host-gongping"
    database.dispose(app)


def test_signing_in_makes_a_new_token_and_ends_the_old_one(client, sign_in, session):
    sign_in("personnel")
    first = cookie(try_to(client, "personnel", PASSWORD))
    second = cookie(try_to(client, "personnel", PASSWORD))

    assert first.split(";")[0] != second.split(";")[0]
    assert session.query(StaffSession).count() == 2  # the one that sign_in made, and the second


def test_signing_in_makes_a_new_form_token(client, sign_in):
    sign_in("personnel")
    before = client.token()
    try_to(client, "personnel", PASSWORD)

    answer = client.post("/account/sessions/end", data={"csrf_token": before})

    assert answer.status_code == 400
    assert client.submit("/account/sessions/end").status_code == 303


def test_a_wrong_password_an_unknown_login_and_a_disabled_account_look_alike(client, sign_in, session):
    sign_in("personnel")
    sign_in("supervisor")
    session.get(Account, "supervisor").active = False
    session.commit()

    answers = {
        FORM_TOKEN.sub("", try_to(client, login, password).text.replace(login, "LOGIN"))
        for login, password in [("personnel", WRONG), ("nobody", WRONG), ("supervisor", PASSWORD)]
    }

    assert len(answers) == 1, answers
    assert "登录名或密码不对" in answers.pop()


def test_the_page_that_was_asked_for_comes_after_signing_in(client, sign_in):
    sign_in("administrator")

    asked = client.get("/log/?page=2")

    assert (asked.status_code, asked.location) == (303, "/login?after=/log/?page%3D2")
    assert try_to(client, "administrator", PASSWORD, "?after=/log/?page%3D2").location == "/log/?page=2"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "/%5Cevil.example", "https://evil.example", "/%09/evil.example", "evil", ""]
)
def test_signing_in_leads_to_no_other_site(client, sign_in, elsewhere):
    sign_in("administrator")

    assert try_to(client, "administrator", PASSWORD, f"?after={elsewhere}").location == "/accounts/"


def test_guessing_is_stopped_after_five_failures_even_for_the_right_password(client, app, sign_in):
    sign_in("personnel")
    sign_in("evaluator")

    failures = [try_to(client, "personnel", WRONG).status_code for _ in range(5)]

    assert failures == [422] * 5
    refused = try_to(client, "personnel", PASSWORD)
    assert refused.status_code == 429
    assert "一刻钟" in refused.text
    assert try_to(client, "evaluator", PASSWORD).status_code == 303
    elsewhere = app.test_client()
    answer = elsewhere.submit(
        "/login",
        {"login": "personnel", "password": PASSWORD},
        environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert answer.status_code == 303


def test_an_unknown_login_is_stopped_with_the_same_words(client, sign_in):
    sign_in("personnel")
    for login in ("personnel", "nobody"):
        for _ in range(5):
            try_to(client, login, WRONG)

    assert try_to(client, "personnel", WRONG).text == try_to(client, "nobody", WRONG).text


def test_the_right_password_clears_the_failures_before_it(client, sign_in):
    sign_in("personnel")
    for _ in range(3):
        assert [try_to(client, "personnel", WRONG).status_code for _ in range(4)] == [422] * 4
        assert try_to(client, "personnel", PASSWORD).status_code == 303


def test_an_idle_session_has_to_sign_in_again(sign_in, session):
    client = sign_in("personnel")
    assert client.get("/account").status_code == 200
    [kept] = session.query(StaffSession)
    kept.last_seen_at -= timedelta(minutes=31)
    session.commit()

    assert client.get("/account").location == "/login?after=/account"


def test_a_session_ends_after_twelve_hours_however_busy(sign_in, session):
    client = sign_in("personnel")
    [kept] = session.query(StaffSession)
    kept.created_at -= timedelta(hours=12)
    session.commit()

    assert client.get("/account").status_code == 303


def test_signing_out_ends_the_session_on_the_server(sign_in, session):
    client = sign_in("personnel")
    token = client.get_cookie("gongping").value

    answer = client.submit("/logout")

    assert answer.location == "/login"
    assert client.get_cookie("gongping") is None
    assert session.query(StaffSession).count() == 0
    client.set_cookie("gongping", token)
    assert client.get("/account").status_code == 303


def test_own_sessions_are_listed_and_the_others_ended(sign_in):
    here, elsewhere = sign_in("personnel"), sign_in("personnel")
    assert here.get("/account").text.count('<td class="when">') == 4

    answer = here.submit("/account/sessions/end", follow_redirects=True)

    assert "别处的登录已全部退出" in answer.text
    assert answer.text.count('<td class="when">') == 2
    assert elsewhere.get("/account").status_code == 303


AGENT = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile"


def test_a_browser_is_named_by_its_kind_and_nothing_finer_is_kept(client, sign_in, session):
    sign_in("personnel")

    client.submit("/login", {"login": "personnel", "password": PASSWORD}, headers={"User-Agent": AGENT})

    assert "Chrome, Android" in client.get("/account").text
    kept = {each.browser for each in session.query(StaffSession)}
    assert kept == {None, "Chrome, Android"}


@pytest.mark.parametrize("agent", ["", "curl/8.5", "<script>alert(1)</script>", "Mozilla" * 1000])
def test_what_a_browser_says_of_itself_is_never_kept(client, sign_in, session, agent):
    sign_in("personnel")

    client.submit("/login", {"login": "personnel", "password": PASSWORD}, headers={"User-Agent": agent})

    assert {each.browser for each in session.query(StaffSession)} == {None}


def test_own_browsers_are_signed_out_one_by_one_and_nobody_elses(sign_in, session):
    here, elsewhere, stranger = sign_in("personnel"), sign_in("personnel"), sign_in("evaluator")
    marks = {each.login: each.mark for each in session.query(StaffSession)}
    session.rollback()
    page = here.get("/account").text
    [other] = [mark for mark in re.findall(r"/account/sessions/([0-9a-f]{16})/end", page) if mark in marks.values()]

    assert here.submit(f"/account/sessions/{marks['evaluator']}/end").status_code == 404
    assert stranger.get("/account").status_code == 200
    assert here.submit(f"/account/sessions/{other}/end").status_code == 303
    assert {here.get("/account").status_code, elsewhere.get("/account").status_code} == {200, 303}


def test_the_own_password_is_changed_by_who_knows_the_old_one(sign_in, session):
    here, elsewhere = sign_in("personnel"), sign_in("personnel")

    refused = here.submit("/account/password", {"old": WRONG, "new": "a better password"})
    assert (refused.status_code, "现在的密码不对" in refused.text) == (422, True)
    short = here.submit("/account/password", {"old": PASSWORD, "new": "short"})
    assert (short.status_code, 'aria-describedby="new-hint new-error"' in short.text) == (422, True)
    assert elsewhere.get("/account").status_code == 200

    assert here.submit("/account/password", {"old": PASSWORD, "new": "a better password"}).status_code == 303

    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert accounts.sign_in(session, "personnel", "a better password") is not None


def test_guessing_the_own_password_from_a_borrowed_desk_is_stopped_too(sign_in):
    client = sign_in("personnel")
    for _ in range(5):
        client.submit("/account/password", {"old": WRONG, "new": "a better password"})

    assert client.submit("/account/password", {"old": PASSWORD, "new": "a better password"}).status_code == 429


def test_signing_in_and_out_is_in_the_log_and_a_password_is_not(client, sign_in, session):
    sign_in("personnel")
    try_to(client, "personnel", PASSWORD)
    client.submit("/logout")

    kept = session.query(AuditEntry).order_by(AuditEntry.number).all()
    assert [(each.login, each.act, each.detail) for each in kept] == [
        ("personnel", "sign in", {}),
        ("personnel", "sign out", {}),
    ]

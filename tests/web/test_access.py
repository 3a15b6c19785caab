"""Every page against every role: the permission table is what the pages really do."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask import session as cookie
from werkzeug.routing import AnyConverter, IntegerConverter

from survey.models import Account, StaffSession
from survey.office.permissions import PERMISSIONS, ROLES, may
from survey.web import access

WEB = Path(__file__).parents[2] / "survey" / "web"
LOADS = re.compile(
    r"rounds\.(get|all_rounds)\(|get(_one)?\(Round\b|select\(Round\)|results\.snapshot\(|roster\.targets\("
)
# Open, and the one way in: its pages set the cookie of their form, and the second step knows the first.
SIGN_IN = {"auth.login", "auth.sign_in", "auth.second_step", "auth.take_second_step"}


def pages(app: Flask):
    """List (method, address, rule) of every page, with made-up names in the addresses."""
    with app.test_request_context():
        found = []
        for url in app.url_map.iter_rules():
            made_up = {name: some(kind) for name, kind in url._converters.items()}
            address = url.build(made_up)[1]
            rule = access.rule_of(app.view_functions[url.endpoint])
            found += [
                (method, url.endpoint, address, rule) for method in url.methods & {"GET", "POST", "PUT", "DELETE"}
            ]
    return found


def some(converter):
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"


def ask(client, method, address):
    return client.submit(address) if method == "POST" else client.open(address, method=method)


def test_every_page_says_who_may_see_it(app):
    acts = {rule.act for _, _, _, rule in pages(app)}

    assert acts - {None} <= set(PERMISSIONS)
    assert {"manage accounts", "see audit log", "use own account"} <= acts


def test_a_page_that_says_nothing_is_shown_to_nobody(app):
    app.testing = False
    app.add_url_rule("/forgotten", view_func=lambda: "secret", endpoint="forgotten")

    answer = app.test_client().get("/forgotten")

    assert answer.status_code == 500
    assert "secret" not in answer.text


@pytest.mark.parametrize("role", ROLES)
def test_a_role_without_the_act_is_refused(app, sign_in, role):
    client = sign_in(role)
    refused = [page for page in pages(app) if page[3].act is not None and not may(role, page[3].act)]

    answers = {(method, address): ask(client, method, address).status_code for method, _, address, _ in refused}

    assert refused
    assert {page: status for page, status in answers.items() if status != 403} == {}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_with_the_act_is_let_in_and_sees_no_password(app, sign_in, role):
    client = sign_in(role)
    for method, _, address, rule in pages(app):
        if method == "GET" and rule.act is not None and may(role, rule.act):
            answer = client.get(address)
            assert answer.status_code in {200, 303, 404, 409, 410}, address
            assert "/login" not in answer.headers.get("Location", ""), address
            assert b"argon2" not in answer.data, address


def test_who_is_not_signed_in_is_asked_to(app, client):
    asked = [page for page in pages(app) if page[3].act is not None]

    for method, _, address, _ in asked:
        answer = ask(client, method, address)
        assert (answer.status_code, answer.location.startswith("/login")) == (303, True), address


@pytest.mark.parametrize(
    "spoilt",
    [
        {"last_seen_at": timedelta(minutes=-30)},
        {"created_at": timedelta(hours=-12)},
        {"second_step_until": timedelta(minutes=5)},
    ],
    ids=["idle", "too old", "without its second step"],
)
@pytest.mark.parametrize("role", ["administrator", "personnel", "evaluator"])
def test_a_session_that_is_over_or_not_whole_opens_no_page(app, sign_in, session, role, spoilt):
    client = sign_in(role)
    [kept] = session.query(StaffSession)
    for column, by in spoilt.items():
        setattr(kept, column, datetime.now(UTC) + by)
    session.commit()
    asked = [page for page in pages(app) if page[3].act is not None]

    for method, _, address, _ in asked:
        answer = ask(client, method, address)
        assert (answer.status_code, answer.location.startswith("/login")) == (303, True), address


def test_an_account_that_is_disabled_meanwhile_opens_no_page(app, sign_in, session):
    client = sign_in("personnel")
    session.get(Account, "personnel").active = False
    session.commit()

    for method, _, address, rule in pages(app):
        if rule.act is not None:
            assert ask(client, method, address).location.startswith("/login"), address


def test_pages_load_what_they_show_through_the_one_place_that_knows_whose_it_is():
    elsewhere = [
        path.name
        for path in sorted(WEB.glob("*.py"))
        if path.name != "scope.py" and LOADS.search(path.read_text(encoding="utf-8"))
    ]

    assert LOADS.search((WEB / "scope.py").read_text(encoding="utf-8"))
    assert elsewhere == []


@pytest.mark.parametrize("role", ROLES)
def test_no_staff_form_is_taken_without_its_token(app, sign_in, role):
    client = sign_in(role)
    for method, _, address, rule in pages(app):
        if method == "POST" and rule.act is not None and may(role, rule.act):
            answer = client.post(address)
            assert (answer.status_code, "过期" in answer.text) == (400, True), address


def test_the_sign_in_form_needs_its_token_too(client):
    assert client.post("/login", data={"login": "x", "password": "y"}).status_code == 400


def test_open_pages_set_no_cookie_and_never_look_at_the_sign_in(app, client, sign_in, session):
    visitors = [client, sign_in("evaluator")]
    [before] = [each.last_seen_at for each in session.query(StaffSession)]
    session.rollback()

    for method, endpoint, address, rule in pages(app):
        if rule.act is None and endpoint not in SIGN_IN:
            for visitor in visitors:
                answer = visitor.open(address, method=method)
                assert "Set-Cookie" not in answer.headers, address
                assert "Cookie" not in answer.headers.get("Vary", ""), address
                assert "evaluator" not in answer.get_data(as_text=True), address
    assert [each.last_seen_at for each in session.query(StaffSession)] == [before]


def test_an_open_page_cannot_set_a_cookie_even_by_mistake(app):
    @app.get("/mistaken")
    @access.open_to_all
    def mistaken():
        cookie["rater"] = "somebody"
        return "done"

    answer = app.test_client().get("/mistaken")

    assert answer.text == "done"
    assert "Set-Cookie" not in answer.headers

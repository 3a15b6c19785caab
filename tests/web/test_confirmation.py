"""Who it is, asked once more before what weighs most."""

from datetime import timedelta

import pytest

from survey.models import StaffSession
from survey.web import confirmation
from tests.conftest import PASSWORD
from tests.pages import read

REVEAL = "/desk/rounds/{}/reveal"
WEIGHTY = {
    "console.steps.ask_reveal",
    "console.steps.reveal",
    "console.approvals.decide_reveal",
    "personnel.snapshots.ask_publish",
    "personnel.snapshots.publish",
    "console.approvals.decide_publish",
}


def asking(app, round_id):
    """Return the pages that ask, each with a method and an address."""
    with app.test_request_context():
        return [
            (rule.endpoint, min(rule.methods & {"GET", "POST"}),
             rule.build({name: round_id if name == "round_id" else 1 for name in rule.arguments})[1])
            for rule in app.url_map.iter_rules()
            if confirmation.MARK in vars(app.view_functions[rule.endpoint])
        ]  # fmt: skip


def test_revealing_and_publishing_are_among_the_pages_that_ask(app):
    assert {endpoint for endpoint, _, _ in asking(app, "x")} >= WEIGHTY


def test_no_page_that_asks_opens_for_a_browser_that_was_left_open(app, sign_in, counted):
    client = sign_in("personnel", confirmed=False)

    for endpoint, method, address in asking(app, counted.round_id):
        answer = client.get(address) if method == "GET" else client.submit(address)
        if method == "GET":
            assert answer.location.startswith("/account/confirm?back="), endpoint
        else:
            assert (answer.status_code, 'name="own_password"' in answer.text) == (403, True), endpoint


def test_the_own_password_leads_on_to_where_one_was_stopped(sign_in, counted):
    client = sign_in("personnel", confirmed=False)
    page = REVEAL.format(counted.round_id)

    stopped = client.get(page)
    assert stopped.status_code == 303
    asked = client.get(stopped.location)
    done = client.submit("/account/confirm", {**read(asked.text).fields, "own_password": PASSWORD})

    assert (done.status_code, done.location) == (303, page)
    assert client.get(page).status_code == 200


def test_what_had_been_sent_is_sent_again_and_nothing_typed_is_lost(sign_in, counted):
    client = sign_in("personnel", confirmed=False)
    page = f"/results/{counted.round_id}/1/publish"

    stopped = client.submit(page, {"note": "逐条核对过"})
    fields = read(stopped.text).fields
    assert (stopped.status_code, fields["note"], fields["back"]) == (403, "逐条核对过", page)
    wrong = client.submit("/account/confirm", {**fields, "own_password": "no"})
    again = read(wrong.text).fields
    assert (wrong.status_code, again["note"]) == (422, "逐条核对过")
    done = client.submit("/account/confirm", {**again, "own_password": PASSWORD})

    assert (done.status_code, done.location) == (307, page)
    assert client.submit(page, again).status_code == 303


def test_the_answer_is_believed_for_five_minutes(sign_in, counted, session):
    client = sign_in("personnel")
    page = REVEAL.format(counted.round_id)
    assert client.get(page).status_code == 200
    [kept] = session.query(StaffSession)
    kept.confirmed_at -= timedelta(minutes=5)
    session.commit()

    assert client.get(page).status_code == 303


def test_one_browsers_answer_is_not_anothers(sign_in, counted):
    assert sign_in("personnel").get(REVEAL.format(counted.round_id)).status_code == 200

    assert sign_in("personnel", confirmed=False).get(REVEAL.format(counted.round_id)).status_code == 303


def test_guesses_are_stopped_here_too(sign_in):
    client = sign_in("personnel", confirmed=False)
    for _ in range(5):
        client.submit("/account/confirm", {"own_password": "no", "back": "/start"})

    assert client.submit("/account/confirm", {"own_password": PASSWORD, "back": "/start"}).status_code == 429


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_it_leads_to_no_other_site(sign_in, elsewhere):
    done = sign_in("personnel").submit("/account/confirm", {"own_password": PASSWORD, "back": elsewhere})

    assert (done.status_code, done.location) == (303, "/results/")


def test_signing_in_is_no_answer_to_the_question(client, sign_in, counted):
    sign_in("personnel")
    client.submit("/login", {"login": "personnel", "password": PASSWORD})

    assert client.get(REVEAL.format(counted.round_id)).status_code == 303


def test_codes_of_key_slips_are_not_carried_along_in_a_page(sign_in, counted):
    client = sign_in("personnel", confirmed=False)

    stopped = client.submit(REVEAL.format(counted.round_id), {"organiser": "C98B-BBPH", "note": "在场三人"})

    assert stopped.status_code == 403
    assert read(stopped.text).fields["note"] == "在场三人"
    assert "C98B" not in stopped.text

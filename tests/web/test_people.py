"""Whose a round is, and who works at its doors."""

import re

import pytest

from survey.models import Account, Assignment, AuditEntry, Round, Unit
from survey.office import accounts
from survey.prepare import rounds
from tests.conftest import PASSWORD
from tests.hall import NOON, ahead, draft_round, open_round

CODE = re.compile(r'<p class="receipt code">([^<]+)</p>')


@pytest.fixture
def draft(session):
    """Return the id of a draft that the personnel department made."""
    round_ = draft_round(session, plan=ahead())
    round_.created_by = "personnel"
    session.commit()
    return round_.id


def people(round_id, more=""):
    return f"/desk/rounds/{round_id}/people{more}"


def test_a_round_that_nobody_runs_says_so_and_is_handed_to_a_third_party(sign_in, session, draft):
    personnel, evaluator = sign_in("personnel"), sign_in("evaluator")
    assert "哪家都看不到" in personnel.get(people(draft)).text
    assert evaluator.get(f"/desk/rounds/{draft}").status_code == 404

    done = personnel.submit(people(draft, "/evaluators"), {"login": "evaluator"}, follow_redirects=True)

    assert "由“evaluator 某”组织" in done.text
    assert evaluator.get(f"/desk/rounds/{draft}").status_code == 200
    assert personnel.submit(people(draft, "/evaluators/evaluator/remove")).status_code == 303
    assert evaluator.get(f"/desk/rounds/{draft}").status_code == 404
    acts = [(each.act, each.detail) for each in session.query(AuditEntry).filter_by(login="personnel")]
    assert acts[-2:] == [
        ("assign evaluator", {"account": "evaluator"}),
        ("take evaluator off", {"account": "evaluator"}),
    ]


def test_only_an_evaluator_that_may_sign_in_is_offered(sign_in, session, draft):
    personnel = sign_in("personnel")
    sign_in("supervisor")

    assert personnel.submit(people(draft, "/evaluators"), {"login": "supervisor"}).status_code == 422
    assert session.query(Assignment).count() == 0


def test_a_trial_is_seen_by_who_runs_its_round(sign_in, session, draft):
    personnel, evaluator = sign_in("personnel"), sign_in("evaluator")
    personnel.submit(people(draft, "/evaluators"), {"login": "evaluator"})

    personnel.submit(f"/desk/rounds/{draft}/trial")

    trial = session.query(Round).filter_by(trial=True).one()
    assert evaluator.get(f"/desk/rounds/{trial.id}").status_code == 200


def test_a_draft_is_placed_in_a_unit_and_rates_that_unit_alone(sign_in, session, draft):
    personnel = sign_in("personnel")
    assert personnel.submit(people(draft, "/unit"), {"unit": "U2"}).status_code == 303
    evaluator = sign_in("evaluator")
    personnel.submit(people(draft, "/evaluators"), {"login": "evaluator"})
    assert evaluator.submit(f"/desk/rounds/{draft}/freeze").status_code == 303

    session.expire_all()
    assert [target["code"] for target in session.get(Round, draft).manifest["targets"]] == ["C2"]
    assert personnel.submit(people(draft, "/unit"), {"unit": "-"}).status_code == 409


def test_a_round_belongs_to_the_unit_of_its_maker(sign_in, session):
    draft_round(session)
    session.add(Unit(code="U21", name="下属", parent_code="U2"))
    session.commit()
    client = sign_in("personnel")
    session.get(Account, "personnel").unit_code = "U2"
    session.commit()
    assert "小镇民主测评" not in client.get("/desk/").text

    client.submit("/desk/new", {"text": ahead() % {"residents": 20}})

    made = session.query(Round).filter(Round.created_by == "personnel").one()
    assert made.unit_code == "U2"
    assert client.get(f"/desk/rounds/{made.id}").status_code == 200
    page = client.get(people(made.id)).text
    assert 'value="U21"' in page
    assert 'value="U1"' not in page
    assert 'value="-"' not in page


@pytest.fixture
def running(session, settings):
    """Return the id of a round that is open."""
    return open_round(session, settings).round_id


def add(client, round_id, login="wang", role="clerk"):
    return client.submit(people(round_id, "/accounts"), {"login": login, "name": "王五", "role": role})


@pytest.mark.parametrize(("role", "words"), [("clerk", "纸质票"), ("interviewer", "入户访问")])
def test_the_third_party_adds_somebody_who_then_finds_an_honest_empty_desk(client, sign_in, running, role, words):
    code = CODE.search(add(sign_in("evaluator"), running, role=role).text)[1]

    assert client.post("/reset", data={"login": "wang", "code": code, "new": "a quite new password"}).status_code == 200
    signed_in = client.submit("/login", {"login": "wang", "password": "a quite new password"})

    assert signed_in.location == "/door/"
    page = client.get("/door/").text
    assert "小镇民主测评" in page
    assert "现在这里没有事要做" in page
    assert words in page
    assert client.get("/account").status_code == 200
    assert client.get("/desk/").status_code == 403


def test_their_accounts_end_with_the_round(sign_in, session, running):
    clerk = sign_in("clerk")
    assert clerk.get("/door/").status_code == 200
    evaluator = sign_in("evaluator")

    evaluator.submit(f"/desk/rounds/{running}/void", {"reason": "停电"})

    assert clerk.get("/door/").location.startswith("/login")
    assert accounts.sign_in(session, "clerk", PASSWORD) is None
    assert "随本轮结束" in evaluator.get(people(running)).text
    refused = add(evaluator, running, "late")
    assert (refused.status_code, session.get(Account, "late")) == (422, None)


def test_a_login_that_is_taken_is_said_beside_the_field(sign_in, running):
    refused = add(sign_in("evaluator"), running, "evaluator")

    assert (refused.status_code, 'id="login-error"' in refused.text) == (409, True)


def test_they_are_disabled_and_enabled_by_their_manager_alone(sign_in, session, running):
    evaluator, clerk = sign_in("evaluator"), sign_in("clerk")
    other = rounds.create(session, ahead() % {"residents": 20}, "plan.yaml", "evaluator", NOON).id
    session.commit()

    assert evaluator.submit(people(other, "/accounts/clerk/disable")).status_code == 404
    assert evaluator.submit(people(running, "/accounts/evaluator/disable")).status_code == 404
    assert clerk.get("/door/").status_code == 200
    assert evaluator.submit(people(running, "/accounts/clerk/disable")).status_code == 303
    assert clerk.get("/door/").status_code == 303
    assert evaluator.submit(people(running, "/accounts/clerk/enable")).status_code == 303
    assert accounts.sign_in(session, "clerk", PASSWORD) is not None


def test_who_only_watches_sees_them_and_is_offered_no_act(sign_in, running):
    sign_in("clerk")

    page = sign_in("supervisor").get(people(running)).text

    assert "clerk 某" in page
    assert page.count("<form") == 1  # signing out

"""One person asks on one browser, another agrees on theirs."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import update

from survey.manifest.amended import manifest_of
from survey.models import Account, Approval, AuditEntry
from survey.office import accounts, sessions
from survey.prepare import codes, lifecycle, rounds
from tests import three_keys
from tests.conftest import PASSWORD
from tests.hall import PLAN, ahead, draft_round
from tests.pages import read
from tests.township import open_township

ALL_FOUR = ahead(PLAN) + "approvals: [freeze, close, reveal, publish]\n"
ASKED = re.compile(r'name="asked" value="([0-9a-f]+)"')


@pytest.fixture
def browser(app, session_factory):
    """Return a way to get a browser that is signed in under a login of its own."""

    def signed_in(login: str, role: str):
        now = datetime.now(UTC)
        with session_factory.begin() as session:
            account = session.get(Account, login) or accounts.add(
                session, login=login, name=f"{login} 某", role=role, password=PASSWORD, now=now
            )
            token = sessions.start(session, account, now)
            sessions.confirm(session, sessions.token_hash(token), now)
        client = app.test_client()
        client.set_cookie(app.config["GONGPING_COOKIE"], token)
        return client

    return signed_in


@pytest.fixture
def evaluator(browser):
    return browser("evaluator", "evaluator")


@pytest.fixture
def gan(browser):
    return browser("gan", "personnel")


@pytest.fixture
def lin(browser):
    return browser("lin", "personnel")


@pytest.fixture
def draft(session) -> str:
    """Return the id of a draft that asks for two people for everything."""
    round_ = draft_round(session, plan=ALL_FOUR)
    session.commit()
    return round_.id


@pytest.fixture
def closed(session, settings) -> str:
    """Return the id of a round whose last window is over and that was closed, without a ballot."""
    now = datetime.now(UTC)
    round_ = draft_round(session, residents=20, plan=ALL_FOUR)
    lifecycle.freeze(session, round_, settings, "evaluator", now, second="gan")
    for sheet in manifest_of(round_).sheets:
        codes.mint(session, round_, sheet.id, sheet.entitled, "issue", reachable=True, by="evaluator", now=now)
    lifecycle.open_(session, round_, "evaluator", now)
    lifecycle.close(session, round_, "evaluator", now, second="gan")
    session.commit()
    return round_.id


def page(round_id: str, path: str = "") -> str:
    return f"/desk/rounds/{round_id}{path}"


def agree(client, round_id: str, act: str, decision: str = "agree", **more):
    shown = client.get(page(round_id, f"/{act}/agreement"))
    found = ASKED.search(shown.text)
    return client.submit(
        page(round_id, f"/{act}/agreement"), {"asked": found[1] if found else "", "decision": decision, **more}
    )


def state_of(session, round_id: str) -> str:
    session.rollback()
    session.expire_all()
    return rounds.get(session, round_id).state


def logged(session, act: str) -> list[tuple[str, str]]:
    session.rollback()
    return [(each.login, each.act) for each in session.query(AuditEntry).filter(AuditEntry.act.contains(act))]


def test_two_people_freeze_a_round(session, draft, evaluator, gan):
    asked = evaluator.submit(page(draft, "/freeze"), follow_redirects=True)
    assert "等第二个人同意：冻结本轮" in read(asked.text).words
    assert state_of(session, draft) == "draft"
    shown = gan.get(page(draft))
    assert f'href="{page(draft, "/freeze/agreement")}"' in shown.text

    done = agree(gan, draft, "freeze")

    assert done.status_code == 303
    assert state_of(session, draft) == "frozen"
    assert logged(session, "second person") == [
        ("evaluator", "ask for second person"),
        ("gan", "agree as second person"),
    ]
    assert "等第二个人同意" not in gan.get(page(draft)).text


def test_who_asked_is_shown_their_request_and_no_button_to_agree(session, draft, evaluator):
    evaluator.submit(page(draft, "/freeze"))

    again, agreement = evaluator.get(page(draft, "/freeze")), evaluator.get(page(draft, "/freeze/agreement"))

    assert "撤回" in again.text
    assert "请第二个人同意</button>" not in again.text
    assert 'value="agree"' not in agreement.text
    own = session.query(Approval).one()
    refused = evaluator.submit(page(draft, "/freeze/agreement"), {"asked": own.id, "decision": "agree"})
    assert refused.status_code == 409
    assert "不能同意自己的申请" in refused.text
    assert state_of(session, draft) == "draft"


def test_who_asked_withdraws_and_nobody_else(session, draft, evaluator, gan):
    evaluator.submit(page(draft, "/freeze"))
    own = session.query(Approval).one()
    path = page(draft, f"/requests/{own.id}/withdraw")

    assert gan.submit(path).status_code == 403
    assert evaluator.submit(path).status_code == 303

    assert agree(gan, draft, "freeze").status_code == 404
    assert state_of(session, draft) == "draft"
    assert logged(session, "withdraw") == [("evaluator", "withdraw request")]


def test_a_second_person_declines_with_a_reason(session, draft, evaluator, gan):
    evaluator.submit(page(draft, "/freeze"))

    bare = agree(gan, draft, "freeze", "decline")
    declined = agree(gan, draft, "freeze", "decline", reason="应到人数不对")

    assert (bare.status_code, declined.status_code) == (400, 303)
    assert "请写明为什么不同意" in bare.text
    assert session.query(Approval).one().reason == "应到人数不对"
    assert state_of(session, draft) == "draft"


def test_a_draft_that_was_changed_since_is_not_frozen(session, draft, evaluator, gan):
    evaluator.submit(page(draft, "/freeze"))
    own = session.query(Approval).one()
    evaluator.submit(
        page(draft, "/plan"), {"text": (ALL_FOUR % {"residents": 60}).replace("entitled: 10", "entitled: 11")}
    )

    refused = gan.submit(page(draft, "/freeze/agreement"), {"asked": own.id, "decision": "agree"})

    assert refused.status_code == 409
    assert "内容已经改过" in refused.text
    assert state_of(session, draft) == "draft"
    assert "等第二个人同意" not in gan.get(page(draft)).text
    assert evaluator.submit(page(draft, "/freeze")).status_code == 303
    assert agree(gan, draft, "freeze").status_code == 303
    assert state_of(session, draft) == "frozen"


def test_a_request_older_than_a_day_has_lapsed(session, draft, evaluator, gan):
    evaluator.submit(page(draft, "/freeze"))
    own = session.query(Approval).one()
    session.execute(update(Approval).values(asked_at=datetime.now(UTC) - timedelta(days=1, minutes=1)))
    session.commit()

    refused = gan.submit(page(draft, "/freeze/agreement"), {"asked": own.id, "decision": "agree"})

    assert refused.status_code == 409
    assert "超过一天" in refused.text
    assert state_of(session, draft) == "draft"


def test_an_agreement_of_another_act_or_round_opens_nothing(session, draft, evaluator, gan):
    evaluator.submit(page(draft, "/freeze"))
    own = session.query(Approval).one()

    other_act = gan.submit(page(draft, "/publish/agreement"), {"asked": own.id, "decision": "agree"})
    other_round = gan.submit(page("0" * 16, "/freeze/agreement"), {"asked": own.id, "decision": "agree"})

    assert (other_act.status_code, other_round.status_code) == (404, 404)
    assert session.query(Approval).one().outcome == "pending"


def test_an_evaluator_of_other_rounds_cannot_agree(session, draft, gan, browser):
    gan.submit(page(draft, "/freeze"))
    own = session.query(Approval).one()
    stranger = browser("other", "evaluator")

    answers = [
        stranger.get(page(draft, "/freeze/agreement")),
        stranger.submit(page(draft, "/freeze/agreement"), {"asked": own.id, "decision": "agree"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert state_of(session, draft) == "draft"


def test_closing_early_takes_the_evaluator_and_the_supervisor(settings, session, evaluator, browser, gan):
    township = open_township(session, settings)
    supervisor = browser("he", "supervisor")

    offered = evaluator.get(page(township.round_id, "/close"))
    evaluator.submit(page(township.round_id, "/close"))
    assert state_of(session, township.round_id) == "open"
    assert gan.get(page(township.round_id, "/close/agreement")).status_code == 403
    agreed = agree(supervisor, township.round_id, "close")

    assert "这一步要两个人办" in offered.text
    assert agreed.status_code == 303
    assert state_of(session, township.round_id) == "closed"
    assert logged(session, "closed round") == [("he", "closed round")]


def test_two_of_the_personnel_department_reveal_and_publish(session, closed, gan, lin):
    assert gan.submit(page(closed, "/reveal")).status_code == 303
    assert state_of(session, closed) == "closed"
    assert agree(gan, closed, "reveal").status_code == 404

    revealed = agree(lin, closed, "reveal")

    assert revealed.status_code == 303
    assert revealed.location == f"/results/{closed}/1/"
    assert state_of(session, closed) == "revealed"
    published = f"/results/{closed}/1/publish"
    assert gan.submit(published).status_code == 303
    assert state_of(session, closed) == "revealed"
    assert "等第二个人同意：公布第 1 号结果" in read(lin.get(f"/results/{closed}/snapshots").text).words
    assert agree(lin, closed, "publish").status_code == 303
    assert state_of(session, closed) == "published"
    assert [login for login, _ in logged(session, "second person")][-4:] == ["gan", "lin", "gan", "lin"]


def test_an_agreed_reveal_that_failed_can_be_carried_out_by_either(session, settings, closed, gan, lin):
    gan.submit(page(closed, "/reveal"))
    [key] = settings.key_folder.glob("*.key")
    away = key.rename(key.with_suffix(".away"))
    failed = agree(lin, closed, "reveal")
    assert failed.status_code == 409
    assert state_of(session, closed) == "closed"
    away.rename(key)

    assert "两人已经同意：开封" in read(gan.get(page(closed)).text).words
    done = gan.submit(page(closed, "/reveal"))

    assert done.status_code == 303
    assert state_of(session, closed) == "revealed"


def test_two_who_agree_at_the_same_instant_freeze_once(session, draft, evaluator, gan, lin):
    evaluator.submit(page(draft, "/freeze"))
    own = session.query(Approval).one().id
    sent = [(client, client.token()) for client in (gan, lin)]
    together = Barrier(2)

    def press(who):
        client, token = who
        together.wait()
        form = {"csrf_token": token, "asked": own, "decision": "agree"}
        return client.post(page(draft, "/freeze/agreement"), data=form).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(press, sent))

    assert statuses == [303, 409]
    assert state_of(session, draft) == "frozen"
    assert len(logged(session, "frozen round")) == 1


def test_a_round_that_asks_for_nobody_is_frozen_by_one(session, evaluator):
    round_ = draft_round(session, plan=ahead(PLAN))
    session.commit()

    asked = evaluator.get(page(round_.id, "/freeze"))
    evaluator.submit(page(round_.id, "/freeze"))

    assert "要两个人办" not in asked.text
    assert state_of(session, round_.id) == "frozen"


def test_an_agreed_reveal_of_a_round_with_three_keys_asks_for_two_key_slips(session, settings, tmp_path, gan, lin):
    guarded = three_keys.opened(session, settings, "approvals: [reveal]\n" + three_keys.THREE_KEYS)
    three_keys.close_and_count(session, guarded)
    three_keys.let_two_agree(session, settings, guarded, tmp_path)
    round_id, pair = guarded.hall.round_id, guarded.pair("organiser", "supervisor")

    assert gan.submit(page(round_id, "/reveal"), pair).status_code == 303
    assert state_of(session, round_id) == "closed"
    agreed = agree(lin, round_id, "reveal")

    assert (agreed.status_code, agreed.location) == (303, page(round_id, "/reveal"))
    assert state_of(session, round_id) == "closed"
    assert lin.submit(page(round_id, "/reveal"), guarded.pair("organiser")).status_code == 400
    assert state_of(session, round_id) == "closed"
    assert lin.submit(page(round_id, "/reveal"), pair).status_code == 303
    assert state_of(session, round_id) == "revealed"

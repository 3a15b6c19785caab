from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from survey.db import begin_writing
from survey.errors import ConflictError, ForbiddenError, GongpingError, NotFoundError
from survey.manifest.amended import manifest_of
from survey.manifest.states import RoundState, TwoPersonAct
from survey.models import Account, Approval, AuditEntry, Round, Target
from survey.office import accounts, approvals, audit, two_people
from survey.prepare import codes, lifecycle, rounds
from survey.prepare.amendments import By, extend_window
from survey.reveal import publication
from survey.reveal.opening import reveal
from survey.reveal.results import make_result
from tests.conftest import PASSWORD
from tests.hall import AFTER, NOON, OPENS, PLAN, draft_round, open_round

FREEZE, CLOSE, REVEAL, PUBLISH = TwoPersonAct
ALL_FOUR = PLAN + "approvals: [publish, freeze, reveal, close]\n"
MINUTE = timedelta(minutes=1)
STAFF = {"evaluator": "evaluator", "zhou": "evaluator", "gan": "personnel", "lin": "personnel", "he": "supervisor"}


@pytest.fixture
def staff(session) -> dict[str, Account]:
    """Return two evaluators (the first made the round), two of the personnel department, a supervisor."""
    return {
        login: accounts.add(session, login=login, name=login, role=role, password=PASSWORD, now=NOON)
        for login, role in STAFF.items()
    }


@pytest.fixture
def draft(session) -> Round:
    """Return a draft whose plan asks for two people for everything."""
    round_ = draft_round(session, plan=ALL_FOUR)
    session.commit()
    return round_


def asked(session, round_, act, by, what, now=NOON) -> Approval:
    approval = approvals.ask(session, round_, act, what, by, now)
    session.commit()
    return approval


def acts(session) -> list[tuple[str, str]]:
    return [(each.login, each.act) for each in audit.entries(session)][::-1]


def read_anew(session) -> None:
    """Forget what was read before another session wrote."""
    session.rollback()
    session.expire_all()


def frozen_by_two(session, settings, round_, staff, now=OPENS) -> None:
    what = lifecycle.draft_digest(session, round_, settings, now)
    approval = approvals.ask(session, round_, FREEZE, what, staff["evaluator"], now)
    approvals.agree(session, round_, approval, what, staff["gan"], now)
    lifecycle.freeze(session, round_, settings, "gan", now)


@pytest.fixture
def open_(session, settings, draft, staff) -> Round:
    """Return the round, frozen by two and open."""
    frozen_by_two(session, settings, draft, staff)
    for sheet in manifest_of(draft).sheets:
        codes.mint(session, draft, sheet.id, sheet.entitled, "issue", reachable=True, by="evaluator", now=OPENS)
    lifecycle.open_(session, draft, "evaluator", OPENS)
    session.commit()
    return draft


def test_a_round_asks_for_nobody_but_for_closing_early_unless_its_plan_does(session, settings):
    hall = open_round(session, settings)
    round_ = rounds.get(session, hall.round_id)

    assert [two_people.needed(round_, act, NOON) for act in (FREEZE, CLOSE, REVEAL, PUBLISH)] == [
        False,
        True,
        False,
        False,
    ]
    assert not two_people.needed(round_, CLOSE, AFTER)
    assert "approvals" not in manifest_of(round_).document()


def test_the_manifest_names_the_acts_that_need_two_in_the_order_of_a_round_s_life(open_):
    assert manifest_of(open_).document()["approvals"] == ["freeze", "close", "reveal", "publish"]


def test_a_trial_asks_for_nobody(session, settings, draft):
    trial = rounds.make_trial(session, draft, "evaluator", NOON)

    lifecycle.freeze(session, trial, settings, "evaluator", NOON)

    assert trial.state == RoundState.FROZEN
    assert "approvals" not in manifest_of(trial).document()


def test_one_person_alone_freezes_nothing(session, settings, draft, staff):
    what = lifecycle.draft_digest(session, draft, settings, NOON)
    with pytest.raises(ConflictError, match="two people"):
        lifecycle.freeze(session, draft, settings, "evaluator", NOON)
    asked(session, draft, FREEZE, staff["evaluator"], what)

    with pytest.raises(ConflictError, match="two people"):
        lifecycle.freeze(session, draft, settings, "evaluator", NOON)

    assert draft.state == RoundState.DRAFT


def test_two_people_freeze_exactly_what_was_asked_for_and_the_log_names_both(session, settings, draft, staff):
    what = lifecycle.draft_digest(session, draft, settings, NOON)
    approval = asked(session, draft, FREEZE, staff["evaluator"], what)

    approvals.agree(session, draft, approval, what, staff["gan"], NOON + MINUTE)
    lifecycle.freeze(session, draft, settings, "gan", NOON + MINUTE)
    session.commit()

    assert draft.state == RoundState.FROZEN
    assert (approval.outcome, approval.asked_by, approval.decided_by) == ("done", "evaluator", "gan")
    assert acts(session)[-3:] == [
        ("evaluator", "ask for second person"),
        ("gan", "agree as second person"),
        ("gan", "frozen round"),
    ]
    agreed = audit.entries(session)[1]
    assert agreed.detail == {"act": "freeze", "what": what, "asked by": "evaluator"}


def test_nobody_agrees_to_or_declines_their_own_request(session, settings, draft, staff):
    what = lifecycle.draft_digest(session, draft, settings, NOON)
    approval = asked(session, draft, FREEZE, staff["evaluator"], what)

    with pytest.raises(ConflictError, match="their own request"):
        approvals.agree(session, draft, approval, what, staff["evaluator"], NOON)
    with pytest.raises(ConflictError, match="their own request"):
        approvals.decline(session, draft, approval, what, staff["evaluator"], "不", NOON)

    assert approval.outcome == "pending"


def test_the_database_refuses_one_person_in_both_places(session, draft, staff):
    approval = asked(session, draft, FREEZE, staff["evaluator"], "x")
    approval.decided_by, approval.outcome = "evaluator", "agreed"

    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    ("act", "askers", "seconds"),
    [
        (FREEZE, {"evaluator", "personnel"}, {"evaluator", "personnel"}),
        (CLOSE, {"evaluator"}, {"evaluator", "supervisor"}),
        (REVEAL, {"personnel"}, {"personnel"}),
        (PUBLISH, {"personnel"}, {"personnel"}),
    ],
)
def test_who_may_ask_and_who_may_agree(session, draft, staff, act, askers, seconds, monkeypatch):
    monkeypatch.setattr(approvals, "check_step", lambda *_: None)  # the roles alone
    first, other = {"evaluator": ("evaluator", "zhou"), "personnel": ("gan", "lin")}[min(askers)]
    for login, role in STAFF.items():
        if role not in askers:
            with pytest.raises(ForbiddenError):
                approvals.ask(session, draft, act, "x", staff[login], NOON)
    approval = asked(session, draft, act, staff[first], "x")
    refused = [login for login, role in STAFF.items() if role not in seconds]
    for login in refused:
        with pytest.raises(ForbiddenError):
            approvals.agree(session, draft, approval, "x", staff[login], NOON)

    approvals.agree(session, draft, approval, "x", staff[other], NOON)

    assert approval.decided_by == other


def test_a_request_that_waits_is_not_asked_for_a_second_time(session, draft, staff):
    asked(session, draft, FREEZE, staff["evaluator"], "x")

    with pytest.raises(ConflictError, match="evaluator has asked for this already"):
        approvals.ask(session, draft, FREEZE, "x", staff["gan"], NOON)

    assert session.query(Approval).count() == 1


def test_what_cannot_be_done_now_cannot_be_asked_for(session, draft, staff):
    with pytest.raises(ConflictError, match="still a draft"):
        approvals.ask(session, draft, REVEAL, "x", staff["gan"], NOON)

    assert session.query(Approval).count() == 0


def test_a_changed_draft_makes_the_agreement_to_a_freeze_void(session, settings, draft, staff):
    what = lifecycle.draft_digest(session, draft, settings, NOON)
    approval = asked(session, draft, FREEZE, staff["evaluator"], what)
    changed = (ALL_FOUR % {"residents": 60}).replace("entitled: 10", "entitled: 11")
    rounds.revise(session, draft, changed, "plan.yaml", "evaluator", NOON)
    session.commit()
    now_what = lifecycle.draft_digest(session, draft, settings, NOON)

    with pytest.raises(ConflictError, match="was changed since"):
        approvals.agree(session, draft, approval, now_what, staff["gan"], NOON)
    approvals.agree(session, draft, approval, what, staff["gan"], NOON)  # as it was shown to who agrees
    with pytest.raises(ConflictError, match="was changed since"):
        lifecycle.freeze(session, draft, settings, "gan", NOON)

    session.rollback()
    assert (draft.state, approval.outcome) == (RoundState.DRAFT, "pending")
    assert asked(session, draft, FREEZE, staff["evaluator"], now_what).what == now_what
    assert approval.outcome == "lapsed"


def test_a_changed_roster_makes_it_void_too(session, settings, draft):
    before = lifecycle.draft_digest(session, draft, settings, NOON)

    session.get(Target, "C1").name = "甲一一"
    session.flush()

    assert lifecycle.draft_digest(session, draft, settings, NOON) != before


def test_a_request_lapses_after_a_day(session, settings, draft, staff):
    what = lifecycle.draft_digest(session, draft, settings, NOON)
    approval = asked(session, draft, FREEZE, staff["evaluator"], what)
    day = timedelta(days=1)

    assert approvals.obstacle(session, draft, approval, what, NOON + day - MINUTE) is None
    with pytest.raises(ConflictError, match="older than a day"):
        approvals.agree(session, draft, approval, what, staff["gan"], NOON + day)


def test_an_agreement_lapses_after_a_day_too(session, settings, draft, staff):
    what = lifecycle.draft_digest(session, draft, settings, NOON)
    approval = asked(session, draft, FREEZE, staff["evaluator"], what)
    approvals.agree(session, draft, approval, what, staff["gan"], NOON)

    with pytest.raises(ConflictError, match="older than a day"):
        lifecycle.freeze(session, draft, settings, "gan", NOON + timedelta(days=1))


def test_a_request_lapses_when_the_round_moves_on(session, open_, staff):
    approval = asked(session, open_, CLOSE, staff["evaluator"], two_people.rules(open_))

    lifecycle.close(session, open_, "evaluator", AFTER)  # the last window is over, so nobody need agree
    session.commit()
    session.refresh(approval)

    assert approval.outcome == "lapsed"
    with pytest.raises(ConflictError, match="decided already"):
        approvals.agree(session, open_, approval, two_people.rules(open_), staff["he"], AFTER)


def test_a_request_lapses_when_who_asked_may_no_longer_do_it(session, settings, draft, staff):
    what = lifecycle.draft_digest(session, draft, settings, NOON)
    approval = asked(session, draft, FREEZE, staff["evaluator"], what)
    staff["evaluator"].active = False

    with pytest.raises(ConflictError, match="may no longer do this"):
        approvals.agree(session, draft, approval, what, staff["gan"], NOON)


def test_who_asked_can_withdraw_and_nobody_else(session, settings, draft, staff):
    what = lifecycle.draft_digest(session, draft, settings, NOON)
    approval = asked(session, draft, FREEZE, staff["evaluator"], what)
    with pytest.raises(ForbiddenError, match="Only who asked"):
        approvals.withdraw(session, draft, approval, staff["gan"], NOON)

    approvals.withdraw(session, draft, approval, staff["evaluator"], NOON)
    session.commit()

    with pytest.raises(ConflictError, match="decided already, or withdrawn"):
        approvals.agree(session, draft, approval, what, staff["gan"], NOON)
    assert acts(session)[-1] == ("evaluator", "withdraw request")
    assert approvals.waiting(session, draft, FREEZE) is None


def test_a_second_person_declines_with_a_reason_which_is_kept(session, settings, draft, staff):
    what = lifecycle.draft_digest(session, draft, settings, NOON)
    approval = asked(session, draft, FREEZE, staff["evaluator"], what)
    with pytest.raises(GongpingError, match="why you decline"):
        approvals.decline(session, draft, approval, what, staff["gan"], "  ", NOON)

    approvals.decline(session, draft, approval, what, staff["gan"], " 应到人数不对 ", NOON)
    session.commit()

    assert (approval.outcome, approval.reason) == ("declined", "应到人数不对")
    assert audit.entries(session)[0].detail == {"act": "freeze", "asked by": "evaluator", "reason": "应到人数不对"}
    with pytest.raises(ConflictError, match="two people"):
        lifecycle.freeze(session, draft, settings, "evaluator", NOON)
    assert asked(session, draft, FREEZE, staff["evaluator"], what).outcome == "pending"


def test_a_request_of_another_round_is_not_found(session, open_, staff):
    other = rounds.create(session, ALL_FOUR % {"residents": 60}, "plan.yaml", "evaluator", NOON)
    approval = asked(session, other, FREEZE, staff["evaluator"], "x")

    with pytest.raises(NotFoundError):
        approvals.get(session, open_, approval.id)


def test_an_amendment_makes_the_agreement_to_an_early_close_void(session, open_, staff):
    what = two_people.rules(open_)
    approval = asked(session, open_, CLOSE, staff["evaluator"], what)
    later = max(sheet.windows["phone"].closes for sheet in manifest_of(open_).sheets) + timedelta(days=1)
    extend_window(session, open_, "S1", "phone", later, By("evaluator", "补测", NOON))

    with pytest.raises(ConflictError, match="was changed since"):
        approvals.agree(session, open_, approval, two_people.rules(open_), staff["he"], NOON)


def test_the_command_line_names_a_second_person_and_the_log_says_where(session, settings, draft):
    with pytest.raises(ConflictError, match="must be another one"):
        lifecycle.freeze(session, draft, settings, "evaluator", NOON, second="evaluator")

    lifecycle.freeze(session, draft, settings, "evaluator", NOON, second="gan")

    entry = audit.entries(session)[1]
    assert (entry.login, entry.act) == ("evaluator", "name second person")
    assert entry.detail | {"what": ""} == {
        "act": "freeze",
        "what": "",
        "second person": "gan",
        "said": "on the command line",
    }


def test_a_draft_goes_with_its_requests(session, draft, staff):
    asked(session, draft, FREEZE, staff["evaluator"], "x")

    lifecycle.delete_draft(session, draft, "evaluator", NOON)
    session.commit()

    assert session.query(Approval).count() == 0
    assert session.query(Round).count() == 0


def test_two_who_agree_at_the_same_instant_freeze_once(session, session_factory, settings, draft, staff):
    what = lifecycle.draft_digest(session, draft, settings, NOON)
    approval = asked(session, draft, FREEZE, staff["evaluator"], what)
    together = Barrier(4)

    def press(login: str) -> str:
        together.wait()
        with session_factory() as own:
            begin_writing(own)
            round_ = rounds.get(own, draft.id)
            try:
                mine = approvals.get(own, round_, approval.id)
                approvals.agree(own, round_, mine, what, own.get(Account, login), NOON)
                lifecycle.freeze(own, round_, settings, login, NOON)
            except ConflictError as refusal:
                return str(refusal)
            own.commit()
            return "frozen"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(press, ["gan", "lin", "zhou", "gan"]))

    assert answers == [*["This request was decided already, or withdrawn."] * 3, "frozen"]
    read_anew(session)
    assert session.query(AuditEntry).filter_by(act="frozen round").count() == 1
    assert session.query(AuditEntry).filter_by(act="agree as second person").count() == 1


def test_two_who_agree_without_waiting_for_each_other_are_told_apart_by_the_row(session, draft, staff):
    approval = asked(session, draft, FREEZE, staff["evaluator"], "x")
    approvals.agree(session, draft, approval, "x", staff["gan"], NOON)
    approval.outcome = "pending"  # as a second session read it before

    session.expunge(approval)

    with pytest.raises(ConflictError, match="decided already"):
        approvals.agree(session, draft, approval, "x", staff["lin"], NOON)


@pytest.fixture
def closed(session, open_) -> Round:
    """Return the round after its last window, closed by one person."""
    lifecycle.close(session, open_, "evaluator", AFTER)
    session.commit()
    return open_


def agreed_reveal(session, round_, staff) -> Approval:
    what = two_people.rules(round_)
    approval = asked(session, round_, REVEAL, staff["gan"], what, AFTER)
    approvals.agree(session, round_, approval, what, staff["lin"], AFTER)
    session.commit()
    return approval


def test_a_reveal_takes_two_and_only_these_two(session, session_factory, settings, closed, staff):
    with pytest.raises(ConflictError, match="two people"):
        reveal(session_factory, closed.id, settings.key_folder, "gan", AFTER)
    approval = agreed_reveal(session, closed, staff)
    with pytest.raises(ConflictError, match="Only the two"):
        reveal(session_factory, closed.id, settings.key_folder, "evaluator", AFTER)

    reveal(session_factory, closed.id, settings.key_folder, "lin", AFTER)

    read_anew(session)
    assert (closed.state, approval.outcome) == (RoundState.REVEALED, "done")
    with pytest.raises(ConflictError, match="has been revealed"):
        reveal(session_factory, closed.id, settings.key_folder, "gan", AFTER)


def test_an_agreed_reveal_that_failed_is_carried_out_without_asking_again(
    session, session_factory, settings, closed, staff
):
    approval = agreed_reveal(session, closed, staff)
    [key] = settings.key_folder.glob("*.key")
    away = key.rename(key.with_suffix(".away"))
    with pytest.raises(ConflictError, match="key of this round is not on this host"):
        reveal(session_factory, closed.id, settings.key_folder, "lin", AFTER)
    session.refresh(approval)
    assert approval.outcome == "agreed"
    read_anew(session)
    away.rename(key)

    reveal(session_factory, closed.id, settings.key_folder, "gan", AFTER)

    read_anew(session)
    assert closed.state == RoundState.REVEALED


def test_a_publication_takes_two_and_publishes_the_result_that_was_named(
    session, session_factory, settings, closed, staff
):
    agreed_reveal(session, closed, staff)
    reveal(session_factory, closed.id, settings.key_folder, "lin", AFTER)
    read_anew(session)
    for reason in ("首次", "复核"):
        make_result(session, closed, reason, "gan", AFTER)
    approval = asked(session, closed, PUBLISH, staff["gan"], "2", AFTER)
    approvals.agree(session, closed, approval, "2", staff["lin"], AFTER)
    with pytest.raises(ConflictError, match="was changed since"):
        publication.publish(session, closed, 1, "lin", AFTER)

    publication.publish(session, closed, 2, "lin", AFTER)
    session.commit()

    read_anew(session)
    assert (closed.state, publication.published_number(session, closed)) == (RoundState.PUBLISHED, 2)
    assert approval.outcome == "done"

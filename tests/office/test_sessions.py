from datetime import UTC, datetime, timedelta

import pytest

from survey.models import Round, StaffSession
from survey.office import accounts, sessions

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def account(session):
    return accounts.add(
        session,
        login="shen",
        name="沈红",
        role="personnel",
        password="a long password",  # noqa: S106 - for one test
        now=NOW,
    )


def test_the_database_holds_no_token(session, account):
    token = sessions.start(session, account, NOW)

    [kept] = session.query(StaffSession)
    assert len(token) >= 43
    assert kept.token_hash == sessions.token_hash(token)
    assert len(kept.token_hash) == 32
    assert token.encode() not in kept.token_hash


def test_a_session_ends_after_half_an_hour_without_use(session, account):
    token = sessions.start(session, account, NOW)

    assert sessions.find(session, token, NOW + 29 * MINUTE) is not None
    assert sessions.find(session, token, NOW + 30 * MINUTE) is None


def test_use_keeps_a_session_alive_for_twelve_hours_at_most(session, account):
    token = sessions.start(session, account, NOW)
    session.commit()
    at = NOW
    for _ in range(35):
        at += 20 * MINUTE
        sessions.touch(session, sessions.find(session, token, at), at)
        session.commit()

    assert at == NOW + timedelta(hours=11, minutes=40)
    assert sessions.find(session, token, NOW + timedelta(hours=11, minutes=59)) is not None
    assert sessions.find(session, token, NOW + timedelta(hours=12)) is None


def test_a_session_is_written_at_most_once_a_minute(session, account):
    token = sessions.start(session, account, NOW)
    session.commit()
    seen = sessions.find(session, token, NOW)

    assert not sessions.touch(session, seen, NOW + timedelta(seconds=59))
    assert sessions.touch(session, seen, NOW + MINUTE)
    assert sessions.find(session, token, NOW + MINUTE).last_seen_at == NOW + MINUTE


def test_signing_out_ends_one_session_and_ending_all_keeps_one(session, account):
    first, second, third = (sessions.start(session, account, NOW + i * MINUTE) for i in range(3))

    sessions.end(session, second)
    assert [each.created_at for each in sessions.of(session, "shen", NOW + 3 * MINUTE)] == [NOW + 2 * MINUTE, NOW]
    sessions.end_all(session, "shen", but=sessions.token_hash(first))

    assert sessions.find(session, first, NOW) is not None
    assert sessions.find(session, second, NOW) is None
    assert sessions.find(session, third, NOW) is None


def test_sessions_past_their_limits_are_swept_away_at_the_next_sign_in(session, account):
    sessions.start(session, account, NOW)
    sessions.start(session, account, NOW + timedelta(hours=1))

    assert session.query(StaffSession).count() == 1


def test_an_unknown_token_finds_nothing(session, account):
    sessions.start(session, account, NOW)

    assert sessions.find(session, "", NOW) is None
    assert sessions.find(session, "x" * 43, NOW) is None


def test_a_session_that_lacks_the_second_factor_opens_nothing_but_that_step(session, account):
    token = sessions.start(session, account, NOW, half=True)

    assert sessions.find(session, token, NOW) is None
    assert sessions.of(session, "shen", NOW) == []
    assert sessions.find_half(session, token, NOW + 4 * MINUTE).login == "shen"
    assert sessions.find_half(session, token, NOW + 5 * MINUTE) is None


def test_a_whole_session_is_no_half_one(session, account):
    token = sessions.start(session, account, NOW)

    assert sessions.find_half(session, token, NOW) is None


def test_half_sessions_are_swept_away_when_their_time_is_over(session, account):
    sessions.start(session, account, NOW, half=True)

    sessions.start(session, account, NOW + 5 * MINUTE)

    assert session.query(StaffSession).count() == 1


def test_who_proved_again_to_be_there_is_believed_for_five_minutes(session, account):
    token = sessions.start(session, account, NOW)
    seen = sessions.find(session, token, NOW)
    assert not sessions.confirmed(seen, NOW)

    sessions.confirm(session, seen.token_hash, NOW + MINUTE)

    assert sessions.confirmed(seen, NOW + 5 * MINUTE)
    assert not sessions.confirmed(seen, NOW + 6 * MINUTE)


def test_one_of_the_own_sessions_is_ended_by_its_mark(session, account):
    first, second = (sessions.start(session, account, NOW, "Firefox, Windows") for _ in range(2))
    mark = sessions.find(session, first, NOW).mark

    assert not sessions.end_one(session, "zhou", mark)
    assert not sessions.end_one(session, "shen", "")
    assert sessions.end_one(session, "shen", mark)

    assert sessions.find(session, first, NOW) is None
    assert sessions.find(session, second, NOW).browser == "Firefox, Windows"


@pytest.mark.parametrize(
    ("state", "lives"),
    [("draft", True), ("frozen", True), ("open", True), ("closed", False), ("revealed", False), ("published", False),
     ("void", False)],
)  # fmt: skip
def test_a_clerks_session_and_password_end_with_the_round(session, state, lives):
    round_ = Round(id="r", name="某轮", state="open", plan_source="", created_at=NOW, created_by="firm")
    password = "a long password"  # noqa: S105 - for one test
    clerk = accounts.add(session, login="clerk", name="某", role="clerk", password=password, round_=round_, now=NOW)
    token = sessions.start(session, clerk, NOW)

    round_.state = state
    session.flush()

    assert (sessions.find(session, token, NOW) is not None) is lives
    assert (accounts.sign_in(session, "clerk", password) is not None) is lives

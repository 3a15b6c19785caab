from datetime import UTC, datetime, timedelta

import pytest

from survey.models import StaffSession
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

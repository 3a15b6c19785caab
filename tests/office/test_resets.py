from datetime import UTC, datetime, timedelta

import pytest

from survey.models import PasswordReset, StaffSession
from survey.office import accounts, resets, sessions

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
OLD, NEW = "correct horse battery", "a quite new password"


@pytest.fixture
def account(session):
    return accounts.add(session, login="shen", name="沈红", role="personnel", password=OLD, now=NOW)


def test_with_the_code_the_person_sets_a_password_and_is_signed_out_everywhere(session, account):
    sessions.start(session, account, NOW)
    code = resets.give(session, account, NOW)

    assert resets.use(session, " Shen ", code, NEW, NOW + DAY - timedelta(seconds=1)) is account

    assert accounts.sign_in(session, "shen", NEW) is account
    assert accounts.sign_in(session, "shen", OLD) is None
    assert session.query(StaffSession).count() == 0


def test_the_old_password_works_until_the_code_is_used(session, account):
    resets.give(session, account, NOW)

    assert accounts.sign_in(session, "shen", OLD) is account


def test_a_code_works_once_for_a_day_and_only_the_last_one_given(session, account):
    first = resets.give(session, account, NOW)
    second = resets.give(session, account, NOW)

    assert resets.use(session, "shen", first, NEW, NOW) is None
    assert resets.use(session, "shen", second, NEW, NOW + DAY) is None
    assert resets.use(session, "shen", second, NEW, NOW) is account
    assert resets.use(session, "shen", second, OLD, NOW) is None
    assert accounts.sign_in(session, "shen", OLD) is None


def test_a_code_is_for_one_login(session, account):
    accounts.add(session, login="zhou", name="周敏", role="evaluator", password=OLD, now=NOW)
    code = resets.give(session, account, NOW)

    assert resets.use(session, "zhou", code, NEW, NOW) is None
    assert accounts.sign_in(session, "zhou", OLD) is not None


def test_a_disabled_account_is_not_let_in_by_a_code(session, account):
    code = resets.give(session, account, NOW)
    accounts.disable(session, account)

    assert resets.use(session, "shen", code, NEW, NOW) is None


def test_a_password_that_cannot_be_taken_leaves_the_code_as_it_is(session, account):
    code = resets.give(session, account, NOW)

    with pytest.raises(accounts.BadAccountError, match="10 to 200"):
        resets.use(session, "shen", code, "short", NOW)

    assert resets.use(session, "shen", code, NEW, NOW) is account


def test_every_answer_costs_the_hash_of_one_password(session, account, monkeypatch):
    hashed = []
    really = accounts.hashed
    monkeypatch.setattr(accounts, "hashed", lambda login, word: hashed.append(word) or really(login, word))
    code = resets.give(session, account, NOW)

    for login, given in (("nobody", code), ("shen", "0000"), ("shen", code)):
        resets.use(session, login, given, NEW, NOW)

    assert hashed == [NEW] * 3


def test_the_database_holds_no_code(session, account):
    code = resets.give(session, account, NOW)

    kept = session.get(PasswordReset, "shen").code_hash
    assert len(kept) == 32
    assert code.replace("-", "").encode() not in kept

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from survey.models import RecoveryCode, SecondFactor
from survey.office import accounts, second_factor

NOW = datetime(2026, 12, 1, 8, 0, 5, tzinfo=UTC)
HALF_A_MINUTE = timedelta(seconds=30)
SECRET = b"the secret of this installation"


@pytest.fixture
def account(session):
    return accounts.add(session, login="shen", name="沈红", role="personnel", now=NOW)


@pytest.fixture
def app(session, account):
    """Return the person's app, whose codes are in force since an hour."""
    second_factor.begin(session, account, SECRET)
    app = pyotp.TOTP(second_factor.offered(session, account, SECRET))
    before = NOW - timedelta(hours=1)
    assert second_factor.confirm(session, account, app.at(before), SECRET, before) is not None
    return app


def passes(session, code, at=NOW, installation=SECRET):
    return second_factor.passes(session, "shen", code, installation, at)


def test_a_secret_counts_for_nothing_until_the_app_has_shown_the_right_code(session, account):
    second_factor.begin(session, account, SECRET)
    app = pyotp.TOTP(second_factor.offered(session, account, SECRET))

    assert not second_factor.holds(session, "shen")
    assert not passes(session, app.at(NOW))
    assert second_factor.confirm(session, account, app.at(NOW + timedelta(hours=1)), SECRET, NOW) is None
    assert not second_factor.holds(session, "shen")
    codes = second_factor.confirm(session, account, app.at(NOW), SECRET, NOW)

    assert len(set(codes)) == 10
    assert second_factor.holds(session, "shen")
    assert second_factor.offered(session, account, SECRET) is None


def test_a_code_that_put_it_in_force_does_not_sign_in_as_well(session, account):
    second_factor.begin(session, account, SECRET)
    app = pyotp.TOTP(second_factor.offered(session, account, SECRET))
    second_factor.confirm(session, account, app.at(NOW), SECRET, NOW)

    assert not passes(session, app.at(NOW))


@pytest.mark.usefixtures("app")
def test_one_in_force_is_not_replaced_by_setting_up_another(session, account):
    before = session.get(SecondFactor, "shen").sealed

    second_factor.begin(session, account, SECRET)

    assert session.get(SecondFactor, "shen").sealed == before


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(session, app, steps, right):
    assert passes(session, app.at(NOW + steps * HALF_A_MINUTE)) is right


def test_a_code_is_right_once(session, app):
    code = app.at(NOW)

    assert passes(session, code)
    assert not passes(session, code)
    assert not passes(session, code, NOW + HALF_A_MINUTE)


def test_an_earlier_code_is_worth_nothing_after_a_later_one(session, app):
    assert passes(session, app.at(NOW))

    assert not passes(session, app.at(NOW - HALF_A_MINUTE))
    assert passes(session, app.at(NOW + HALF_A_MINUTE))


@pytest.mark.parametrize("typed", ["", "0", "abcdef", "１２３４５６", "1234567"])
@pytest.mark.usefixtures("app")
def test_what_is_no_code_is_not_right(session, typed):
    assert not passes(session, typed)


def test_spaces_in_a_code_do_no_harm(session, app):
    code = app.at(NOW)

    assert passes(session, f" {code[:3]} {code[3:]} ")


def test_with_another_installations_secret_no_code_is_right_and_recovery_codes_still_are(session, account, app):
    [code, *_] = second_factor.new_recovery_codes(session, account)

    assert not passes(session, app.at(NOW), installation=b"a new secret")
    assert second_factor.passes_by_recovery(session, "shen", code)


def test_a_recovery_code_works_once_however_it_is_typed(session, account, app):
    codes = second_factor.new_recovery_codes(session, account)
    typed = codes[3].replace("-", " ").lower()

    assert second_factor.passes_by_recovery(session, "shen", typed)
    assert not second_factor.passes_by_recovery(session, "shen", typed)
    assert second_factor.recovery_codes_left(session, "shen") == 9
    assert passes(session, app.at(NOW))


@pytest.mark.usefixtures("app")
def test_a_recovery_code_is_its_owners_alone(session, account):
    other = accounts.add(session, login="zhou", name="周敏", role="evaluator", now=NOW)
    [code, *_] = second_factor.new_recovery_codes(session, account)

    assert not second_factor.passes_by_recovery(session, other.login, code)


@pytest.mark.usefixtures("app")
def test_new_recovery_codes_make_the_old_ones_worthless(session, account):
    [old, *_] = second_factor.new_recovery_codes(session, account)

    second_factor.new_recovery_codes(session, account)

    assert not second_factor.passes_by_recovery(session, "shen", old)
    assert second_factor.recovery_codes_left(session, "shen") == 10


def test_the_database_holds_neither_the_secret_nor_a_recovery_code(session, account, app):
    codes = second_factor.new_recovery_codes(session, account)
    kept = session.get(SecondFactor, "shen").sealed
    hashes = b"".join(session.scalars(session.query(RecoveryCode.code_hash).statement))

    assert app.secret.encode() not in kept
    assert len(hashes) == 320
    assert not any(code.replace("-", "").encode() in hashes for code in codes)


@pytest.mark.usefixtures("app")
def test_taken_away_nothing_of_it_is_left(session):
    second_factor.remove(session, "shen")

    assert not second_factor.holds(session, "shen")
    assert session.query(SecondFactor).count() == session.query(RecoveryCode).count() == 0


def test_two_requests_cannot_both_use_one_code(session_factory, session, app):
    code = app.at(NOW)
    session.commit()

    answers = []
    with session_factory() as first, session_factory() as second:
        second.get(SecondFactor, "shen")  # has read that the code is unused
        second.rollback()
        for each in (first, second):
            answers.append(second_factor.passes(each, "shen", code, SECRET, NOW))
            each.commit()

    assert answers == [True, False]

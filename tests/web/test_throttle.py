from datetime import UTC, datetime, timedelta

import pytest

from survey.web import throttle

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


def fail(guesses, login, address, times, at=NOW):
    for _ in range(times):
        guesses.check(login, address, at)
        guesses.fail(login, address, at)


def test_a_quarter_of_an_hour_after_the_failures_guessing_goes_on():
    guesses = throttle.Throttle()
    fail(guesses, "shen", "192.0.2.1", throttle.PER_LOGIN)

    with pytest.raises(throttle.TooManyGuessesError):
        guesses.check("shen", "192.0.2.1", NOW + timedelta(minutes=14, seconds=59))
    guesses.check("shen", "192.0.2.1", NOW + timedelta(minutes=15))


def test_one_address_cannot_try_one_password_on_many_logins():
    guesses = throttle.Throttle()
    for number in range(throttle.PER_ADDRESS):
        fail(guesses, f"login{number}", "192.0.2.1", 1)

    with pytest.raises(throttle.TooManyGuessesError):
        guesses.check("another", "192.0.2.1", NOW)
    guesses.check("another", "192.0.2.2", NOW)


def test_a_stranger_cannot_lock_a_login_out():
    guesses = throttle.Throttle()
    fail(guesses, "shen", "203.0.113.9", throttle.PER_LOGIN)

    guesses.check("shen", "192.0.2.1", NOW)


def test_old_failures_are_forgotten_before_they_fill_the_memory():
    guesses = throttle.Throttle()
    for number in range(throttle.MANY):
        guesses.fail(f"login{number}", f"address{number}", NOW)

    guesses.check("shen", "192.0.2.1", NOW + timedelta(minutes=15))

    assert len(guesses.failures) == 0


def test_codes_are_guessed_five_times_from_wherever_and_passwords_are_counted_apart():
    guesses = throttle.Throttle()
    for _ in range(throttle.PER_LOGIN):
        guesses.check_code("shen", NOW)
        guesses.fail_code("shen", NOW)

    with pytest.raises(throttle.TooManyGuessesError):
        guesses.check_code("shen", NOW)
    guesses.check("shen", "192.0.2.1", NOW)
    guesses.check_code("zhou", NOW)
    guesses.check_code("shen", NOW + throttle.WINDOW)


def test_the_right_code_clears_the_wrong_ones():
    guesses = throttle.Throttle()
    for _ in range(throttle.PER_LOGIN):
        guesses.fail_code("shen", NOW)

    guesses.succeed_code("shen")

    guesses.check_code("shen", NOW)

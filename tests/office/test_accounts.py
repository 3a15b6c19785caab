from datetime import UTC, datetime

import pytest
from argon2 import extract_parameters

from survey.errors import ConflictError, NotFoundError
from survey.models import Round, StaffSession, Unit
from survey.office import accounts, sessions

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
PASSWORD = "correct horse battery"  # noqa: S105 - of an account that lives for one test


def make(session, login="zhou.min", role="evaluator", password=PASSWORD):
    return accounts.add(session, login=login, name="衡远民意调查 周敏", role=role, password=password, now=NOW)


def test_an_account_is_opened_by_its_password_alone(session):
    account = make(session)

    assert accounts.sign_in(session, "zhou.min", PASSWORD) is account
    assert accounts.sign_in(session, "zhou.min", "wrong horse battery") is None
    assert accounts.sign_in(session, "nobody", PASSWORD) is None


def test_a_password_is_kept_as_argon2id_only(session):
    account = make(session)

    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in account.password_hash


def test_a_login_is_one_however_it_is_written(session):
    account = make(session, login="  Zhou.Min ")

    assert account.login == "zhou.min"
    assert accounts.sign_in(session, "ZHOU.MIN", PASSWORD) is account
    with pytest.raises(ConflictError, match="in use"):
        make(session, login="zhou.MIN")


@pytest.mark.parametrize("login", ["", "a", "周敏", "two words", "-dash", "x" * 33, "a/b", "a%b"])
def test_a_login_that_would_not_travel_in_an_address_is_refused(session, login):
    with pytest.raises(accounts.BadAccountError, match="login"):
        make(session, login=login)


@pytest.mark.parametrize(
    ("password", "words"),
    [("short", "10 to 200"), ("x" * 201, "10 to 200"), ("Zhou.Min.Evaluator", "must not be the login")],
)
def test_a_weak_password_is_refused(session, password, words):
    with pytest.raises(accounts.BadAccountError, match=words):
        make(session, login="zhou.min.evaluator", password=password)


def test_an_unknown_role_or_an_empty_name_is_refused(session):
    with pytest.raises(accounts.BadAccountError, match="not a role"):
        make(session, role="mayor")
    with pytest.raises(accounts.BadAccountError, match="name is missing"):
        accounts.add(session, login="zhou", name=" ", role="evaluator", password=PASSWORD, now=NOW)


def test_an_unknown_login_costs_the_same_hash_as_a_known_one(session):
    account = make(session)

    assert extract_parameters(accounts._nobody()) == extract_parameters(account.password_hash)


def test_a_disabled_account_signs_in_no_more_and_is_signed_out(session):
    account = make(session)
    token = sessions.start(session, account, NOW)

    accounts.disable(session, account)

    assert accounts.sign_in(session, "zhou.min", PASSWORD) is None
    assert sessions.find(session, token, NOW) is None
    assert session.query(StaffSession).count() == 0
    accounts.enable(account)
    assert accounts.sign_in(session, "zhou.min", PASSWORD) is account


def test_the_last_administrator_cannot_be_disabled(session):
    first = make(session, login="first", role="administrator")
    second = make(session, login="second", role="administrator")
    accounts.disable(session, first)

    with pytest.raises(ConflictError, match="last administrator"):
        accounts.disable(session, second)

    assert second.active


def test_a_new_password_signs_other_browsers_out(session):
    account = make(session)
    here, elsewhere = (sessions.start(session, account, NOW) for _ in range(2))

    accounts.change_password(session, account, "another good one", keep=sessions.token_hash(here))

    assert sessions.find(session, here, NOW) is not None
    assert sessions.find(session, elsewhere, NOW) is None
    assert accounts.sign_in(session, "zhou.min", PASSWORD) is None
    assert accounts.sign_in(session, "zhou.min", "another good one") is account


def test_a_generated_password_can_be_read_aloud_and_is_never_the_same(session):
    made = {accounts.generate_password() for _ in range(100)}

    assert len(made) == 100
    assert all(len(each) == 16 and not set(each) & set("0O1lI") for each in made)
    make(session, password=made.pop())


def test_accounts_that_may_sign_in_come_first(session):
    make(session, login="bb", role="supervisor")
    make(session, login="cc", role="administrator")
    make(session, login="dd", role="administrator")
    accounts.disable(session, accounts.get(session, "CC"))

    assert [each.login for each in accounts.all_accounts(session)] == ["dd", "bb", "cc"]
    with pytest.raises(NotFoundError):
        accounts.get(session, "ee")


def test_an_account_without_a_password_is_opened_by_none(session):
    accounts.add(session, login="new", name="某", role="personnel", now=NOW)

    assert accounts.sign_in(session, "new", "") is None


@pytest.mark.parametrize("role", ["administrator", "evaluator", "clerk"])
def test_only_some_roles_are_tied_to_a_unit(session, role):
    session.add(Unit(code="A", name="青石镇"))

    with pytest.raises(accounts.BadPlaceError, match="not tied to a unit"):
        accounts.add(session, login="zhou", name="某", role=role, unit_code="A", now=NOW)
    assert accounts.add(session, login="shen", name="某", role="personnel", unit_code="A", now=NOW).unit_code == "A"


def test_a_unit_that_the_roster_does_not_have_is_refused(session):
    with pytest.raises(accounts.BadPlaceError, match="no unit Z"):
        accounts.add(session, login="shen", name="某", role="personnel", unit_code="Z", now=NOW)


def test_clerks_and_interviewers_and_nobody_else_belong_to_a_round_that_is_not_over(session):
    round_ = Round(id="r", name="某轮", state="open", plan_source="", created_at=NOW, created_by="firm")
    session.add(round_)

    for role, given in (("clerk", None), ("evaluator", round_)):
        with pytest.raises(accounts.BadPlaceError, match="only they"):
            accounts.add(session, login="zhou", name="某", role=role, round_=given, now=NOW)
    clerk = accounts.add(session, login="clerk", name="某", role="clerk", round_=round_, now=NOW)
    round_.state = "closed"
    with pytest.raises(accounts.BadPlaceError, match="over"):
        accounts.add(session, login="late", name="某", role="interviewer", round_=round_, now=NOW)

    assert accounts.of_round(session, round_) == [clerk]

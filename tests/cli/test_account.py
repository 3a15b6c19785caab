import pytest
from click.testing import CliRunner

from survey.cli import commands
from survey.models import Account, AuditEntry
from survey.office import accounts, assignments
from survey.prepare import rounds
from tests.hall import draft_round


@pytest.fixture
def gongping(settings):
    """Return a way to run the command on the test's installation."""

    def run(*arguments, given=None):
        return CliRunner().invoke(commands, arguments, input=given, env={"GONGPING_HOME": str(settings.home)})

    return run


def test_an_account_is_added_and_its_password_printed_once(gongping, session):
    done = gongping("account", "add", "Chen", "--role", "administrator", "--name", "陈立")

    login, password = done.stdout.strip().split(": ")
    assert (done.exit_code, login) == (0, "chen")
    assert accounts.sign_in(session, "chen", password).name == "陈立"
    assert gongping("account", "list").stdout == "chen                 administrator  active    陈立\n"


def test_a_password_can_be_given_on_standard_input(gongping, session):
    done = gongping("account", "add", "chen", "--role", "supervisor", "--password-stdin", given="a long password\n")

    assert done.exit_code == 0
    assert "a long password" not in done.output
    assert accounts.sign_in(session, "chen", "a long password") is not None


@pytest.mark.parametrize(
    ("arguments", "given", "words"),
    [
        (["add", "chen", "--role", "administrator", "--password-stdin"], "short\n", "10 to 200"),
        (["add", "chen", "--role", "administrator", "--password-stdin"], "", "no password"),
        (["add", "chen", "--role", "mayor"], None, "mayor"),
        (["add", "two words", "--role", "administrator"], None, "two words"),
        (["disable", "nobody"], None, "nobody"),
        (["password", "nobody"], None, "nobody"),
    ],
)
def test_bad_input_ends_with_status_2_and_says_what_is_wrong(gongping, arguments, given, words):
    done = gongping("account", *arguments, given=given)

    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_accounts_are_disabled_enabled_and_given_new_passwords(gongping, session):
    first = gongping("account", "add", "zhou", "--role", "evaluator").stdout.strip().split(": ")[1]

    assert gongping("account", "disable", "ZHOU").exit_code == 0
    assert "disabled" in gongping("account", "list").stdout
    assert gongping("account", "enable", "zhou").exit_code == 0
    second = gongping("account", "password", "zhou").stdout.strip().split(": ")[1]

    assert accounts.sign_in(session, "zhou", first) is None
    assert accounts.sign_in(session, "zhou", second) is not None
    assert [(each.login, each.act) for each in session.query(AuditEntry).order_by(AuditEntry.number)] == [
        ("command line", "add account"),
        ("command line", "disable account"),
        ("command line", "enable account"),
        ("command line", "give new password"),
    ]


@pytest.fixture
def draft(session):
    """Return the id of a draft round on a filled roster."""
    round_ = draft_round(session)
    session.commit()
    return round_.id


def test_an_account_is_tied_to_a_unit_or_works_for_a_round(gongping, session, draft):
    assert gongping("account", "add", "shen", "--role", "personnel", "--unit", "U1").exit_code == 0
    assert gongping("account", "add", "wang", "--role", "clerk", "--round", draft).exit_code == 0

    assert session.get(Account, "shen").unit_code == "U1"
    assert session.get(Account, "wang").round_id == draft
    listed = gongping("account", "list").stdout
    assert "(U1)" in listed
    assert f"({draft})" in listed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "wang", "--role", "clerk"], "belong to a round"),
        (["add", "wang", "--role", "personnel", "--unit", "ZZ"], "no unit ZZ"),
        (["add", "wang", "--role", "clerk", "--round", "nowhere"], "no round nowhere"),
        (["assign", "nobody", "nowhere"], "no round nowhere"),
        (["place", "nowhere", "U1"], "no round nowhere"),
    ],
)
def test_a_place_that_is_none_ends_with_status_2(gongping, session, arguments, words):
    done = gongping("account", *arguments)

    assert (done.exit_code, words in done.stderr) == (2, True)
    assert session.query(Account).count() == 0


def test_a_round_is_handed_to_an_evaluator_and_placed_in_a_unit(gongping, session, draft):
    gongping("account", "add", "zhou", "--role", "evaluator")

    assert gongping("account", "assign", "zhou", draft).exit_code == 0
    assert gongping("account", "place", draft, "U2").exit_code == 0

    round_ = rounds.get(session, draft)
    assert [account.login for account in assignments.evaluators_of(session, round_)] == ["zhou"]
    assert round_.unit_code == "U2"
    session.rollback()
    assert gongping("account", "assign", "zhou", draft, "--remove").exit_code == 0
    assert assignments.evaluators_of(session, round_) == []


def test_a_code_for_a_new_password_and_the_second_factor_have_their_commands(gongping, session):
    gongping("account", "add", "zhou", "--role", "evaluator")

    login, code = gongping("account", "reset", "zhou").stdout.strip().split(": ")
    assert (login, len(code)) == ("zhou", 19)
    for act, due in (("demand", True), ("waive", False), ("off", False)):
        assert gongping("account", "second-factor", "zhou", act).exit_code == 0
        session.expire_all()
        assert session.get(Account, "zhou").second_factor_due is due
        session.rollback()
    acts = [each.act for each in session.query(AuditEntry).order_by(AuditEntry.number)]
    assert acts == [
        "add account", "give reset code", "demand second factor", "waive second factor", "reset second factor",
    ]  # fmt: skip
    assert code not in str([each.detail for each in session.query(AuditEntry)])

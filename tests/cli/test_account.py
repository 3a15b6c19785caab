import pytest
from click.testing import CliRunner

from survey.cli import commands
from survey.models import AuditEntry
from survey.office import accounts


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

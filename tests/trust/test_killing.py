"""A receipt means recorded, whatever is killed meanwhile."""

from tests.trust import killing
from tests.trust.grounds import Ground
from tests.trust.sizes import QUICK


def test_a_server_that_is_killed_under_load_loses_no_ballot_and_doubles_none(ground):
    account = killing.kill(QUICK, ground)

    assert (account.lost, account.double, account.changed, account.faults) == (0, 0, 0, 0)
    assert account.pressed >= account.ballots == QUICK.ballots


def test_a_server_that_answers_first_loses_ballots(sqlite_ground):
    account = killing.kill(QUICK, sqlite_ground, killing.HASTY)

    assert account.lost > 0  # the attack bites


def test_a_database_that_stops_at_once_loses_no_ballot_and_doubles_none(tmp_path, postgresql):
    account = killing.stop_database(QUICK, Ground(tmp_path, postgresql))

    assert (account.lost, account.double, account.changed, account.faults) == (0, 0, 0, 0)

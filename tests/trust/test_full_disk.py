"""A full or failing disk never makes an answer of success without a row."""

from tests.trust import full_disk
from tests.trust.sizes import QUICK


def test_whichever_operation_the_disk_refuses_nothing_is_promised_that_is_not_there(sqlite_ground):
    refusals = full_disk.refuse_each(sqlite_ground)

    assert refusals.operations >= 3  # the log's frames and their sync
    assert (refusals.promised, refusals.unlike) == (0, 0)
    assert refusals.answers["press again"] > 0


def test_a_full_disk_under_load_loses_no_ballot_and_doubles_none(sqlite_ground):
    account = full_disk.fill_up(QUICK, sqlite_ground)

    assert (account.lost, account.double, account.changed, account.faults) == (0, 0, 0, 0)
    assert account.pressed > account.ballots  # some were told to press again

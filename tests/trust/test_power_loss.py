"""No receipt is lost with the power; SQLite's usual setting would lose some."""

from tests.trust import power_loss
from tests.trust.sizes import QUICK


def test_no_receipt_is_lost_when_the_power_fails(sqlite_ground):
    failures = power_loss.fail(QUICK, sqlite_ground)

    assert (failures.lost, failures.broken) == (0, 0)
    assert failures.ballots == QUICK.recorded
    assert failures.unsynced > 0  # there was something to lose


def test_with_the_usual_setting_receipts_would_be_lost(sqlite_ground):
    assert power_loss.fail(QUICK, sqlite_ground, "NORMAL").losing > 0

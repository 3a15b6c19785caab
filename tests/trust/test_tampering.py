"""Changed rows: the reveal stops, the verifier says so, or there is a reason why nobody needs to know."""

from dataclasses import replace

from tests.trust import tampering
from tests.trust.sizes import QUICK

FEW = replace(QUICK, every=23)


def test_changed_rows_of_a_signed_round_are_noticed(sqlite_ground):
    stuffed, before, after = tampering.attack(FEW, sqlite_ground)

    assert (before.holds, after.holds) == (True, True), (before.found, after.found)
    assert (stuffed.found, stuffed.control) == ("the reveal stopped", "not noticed where nobody signs")
    assert "the reveal stopped" in before.found
    assert "verify" in after.found

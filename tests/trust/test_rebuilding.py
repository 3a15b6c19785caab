"""What stays after the opening puts no whole ballot together again."""

import pytest

from tests.trust import rebuilding
from tests.trust.sizes import QUICK


@pytest.mark.parametrize("ballots", [0, rebuilding.LARGE])
def test_no_whole_ballot_is_certain_from_what_stays(sqlite_ground, ballots):
    rebuilt = rebuilding.rebuild(sqlite_ground, max(2, QUICK.sheets // (6 if ballots else 1)), "", ballots)

    assert (rebuilt.otherwise, rebuilt.undecided) == (0, 0)
    assert rebuilt.ballots > 50


def test_a_rule_that_counts_uniform_ballots_tells_of_these_alone(sqlite_ground):
    rebuilt = rebuilding.rebuild(sqlite_ground, QUICK.sheets, rebuilding.UNIFORM)

    assert (rebuilt.otherwise, rebuilt.undecided) == (0, 0)


def test_exact_sums_would_rebuild_small_sheets(sqlite_ground):
    solved, sheets = rebuilding.control(sqlite_ground, QUICK.sheets)

    assert solved > sheets / 3  # the attack bites

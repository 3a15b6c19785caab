"""Whoever has every file and the order of casting pairs codes with rows no better than chance."""

import pytest

from tests.trust import linking
from tests.trust.sizes import QUICK


@pytest.mark.parametrize(("ballots", "rounds"), QUICK.rounds)
def test_codes_are_paired_with_opened_rows_no_better_than_chance(ground, ballots, rounds):
    paired = linking.pair(ground, ballots, rounds)

    assert paired.naive == ballots  # the attack bites where code and ballot are written together
    assert linking.holds(paired), paired.ways
    assert len(paired.ways) >= 14

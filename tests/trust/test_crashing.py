"""A process that ends in the middle of a step leaves the round as before it or as after it."""

import pytest

from tests.trust import crashing
from tests.trust.sizes import QUICK


@pytest.mark.parametrize("step", crashing.STEPS)
def test_a_step_that_is_cut_off_anywhere_is_not_made_or_made_whole(ground, step):
    crashed = crashing.crash(step, QUICK.every, ground)

    assert crashed.wrong == []
    assert crashed.tried > 0
    assert crashed.points > 10

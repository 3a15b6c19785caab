"""Random histories of a round agree with a plain model of it."""

from tests.trust import histories
from tests.trust.sizes import QUICK


def test_every_history_of_a_round_is_what_the_model_says(ground):
    lived = histories.live(QUICK, ground)

    assert lived.violation == ""
    assert lived.histories >= QUICK.histories


def test_a_product_in_which_the_last_hand_in_counts_is_found_out(sqlite_ground):
    assert "OtherMarksError" in histories.find_out(QUICK, sqlite_ground).violation

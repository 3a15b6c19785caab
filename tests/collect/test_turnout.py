"""Turnout before the close: at least five ballots lie between any two things that a watcher can be shown."""

from itertools import pairwise

import pytest

from survey.collect import ballots, turnout
from survey.prepare import rounds
from tests import hall as halls
from tests.hall import NOON, PLAN


@pytest.mark.parametrize("entitled", [10, 12, 49, 50, 60])
def test_a_watcher_never_sees_fewer_than_five_ballots_come(session, session_factory, settings, entitled):
    hall = halls.open_round(session, settings, residents=20, plan=PLAN.replace("entitled: 10", f"entitled: {entitled}"))

    shown = []
    for number, code in enumerate(hall.codes["S2"], 1):
        with session_factory() as own:
            ballots.cast(own, code, number.to_bytes(16, "big"), hall.marks("S2"), "", "phone", NOON)
            shown.append(turnout.coarse(own, rounds.get(own, hall.round_id))[1].tenths)

    moves = [place for place in range(1, entitled) if shown[place] != shown[place - 1]]
    assert all(after - before >= 5 for before, after in pairwise(moves))
    assert all(tenths is None or 10 * number >= tenths * entitled for number, tenths in enumerate(shown, 1))

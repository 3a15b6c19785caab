"""Until the reveal nothing that anybody sees depends on what was marked."""

from tests.trust import leaking


def test_two_rounds_with_different_marks_look_the_same_to_everybody_until_the_reveal(sqlite_ground):
    looks = leaking.compare(sqlite_ground, when_closed=False)

    for compared in (looks.open, looks.closed):
        assert compared.unlike == []
        assert compared.missed == set()
    assert looks.open.shown > 50
    assert looks.revealed.unlike != []  # the attack sees a difference where there is one

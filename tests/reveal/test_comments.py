"""Comments: by group, in random order, only where enough ballots are behind them."""

from survey.collect.ballots import cast
from survey.reveal.comments import released
from survey.reveal.opening import reveal
from tests import hall as halls
from tests.hall import AFTER, NOON


def test_comments_of_a_small_group_are_withheld_and_others_come_in_random_order(session, session_factory, settings):
    hall = halls.open_round(session, settings)
    for sheet, returned in (("S1", 40), ("S2", 9)):
        for number, code in enumerate(hall.codes[sheet][:returned]):
            with session_factory() as own:
                words = f"{sheet} 第{number}句" if number % 2 else ""
                cast(own, code, bytes([number]) * 16, hall.marks(sheet, number), words, "phone", NOON)
    round_ = halls.close_round(session, hall)
    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)
    session.expire_all()

    residents, committee = released(session, round_)

    written = [f"S1 第{number}句" for number in range(1, 40, 2)]
    assert (residents.group, committee.group) == ("居民", "党委")
    assert sorted(residents.texts) == sorted(written)
    assert list(residents.texts) != written
    assert committee.texts is None


def test_a_round_without_comment_fields_lists_no_group(session, settings):
    hall = halls.open_round(session, settings, questionnaire=halls.QUESTIONNAIRE.replace("comment: true", ""))

    assert released(session, halls.close_round(session, hall)) == []

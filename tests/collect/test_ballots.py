"""Casting: one code, one ballot, a receipt only for what is recorded."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from survey.collect import ballots, receipts, turnout
from survey.collect.refusals import (
    AlreadyUsedError,
    BadCodeError,
    NotYetOpenError,
    OtherMarksError,
    RoundNotOpenError,
    WindowOverError,
)
from survey.crypto import credentials
from survey.errors import NotFoundError, UnavailableError
from survey.manifest.marks import BadMarksError
from survey.models import Envelope
from survey.prepare import codes, lifecycle, rounds
from survey.reveal.opening import reveal
from tests import hall as halls
from tests.hall import CLOSES, NOON, OPENS

ATTEMPT = bytes(range(16))
OTHER = bytes(16)


@pytest.fixture
def hall(session, settings):
    return halls.open_round(session, settings)


@pytest.fixture
def cast(session_factory, hall):
    def one(code=None, attempt=ATTEMPT, marks=None, comment="", now=NOON, door="phone"):
        with session_factory() as session:
            return ballots.cast(
                session, code or hall.codes["S1"][0], attempt, marks or hall.marks(), comment, door, now
            )

    return one


def recorded(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(Envelope))


def test_a_ballot_is_recorded_once_and_its_retry_gets_the_same_receipt(cast, session):
    first, again = cast(), cast()

    assert (first.new, again.new) == (True, False)
    assert first.receipt == again.receipt
    assert recorded(session) == 1


def test_a_retry_with_other_marks_is_told_that_the_first_counts(cast, session, hall):
    first = cast()

    with pytest.raises(OtherMarksError) as refused:
        cast(marks=hall.marks(seed=9))

    assert refused.value.receipt == first.receipt
    assert recorded(session) == 1


def test_a_retry_with_another_comment_is_other_marks(cast):
    cast(comment="好")

    with pytest.raises(OtherMarksError):
        cast(comment="不好")


def test_a_second_form_with_a_used_code_is_refused(cast, session):
    cast()

    with pytest.raises(AlreadyUsedError):
        cast(attempt=OTHER)
    assert recorded(session) == 1


@pytest.mark.parametrize("typed", ["", "hello", "0" * 16, None])
def test_every_code_that_opens_nothing_gets_the_same_words(cast, session, typed):
    with pytest.raises(BadCodeError) as refused:
        cast(code=typed or credentials.new_code())

    assert str(refused.value) == str(BadCodeError())
    assert recorded(session) == 0


def test_a_voided_slip_opens_nothing(session, hall, cast):
    round_ = rounds.get(session, hall.round_id)
    [line] = [line for line in codes.batches(session, round_) if line.batch.sheet == "S1"]
    codes.void_batch(session, line.batch, "下载失败", "tester", NOON)
    session.commit()

    with pytest.raises(BadCodeError):
        cast()


def test_a_door_keeps_to_its_window(cast, session):
    with pytest.raises(NotYetOpenError):
        cast(now=OPENS - timedelta(seconds=1))
    with pytest.raises(WindowOverError):
        cast(now=CLOSES)
    with pytest.raises(RoundNotOpenError):
        cast(door="paper")
    assert recorded(session) == 0

    assert cast(now=CLOSES - timedelta(seconds=1)).new


def test_after_the_close_only_retries_are_answered(cast, session, hall):
    first = cast()
    halls.close_round(session, hall)

    assert cast(now=halls.AFTER).receipt == first.receipt
    with pytest.raises(WindowOverError):
        cast(code=hall.codes["S1"][1], now=halls.AFTER)


def test_after_the_reveal_retries_are_answered_without_the_credential(cast, session, session_factory, settings, hall):
    first = cast(comment="好")
    halls.close_round(session, hall)
    reveal(session_factory, hall.round_id, settings.key_folder, "tester", halls.AFTER)

    assert cast(comment="好").receipt == first.receipt
    with pytest.raises(OtherMarksError):
        cast(marks=hall.marks(seed=9), comment="好")
    with pytest.raises(BadCodeError):
        cast(code=hall.codes["S1"][1], attempt=OTHER)


def test_after_the_reveal_two_hand_ins_that_share_their_number_get_each_its_own_receipt(
    cast, session, session_factory, settings, hall
):
    one, other = cast(), cast(code=hall.codes["S1"][1], marks=hall.marks(seed=9))
    halls.close_round(session, hall)
    reveal(session_factory, hall.round_id, settings.key_folder, "tester", halls.AFTER)

    assert cast().receipt == one.receipt
    assert cast(code=hall.codes["S1"][1], marks=hall.marks(seed=9)).receipt == other.receipt


def test_a_round_closed_early_takes_no_more_and_names_no_later_time(cast, session, hall):
    lifecycle.close(session, rounds.get(session, hall.round_id), "tester", NOON, "other")
    session.commit()

    with pytest.raises(RoundNotOpenError, match="no longer"):
        cast()


def test_a_receipt_of_a_voided_round_says_so(cast, session, hall):
    words = receipts.words(cast().receipt)
    lifecycle.void(session, rounds.get(session, hall.round_id), "停电", "tester", NOON)
    session.commit()

    assert receipts.look_up(session, words).state == "void"


def test_a_void_round_opens_nothing(cast, session, hall):
    lifecycle.void(session, rounds.get(session, hall.round_id), "停电", "tester", NOON)
    session.commit()

    with pytest.raises(BadCodeError):
        cast()


@pytest.mark.parametrize(
    ("marks", "comment"),
    [
        (b"", ""),
        (b"\x04" + bytes(8), ""),
        (b"\xfb" + bytes(8), ""),
        (b"\xfc" + bytes(8), ""),  # unreadable, which only paper can be
        (b"\xfd" + bytes(8), ""),  # myself, on a sheet that isn't of one's own unit
        (bytes(9), "字" * 41),
        (bytes(9), "甲\0乙"),  # no database keeps it, so it could stop the opening
        (bytes(9), "\ud800"),
    ],
)
def test_marks_that_the_sheet_does_not_have_are_refused(cast, session, marks, comment):
    with pytest.raises(BadMarksError):
        cast(marks=marks or bytes(8), comment=comment)
    assert recorded(session) == 0


def test_every_envelope_of_a_sheet_has_the_same_length(cast, session, hall):
    cast(comment="")
    cast(code=hall.codes["S1"][1], attempt=OTHER, comment="字" * 40)
    session.rollback()

    assert len({len(seal) for seal in session.scalars(select(Envelope.seal))}) == 1


def test_sixteen_hand_ins_of_one_code_at_the_same_instant_record_one(session, session_factory, hall):
    barrier, outcomes = threading.Barrier(16), []

    def hand_in(number):
        barrier.wait()
        with session_factory() as own:
            try:
                answer = ballots.cast(own, hall.codes["S1"][0], bytes([number]) * 16, hall.marks(), "", "phone", NOON)
            except AlreadyUsedError:
                outcomes.append("used")
            else:
                outcomes.append(answer.new)

    threads = [threading.Thread(target=hand_in, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes, key=str) == [True] + ["used"] * 15
    assert recorded(session) == 1


def test_sixteen_retries_of_one_hand_in_at_the_same_instant_get_one_receipt(session, session_factory, hall):
    barrier, answers = threading.Barrier(16), []

    def hand_in():
        barrier.wait()
        with session_factory() as own:
            answers.append(ballots.cast(own, hall.codes["S1"][0], ATTEMPT, hall.marks(), "", "phone", NOON))

    threads = [threading.Thread(target=hand_in) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({answer.receipt for answer in answers}) == 1
    assert [answer.new for answer in answers].count(True) == 1
    assert recorded(session) == 1


@pytest.mark.sqlite_only
def test_a_database_that_cannot_be_written_says_not_recorded(session, session_factory, hall, engine):
    with engine.connect() as other, session_factory() as own:
        own.connection().exec_driver_sql("PRAGMA busy_timeout=10")
        own.rollback()
        other.connection.driver_connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnavailableError, match="not recorded"):
            ballots.cast(own, hall.codes["S1"][0], ATTEMPT, hall.marks(), "", "phone", NOON)
        other.connection.driver_connection.execute("ROLLBACK")

    assert recorded(session) == 0


def test_a_slip_shows_its_sheet_and_whether_it_was_used(session, hall, cast):
    before = ballots.find(session, credentials.printed(hall.codes["S2"][0]).lower())
    assert (before.sheet.id, before.used, before.manifest.name) == ("S2", False, "小镇民主测评")
    session.rollback()

    cast(code=hall.codes["S2"][0])

    assert ballots.find(session, hall.codes["S2"][0]).used


def test_a_receipt_can_be_looked_up_before_and_after_the_reveal(session, session_factory, settings, hall, cast):
    words = receipts.words(cast().receipt)
    assert receipts.look_up(session, words.lower()).state == "sealed"
    session.rollback()

    halls.close_round(session, hall)
    reveal(session_factory, hall.round_id, settings.key_folder, "tester", halls.AFTER)

    assert receipts.look_up(session, words).state == "counted"
    with pytest.raises(NotFoundError):
        receipts.look_up(session, "0" * 20)


def test_turnout_is_told_in_tenths_and_not_for_small_groups(session, session_factory, settings):
    hall = halls.open_round(session, settings, plan=halls.PLAN.replace("entitled: 10", "entitled: 9"))
    for number, code in enumerate(hall.codes["S1"][:17]):
        with session_factory() as own:
            ballots.cast(own, code, bytes([number]) * 16, hall.marks(), "", "phone", NOON)

    shown = {line.sheet: line.tenths for line in turnout.coarse(session, rounds.get(session, hall.round_id))}

    assert shown == {"S1": 2, "S2": None}

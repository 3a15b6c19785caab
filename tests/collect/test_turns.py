"""Who may write when: staff acts one after the other, casts beside each other, and neither in the midst of a close."""

import threading
from collections import Counter

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from survey import db
from survey.collect import ballots
from survey.collect.refusals import BadCodeError, RoundNotOpenError
from survey.errors import ConflictError, GongpingError, UnavailableError
from survey.models import Amendment, AuditEntry, Batch, Envelope, Recorded, Round, StoredDocument, VoidedBatch
from survey.office import audit
from survey.prepare import amendments, codes, documents, lifecycle, rounds
from tests import hall as halls
from tests.hall import AFTER, CLOSES, NOON, OPENS

AT_ONCE = 8


@pytest.fixture
def hall(session, settings):
    return halls.open_round(session, settings)


def at_once(session_factory, acts):
    """Let every act begin at the same instant, each in a session of its own as the staff's writer; return what came."""
    barrier, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        barrier.wait()
        with session_factory() as own:
            try:
                db.begin_writing(own)
                act(own)
                own.commit()
            except GongpingError as error:
                outcomes.append(type(error))
            else:
                outcomes.append("done")

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def test_mintings_at_the_same_instant_never_give_more_slips_than_are_entitled(session, session_factory, settings):
    round_ = halls.draft_round(session)
    lifecycle.freeze(session, round_, settings, "tester", OPENS)
    session.commit()

    def mint(own):
        mine = own.get_one(Round, round_.id)
        codes.mint(own, mine, "S1", 20, "issue", reachable=True, by="tester", now=NOON)

    assert at_once(session_factory, [mint] * AT_ONCE) == {"done": 3, ConflictError: AT_ONCE - 3}
    assert session.scalar(select(func.sum(Batch.size))) == 60


def test_amendments_at_the_same_instant_are_numbered_without_gap_and_raise_one_after_the_other(
    session, session_factory, hall
):
    def raised(entitled):
        by = amendments.By("tester", "又有人到岗", NOON)
        return lambda own: amendments.raise_entitled(own, own.get_one(Round, hall.round_id), "S1", entitled, by)

    came = at_once(session_factory, [raised(61 + number) for number in range(AT_ONCE)])

    kept = session.scalars(select(Amendment).order_by(Amendment.number)).all()
    entitled = [amendment.body["entitled"] for amendment in kept]
    assert [amendment.number for amendment in kept] == list(range(1, came["done"] + 1))
    assert entitled == sorted(set(entitled))
    assert entitled[-1] == 60 + AT_ONCE


def test_documents_stored_at_the_same_instant_get_versions_of_their_own(session, session_factory):
    def stored(number):
        changed = halls.QUESTIONNAIRE.replace("{id: 绩}", f"{{id: 绩{number}}}")
        return lambda own: documents.add(own, changed, "q.yaml", "tester", NOON)

    assert at_once(session_factory, [stored(number) for number in range(AT_ONCE)]) == {"done": AT_ONCE}
    assert sorted(session.scalars(select(StoredDocument.version))) == list(range(1, AT_ONCE + 1))


def test_entries_of_the_audit_log_at_the_same_instant_are_numbered_one_after_the_other(session, session_factory):
    before = session.scalar(select(func.count()).select_from(AuditEntry))
    session.rollback()

    def record(own):
        audit.record(own, "tester", "create round", None, {}, NOON)

    assert at_once(session_factory, [record] * AT_ONCE) == {"done": AT_ONCE}
    assert list(session.scalars(select(AuditEntry.number).order_by(AuditEntry.number))) == list(
        range(1, before + AT_ONCE + 1)
    )


def test_two_who_close_at_the_same_instant_do_not_both(session, session_factory, hall):
    def close(own):
        lifecycle.close(own, own.get_one(Round, hall.round_id), "tester", AFTER)

    assert at_once(session_factory, [close] * AT_ONCE) == {"done": 1, ConflictError: AT_ONCE - 1}
    assert [step.state for step in session.get_one(Round, hall.round_id).steps] == ["frozen", "open", "closed"]


def test_every_receipt_given_while_a_round_is_voided_is_kept(session, session_factory, hall):
    receipts, started = [], threading.Barrier(4 + 1)

    def hand_in(mine):
        started.wait()
        for number, code in enumerate(mine):
            with session_factory() as own:
                try:
                    given = ballots.cast(own, code, number.to_bytes(16, "big"), hall.marks(), "", "phone", NOON)
                except (RoundNotOpenError, BadCodeError):
                    return
                receipts.append(given.receipt)

    threads = [threading.Thread(target=hand_in, args=(hall.codes["S1"][start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    started.wait()
    while len(receipts) < 8:
        pass
    db.begin_writing(session)
    lifecycle.void(session, rounds.get(session, hall.round_id), "停电", "tester", NOON)
    session.commit()
    for thread in threads:
        thread.join()

    assert len(receipts) >= 8
    assert set(session.scalars(select(Recorded.receipt))) == set(receipts)
    assert session.scalar(select(func.count()).select_from(Envelope)) == 0


def test_a_batch_is_not_voided_beside_a_cast_on_one_of_its_slips(session, session_factory, hall):
    for number in range(10):
        [batch] = session.scalars(select(Batch).where(Batch.sheet == "S2"))
        code = hall.codes["S2"][number]
        session.rollback()
        barrier = threading.Barrier(2)

        def hand_in(code=code, barrier=barrier):
            barrier.wait()
            with session_factory() as own:
                try:
                    ballots.cast(own, code, bytes(16), hall.marks("S2"), "", "phone", NOON)
                except (BadCodeError, UnavailableError):
                    return

        thread = threading.Thread(target=hand_in)
        thread.start()
        barrier.wait()
        db.begin_writing(session)
        try:
            codes.void_batch(session, batch, "印错", "tester", NOON)
            session.commit()
        except ConflictError:
            session.rollback()
        thread.join()

        voided = session.scalar(select(func.count()).select_from(VoidedBatch))
        cast = session.scalar(select(func.count()).select_from(Envelope))
        assert voided + cast >= 1
        assert voided == 0 or cast == 0
        if voided:
            return


@pytest.mark.postgresql_only
def test_a_close_waits_for_the_ballot_under_way_and_goes_before_those_that_come_later(session_factory, hall, engine):
    events: list[str] = []

    def close():
        with session_factory() as own:
            db.begin_writing(own)
            lifecycle.close(own, own.get_one(Round, hall.round_id), "tester", CLOSES)
            own.commit()
            events.append("closed")

    def late():
        with session_factory() as own:
            try:
                ballots.cast(own, hall.codes["S1"][0], bytes(16), hall.marks(), "", "phone", NOON)
            except RoundNotOpenError:
                events.append("refused")

    with session_factory() as under_way:
        db.begin_casting(under_way, hall.round_id)
        threads = [threading.Thread(target=close), threading.Thread(target=late)]
        for waiting, thread in enumerate(threads, 1):
            thread.start()
            wait_for_locks(engine, waiting)
        assert events == []
        under_way.rollback()
    for thread in threads:
        thread.join()

    assert sorted(events) == ["closed", "refused"]


@pytest.mark.postgresql_only
def test_casts_do_not_wait_for_each_other_nor_for_staff_who_do_something_else(session, session_factory, hall):
    with session_factory() as under_way, session_factory() as office:
        db.begin_casting(under_way, hall.round_id)
        db.begin_writing(office)

        given = ballots.cast(session, hall.codes["S1"][0], bytes(16), hall.marks(), "", "phone", NOON)

    assert given.new


@pytest.mark.postgresql_only
def test_a_ballot_that_cannot_have_its_turn_is_told_that_it_was_not_recorded(session, session_factory, hall):
    with session_factory() as office, session_factory() as own:
        db.stop_casting(office, hall.round_id)
        own.execute(text("SET lock_timeout = 10"))
        own.commit()
        with pytest.raises(UnavailableError, match="not recorded"):
            ballots.cast(own, hall.codes["S1"][0], bytes(16), hall.marks(), "", "phone", NOON)

    assert session.scalar(select(func.count()).select_from(Envelope)) == 0


@pytest.mark.sqlite_only
def test_on_sqlite_one_writer_holds_the_turn_against_all_others(session_factory, hall):
    with session_factory() as own, session_factory() as other:
        other.connection().exec_driver_sql("PRAGMA busy_timeout=10")
        other.rollback()
        db.begin_casting(own, hall.round_id)
        with pytest.raises(OperationalError, match="locked"):
            db.begin_writing(other)


def wait_for_locks(engine, waiting):
    """Wait until so many sessions wait for an advisory lock."""
    query = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with engine.connect() as connection:
        while connection.scalar(query) < waiting:
            connection.rollback()

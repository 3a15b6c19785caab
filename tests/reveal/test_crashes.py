"""Freeze, close, reveal, shredding and void, ended at every step: old state or new, and it can be done again.

Migrations and restores have theirs in tests/house/test_migrations.py and tests/office/test_backups.py.
"""

import pytest
from sqlalchemy import func, select

from survey import db
from survey.collect.ballots import cast
from survey.crypto import keyfile
from survey.manifest.states import RoundState
from survey.models import Credential, Envelope, OpenedSheet, Recorded, Round
from survey.office import shredding, start_up
from survey.prepare import codes, lifecycle, rounds
from survey.reveal.opening import reveal
from tests import hall as halls
from tests.crashes import Moment, crash_at_every_step
from tests.hall import AFTER, NOON, OPENS


@pytest.fixture
def keep(settings, engine, database, request, tmp_path):
    kept = []

    def moment():
        server = request.getfixturevalue("postgresql") if database else None
        kept.append(Moment(settings, engine, server, tmp_path / "kept"))
        return kept[0]

    yield moment
    for each in kept:
        each.forget()


@pytest.fixture
def hall(session, settings):
    return halls.open_round(session, settings, residents=20)


def hand_in(session_factory, hall):
    given = set()
    for sheet, count in (("S1", 7), ("S2", 5)):
        for number, code in enumerate(hall.codes[sheet][:count]):
            with session_factory() as own:
                marks = hall.marks(sheet, number)
                given.add(cast(own, code, number.to_bytes(16, "big"), marks, "好", "phone", NOON).receipt)
    return given


@pytest.fixture
def look(session_factory, settings):
    """Return a way to look, after the next start, at a round, its key, and how many rows a table has."""

    def at(round_id):
        start_up.start(session_factory, settings.key_folder)
        with session_factory() as own:
            round_ = own.get(Round, round_id)
            assert round_ is None or not round_.shred_due
            state = round_ and RoundState(round_.state)
            private = keyfile.read_key(settings.key_folder, round_id)
            if private is not None and round_ is not None and round_.public_key is not None:
                assert keyfile.public_half(private) == round_.public_key
            counts = [own.scalar(select(func.count()).select_from(table)) for table in (Envelope, Credential, Recorded)]
            valid = own.scalar(select(func.sum(OpenedSheet.valid)))
            return state, private is not None, counts, valid

    return at


def test_freezing(session, session_factory, settings, keep, look):
    round_ = halls.draft_round(session, 20)
    trial = rounds.make_trial(session, round_, "tester", OPENS)
    lifecycle.freeze(session, trial, settings, "tester", OPENS)
    codes.mint(session, trial, "S1", 20, "issue", reachable=True, by="tester", now=OPENS)
    session.commit()
    round_id, trial_id = round_.id, trial.id
    session.close()
    seen = set()

    def freeze():
        with session_factory() as own:
            db.begin_writing(own)
            lifecycle.freeze(own, own.get_one(Round, round_id), settings, "tester", OPENS)
            own.commit()
        shredding.finish(session_factory, settings.key_folder)

    def check():
        state = look(round_id)[0]
        seen.add(state)
        if state == RoundState.DRAFT:
            assert look(trial_id)[:3] == (RoundState.FROZEN, True, [0, 20, 0])
            freeze()
        assert look(round_id)[:3] == (RoundState.FROZEN, True, [0, 0, 0])
        assert look(trial_id)[:2] == (None, False)

    assert crash_at_every_step(keep(), freeze, check) > 30
    assert seen == {RoundState.DRAFT, RoundState.FROZEN}


def test_closing(session, session_factory, hall, keep, look):
    hand_in(session_factory, hall)
    session.close()
    seen = set()

    def close():
        with session_factory() as own:
            db.begin_writing(own)
            lifecycle.close(own, own.get_one(Round, hall.round_id), "tester", AFTER)
            own.commit()

    def check():
        state = look(hall.round_id)[0]
        seen.add(state)
        if state == RoundState.OPEN:
            close()
        assert look(hall.round_id) == (RoundState.CLOSED, True, [12, 30, 0], None)

    assert crash_at_every_step(keep(), close, check) > 5
    assert seen == {RoundState.OPEN, RoundState.CLOSED}


def test_revealing_and_shredding(session, session_factory, settings, hall, keep, look):
    given = hand_in(session_factory, hall)
    halls.close_round(session, hall)
    session.close()
    seen = set()

    def open_it():
        reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)

    def check():
        state, key, counts, valid = look(hall.round_id)
        seen.add(state)
        if state == RoundState.CLOSED:
            assert (key, counts, valid) == (True, [12, 30, 0], None)
            open_it()
        assert look(hall.round_id) == (RoundState.REVEALED, False, [0, 0, 12], 12)
        with session_factory() as own:
            assert set(own.scalars(select(Recorded.receipt))) == given

    assert crash_at_every_step(keep(), open_it, check) > 30
    assert seen == {RoundState.CLOSED, RoundState.REVEALED}


def test_voiding(session, session_factory, settings, hall, keep, look):
    given = hand_in(session_factory, hall)
    session.close()
    seen = set()

    def void():
        with session_factory() as own:
            db.begin_writing(own)
            lifecycle.void(own, own.get_one(Round, hall.round_id), "停电", "tester", NOON)
            own.commit()
        shredding.finish(session_factory, settings.key_folder)

    def check():
        state, key, counts, _ = look(hall.round_id)
        seen.add(state)
        if state == RoundState.OPEN:
            assert (key, counts) == (True, [12, 30, 0])
            void()
        assert look(hall.round_id)[:3] == (RoundState.VOID, False, [0, 0, 12])
        with session_factory() as own:
            assert set(own.scalars(select(Recorded.receipt))) == given

    assert crash_at_every_step(keep(), void, check) > 20
    assert seen == {RoundState.OPEN, RoundState.VOID}

"""The start after a crash: what is due is finished, and what cannot be is named until it can."""

import pytest
from sqlalchemy import text

from survey import db
from survey.crypto.keyfile import read_key
from survey.models import Round
from survey.office import start_up
from survey.prepare import lifecycle, rounds
from tests import hall as halls
from tests.hall import NOON


@pytest.fixture
def void(session, session_factory, settings):
    """Return a round that was voided by a process that ended right after the commit, and a copy of its key."""
    hall = halls.open_round(session, settings)
    halls.cast_all(session_factory, hall)
    key = (settings.key_folder / f"{hall.round_id}.key").read_bytes()
    lifecycle.void(session, rounds.get(session, hall.round_id), "停电", "tester", NOON)
    session.commit()
    return hall.round_id, key


def test_what_was_due_is_finished_and_nothing_is_left_to_name(session, session_factory, settings, void):
    round_id, _ = void

    assert start_up.start(session_factory, settings.key_folder) == []

    session.expire_all()
    assert read_key(settings.key_folder, round_id) is None
    assert not session.get_one(Round, round_id).shred_due


def test_while_others_use_the_database_the_key_goes_all_the_same_and_the_rest_is_named(
    session, session_factory, settings, engine, void, monkeypatch
):
    round_id, _ = void
    monkeypatch.setitem(db.SQLITE_PRAGMAS, "busy_timeout", "100")
    monkeypatch.setitem(db.POSTGRESQL_SETTINGS, "lock_timeout", "100")
    session.close()
    sessions = db.make_session(hurried := db.make_engine(settings.database))
    with engine.connect() as other:
        if engine.dialect.name == "sqlite":
            other.connection.driver_connection.execute("BEGIN")  # what a reader sees stays in the write-ahead log
            other.connection.driver_connection.execute("SELECT count(*) FROM envelope").fetchone()
        else:
            other.execute(text("LOCK TABLE envelope IN ACCESS SHARE MODE"))
        [notice] = start_up.start(sessions, settings.key_folder)
        hurried.dispose()
        monkeypatch.undo()
        if engine.dialect.name == "sqlite":
            other.connection.driver_connection.execute("ROLLBACK")

    assert f"What the round {round_id} deleted is not overwritten yet" in notice
    assert read_key(settings.key_folder, round_id) is None
    assert start_up.start(session_factory, settings.key_folder) == []
    session.expire_all()
    assert not session.get_one(Round, round_id).shred_due


def test_a_key_that_somebody_put_back_is_named(session_factory, settings, void):
    round_id, key = void
    start_up.start(session_factory, settings.key_folder)
    (settings.key_folder / f"{round_id}.key").write_bytes(key)

    [notice] = start_up.start(session_factory, settings.key_folder)

    assert f"The key file of the round {round_id} is in the key folder again though the round is void" in notice


@pytest.mark.postgresql_only
@pytest.mark.usefixtures("void")
def test_the_tables_of_ballots_are_rebuilt_outside_any_transaction(session_factory, settings, engine):
    tables = text("SELECT relfilenode, pg_relation_size(oid) FROM pg_class WHERE relname IN ('envelope', 'credential')")
    with engine.connect() as connection:
        before = connection.execute(tables).all()
    assert all(size > 0 for _, size in before)  # deleted rows are still in the files

    start_up.start(session_factory, settings.key_folder)

    with engine.connect() as connection:
        after = connection.execute(tables).all()
    assert not {file for file, _ in before} & {file for file, _ in after}
    assert [size for _, size in after] == [0, 0]

"""The start refuses a database that would lose a ballot or say when it came, and names every reason."""

import re
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event, text

from survey import durability, migrate
from survey.cli import init
from survey.config import Settings
from survey.db import SQLITE_PRAGMAS, make_engine, make_session
from survey.errors import SetupError
from survey.models import Target
from survey.office import start_up

WRONG = {
    "page_size": None,  # a file's own, for good
    "journal_mode": "DELETE",
    "synchronous": "NORMAL",
    "foreign_keys": "OFF",
    "secure_delete": "OFF",
    "busy_timeout": "0",
}


def refusal(engine) -> str:
    with pytest.raises(SetupError) as caught:
        durability.check(engine)
    engine.dispose()
    return str(caught.value)


@pytest.mark.both_databases
def test_an_installation_as_init_makes_it_is_accepted(engine, session_factory, settings):
    durability.check(engine)

    assert start_up.start(session_factory, settings.key_folder) == []


def test_every_setting_of_sqlite_is_read_back():
    assert set(WRONG) == set(SQLITE_PRAGMAS)


@pytest.mark.parametrize("name", [name for name, value in WRONG.items() if value])
def test_a_setting_of_sqlite_that_does_not_hold_is_named(engine, name):
    @event.listens_for(engine, "connect")
    def undo(connection, _record):
        connection.execute(f"PRAGMA {name}={WRONG[name]}")

    assert re.search(rf"^  {name} is \w+; must be \w+$", refusal(engine), re.MULTILINE)


def test_a_file_made_with_small_pages_is_refused(tmp_path):
    path = tmp_path / "small.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")

    assert "page_size is 4096; must be 16384" in refusal(make_engine(f"sqlite:///{path}"))


def test_a_database_in_memory_is_refused():
    assert "journal_mode is memory; must be wal" in refusal(make_engine("sqlite://"))


def test_a_file_system_that_cannot_share_memory_is_refused_when_the_installation_is_made(tmp_path):
    # This way of reading files has no shared memory, as some network file systems, so a write-ahead log is impossible.
    url = f"sqlite:///file:{tmp_path}/gongping.db?vfs=unix-none&uri=true"

    with pytest.raises(SetupError, match="journal_mode is delete; must be wal"):
        init.initialise(Settings(home=tmp_path, database_url=url))


@pytest.mark.parametrize(("kind", "fit"), [("nfs4", False), ("cifs", False), ("ext4", True), ("xfs", True)])
def test_a_network_file_system_is_refused_by_its_kind(kind, fit, monkeypatch, engine):
    monkeypatch.setattr(durability, "file_system", lambda *_: kind)

    if fit:
        durability.check(engine)
    else:
        assert f"lies on a network file system ({kind})" in refusal(engine)


def test_tables_made_by_other_hands_are_refused(engine, settings):
    engine.dispose()
    with closing(sqlite3.connect(settings.home / "database" / "gongping.db")) as connection:
        connection.executescript(
            "DROP TABLE voided_batch; CREATE TABLE voided_batch (batch_id TEXT PRIMARY KEY, reason TEXT)"
        )

    words = refusal(engine)

    assert "the table voided_batch is not STRICT" in words
    assert "the table voided_batch numbers its rows otherwise" in words


@pytest.mark.postgresql_only
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log_statement", "mod"),
        ("log_duration", "on"),
        ("log_min_duration_statement", "0"),
        ("log_min_duration_sample", "0"),
        ("log_transaction_sample_rate", "1"),
        ("log_lock_waits", "on"),
        ("log_parameter_max_length", "-1"),
        ("log_min_error_statement", "error"),
        ("log_error_verbosity", "default"),
    ],
)
def test_a_log_that_would_say_when_ballots_came_is_refused(engine, postgresql, name, value):
    database = engine.url.database
    postgresql.execute(f"ALTER DATABASE {database} SET {name} = '{value}'")

    assert f"  {name} is {value}; must be " in refusal(engine)


@pytest.mark.postgresql_only
@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "track_commit_timestamp"])
def test_a_server_that_may_lose_what_it_has_promised_or_stamps_the_time_is_refused(engine, postgresql, name):
    wanted = durability.POSTGRESQL_WANTED[name][0]
    wrong = "off" if wanted == "on" else "on"
    engine.dispose()
    try:
        postgresql.execute(f"ALTER SYSTEM SET {name} = {wrong}")
        restart(postgresql)
        assert f"  {name} is {wrong}; must be {wanted}" in refusal(engine)
    finally:
        postgresql.execute(f"ALTER SYSTEM RESET {name}")
        restart(postgresql)

    durability.check(engine)


def restart(server):
    server.stop()
    server.start()


@pytest.mark.postgresql_only
def test_every_connection_waits_for_the_disk_whatever_the_role_is_set_to(engine, postgresql):
    postgresql.execute(f"ALTER DATABASE {engine.url.database} SET synchronous_commit = off")

    durability.check(engine)

    with engine.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
        assert connection.execute(text("SHOW transaction_isolation")).scalar() == "read committed"


@pytest.mark.postgresql_only
@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("ENCODING 'SQL_ASCII' LOCALE 'C'", "the database's encoding is SQL_ASCII; must be UTF8"),
        ("LOCALE_PROVIDER icu ICU_LOCALE 'zh' LOCALE 'C'", "the database sorts by"),
    ],
)
def test_a_database_of_another_encoding_or_order_is_refused(postgresql, made, words):
    postgresql.execute(f"CREATE DATABASE other OWNER gongping TEMPLATE template0 {made}")
    try:
        assert words in refusal(make_engine(postgresql.url("other")))
    finally:
        postgresql.execute("DROP DATABASE other WITH (FORCE)")


@pytest.mark.both_databases
def test_codes_sort_by_their_bytes(session):
    codes = ["b", "B", "a1", "a 1", "_", "甲", "乙", "Z9", "ä", "~", "A"]
    session.add_all([Target(code=code, kind="person", name="某") for code in codes])
    session.flush()

    assert list(session.scalars(text("SELECT code FROM target ORDER BY code"))) == sorted(codes, key=str.encode)


@pytest.mark.both_databases
def test_a_database_of_an_older_or_an_unknown_form_is_not_opened(engine, session_factory, settings):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(SetupError, match=r"has form 0001, this software needs form .* run: gongping init"):
        start_up.start(session_factory, settings.key_folder)

    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SetupError, match="has form 9999, which this software does not know"):
        start_up.start(session_factory, settings.key_folder)


def test_a_database_without_tables_is_not_opened(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(SetupError, match="run: gongping init"):
        start_up.start(make_session(engine), tmp_path)
    engine.dispose()


def test_the_revisions_are_those_of_the_migrations():
    assert migrate.revisions()[0] == "0001"
    assert migrate.revisions() == sorted(set(migrate.revisions()))


def test_commands_and_pages_take_the_writers_turn_before_they_read():
    folders = (migrate.HERE.parent / name for name in ("cli", "web"))
    modules = [path for folder in folders for path in folder.rglob("*.py")]

    # ``begin`` would commit what was read without the turn: on PostgreSQL two could both be the last to see it so.
    assert len(modules) > 50
    assert [path.name for path in modules if re.search(r"sessions?(\(\))?\.begin\(", path.read_text("utf-8"))] == []

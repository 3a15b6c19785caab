import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from survey.crypto import chain
from survey.crypto.chain import ChainError, Head
from survey.db import begin_writing
from survey.office import audit

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_entries_are_numbered_in_order_and_the_latest_comes_first(session):
    audit.record(session, "chen", "add account", None, {"account": "zhou"}, NOW)
    audit.record(session, "zhou", "open round", "R1", {}, NOW)
    audit.record(session, "zhou", "close round", "R1", {"reason": "到时间"}, NOW)

    assert [(each.number, each.act) for each in audit.entries(session)] == [
        (3, "close round"),
        (2, "open round"),
        (1, "add account"),
    ]
    assert audit.entries(session)[0].detail == {"reason": "到时间"}
    assert audit.count(session) == 3


def test_entries_can_be_those_of_one_round_and_a_page_at_a_time(session):
    for number in range(5):
        audit.record(session, "zhou", "mint codes", "R1" if number else "R2", {}, NOW)

    assert [each.number for each in audit.entries(session, round_ids=["R1"])] == [5, 4, 3, 2]
    assert [each.number for each in audit.entries(session, round_ids=["R1"], limit=2, offset=2)] == [3, 2]
    assert audit.count(session, round_ids=["R1"]) == 4


@pytest.fixture
def logged(session):
    """Return a session on a log of four entries, two of them of one round."""
    for act, round_id, detail in [
        ("add account", None, {"account": "zhou"}),
        ("create round", "R1", {"name": "一轮：“甲”", "share": 0.5, "files": ["a", None]}),
        ("sign in", None, {}),
        ("open round", "R1", {}),
    ]:
        audit.record(session, "zhou", act, round_id, detail, NOW)
    session.commit()
    return session


def test_an_empty_log_ends_nowhere_and_exports_nothing(session):
    assert audit.head(session) == Head(0, "0" * 64)
    assert list(audit.export(session)) == []


def test_an_export_holds_every_entry_and_fits_together(logged):
    lines = list(audit.export(logged))

    assert chain.check(lines) == audit.head(logged)
    assert json.loads(lines[1]) == {
        "number": 2,
        "at": "2026-12-01T08:00:00+00:00",
        "login": "zhou",
        "act": "create round",
        "round": "R1",
        "detail": {"name": "一轮：“甲”", "share": 0.5, "files": ["a", None]},
        "previous": json.loads(lines[0])["hash"],
        "hash": json.loads(lines[2])["previous"],
    }


def test_a_round_s_part_holds_its_entries_with_what_they_follow(logged):
    whole = list(audit.export(logged))

    part = list(audit.export(logged, "R1"))

    assert part == [whole[1], whole[3]]
    assert chain.check(part, "R1") == audit.head(logged)


def test_moments_are_kept_to_the_second_and_in_one_zone(session):
    elsewhere = NOW.astimezone(timezone(timedelta(hours=8))).replace(microsecond=999_999)

    entry = audit.record(session, "zhou", "sign in", None, {}, elsewhere)
    session.commit()

    assert entry.at == NOW
    assert json.loads(next(audit.export(session)))["at"] == "2026-12-01T08:00:00+00:00"
    assert chain.check(audit.export(session)).number == 1


def test_what_is_undone_leaves_no_gap(session):
    audit.record(session, "zhou", "sign in", None, {}, NOW)
    session.commit()
    audit.record(session, "zhou", "open round", "R1", {}, NOW)
    session.rollback()
    audit.record(session, "zhou", "sign out", None, {}, NOW)
    session.commit()

    assert [each.act for each in audit.entries(session)] == ["sign out", "sign in"]
    assert chain.check(audit.export(session)).number == 2


def test_writers_at_the_same_instant_give_one_chain(session_factory):
    writers, each = 8, 6
    together = Barrier(writers)

    def write(writer: int) -> None:
        together.wait()
        for _ in range(each):
            with session_factory() as session:
                begin_writing(session)
                audit.record(session, f"writer{writer}", "sign in", None, {}, NOW)
                session.commit()

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))

    with session_factory() as session:
        logins = [json.loads(line)["login"] for line in audit.export(session)]
        assert chain.check(audit.export(session)) == audit.head(session)
    assert sorted(logins) == sorted(f"writer{writer}" for writer in range(writers) for _ in range(each))


@pytest.mark.postgresql_only
def test_a_writer_that_took_no_turn_before_waits_for_the_one_that_writes(session_factory):
    with session_factory() as first, session_factory() as second, ThreadPoolExecutor(1) as pool:
        audit.record(first, "zhou", "sign in", None, {}, NOW)
        waiting = pool.submit(audit.record, second, "wang", "sign in", None, {}, NOW)
        assert not waiting.done()
        first.commit()

        assert waiting.result().number == 2
        second.commit()
        assert chain.check(audit.export(first)).number == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET login = 'wang' WHERE number = 2",
        "UPDATE audit_entry SET number = 9 WHERE number = 4",
        "DELETE FROM audit_entry WHERE number = 4",
        "DELETE FROM audit_entry",
        "INSERT INTO audit_entry SELECT 6, at, login, act, round_id, detail, hash FROM audit_entry WHERE number = 1",
        "INSERT INTO audit_entry SELECT 2, at, login, act, round_id, detail, hash FROM audit_entry WHERE number = 1",
    ],
)
def test_the_database_refuses_to_change_the_log(logged, statement):
    before = list(audit.export(logged))

    with pytest.raises(DatabaseError, match="audit log"):
        logged.execute(text(statement))

    logged.rollback()
    assert list(audit.export(logged)) == before


@pytest.mark.sqlite_only
def test_sqlite_replaces_no_entry_either(logged):
    """INSERT OR REPLACE deletes without asking the trigger on DELETE."""
    with pytest.raises(DatabaseError, match="no gaps"):
        logged.execute(text("INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE number = 4"))


@pytest.mark.postgresql_only
def test_postgresql_empties_no_log_either(logged):
    with pytest.raises(DatabaseError, match="append-only"):
        logged.execute(text("TRUNCATE audit_entry"))


def without_triggers(session) -> None:
    """Do what the database's owner can."""
    if session.get_bind().dialect.name == "sqlite":
        for trigger in ("no_update", "no_delete", "next"):
            session.execute(text(f"DROP TRIGGER audit_entry_{trigger}"))
    else:
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))


COLUMNS = {
    "number": "11",
    "at": "'2026-12-01T08:00:01+00:00'",
    "login": "'wang'",
    "act": "'void round'",
    "round_id": "'R2'",
    "detail": """'{"account": "wang"}'""",
    "hash": "(SELECT hash FROM audit_entry WHERE number = 1 + {number} % 4)",
}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_every_change_of_a_row_by_the_database_s_owner_is_found(logged, column, number):
    without_triggers(logged)
    change = (
        f"UPDATE audit_entry SET {column} = {COLUMNS[column].replace('{number}', str(number))} WHERE number = {number}"  # noqa: S608
    )

    assert logged.execute(text(change)).rowcount == 1

    with pytest.raises(ChainError):
        chain.check(audit.export(logged))


@pytest.mark.parametrize("stored", ["'no JSON'", "'{\"a\": NaN}'", "''", "'7'"])
def test_a_detail_that_is_none_is_found_and_does_not_stop_the_export(logged, stored):
    without_triggers(logged)
    logged.execute(text(f"UPDATE audit_entry SET detail = {stored} WHERE number = 2"))  # noqa: S608

    with pytest.raises(ChainError, match="entry 2 is not as it was written"):
        chain.check(audit.export(logged))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_row_that_was_deleted_is_found(logged, number):
    without_triggers(logged)
    logged.execute(text(f"DELETE FROM audit_entry WHERE number = {number}"))  # noqa: S608

    with pytest.raises(ChainError, match=f"entry {number + 1} stands where entry {number} belongs"):
        chain.check(audit.export(logged))


def test_the_last_row_s_deletion_is_found_by_who_wrote_the_head_down(logged):
    written_down = audit.head(logged)
    without_triggers(logged)
    logged.execute(text("DELETE FROM audit_entry WHERE number = 4"))
    audit.record(logged, "zhou", "sign out", None, {}, NOW)

    assert chain.check(audit.export(logged)) != written_down
    assert audit.head(logged).number == written_down.number


def test_rows_that_changed_places_are_found(logged):
    without_triggers(logged)
    for old, new in ((2, 20), (3, 2), (20, 3)):
        logged.execute(text(f"UPDATE audit_entry SET number = {new} WHERE number = {old}"))  # noqa: S608

    with pytest.raises(ChainError, match="Line 2: entry 2"):
        chain.check(audit.export(logged))


def test_a_row_put_in_is_found(logged):
    without_triggers(logged)
    for number in (4, 3):
        logged.execute(text(f"UPDATE audit_entry SET number = {number + 1} WHERE number = {number}"))  # noqa: S608
    logged.execute(
        text("INSERT INTO audit_entry SELECT 3, at, login, act, round_id, detail, hash FROM audit_entry WHERE number=1")
    )

    with pytest.raises(ChainError, match="Line 3"):
        chain.check(audit.export(logged))

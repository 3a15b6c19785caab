"""The log of an older installation is chained as it is brought up, and keeps its rows on the way back."""

import json

from sqlalchemy import text

from survey import migrate
from survey.crypto import chain
from survey.office import audit
from tests.hall import NOON

BEFORE = "0003"
OLD = text(
    "INSERT INTO audit_entry (number, at, login, act, round_id, detail) "
    "VALUES (:number, :at, :login, :act, :round, :detail)"
)
UNNUMBERED = text(
    "INSERT INTO audit_entry (at, login, act, round_id, detail) VALUES (:at, :login, :act, :round, :detail)"
)


def fill(engine, numbers):
    detail = json.dumps({"理由": "到时间", "份额": [0.25, None]}, ensure_ascii=False)
    with engine.begin() as connection:
        for number in numbers:
            row = {"number": number, "at": "2026-11-30T08:00:00+00:00", "login": "zhou", "act": "open round"}
            connection.execute(OLD, {**row, "round": "R1" if number % 2 else None, "detail": detail})


def contents(session):
    return [(each.number, each.login, each.act, each.round_id, each.detail) for each in audit.entries(session)][::-1]


def test_entries_that_exist_are_chained_and_the_log_says_so(settings, engine, session):
    migrate.downgrade(settings.database, BEFORE)
    fill(engine, [1, 2, 4])  # a sequence leaves a gap where something was undone

    migrate.upgrade(settings.database)

    assert chain.check(audit.export(session)) == audit.head(session)
    detail = {"理由": "到时间", "份额": [0.25, None]}
    assert contents(session) == [
        (1, "zhou", "open round", "R1", detail),
        (2, "zhou", "open round", None, detail),
        (3, "zhou", "open round", None, detail),
        (4, "gongping", "chain audit log", None, {"entries": 3}),
    ]
    assert audit.record(session, "zhou", "close round", "R1", {}, NOON).number == 5
    assert chain.check(audit.export(session)).number == 5


def test_going_back_keeps_the_entries_and_lets_the_older_version_go_on(settings, engine, session):
    for act in ("create round", "open round"):
        audit.record(session, "zhou", act, "R1", {"name": "一轮"}, NOON)
    session.commit()

    migrate.downgrade(settings.database, BEFORE)

    with engine.begin() as connection:
        row = {"at": "2026-12-01T08:00:00+00:00", "login": "zhou", "act": "close round", "round": "R1", "detail": "{}"}
        connection.execute(UNNUMBERED, row)
        rows = connection.execute(text("SELECT number, act, detail FROM audit_entry ORDER BY number")).all()
    assert rows == [
        (1, "create round", '{"name": "一轮"}'),
        (2, "open round", '{"name": "一轮"}'),
        (3, "close round", "{}"),
    ]

    migrate.upgrade(settings.database)

    assert [each[2] for each in contents(session)] == ["create round", "open round", "close round", "chain audit log"]
    assert chain.check(audit.export(session)).number == 4


def test_an_empty_log_stays_empty(settings, session):
    migrate.downgrade(settings.database, BEFORE)

    migrate.upgrade(settings.database)

    assert audit.count(session) == 0

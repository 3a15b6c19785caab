from datetime import UTC, datetime

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

    assert [each.number for each in audit.entries(session, round_id="R1")] == [5, 4, 3, 2]
    assert [each.number for each in audit.entries(session, round_id="R1", limit=2, offset=2)] == [3, 2]
    assert audit.count(session, round_id="R1") == 4

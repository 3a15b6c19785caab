from datetime import UTC, datetime

import pytest

from survey.crypto import chain
from survey.models import Account, Round, Unit
from survey.office import audit

NOW = datetime.now(UTC)


@pytest.fixture
def supervisor(sign_in):
    return sign_in("supervisor")


@pytest.fixture
def logged(session):
    """Return a session on a log of two rounds and one entry that belongs to none."""
    for act, round_id in (("create round", "R1"), ("sign in", None), ("open round", "R1"), ("create round", "R2")):
        audit.record(session, "zhou", act, round_id, {"name": "一轮"}, NOW)
    session.commit()
    return session


def test_the_page_says_where_the_log_ends_and_what_to_do_with_it(logged, supervisor):
    head = audit.head(logged)

    page = supervisor.get("/log/").text

    assert f"4:{head.hash}" in page
    assert " ".join(head.hash[start : start + 4] for start in (0, 4, 8, 12)) in page
    assert "打印出来" in page


def test_the_whole_log_is_handed_out_with_its_chain(logged, supervisor):
    answer = supervisor.get("/log/export")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert chain.check(answer.data.splitlines(keepends=True)) == audit.head(logged)


@pytest.mark.usefixtures("logged")
def test_one_round_s_part_is_handed_out_by_itself(supervisor):
    answer = supervisor.get("/log/export?round=R1")

    seen = []
    chain.check(answer.data.splitlines(keepends=True), "R1", seen.append)
    assert [each.number for each in seen] == [1, 3]
    assert 'href="/log/export?round=R1"' in supervisor.get("/log/?round=R1").text


@pytest.mark.parametrize("role", ["personnel", "evaluator"])
def test_who_may_not_see_the_log_gets_no_file(logged, sign_in, role):
    assert audit.count(logged) == 4

    assert sign_in(role).get("/log/export").status_code == 403


def test_a_unit_s_supervisor_gets_the_parts_of_its_own_rounds_only(logged, supervisor):
    logged.add(Unit(code="U1", name="财政所", class_="机关"))
    for round_id, unit in (("R1", "U1"), ("R2", None)):
        made = {"id": round_id, "name": "一轮", "plan_source": "", "created_at": NOW, "created_by": "zhou"}
        logged.add(Round(**made, unit_code=unit))
    logged.get(Account, "supervisor").unit_code = "U1"
    logged.commit()

    statuses = [supervisor.get(f"/log/export{part}").status_code for part in ("?round=R1", "?round=R2", "")]

    assert statuses == [200, 404, 404]
    assert "/log/export" not in supervisor.get("/log/").text

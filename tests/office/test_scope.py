from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from survey.errors import ConflictError, NotFoundError
from survey.models import Assignment, Round, Unit
from survey.office import accounts, assignments, scope

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def county(session):
    """Add a county X with the towns A and B, and an office A1 in A; and a unit of another county."""
    for code, parent in (("X", None), ("A", "X"), ("B", "X"), ("A1", "A"), ("Y", None)):
        session.add(Unit(code=code, name=code, parent_code=parent))
        session.flush()


def account(session, role, unit=None, login="somebody"):
    return accounts.add(session, login=login, name="某", role=role, unit_code=unit, now=NOW)


def add_round(session, name, unit=None, by="nobody", **more):
    given = {"id": name, "name": name, "state": "draft", "created_by": by, "unit_code": unit, **more}
    round_ = Round(**given, plan_source="", created_at=NOW)
    session.add(round_)
    session.flush()
    return round_


def seen(session, who):
    rounds = session.scalars(select(Round).where(scope.seen_by(who)).order_by(Round.id)).all()
    every = session.scalars(select(Round)).all()
    assert {each.id for each in every if scope.sees(session, who, each)} == {each.id for each in rounds}
    return [each.id for each in rounds]


def test_a_unit_sees_its_own_rounds_and_those_below_it(session):
    for name, unit in (("whole", None), ("county", "X"), ("a", "A"), ("a1", "A1"), ("b", "B"), ("y", "Y")):
        add_round(session, name, unit)

    assert seen(session, account(session, "personnel", "A", "town")) == ["a", "a1"]
    assert seen(session, account(session, "leader", "X", "county")) == ["a", "a1", "b", "county"]
    assert seen(session, account(session, "supervisor", "A1", "office")) == ["a1"]
    everything = account(session, "personnel", login="whole-office")
    assert seen(session, everything) == ["a", "a1", "b", "county", "whole", "y"]


def test_an_evaluator_sees_the_rounds_that_it_made_or_was_assigned_to(session):
    firm = account(session, "evaluator", login="firm")
    add_round(session, "made", by="firm")
    given = add_round(session, "given")
    add_round(session, "foreign")
    assignments.assign(session, given, firm, "personnel", NOW)

    assert seen(session, firm) == ["given", "made"]
    assignments.unassign(session, given, "firm", "personnel", NOW)
    assert seen(session, firm) == ["made"]


def test_a_clerk_sees_the_one_round(session):
    own = add_round(session, "own")
    add_round(session, "foreign")
    clerk = accounts.add(session, login="clerk", name="某", role="clerk", round_=own, now=NOW)

    assert seen(session, clerk) == ["own"]


def test_a_ring_in_the_tree_of_units_ends(session):
    session.get(Unit, "X").parent_code = "A1"
    session.flush()

    assert scope.subtree(session, "A") == {"A", "A1", "X", "B"}


def test_assigning_twice_is_assigning_once_and_the_maker_needs_none(session):
    firm = account(session, "evaluator", login="firm")
    given, made = add_round(session, "given"), add_round(session, "made", by="firm")

    for round_ in (given, given, made):
        assignments.assign(session, round_, firm, "personnel", NOW)

    session.flush()
    assert [each.round_id for each in session.query(Assignment)] == ["given"]
    assert assignments.evaluators_of(session, made) == assignments.evaluators_of(session, given) == [firm]
    assert assignments.free_evaluators(session, given) == []


def test_only_an_evaluator_runs_a_round_and_only_who_was_assigned_is_taken_off(session):
    round_ = add_round(session, "given")

    with pytest.raises(ConflictError, match="no evaluator"):
        assignments.assign(session, round_, account(session, "personnel"), "personnel", NOW)
    with pytest.raises(NotFoundError, match="not assigned"):
        assignments.unassign(session, round_, "somebody", "personnel", NOW)


def test_trials_and_repetitions_are_whose_their_round_is(session):
    firm, maker = (account(session, "evaluator", login=login) for login in ("firm", "maker"))
    round_ = add_round(session, "round", "A", by="maker")
    assignments.assign(session, round_, firm, "personnel", NOW)
    trial = add_round(session, "trial", by="personnel", parent_id="round", trial=True)

    assignments.inherit(session, round_, trial)

    assert trial.unit_code == "A"
    assert assignments.evaluators_of(session, trial) == [firm, maker]


def test_a_draft_is_placed_in_a_unit_of_the_roster_and_a_frozen_round_stays_where_it_is(session):
    round_ = add_round(session, "round")

    assignments.place(session, round_, "A", "personnel", NOW)
    with pytest.raises(NotFoundError, match="no unit Z"):
        assignments.place(session, round_, "Z", "personnel", NOW)
    round_.state = "frozen"
    with pytest.raises(ConflictError, match="frozen"):
        assignments.place(session, round_, None, "personnel", NOW)

    assert round_.unit_code == "A"


def test_a_deleted_round_takes_its_assignments_along_and_leaves_its_clerks_without_one(session):
    firm, round_ = account(session, "evaluator", login="firm"), add_round(session, "round")
    assignments.assign(session, round_, firm, "personnel", NOW)
    clerk = accounts.add(session, login="clerk", name="某", role="clerk", round_=round_, now=NOW)
    session.flush()

    session.delete(round_)
    session.flush()
    session.expire_all()

    assert session.query(Assignment).count() == 0
    assert clerk.round_id is None
    assert seen(session, clerk) == []

import pytest

from survey.office.permissions import DOOR_ROLES, EVALUATOR, LEADER, PERMISSIONS, ROLES, SUPERVISOR, may

RESULTS = ("reveal round", "score round", "see unpublished results", "read comments", "publish results")


def test_every_act_is_somebodys_and_every_role_is_known():
    assert set().union(*PERMISSIONS.values()) == set(ROLES)
    assert all(PERMISSIONS.values())


@pytest.mark.parametrize("act", RESULTS)
def test_results_are_for_the_personnel_department_alone(act):
    assert [role for role in ROLES if may(role, act)] == ["personnel"]


def test_a_leader_reads_results_and_does_nothing_else():
    assert {act for act in PERMISSIONS if may(LEADER, act)} == {"use own account", "see results"}
    assert [role for role in ROLES if may(role, "see results")] == ["personnel", "leader"]


@pytest.mark.parametrize("role", DOOR_ROLES)
def test_clerks_and_interviewers_have_their_door_and_their_account(role):
    assert {act for act in PERMISSIONS if may(role, act)} == {"use own account", "work at the door"}


def test_whose_a_round_is_decides_the_personnel_department_and_who_works_at_its_doors_the_evaluator():
    assert [role for role in ROLES if may(role, "assign round")] == ["personnel"]
    assert [role for role in ROLES if may(role, "keep door accounts")] == ["evaluator"]


def test_the_third_party_runs_a_round_from_draft_to_close():
    run = ("prepare round", "freeze round", "mint codes", "open round", "close round", "void round", "amend round")

    assert all(may(EVALUATOR, act) for act in (*run, "see turnout", "import roster"))


def test_the_supervisor_watches_agrees_and_holds_a_share_but_runs_nothing():
    assert {act for act in PERMISSIONS if may(SUPERVISOR, act)} == {
        "use own account",
        "see rounds",
        "see roster",
        "see turnout",
        "see audit log",
        "agree to early close",
        "hold key slip",
        "take ballot box",
        "take bundles",
    }


def test_an_act_that_is_not_in_the_table_is_an_error():
    with pytest.raises(KeyError):
        may("personnel", "see result")

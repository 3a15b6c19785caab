import pytest

from survey.office.permissions import EVALUATOR, PERMISSIONS, ROLES, SUPERVISOR, may

RESULTS = ("reveal round", "score round", "see results", "publish results")


def test_every_act_is_somebodys_and_every_role_is_known():
    assert set().union(*PERMISSIONS.values()) == set(ROLES)
    assert all(PERMISSIONS.values())


@pytest.mark.parametrize("act", RESULTS)
def test_results_are_for_the_personnel_department_alone(act):
    assert [role for role in ROLES if may(role, act)] == ["personnel"]


def test_the_third_party_runs_a_round_from_draft_to_close():
    run = ("prepare round", "freeze round", "mint codes", "open round", "close round", "void round", "amend round")

    assert all(may(EVALUATOR, act) for act in (*run, "see turnout", "import roster"))


def test_the_supervisor_only_looks():
    assert {act for act in PERMISSIONS if may(SUPERVISOR, act)} == {
        "use own account",
        "see rounds",
        "see roster",
        "see turnout",
        "see audit log",
    }


def test_an_act_that_is_not_in_the_table_is_an_error():
    with pytest.raises(KeyError):
        may("personnel", "see result")

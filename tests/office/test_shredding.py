"""Destroying what is due: trials that were voided stay as rounds, trials that were deleted go."""

from datetime import timedelta

import pytest

from survey.crypto.keyfile import read_key
from survey.manifest.states import RoundState
from survey.models import Round
from survey.office import shredding
from survey.prepare import lifecycle, rounds
from tests.hall import NOON, OPENS, ahead, draft_round

BEFORE = OPENS - timedelta(days=1)


@pytest.fixture
def trial(session, settings):
    trial = rounds.make_trial(session, draft_round(session, plan=ahead()), "tester", BEFORE)
    lifecycle.freeze(session, trial, settings, "tester", BEFORE)
    session.commit()
    return trial


def test_a_voided_trial_keeps_its_reason_and_loses_its_key(session, session_factory, settings, trial):
    lifecycle.void(session, trial, "题目有误", "tester", NOON)
    session.commit()

    assert shredding.finish(session_factory, settings.key_folder) == [trial.id]
    assert shredding.finish(session_factory, settings.key_folder) == []
    session.expire_all()
    assert (trial.state, trial.reason, trial.shred_due) == (RoundState.VOID, "题目有误", False)
    assert read_key(settings.key_folder, trial.id) is None


def test_a_voided_trial_is_deleted_with_the_others_when_its_round_is_frozen(session, session_factory, settings, trial):
    parent = session.get_one(Round, trial.parent_id)
    lifecycle.void(session, trial, "题目有误", "tester", NOON)
    lifecycle.freeze(session, parent, settings, "tester", BEFORE)
    session.commit()

    shredding.finish(session_factory, settings.key_folder)

    session.expire_all()
    assert [round_.id for round_ in rounds.all_rounds(session)] == [parent.id]
    assert read_key(settings.key_folder, parent.id) is not None


def test_freezing_from_the_desk_takes_the_trials_and_their_keys_at_once(session, settings, trial, sign_in):
    trial_id, parent_id = trial.id, trial.parent_id

    assert sign_in("evaluator").submit(f"/desk/rounds/{parent_id}/freeze").status_code == 303

    session.expire_all()
    assert session.get(Round, trial_id) is None
    assert read_key(settings.key_folder, trial_id) is None


def test_deleting_a_draft_from_the_desk_takes_its_trials_and_their_keys_at_once(session, settings, trial, sign_in):
    trial_id, parent_id = trial.id, trial.parent_id

    assert sign_in("evaluator").submit(f"/desk/rounds/{parent_id}/delete").status_code == 303

    session.expire_all()
    assert rounds.all_rounds(session) == []
    assert read_key(settings.key_folder, trial_id) is None

"""What is kept of how targets move together, and that it is what the whole ballots say."""

import numpy as np
import pytest
from sqlalchemy import func, select

from scoring.document.scheme import scheme_from_document
from survey.manifest.amended import manifest_of
from survey.models import Base, OpenedCovariance
from survey.prepare import codes, lifecycle, rounds
from survey.reveal.covariances import kept_covariances
from survey.reveal.opened import KeptCovariance
from survey.reveal.opening import reveal
from survey.reveal.results import latest, make_result
from tests import hall as halls
from tests.hall import AFTER, OPENS

POINTS = np.array([100.0, 80.0, 0.0])


@pytest.fixture
def hall(session, settings):
    return halls.open_round(session, settings)


def ballots_of(hall):
    return {sheet: [hall.marks(sheet, number) for number in range(len(codes))] for sheet, codes in hall.codes.items()}


def by_hand(ballots):
    """Return Σ u uᵀ of the scheme 0.6 · (德, 绩 alike) + 0.4 · 总体, without the stretch for abstentions."""
    marks = np.array([list(each) for each in ballots]).reshape(len(ballots), 3, 3)
    judged = marks < 3
    points = np.where(judged, POINTS[np.minimum(marks, 2)], 0.0)
    counts = judged.sum(axis=0)
    means = points.sum(axis=0) / counts
    influence = ((points - means) * judged / counts * np.array([0.3, 0.3, 0.4])).sum(axis=2)
    return influence.T @ influence


def test_sums_over_a_large_sheet_are_kept_to_three_digits_and_none_of_a_small_one(hall):
    ballots = ballots_of(hall)

    [kept] = kept_covariances(hall.manifest, ballots)

    assert (kept.part, kept.sheet, kept.group_id, kept.ballots) == (0, "S1", "居民", 60)
    matrix = np.array(kept.body["rows"])
    assert matrix == pytest.approx(by_hand(ballots["S1"]), rel=0.05, abs=0.05)
    assert [float(f"{value:.3g}") for value in matrix.ravel()] == pytest.approx(matrix.ravel().tolist(), rel=1e-12)


def test_fewer_than_fifty_ballots_keep_nothing(session, settings):
    hall = halls.open_round(session, settings, residents=49)

    assert kept_covariances(hall.manifest, ballots_of(hall)) == []


def test_scores_over_the_entitled_keep_nothing(hall):
    document = hall.manifest.schemes[hall.manifest.parts[0].scheme]
    entitled = scheme_from_document({**document, "denominator": "entitled"})
    manifest = hall.manifest.model_copy(update={"schemes": {hall.manifest.parts[0].scheme: entitled.canonical()}})

    assert kept_covariances(manifest, ballots_of(hall)) == []


def test_a_withdrawn_target_drops_out_of_what_was_kept(hall):
    [kept] = kept_covariances(hall.manifest, ballots_of(hall))
    whole = np.array(kept.body["rows"])

    shared = KeptCovariance(kept.part, kept.sheet, kept.group_id, kept.ballots, kept.body).shared(
        frozenset({"C1", "C3"})
    )

    assert shared.targets == ("C1", "C3")
    assert shared.covariance.tolist() == whole[np.ix_([0, 2], [0, 2])].tolist()


def test_a_revealed_round_says_how_sure_its_ranks_are(session, session_factory, settings):
    plan = halls.PLAN.replace("rates: all, entitled: 10", "rates: all, entitled: 45")
    hall = halls.open_round(session, settings, residents=90, plan=plan)
    hall.codes["S1"], hall.codes["S2"] = hall.codes["S1"][:70], hall.codes["S2"][:35]
    halls.cast_all(session_factory, hall)
    halls.close_round(session, hall)
    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)
    session.expire_all()
    round_ = rounds.get(session, hall.round_id)

    make_result(session, round_, "票数", "tester", AFTER)

    assert {each.sheet for each in session.scalars(select(OpenedCovariance))} == {"S1"}
    results = list(latest(session, round_).targets())
    assert all(1 <= each.rank_interval[0] <= each.rank <= each.rank_interval[1] <= 3 for each in results)
    assert any(each.se for each in results)
    for each in results:
        if each.se is not None:
            assert each.interval[0] < float(each.score) < each.interval[1]


def test_a_deleted_trial_leaves_nothing_of_itself_in_any_table(session, session_factory, settings):
    draft = halls.draft_round(session, scheme=halls.SCHEME + "ballot_rules: [{rule: uniform}]\n")
    trial = rounds.make_trial(session, draft, "tester", OPENS)
    lifecycle.freeze(session, trial, settings, "tester", OPENS)
    hall = halls.Hall(trial.id, manifest_of(trial))
    for sheet in hall.manifest.sheets:
        minted = codes.mint(session, trial, sheet.id, sheet.entitled, "issue", reachable=True, by="tester", now=OPENS)
        hall.codes[sheet.id] = list(minted.codes)
    lifecycle.open_(session, trial, "tester", OPENS)
    session.commit()
    halls.cast_all(session_factory, hall)
    halls.close_round(session, hall)
    reveal(session_factory, trial.id, settings.key_folder, "tester", AFTER)
    session.expire_all()
    # What staff did stays in the audit log.
    tables = [t for t in Base.metadata.sorted_tables if "round_id" in t.columns and t.name != "audit_entry"]

    def kept():
        return {
            table.name
            for table in tables
            if session.scalar(select(func.count()).select_from(table).where(table.c.round_id == hall.round_id))
        }

    before = kept()
    lifecycle.delete_trial(session, rounds.get(session, hall.round_id))

    assert {"opened_rows", "opened_check", "opened_covariance", "recorded"} <= before
    assert kept() == set()

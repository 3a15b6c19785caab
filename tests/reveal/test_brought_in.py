"""Components and decisions come to a revealed round in a later result; the ballots' part is never told more closely."""

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from scoring.document.exact import parse_ratio, printed
from scoring.document.problems import FileError
from survey.models import AuditEntry, Result
from survey.prepare import rounds
from survey.reveal.opening import reveal
from survey.reveal.results import latest, make_result, snapshot, snapshots
from tests import hall as halls
from tests.hall import AFTER
from tests.reveal.test_results import by_hand, places

COMPONENTS = """
components: [{id: 测评, weight: 40, source: ballots}, {id: 实绩, weight: 60, source: imported}]
adjustments: {max_bonus: 3}
grades: {bands: [{grade: 优秀, from: 80}, {grade: 称职, from: 0}]}
"""
SCORES = "target,component,score\nC1,实绩,90\nC2,实绩,80.5\nC3,实绩,85\n"


@pytest.fixture
def hall(session, settings):
    return halls.open_round(session, settings, scheme=halls.SCHEME + COMPONENTS)


@pytest.fixture
def round_(session, session_factory, settings, hall):
    halls.cast_all(session_factory, hall)
    halls.close_round(session, hall)
    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)
    session.expire_all()
    round_ = rounds.get(session, hall.round_id)
    make_result(session, round_, "开封", "tester", AFTER)
    return round_


def made(session, round_, components=None, decisions=None):
    files = {
        name: None if text is None else (text.encode(), f"{name}.csv")
        for name, text in (("components", components), ("decisions", decisions))
    }
    make_result(session, round_, "补入", "tester", AFTER + timedelta(days=1), **files)
    return {each.target: each for each in latest(session, round_).targets()}


def of_ballots(hall):
    ballots = {sheet: [hall.marks(sheet, seed) for seed in range(len(codes))] for sheet, codes in hall.codes.items()}
    return {f"C{number + 1}": by_hand(number, ballots) for number in range(3)}


def test_a_result_is_provisional_until_the_missing_part_comes_in_a_later_one(session, round_, hall):
    first = {each.target: each for each in snapshot(session, round_, 1).targets()}
    found = made(session, round_, SCORES)

    assert {(each.score, each.rank, each.provisional) for each in first.values()} == {
        (None, None, "component missing: 实绩")
    }
    brought = {"C1": Fraction(90), "C2": Fraction("80.5"), "C3": Fraction(85)}
    expected = {code: value * 2 / 5 + brought[code] * 3 / 5 for code, value in of_ballots(hall).items()}
    assert {code: each.score for code, each in found.items()} == {
        code: printed(value, places(found[code])) for code, value in expected.items()
    }
    order = sorted(expected, key=expected.get, reverse=True)
    assert [found[code].rank for code in order] == [1, 2, 3]
    assert {each.target: each for each in snapshot(session, round_, 1).targets()} == first


def test_what_is_not_given_again_stays(session, round_):
    before = made(session, round_, SCORES)
    decided = made(session, round_, decisions="target,decision,value,reason\nC1,veto,称职,信访查实\nC2,bonus,2,表彰\n")
    again = made(session, round_)

    assert (before["C1"].grade, decided["C1"].grade) == ("优秀", "称职")
    assert int(decided["C2"].score.split(".")[0]) - int(before["C2"].score.split(".")[0]) == 2
    assert [(each.decision, each.reason) for each in again["C1"].decisions] == [("veto", "信访查实")]
    assert {code: each.score for code, each in again.items()} == {code: each.score for code, each in decided.items()}
    assert [result.number for result in snapshots(session, round_)] == [4, 3, 2, 1]


def test_a_file_that_does_not_fit_is_refused_and_nothing_is_kept(session, round_):
    with pytest.raises(FileError) as refused:
        made(session, round_, "target,component,score\nC1,实绩,ninety\nC9,实绩,80\n")

    said = str(refused.value)
    assert "components.csv" in said
    assert "row 2, column score: found ninety" in said
    assert "row 3, column target: found C9" in said
    assert len(snapshots(session, round_)) == 1


def test_the_log_says_which_files_came(session, round_):
    made(session, round_, SCORES)

    [*_, last] = session.query(AuditEntry).filter_by(act="score round").order_by(AuditEntry.number)
    assert last.detail == {"result": 2, "reason": "补入", "files": "components.csv"}


def test_what_earlier_results_told_of_the_ballots_holds_in_later_ones(session, round_, hall):
    """Other scores brought in move the edges of what is printed alike; both together must not tell more than may be."""
    true = of_ballots(hall)
    told, left_out = [], set()
    for shift in ("", ".01", ".03", ".4"):
        found = made(session, round_, SCORES.replace("85", f"85{shift}"))
        left_out.add(found["C3"].withheld)
        told.append({code: tuple(parse_ratio(end) for end in each.told) for code, each in found.items()})

    for before, after in pairwise(told):
        for code, (low, high) in after.items():
            assert before[code][0] <= low <= true[code] <= high <= before[code][1]
    assert left_out == {None, "solvable"}


def test_old_results_are_still_read(session, round_):
    """Results of format 1 have nothing beside their ballots and say of no score between what it lies."""
    old = session.get(Result, (round_.id, 1))
    parts = [
        {**part, "results": [{k: v for k, v in each.items() if k not in {"told", "band"}} for each in part["results"]]}
        for part in old.body["parts"]
    ]
    old.body = {key: value for key, value in old.body.items() if key != "beside"} | {"format": 1, "parts": parts}
    session.flush()

    assert snapshot(session, round_, 1).format == 1
    assert made(session, round_, SCORES)["C1"].score is not None

"""Results: numbered snapshots, exact scores, withdrawn targets left out, publication."""

from fractions import Fraction

import pytest
from sqlalchemy import select

from scoring.document.exact import printed
from survey.collect.ballots import cast
from survey.errors import ConflictError, NotFoundError
from survey.manifest.states import RoundState
from survey.models import OpenedCheck, OpenedRows, OpenedSheet
from survey.prepare import amendments, rounds
from survey.reveal.opening import reveal
from survey.reveal.publication import publish, published_number
from survey.reveal.results import latest, make_result, snapshot, snapshots
from tests import hall as halls
from tests.hall import AFTER, NOON

POINTS = (100, 80, 0)


@pytest.fixture
def hall(session, settings):
    return halls.open_round(session, settings)


def by_hand(target, ballots):
    """Return the score of the small scheme: items 0.6 (德, 绩 alike) and overall 0.4, 居民 2 to 党委 1."""

    def mean(sheet, item):
        cell = 3 * target + item
        given = [POINTS[marks[cell]] for marks in ballots[sheet] if marks[cell] < 3]
        return Fraction(sum(given), len(given))

    def group(sheet):
        return Fraction(6, 10) * (mean(sheet, 0) + mean(sheet, 1)) / 2 + Fraction(4, 10) * mean(sheet, 2)

    return (2 * group("S1") + group("S2")) / 3


def revealed(session, session_factory, settings, hall, *, withdraw=None):
    halls.cast_all(session_factory, hall)
    round_ = halls.close_round(session, hall)
    if withdraw:
        amendments.withdraw_target(session, round_, withdraw, amendments.By("tester", "调离", AFTER))
        session.commit()
    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)
    session.expire_all()
    make_result(session, round_, "开封", "tester", AFTER)
    session.commit()
    return round_


def places(result):
    """Return to how many places a score stands there: fewer where a small group's marks could be worked out."""
    return len(result.score.partition(".")[2])


def test_scores_are_those_worked_by_hand_and_ranked(session, session_factory, settings, hall):
    round_ = revealed(session, session_factory, settings, hall)
    ballots = {sheet: [hall.marks(sheet, seed) for seed in range(len(codes))] for sheet, codes in hall.codes.items()}
    expected = {f"C{n + 1}": by_hand(n, ballots) for n in range(3)}

    found = {result.target: result for result in latest(session, round_).targets()}

    assert {code: result.score for code, result in found.items()} == {
        code: printed(value, places(found[code])) for code, value in expected.items()
    }
    order = sorted(expected, key=expected.get, reverse=True)
    assert [found[code].rank for code in order] == [1, 2, 3]
    assert found["C1"].name == "甲一"


def test_a_result_names_everything_it_was_made_from(session, session_factory, settings, hall):
    shown = latest(session, revealed(session, session_factory, settings, hall))

    assert shown.manifest_hash == hall.manifest.digest().hex()
    assert (shown.number, shown.reason, shown.format) == (1, "开封", 2)
    assert shown.software.startswith("gongping ")
    assert [part.scheme_sha256 for part in shown.parts] == list(hall.manifest.schemes)
    assert all(len(part.tally_sha256) == 64 for part in shown.parts)
    assert [vars(line) for line in shown.turnout] == [
        {"group": "居民", "entitled": 60, "issued": 60, "returned": 60, "valid": 60, "invalid": 0, "reserve": 0},
        {"group": "党委", "entitled": 10, "issued": 10, "returned": 10, "valid": 10, "invalid": 0, "reserve": 0},
    ]


def test_results_are_a_numbered_series_and_an_old_one_stays(session, session_factory, settings, hall):
    round_ = revealed(session, session_factory, settings, hall)
    before = snapshot(session, round_, 1)

    make_result(session, round_, "复核", "tester", AFTER)

    assert [result.number for result in snapshots(session, round_)] == [2, 1]
    assert snapshot(session, round_, 1) == before
    assert [r.score for r in latest(session, round_).targets()] == [r.score for r in before.targets()]
    with pytest.raises(NotFoundError):
        snapshot(session, round_, 3)


def test_a_withdrawn_target_leaves_the_result(session, session_factory, settings, hall):
    round_ = revealed(session, session_factory, settings, hall, withdraw="C2")

    assert sorted(result.target for result in latest(session, round_).targets()) == ["C1", "C3"]


def test_a_group_under_the_threshold_shows_only_totals(session, session_factory, settings, hall):
    for sheet, returned in (("S1", 60), ("S2", 4)):
        for number, code in enumerate(hall.codes[sheet][:returned]):
            with session_factory() as own:
                cast(own, code, bytes([number]) * 16, hall.marks(sheet, number), "", "phone", NOON)
    round_ = halls.close_round(session, hall)
    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)
    session.expire_all()
    make_result(session, round_, "开封", "tester", AFTER)

    for result in latest(session, round_).targets():
        assert all(cell.score is None and cell.withheld for cell in result.groups.values())
        assert result.exact is None
        assert all(cell.score is None for cells in result.group_items.values() for cell in cells.values())


def test_the_rounds_own_thresholds_hold_too(session, session_factory, settings):
    plan = halls.PLAN + "disclosure: {items: 61}\n"
    assert "disclosure" not in halls.PLAN

    round_ = revealed(session, session_factory, settings, halls.open_round(session, settings, plan=plan))

    for result in latest(session, round_).targets():
        assert result.groups["居民"].withheld == "few"
    assert latest(session, round_).parts[0].rules.disclosure["items"] == 61


def test_an_unrevealed_round_has_no_result(session, hall):
    round_ = rounds.get(session, hall.round_id)

    with pytest.raises(ConflictError, match="open"):
        make_result(session, round_, "早", "tester", NOON)
    with pytest.raises(ConflictError, match="no result yet"):
        latest(session, round_)


def test_publishing_names_one_result_and_ends_the_round(session, session_factory, settings, hall):
    round_ = revealed(session, session_factory, settings, hall)
    with pytest.raises(NotFoundError):
        publish(session, round_, 2, "tester", AFTER)
    assert published_number(session, round_) is None

    publish(session, round_, 1, "tester", AFTER)

    assert (round_.state, published_number(session, round_)) == (RoundState.PUBLISHED, 1)
    with pytest.raises(ConflictError, match="published"):
        make_result(session, round_, "又一次", "tester", AFTER)


def test_a_trial_is_never_published(session, session_factory, settings, hall):
    round_ = revealed(session, session_factory, settings, hall)
    round_.trial = True

    with pytest.raises(ConflictError, match="never published"):
        publish(session, round_, 1, "tester", AFTER)


def test_a_ballot_that_a_rule_makes_void_loses_its_marks_at_the_opening_and_only_its_number_is_kept(
    session, session_factory, settings
):
    rules = 'ballot_rules: [{rule: uniform, action: void}, {rule: max_share, level: 优秀, share: "1/2"}]\n'
    hall = halls.open_round(session, settings, scheme=halls.SCHEME + rules)
    cells = len(hall.manifest.cells(hall.manifest.sheet("S1")))
    mixed = [bytes((number + cell) % 3 for cell in range(cells)) for number in range(60)]
    mostly = bytes([1] + [0] * (cells - 1))
    for number, code in enumerate(hall.codes["S1"]):
        marks = bytes(cells) if number < 20 else mostly if number < 35 else mixed[number]
        cast(session_factory(), code, bytes([number]) * 16, marks, "", "phone", NOON)
    for number, code in enumerate(hall.codes["S2"]):
        marks = mostly if number < 2 else mixed[number]
        cast(session_factory(), code, bytes([100 + number]) * 16, marks, "", "phone", NOON)
    halls.close_round(session, hall)

    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)

    session.expire_all()
    sheets = {each.sheet: (each.returned, each.valid) for each in session.scalars(select(OpenedSheet))}
    assert sheets == {"S1": (60, 40), "S2": (10, 10)}
    checks = {(each.group_id, each.rule): each.ballots for each in session.scalars(select(OpenedCheck))}
    assert checks == {
        ("居民", "uniform"): 20,
        ("居民", "max_share: 优秀"): 15 + 8,  # and every third of the other 25, whose overall marks are all 优秀
        ("党委", "uniform"): 0,
        ("党委", "max_share: 优秀"): 2 + 2,
    }
    rows = session.scalars(select(OpenedRows).where(OpenedRows.group_id == "居民"))
    assert {each.rows.count(bytes([251])) for each in rows} == {60}
    round_ = rounds.get(session, hall.round_id)
    make_result(session, round_, "票数", "tester", AFTER)
    [first, *_] = latest(session, round_).targets()
    assert first.groups["居民"].n == 40
    assert first.turnout["居民"].valid == 40

import random
from collections import Counter
from datetime import UTC, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from survey.cli.demonstration.voters import marks
from survey.config import Settings
from survey.manifest import marks as bytes_of
from survey.manifest.amended import manifest_of
from survey.manifest.manifest import Manifest
from survey.prepare import lifecycle, roster, rounds
from survey.prepare.freezing import freeze_check

FOLDER = files("survey.presets") / "demonstration"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def bring_in(session: Session) -> None:
    for name in ("units.csv", "targets.csv"):
        plan = roster.plan_import(session, (FOLDER / name).read_bytes(), name)
        assert not plan.questions
        assert not plan.ignored
        roster.carry_out(session, plan)


def frozen(session: Session, settings: Settings, name: str = "plan.yaml") -> Manifest:
    bring_in(session)
    text = (FOLDER / name).read_text(encoding="utf-8")
    plan = text.replace("OPENS", "2026-12-02 08:00").replace("CLOSES", "2026-12-09 20:00")
    round_ = rounds.create(session, plan, name, "tester", NOW)
    assert freeze_check(session, round_, ZONE, NOW).missing == ()
    lifecycle.freeze(session, round_, settings, "tester", NOW)
    return manifest_of(round_)


def test_the_township_has_enough_to_rate(session: Session) -> None:
    bring_in(session)

    units, targets = roster.units(session), roster.targets(session)
    kinds = Counter(target.kind for target in targets)
    assert kinds["person"] >= 44
    assert kinds["unit"] >= 14
    assert kinds["leading_body"] == 1
    assert len({unit.class_ for unit in units if unit.class_}) == 3
    assert max(Counter(unit.parent_code for unit in units).values()) > 12
    assert any(len(target.posts) > 1 for target in targets)
    assert all(target.duties for target in targets)
    names = Counter(target.name for target in targets if target.kind == "person")
    assert names["张建华"] == 2


def test_the_round_can_be_frozen_and_asks_nobody_about_more_than_twenty(session: Session, settings: Settings) -> None:
    manifest = frozen(session, settings)

    assert sum(sheet.entitled for sheet in manifest.sheets) >= 1700
    assert set(manifest.groups()) == {"居民", "代表", "政府", "党委"}
    assert max(len(sheet.targets) for sheet in manifest.sheets) <= 20
    assert min(sheet.entitled for sheet in manifest.sheets) >= 5
    for target in manifest.targets:
        assert {sheet.group for sheet in manifest.sheets if target.code in sheet.targets} == set(manifest.groups())


def test_residents_of_a_village_rate_only_their_own(session: Session, settings: Settings) -> None:
    manifest = frozen(session, settings)

    own = [sheet for sheet in manifest.sheets if sheet.own_unit and sheet.group == "居民"]
    assert len(own) == 8
    for sheet in own:
        assert len(sheet.targets) == 3
        assert len({manifest.target(code).unit_code for code in sheet.targets}) == 1


def test_the_round_left_open_to_try_can_be_frozen(session: Session, settings: Settings) -> None:
    manifest = frozen(session, settings, "second.yaml")

    assert len(manifest.sheets[0].targets) == 20
    assert len(manifest.cells(manifest.sheets[0])) == 120


def test_every_invented_ballot_is_one_that_the_sheet_takes(session: Session, settings: Settings) -> None:
    manifest = frozen(session, settings)
    rng = random.Random(1)  # noqa: S311 - invented marks

    for sheet in manifest.sheets:
        for _ in range(20):
            bytes_of.check(manifest, sheet, marks(rng, manifest, sheet), "")


def test_invented_marks_hold_blanks_and_unknowns_and_differ_between_targets(
    session: Session, settings: Settings
) -> None:
    manifest = frozen(session, settings)
    sheet = manifest.sheets[0]
    cells = manifest.cells(sheet)
    rng = random.Random(2)  # noqa: S311 - invented marks
    ballots = [marks(rng, manifest, sheet) for _ in range(300)]

    counts = Counter(mark for ballot in ballots for mark in ballot)
    share = {mark: count / (300 * len(cells)) for mark, count in counts.items()}
    assert 0.3 < share[0] < 0.7
    assert all(share[mark] > 0.005 for mark in (1, 2, 3, 4, bytes_of.BLANK, bytes_of.UNKNOWN))
    best = Counter(cell.target for ballot in ballots for cell, mark in zip(cells, ballot, strict=True) if mark == 0)
    assert max(best.values()) > 1.5 * min(best.values())


def test_the_same_seed_gives_the_same_township(session: Session, settings: Settings) -> None:
    manifest = frozen(session, settings)
    sheet = manifest.sheets[3]

    first, again = (marks(random.Random(7), manifest, sheet) for _ in range(2))  # noqa: S311 - invented marks

    assert first == again


@pytest.mark.parametrize("name", ["plan.yaml", "second.yaml"])
def test_the_plans_leave_their_windows_open(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")

    assert text.count("opens: OPENS, closes: CLOSES") == 1

"""A round before it opens: plan, freeze check, freeze, trial, void, repeat, amendments."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from survey.collect.ballots import cast, find
from survey.collect.refusals import BadCodeError
from survey.crypto import keyfile
from survey.errors import BadDocumentError, ConflictError, GongpingError, NotFoundError
from survey.manifest.amended import amended, manifest_of
from survey.manifest.manifest import load_manifest
from survey.manifest.states import NEXT, REFUSALS, RoundState, check_step
from survey.models import Credential, Envelope, OpenedSheet, Recorded, Round
from survey.office import audit, shredding
from survey.prepare import amendments, codes, documents, lifecycle, rounds
from survey.prepare.freezing import freeze_check
from survey.reveal.opening import reveal
from tests import hall as halls
from tests.hall import AFTER, CLOSES, NOON, OPENS, PLAN

BY = amendments.By("tester", "下雨", NOON)


def freeze(session, round_, settings, now=OPENS):
    lifecycle.freeze(session, round_, settings, "tester", now)


def missing(session, round_, settings, now=OPENS):
    return " | ".join(str(notice) for notice in freeze_check(session, round_, settings.zone, now).missing)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("entitled: 10", "entitled: 0"), "sheets.1.entitled"),
        (("office", "offise"), "offise"),
        (("rates: all, entitled: %(residents)s", "rates: own unit, entitled: 5"), "sheets.0"),
        (("2026-12-08 12:00", "2026-11-08 12:00"), "windows.phone"),
        (("name: 小镇民主测评", "name: ''"), "name"),
        (("windows:", "name: 又一个\nwindows:"), "name"),
    ],
)
def test_a_bad_plan_is_refused_with_its_field(session, change, place):
    with pytest.raises(BadDocumentError) as refused:
        halls.draft_round(session, plan=PLAN.replace(*change))

    assert place in str(refused.value)
    assert session.scalar(select(func.count()).select_from(Round)) == 0


def test_a_freeze_fixes_the_manifest_and_makes_the_key(session, settings):
    round_ = halls.draft_round(session)
    freeze(session, round_, settings)
    manifest = manifest_of(round_)

    assert round_.state == RoundState.FROZEN
    assert manifest.digest() == round_.manifest_hash
    assert load_manifest(manifest.document()).digest() == manifest.digest()
    assert bytes.fromhex(manifest.public_key) == round_.public_key
    assert keyfile.public_half(keyfile.read_key(settings.key_folder, round_.id)) == round_.public_key
    assert [(sheet.id, sheet.group, sheet.entitled, sheet.targets) for sheet in manifest.sheets] == [
        ("S1", "居民", 60, ("C1", "C2", "C3")),
        ("S2", "党委", 10, ("C1", "C2", "C3")),
    ]
    assert [target.name for target in manifest.targets] == ["甲一", "乙二", "丙三"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("scheme: 小方案", "scheme: 大方案"), "大方案"),
        (("default: 小测评", "default: 大测评"), "大测评"),
        (("group: 党委", "group: 工会"), "工会 has a sheet but is no group"),
        (("default: 小测评", "居民: 小测评"), "does not say what 党委 is asked"),
        (("default: 小测评", "default: 干部年度测评"), "has the levels"),
        (("rates: all, entitled: 10", "rates: [C9], entitled: 10"), "C9"),
        (("rates: all, entitled: 10", "rates: {class: [学校]}, entitled: 10"), "rates nobody"),
        (("rates: all, entitled: 10", "rates: own unit, entitled: {U1: 4, U9: 8}"), "Pool it with another"),
        (("[{scheme", "[{targets: {kind: unit}, scheme"), "has no targets"),
    ],
)
def test_the_freeze_check_names_what_is_missing_and_the_freeze_refuses(session, settings, change, words):
    round_ = halls.draft_round(session, plan=PLAN.replace(*change))

    assert words in missing(session, round_, settings)
    with pytest.raises(ConflictError, match="cannot be frozen"):
        freeze(session, round_, settings)
    assert round_.state == RoundState.DRAFT


def test_a_window_that_is_over_is_missing(session, settings):
    assert "over already" in missing(session, halls.draft_round(session), settings, now=AFTER)


def test_an_empty_roster_is_missing(session, settings):
    round_ = rounds.create(session, PLAN % {"residents": 60}, "plan.yaml", "tester", NOON)

    assert "roster is empty" in missing(session, round_, settings)


def test_the_freeze_check_lists_what_will_surely_be_hidden(session, settings):
    round_ = halls.draft_round(session, residents=60, plan=PLAN.replace("entitled: 10", "entitled: 9"))

    [notice] = freeze_check(session, round_, settings.zone, OPENS).hidden

    assert str(notice).startswith("Of 党委 fewer than 10 can rate 3 targets (first: 甲一): only their totals")


def test_the_freeze_check_says_of_whom_nothing_will_be_shown(session, settings):
    round_ = halls.draft_round(session, residents=2, plan=PLAN.replace("entitled: 10", "entitled: 2"))

    hidden = [str(notice) for notice in freeze_check(session, round_, settings.zone, OPENS).hidden]

    assert len(hidden) == 3
    assert hidden[-1].startswith("Fewer than 5 people in all can rate 3 targets (first: 甲一)")


def test_own_unit_sheets_are_one_per_unit_with_that_unit_s_targets(session, settings):
    plan = PLAN.replace("rates: all, entitled: 10", "rates: own unit, entitled: {U1: 6, U2: 7, U3: 8}")
    round_ = halls.draft_round(session, plan=plan)
    freeze(session, round_, settings)

    assert [(s.id, s.targets, s.entitled, s.own_unit) for s in manifest_of(round_).sheets[1:]] == [
        ("S2-U1", ("C1",), 6, True),
        ("S2-U2", ("C2",), 7, True),
        ("S2-U3", ("C3",), 8, True),
    ]


def test_a_frozen_round_can_neither_be_revised_nor_frozen_again(session, settings):
    round_ = halls.draft_round(session)
    freeze(session, round_, settings)

    with pytest.raises(ConflictError, match="can no longer change"):
        rounds.revise(session, round_, PLAN % {"residents": 9}, "plan.yaml", "tester", NOON)
    with pytest.raises(ConflictError, match="can no longer change"):
        freeze(session, round_, settings)


@pytest.mark.parametrize("state", list(RoundState))
def test_no_state_goes_back_and_each_refusal_says_why(state):
    order = list(RoundState)[:-1]
    for wanted in RoundState:
        forward = state in order and wanted in order and order.index(wanted) == order.index(state) + 1
        voidable = wanted is RoundState.VOID and state in order[:4]
        if forward or voidable:
            check_step(state, wanted)
        else:
            with pytest.raises(ConflictError) as refused:
                check_step(state, wanted)
            assert str(refused.value) == REFUSALS[state]
    assert all(state not in NEXT[later] for later in NEXT[state])


def test_a_round_opens_only_with_slips_for_every_sheet(session, settings):
    round_ = halls.draft_round(session)
    freeze(session, round_, settings)
    codes.mint(session, round_, "S1", 60, "issue", reachable=True, by="tester", now=OPENS)

    with pytest.raises(ConflictError, match="党委票 has no slips"):
        lifecycle.open_(session, round_, "tester", OPENS)


def test_an_early_close_needs_a_second_person(session, settings):
    hall = halls.open_round(session, settings)
    round_ = rounds.get(session, hall.round_id)

    for second in ("", "tester"):
        with pytest.raises(ConflictError, match="second person"):
            lifecycle.close(session, round_, "tester", NOON, second)
    lifecycle.close(session, round_, "tester", NOON, "other")

    assert round_.state == RoundState.CLOSED
    assert "name second person" in {entry.act for entry in audit.entries(session)}


def test_a_void_destroys_ballots_codes_and_key_and_keeps_counts_and_reason(session, session_factory, settings):
    hall = halls.open_round(session, settings)
    for number, code in enumerate(hall.codes["S1"][:7]):
        with session_factory() as own:
            cast(own, code, bytes([number]) * 16, hall.marks(), "", "phone", NOON)
    round_ = rounds.get(session, hall.round_id)
    codes.mint(session, round_, "S1", 20, "reserve", reachable=True, by="tester", now=NOON)  # not counted as issued
    with pytest.raises(GongpingError, match="Write why"):
        lifecycle.void(session, round_, "  ", "tester", NOON)

    lifecycle.void(session, round_, "会场停电", "tester", NOON)
    session.commit()
    shredding.finish(session_factory, settings.key_folder)

    counts = {s.sheet: (s.issued, s.returned, s.valid) for s in session.scalars(select(OpenedSheet))}
    assert counts == {"S1": (60, 7, 0), "S2": (10, 0, 0)}
    assert round_.reason == "会场停电"
    assert list(session.scalars(select(Recorded.outcome))) == ["void"] * 7
    assert session.scalar(select(func.count()).select_from(Envelope)) == 0
    assert session.scalar(select(func.count()).select_from(Credential)) == 0
    assert keyfile.read_key(settings.key_folder, round_.id) is None


def test_a_void_round_is_repeated_for_the_groups_that_failed_with_new_codes(session, settings):
    hall = halls.open_round(session, settings)
    round_ = rounds.get(session, hall.round_id)
    with pytest.raises(ConflictError, match="Only a void round"):
        rounds.repeat(session, round_, [], "tester", NOON)
    lifecycle.void(session, round_, "会场停电", "tester", NOON)
    with pytest.raises(NotFoundError):
        rounds.repeat(session, round_, ["工会"], "tester", NOON)

    again = rounds.repeat(session, round_, ["居民"], "tester", NOON)
    freeze(session, again, settings, NOON)

    assert [sheet.group for sheet in manifest_of(again).sheets] == ["居民"]
    codes.mint(session, again, "S1", 60, "issue", reachable=True, by="tester", now=NOON)
    with pytest.raises(BadCodeError):
        find(session, hall.codes["S1"][0])


def test_a_trial_is_a_round_of_its_own_and_goes_when_the_round_is_frozen(session, session_factory, settings):
    round_ = halls.draft_round(session)
    trial = rounds.make_trial(session, round_, "tester", OPENS - timedelta(days=1))
    before_opening = OPENS - timedelta(days=1)
    freeze(session, trial, settings, before_opening)
    minted = [
        codes.mint(session, trial, sheet, size, "issue", reachable=True, by="tester", now=NOON)
        for sheet, size in (("S1", 60), ("S2", 10))
    ]
    lifecycle.open_(session, trial, "tester", before_opening)
    session.commit()
    with session_factory() as own:
        cast(own, minted[0].codes[0], bytes(16), bytes(9), "", "phone", before_opening)
    assert manifest_of(trial).trial
    assert trial.id != round_.id

    freeze(session, round_, settings)
    session.commit()
    shredding.finish(session_factory, settings.key_folder)

    assert [each.id for each in rounds.all_rounds(session)] == [round_.id]
    assert [path.stem for path in settings.key_folder.iterdir()] == [round_.id]
    assert session.scalar(select(func.count()).select_from(Envelope)) == 0


def test_a_draft_can_be_deleted_and_nothing_else(session, settings):
    round_ = halls.draft_round(session)
    lifecycle.delete_draft(session, round_, "tester", NOON)
    assert rounds.all_rounds(session) == []

    hall_round = rounds.create(session, PLAN % {"residents": 60}, "plan.yaml", "tester", NOON)
    freeze(session, hall_round, settings)
    with pytest.raises(ConflictError):
        lifecycle.delete_draft(session, hall_round, "tester", NOON)


def test_amendments_are_numbered_and_act_beside_the_manifest(session, settings):
    hall = halls.open_round(session, settings)
    round_ = rounds.get(session, hall.round_id)
    later = CLOSES + timedelta(days=1)

    amendments.extend_window(session, round_, "S1", "phone", later, BY)
    amendments.raise_entitled(session, round_, "S2", 12, BY)
    amendments.withdraw_target(session, round_, "C2", BY)

    holds = amended(round_)
    assert [(act.number, act.kind) for act in round_.amendments] == [
        (1, "extend_window"),
        (2, "raise_entitled"),
        (3, "withdraw_target"),
    ]
    assert holds.sheet("S1").windows["phone"].closes == later
    assert holds.sheet("S2").windows["phone"].closes == CLOSES
    assert (holds.sheet("S2").entitled, holds.manifest.sheet("S2").entitled) == (12, 10)
    assert holds.withdrawn == {"C2"}
    assert manifest_of(round_).digest() == round_.manifest_hash


def test_amendments_never_take_anything_back_and_need_a_reason(session, session_factory, settings):
    hall = halls.open_round(session, settings)
    round_ = rounds.get(session, hall.round_id)

    with pytest.raises(ConflictError, match="only be extended"):
        amendments.extend_window(session, round_, "S1", "phone", CLOSES, BY)
    with pytest.raises(NotFoundError):
        amendments.extend_window(session, round_, "S1", "paper", CLOSES + timedelta(days=1), BY)
    with pytest.raises(ConflictError, match="only be raised"):
        amendments.raise_entitled(session, round_, "S2", 10, BY)
    with pytest.raises(NotFoundError):
        amendments.withdraw_target(session, round_, "C9", BY)
    with pytest.raises(GongpingError, match="reason"):
        amendments.withdraw_target(session, round_, "C1", amendments.By("tester", " ", NOON))
    session.rollback()
    halls.cast_all(session_factory, hall)
    halls.close_round(session, hall)
    with pytest.raises(ConflictError):
        amendments.raise_entitled(session, round_, "S2", 99, BY)
    amendments.withdraw_target(session, round_, "C1", BY)
    session.commit()
    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)
    session.expire_all()
    with pytest.raises(ConflictError, match="revealed"):
        amendments.withdraw_target(session, round_, "C2", BY)


def test_an_extended_window_lets_late_ballots_in(session, session_factory, settings):
    hall = halls.open_round(session, settings)
    later = CLOSES + timedelta(days=1)
    amendments.extend_window(session, rounds.get(session, hall.round_id), "S1", "phone", later, BY)
    session.commit()

    with session_factory() as own:
        assert cast(own, hall.codes["S1"][0], bytes(16), hall.marks(), "", "phone", CLOSES).new


def test_documents_are_immutable_versions_found_by_name_and_number(session):
    first = documents.add(session, halls.QUESTIONNAIRE, "q.yaml", "tester", NOON)
    again = documents.add(session, halls.QUESTIONNAIRE, "q.yaml", "tester", NOON)
    second = documents.add(session, halls.QUESTIONNAIRE.replace("{id: 绩}", "{id: 廉}"), "q.yaml", "tester", NOON)

    assert first is again
    assert (first.version, second.version) == (1, 2)
    assert first.digest != second.digest
    assert [item.id for item in documents.questionnaire(session, "小测评").items] == ["德", "廉", "总体评价"]
    assert [item.id for item in documents.questionnaire(session, "小测评@1").items] == ["德", "绩", "总体评价"]
    with pytest.raises(NotFoundError, match="小测评"):
        documents.questionnaire(session, "小测评@3")


def test_a_town_starts_from_a_preset_and_adds_its_own_items(session):
    documents.add(
        session, "name: 镇干部测评\nextends: 干部年度测评\nitems: [{id: 学, hint: 爱学习}]\n", "q.yaml", "tester", NOON
    )

    items = [item.id for item in documents.questionnaire(session, "镇干部测评").items]

    assert {"德", "能", "勤", "绩", "廉", "总体评价", "学"} == set(items)


def test_a_preset_s_name_is_taken_and_a_bad_document_names_its_fields(session):
    with pytest.raises(ConflictError, match="preset"):
        documents.add(session, halls.QUESTIONNAIRE.replace("小测评", "干部年度测评"), "q.yaml", "tester", NOON)
    with pytest.raises(BadDocumentError) as refused:
        documents.add(session, halls.QUESTIONNAIRE.replace("{id: 绩}", "{id: 德}"), "q.yaml", "tester", NOON)
    assert "q.yaml" in str(refused.value)
    assert "德" in str(refused.value)
    with pytest.raises(BadDocumentError) as refused:
        documents.add(session, halls.SCHEME.replace("weight: 2", "weight: 两份"), "s.yaml", "tester", NOON)
    assert "groups.0.weight" in str(refused.value)
    assert "两份" in str(refused.value)

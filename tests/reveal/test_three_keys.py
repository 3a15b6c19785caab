"""Three keys: no one alone opens a round, any two do, and the key goes only after two parties counted the same."""

import json
from datetime import date
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from survey.crypto import keyfile
from survey.crypto.receipts import words
from survey.crypto.shares import PARTIES
from survey.errors import BadDocumentError, ConflictError, GongpingError, NotFoundError
from survey.manifest.states import RoundState
from survey.models import Batch, Canary, Envelope, OpenedRows, OpenedSheet, Signature
from survey.office import key_slips, round_key, shredding, signatures, slip_counts
from survey.office.key_slips import WrongSlipError
from survey.prepare import codes, lifecycle, rounds
from survey.prepare.freezing import freeze_check
from survey.reveal import agreement, appeals
from survey.reveal.ballot_box import box_of, export
from survey.reveal.opening import reveal
from tests import hall as halls
from tests import three_keys
from tests.hall import AFTER, NOON, OPENS


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


@pytest.fixture
def closed(session, session_factory, settings):
    guarded = three_keys.opened(session, settings)
    halls.cast_all(session_factory, guarded.hall, comment="好")
    three_keys.close_and_count(session, guarded)
    return guarded


@pytest.fixture
def agreed(session, settings, closed, tmp_path):
    three_keys.let_two_agree(session, settings, closed, tmp_path)
    return closed


def test_the_key_is_on_no_disk_while_the_round_is_open(session, settings):
    guarded = three_keys.opened(session, settings)

    key = round_key.private_key(
        session,
        rounds.get(session, guarded.hall.round_id),
        settings.key_folder,
        guarded.pair("organiser", "supervisor"),
    )

    assert keyfile.public_half(key).hex() == guarded.hall.manifest.public_key
    assert keyfile.read_key(settings.key_folder, guarded.hall.round_id) is None
    kept = b"".join(path.read_bytes() for path in settings.home.rglob("*") if path.is_file())
    assert not any(half in kept for half in (key, key[:16], key[16:]))
    assert not any(code.encode() in kept for code in guarded.slips.values())


@pytest.mark.parametrize("pair", list(combinations(PARTIES, 2)))
def test_any_two_parties_open_the_round_after_two_counted_the_same(session, session_factory, settings, agreed, pair):
    reveal(session_factory, agreed.hall.round_id, settings.key_folder, "tester", AFTER, codes=agreed.pair(*pair))

    session.expire_all()
    assert rounds.get(session, agreed.hall.round_id).state == RoundState.REVEALED
    assert sum(session.scalars(select(OpenedSheet.valid))) == 70
    assert (count(session, Envelope), count(session, Canary)) == (0, 0)
    assert list(settings.key_folder.iterdir()) == []


@pytest.mark.parametrize("party", PARTIES)
def test_one_party_alone_opens_nothing(session, session_factory, settings, agreed, party):
    for given in (agreed.pair(party), agreed.pair(party) | {"other": ""}, {}, agreed.slips):
        with pytest.raises(GongpingError, match="Two of the three"):
            reveal(session_factory, agreed.hall.round_id, settings.key_folder, "tester", AFTER, codes=given)

    assert count(session, Envelope) == 70


def test_a_wrong_code_is_refused_in_the_same_words_whatever_is_wrong(session, session_factory, settings, agreed):
    right = agreed.pair("organiser", "supervisor")
    said = set()
    for wrong in ("x", "0" * 28, agreed.slips["third_party"], right["organiser"][:-1], "没有"):
        with pytest.raises(WrongSlipError) as refused:
            reveal(
                session_factory,
                agreed.hall.round_id,
                settings.key_folder,
                "tester",
                AFTER,
                codes=right | {"organiser": wrong},
            )
        said.add(str(refused.value))

    assert len(said) == 1
    assert count(session, Envelope) == 70


@pytest.mark.parametrize("missing", ["organiser", "supervisor"])
def test_the_round_stays_closed_until_two_parties_counted_the_same(session, session_factory, settings, agreed, missing):
    session.query(Signature).filter_by(kind="tally", party=missing).delete()
    session.commit()

    with pytest.raises(ConflictError, match="with its own copy"):
        reveal(
            session_factory,
            agreed.hall.round_id,
            settings.key_folder,
            "tester",
            AFTER,
            codes=agreed.pair("organiser", "third_party"),
        )

    assert (count(session, Envelope), count(session, OpenedRows)) == (70, 0)
    assert len(list(settings.key_folder.glob("*.share"))) == 3


def test_a_ballot_that_is_missing_on_the_server_keeps_the_key(session, session_factory, settings, agreed):
    """What two parties counted from the exported box says more than what the server has now."""
    session.delete(session.scalars(select(Envelope).limit(1)).one())
    session.commit()

    with pytest.raises(ConflictError, match="counted something else"):
        reveal(
            session_factory,
            agreed.hall.round_id,
            settings.key_folder,
            "tester",
            AFTER,
            codes=agreed.pair("organiser", "third_party"),
        )

    assert len(list(settings.key_folder.glob("*.share"))) == 3


def test_a_forged_tally_is_refused(session, settings, closed, tmp_path):
    round_ = rounds.get(session, closed.hall.round_id)
    box = tmp_path / "box.jsonl"
    export(box_of(session, round_), settings.key_folder, box)
    good = three_keys.own_tally(box, closed, "organiser", "supervisor")
    other = json.loads(json.dumps(good))
    other["statement"]["content"]["rows"] = "0" * 64

    for forged in (other, good | {"party": "supervisor"}, good | {"signature": "00"}, [], {}, good | {"statement": 1}):
        with pytest.raises(GongpingError, match="not a tally"):
            agreement.accept(session, round_, forged, "tester", AFTER)

    assert agreement.accept(session, round_, good, "tester", AFTER) == "organiser"


def test_a_round_opens_only_when_each_of_three_slips_was_tried(session, settings):
    round_, guarded = three_keys.frozen(session, settings)
    three_keys.sign_all(session, guarded)
    for pair in (("organiser", "supervisor"), ("supervisor", "organiser")):
        with pytest.raises(ConflictError, match="Two different pairs"):
            lifecycle.open_(session, round_, "tester", OPENS)
        round_key.try_slips(session, round_, settings.key_folder, guarded.pair(*pair), "tester", OPENS)
    assert round_key.tried_pairs(session, round_) == [("organiser", "supervisor")]

    round_key.try_slips(session, round_, settings.key_folder, guarded.pair("organiser", "third_party"), "t", OPENS)
    lifecycle.open_(session, round_, "tester", OPENS)

    assert round_.state == RoundState.OPEN


def test_a_share_that_is_gone_or_altered_is_survived_and_said(session, settings):
    round_, guarded = three_keys.frozen(session, settings)
    (settings.key_folder / f"{round_.id}.organiser.share").unlink()
    path = settings.key_folder / f"{round_.id}.supervisor.share"
    whole = path.read_bytes()

    with pytest.raises(ConflictError, match="share of the organiser"):
        round_key.try_slips(session, round_, settings.key_folder, guarded.pair("organiser", "supervisor"), "t", OPENS)
    round_key.try_slips(session, round_, settings.key_folder, guarded.pair("third_party", "supervisor"), "t", OPENS)
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(ConflictError, match="share of the supervisor"):
        round_key.try_slips(session, round_, settings.key_folder, guarded.pair("third_party", "supervisor"), "t", OPENS)


def test_a_round_is_not_frozen_before_its_parties_have_key_slips(session, settings):
    round_ = halls.draft_round(session, plan=three_keys.THREE_KEYS)
    key_slips.make(session, round_, "organiser", "tester", OPENS)

    with pytest.raises(ConflictError, match=r"third party has no key slip.*supervisor has no key slip"):
        lifecycle.freeze(session, round_, settings, "tester", OPENS)


def test_a_void_round_leaves_no_share(session, session_factory, settings):
    _, guarded = three_keys.frozen(session, settings)

    lifecycle.void(session, rounds.get(session, guarded.hall.round_id), "误操作", "tester", NOON)
    session.commit()
    assert sorted(path.name.split(".")[1] for path in settings.key_folder.iterdir()) == sorted(PARTIES)

    shredding.finish(session_factory, settings.key_folder)

    assert list(settings.key_folder.iterdir()) == []


def test_a_signed_round_opens_only_when_rules_and_roll_are_signed(session, settings):
    round_, guarded = three_keys.frozen(session, settings, three_keys.SIGNED)
    with pytest.raises(ConflictError, match="signature of the organiser"):
        lifecycle.open_(session, round_, "tester", OPENS)
    signatures.sign(session, round_, "organiser", guarded.slips["organiser"], "tester", OPENS)
    with pytest.raises(ConflictError, match="signature of the third party"):
        lifecycle.open_(session, round_, "tester", OPENS)

    signatures.sign(session, round_, "third_party", guarded.slips["third_party"], "tester", OPENS)
    lifecycle.open_(session, round_, "tester", OPENS)

    assert round_.state == RoundState.OPEN
    assert [each.statement.kind for each in signatures.signed_statements(session, round_)] == [
        "manifest", "batch", "batch"
    ]  # fmt: skip
    with pytest.raises(ConflictError, match="nothing for you to sign"):
        signatures.sign(session, round_, "organiser", guarded.slips["organiser"], "tester", OPENS)


def test_slips_that_are_minted_later_are_signed_before_the_opening(session, session_factory, settings):
    guarded = three_keys.opened(session, settings, three_keys.SIGNED)
    round_ = rounds.get(session, guarded.hall.round_id)
    minted = codes.mint(session, round_, "S1", 20, "reserve", reachable=True, by="tester", now=NOON)
    guarded.hall.codes["S1"] += minted.codes
    session.commit()
    halls.cast_all(session_factory, guarded.hall)
    halls.close_round(session, guarded.hall)

    with pytest.raises(ConflictError, match=r"Batch of slips .*: the signature of the organiser is missing"):
        reveal(session_factory, round_.id, settings.key_folder, "tester", AFTER)


@pytest.mark.parametrize("change", [{"size": 61}, {"keys_sha256": "0" * 64}, {"kind": "reserve"}, {"sheet": "S2"}])
def test_a_batch_that_was_changed_after_it_was_signed_stops_the_reveal(session, session_factory, settings, change):
    guarded = three_keys.opened(session, settings, three_keys.SIGNED)
    round_ = three_keys.close_and_count(session, guarded)
    batch = session.scalars(select(Batch.id).where(Batch.sheet == "S1")).one()
    session.execute(update(Batch).where(Batch.id == batch).values(**change))
    session.commit()

    with pytest.raises(ConflictError, match="changed after it was signed"):
        reveal(session_factory, round_.id, settings.key_folder, "tester", AFTER)


def test_more_ballots_than_slips_handed_out_stop_the_reveal(session, session_factory, settings):
    guarded = three_keys.opened(session, settings, three_keys.SIGNED)
    halls.cast_all(session_factory, guarded.hall)
    round_ = three_keys.close_and_count(session, guarded, unused=1)

    with pytest.raises(ConflictError, match=r"居民.*60 ballots came, but only 59 slips were handed out"):
        reveal(session_factory, round_.id, settings.key_folder, "tester", AFTER)


def test_slips_that_do_not_add_up_are_not_taken(session, settings):
    guarded = three_keys.opened(session, settings, three_keys.SIGNED)
    round_ = halls.close_round(session, guarded.hall)

    with pytest.raises(ConflictError, match=r"60 slips were printed.*59 together"):
        slip_counts.record_count(session, round_, "S1", slip_counts.SlipsFound(50, 8, 1), "tester", AFTER)
    with pytest.raises(GongpingError, match="below 0"):
        slip_counts.record_count(session, round_, "S1", slip_counts.SlipsFound(61, -1, 0), "tester", AFTER)

    assert slip_counts.counts(session, round_) == {}


@pytest.fixture
def appealable(session, session_factory, settings, tmp_path):
    """Return a revealed round with an appeal period, and the receipts of its first sheet."""
    guarded = three_keys.opened(session, settings, "appeal_until: 2026-12-31\n" + three_keys.THREE_KEYS)
    receipts = halls.cast_all(session_factory, guarded.hall)
    round_ = three_keys.close_and_count(session, guarded)
    three_keys.let_two_agree(session, settings, guarded, tmp_path)
    reveal(session_factory, round_.id, settings.key_folder, "t", AFTER, codes=guarded.pair("organiser", "supervisor"))
    session.expire_all()
    return guarded, [words(each.receipt) for each in receipts]


def test_two_parties_look_at_one_ballot_again_by_its_receipt(session, settings, appealable):
    guarded, receipts = appealable
    round_ = rounds.get(session, guarded.hall.round_id)
    pair = guarded.pair("third_party", "supervisor")

    found = appeals.look_again(session, round_, settings.key_folder, pair, receipts[3], "tester", AFTER)

    cast = guarded.hall.marks("S1", 3)
    levels = ("优秀", "称职", "不称职", "不了解")
    assert (found.receipt, found.reason) == (receipts[3], "")
    assert [level for _, level in found.marks] == [levels[mark] if mark < 4 else "" for mark in cast]
    for wrong in ({"third_party": guarded.slips["third_party"]}, {}):
        with pytest.raises(GongpingError, match="Two of the three"):
            appeals.look_again(session, round_, settings.key_folder, wrong, receipts[3], "tester", AFTER)
    with pytest.raises(NotFoundError, match="No ballot of this round"):
        appeals.look_again(session, round_, settings.key_folder, pair, "0000 0000 0000 0000 0000", "tester", AFTER)


def test_the_appeal_file_lasts_until_its_last_day_and_no_longer(session, session_factory, settings, appealable):
    guarded, receipts = appealable
    round_id = guarded.hall.round_id
    kept = sorted(path.name.removeprefix(round_id) for path in settings.key_folder.iterdir())
    assert kept == [".appeal", *(f".{party}.appeal-share" for party in sorted(PARTIES))]

    assert shredding.end_appeals(session_factory, settings.key_folder, date(2026, 12, 31)) == []
    assert shredding.end_appeals(session_factory, settings.key_folder, date(2027, 1, 1)) == [round_id]

    assert list(settings.key_folder.iterdir()) == []
    with pytest.raises(ConflictError, match="no appeal file"):
        appeals.look_again(
            session,
            rounds.get(session, round_id),
            settings.key_folder,
            guarded.pair("organiser", "supervisor"),
            receipts[0],
            "tester",
            AFTER,
        )


def test_an_appeal_period_needs_three_keys_and_ends_after_the_last_window(session):
    with pytest.raises(BadDocumentError, match="appeal_until"):
        halls.draft_round(session, plan="appeal_until: 2026-12-31\n" + three_keys.SIGNED)
    session.rollback()

    round_ = halls.draft_round(session, plan="appeal_until: 2026-12-08\n" + three_keys.THREE_KEYS)
    report = freeze_check(session, round_, ZoneInfo("Asia/Shanghai"), OPENS)

    assert [str(each) for each in report.missing if "appeal" in str(each)] == [
        "appeal_until is 2026-12-08; allowed: a day after the last window."
    ]

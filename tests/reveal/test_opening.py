"""The reveal: what stays, what goes, and that nothing lies beside a code."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey.collect.ballots import cast
from survey.crypto import credentials, envelopes, keyfile
from survey.errors import ConflictError
from survey.manifest import marks as ballot_marks
from survey.manifest.states import RoundState
from survey.models import Batch, Comment, Credential, Envelope, OpenedRows, OpenedSheet, Recorded, Round
from survey.office import shredding
from survey.prepare import codes, rounds
from survey.reveal import opening
from survey.reveal.opening import reveal
from tests import hall as halls
from tests.hall import AFTER, NOON

PLANTED = "石榴花开在窗台第七格"


@pytest.fixture
def hall(session, settings):
    return halls.open_round(session, settings)


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def raw_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_reveal_keeps_rows_and_receipts_and_deletes_envelopes_credentials_and_key(
    session, session_factory, settings, hall
):
    receipts = halls.cast_all(session_factory, hall, comment="好")
    halls.close_round(session, hall)

    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)

    session.expire_all()
    assert rounds.get(session, hall.round_id).state == RoundState.REVEALED
    assert (count(session, Envelope), count(session, Credential)) == (0, 0)
    assert set(session.scalars(select(Recorded.receipt))) == {receipt.receipt for receipt in receipts}
    assert set(session.scalars(select(Recorded.outcome))) == {"counted"}
    assert count(session, Comment) == 70
    assert keyfile.read_key(settings.key_folder, hall.round_id) is None
    sheets = {s.sheet: (s.entitled, s.issued, s.returned, s.valid) for s in session.scalars(select(OpenedSheet))}
    assert sheets == {"S1": (60, 60, 60, 60), "S2": (10, 10, 10, 10)}


def test_rows_are_the_marks_that_were_cast_and_sorted(session, session_factory, settings, hall):
    halls.cast_all(session_factory, hall)
    halls.close_round(session, hall)
    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)

    [block] = session.scalars(select(OpenedRows).filter_by(group_id="居民", target_code="C2"))
    rows = [block.rows[start : start + block.width] for start in range(0, len(block.rows), block.width)]

    assert rows == sorted(hall.marks("S1", seed)[3:6] for seed in range(60))


def test_a_group_of_four_ballots_keeps_only_counts(session, session_factory, settings, hall):
    marks = [bytes([n % 3, (n + 1) % 3, (n + 2) % 3] * 3) for n in (0, 1, 2, 1)]
    for number, mark in enumerate(marks):
        with session_factory() as own:
            cast(own, hall.codes["S2"][number], bytes([number]) * 16, mark, "", "phone", NOON)
    halls.close_round(session, hall)
    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)

    [block] = session.scalars(select(OpenedRows).filter_by(group_id="党委", target_code="C1"))

    assert block.tallied
    assert [list(block.rows[item::3]) for item in range(3)] == [
        sorted(mark[item] for mark in marks) for item in range(3)
    ]
    assert block.rows[:3] not in marks


@pytest.mark.sqlite_only
def test_no_file_holds_a_comment_or_a_mark_before_the_close_and_the_control_would_show_it(
    session, session_factory, settings, hall, tmp_path
):
    halls.cast_all(session_factory, hall, comment=PLANTED)
    copy = tmp_path / "copy"
    shutil.copytree(settings.home / "database", copy)
    plaintext = ballot_marks.encode(hall.manifest, hall.manifest.sheet("S1"), hall.marks(), PLANTED)

    assert PLANTED.encode() not in raw_bytes(copy)
    assert plaintext[:12] not in raw_bytes(copy)

    # The control: the same ballot kept unsealed is found by the same search.
    envelope = session.scalars(select(Envelope).limit(1)).one()
    envelope.seal = plaintext
    session.commit()
    assert PLANTED.encode() in raw_bytes(settings.home / "database")
    assert plaintext[:12] in raw_bytes(settings.home / "database")


@pytest.mark.sqlite_only
def test_after_the_reveal_no_file_holds_anything_that_leads_from_a_code(session, session_factory, settings):
    hall = halls.open_round(session, settings, residents=190)
    halls.cast_all(session_factory, hall, comment=PLANTED)
    of_code = {
        code: credentials.public_bytes(credentials.derive(code, hall.round_id))
        for handed_out in hall.codes.values()
        for code in handed_out
    }
    before = raw_bytes(settings.home / "database")
    assert all(key in before for key in of_code.values())  # something could leak
    halls.close_round(session, hall)

    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)

    after = raw_bytes(settings.home)
    assert len(of_code) == 200
    assert not any(code.encode() in before + after for code in of_code)
    assert not any(key in after for key in of_code.values())
    assert PLANTED.encode() in after  # the comments were opened, apart from every code


def test_an_altered_envelope_is_listed_by_its_receipt_and_not_counted(session, session_factory, settings, hall):
    halls.cast_all(session_factory, hall)
    sealed = list(session.scalars(select(Envelope).order_by(Envelope.credential).limit(4)))
    sealed[0].seal = sealed[0].seal[:-1] + bytes([sealed[0].seal[-1] ^ 1])
    sealed[1].signature = bytes(64)
    forged = envelopes.seal(b"\x01" + bytes(20), bytes.fromhex(hall.manifest.public_key), hall.round_id, bytes(32))
    sealed[2].seal, sealed[2].receipt = forged, envelopes.receipt_of(forged)
    sealed[3].content_hash = bytes(32)
    session.commit()
    halls.close_round(session, hall)

    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)

    outcomes = sorted(session.scalars(select(Recorded.outcome).where(Recorded.outcome != "counted")))
    assert outcomes == ["receipt", "signature", "signature", "signature"]
    assert sum(session.scalars(select(OpenedSheet.valid))) == 66
    assert sum(session.scalars(select(OpenedSheet.returned))) == 70


def test_a_list_of_slips_that_somebody_wrote_into_stops_the_reveal(session, session_factory, settings, hall):
    halls.cast_all(session_factory, hall)
    round_ = halls.close_round(session, hall)
    batch = session.scalars(select(Batch).where(Batch.round_id == round_.id).limit(1)).one()
    session.add(Credential(public_key=bytes(32), batch_id=batch.id))
    session.commit()

    with pytest.raises(ConflictError, match="list of slips was changed"):
        reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)

    assert count(session, Envelope) == 70
    assert keyfile.read_key(settings.key_folder, hall.round_id) is not None


def test_ballots_on_reserve_slips_are_counted_apart(session, session_factory, settings, hall):
    spare = codes.mint(
        session, rounds.get(session, hall.round_id), "S1", 20, "reserve", reachable=True, by="t", now=NOON
    )
    session.commit()
    for number, code in enumerate([*hall.codes["S1"][:9], *spare.codes[:2]]):
        with session_factory() as own:
            cast(own, code, bytes([number]) * 16, hall.marks(), "", "phone", NOON)
    halls.close_round(session, hall)

    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)

    sheet = session.get_one(OpenedSheet, (hall.round_id, "S1"))
    assert (sheet.issued, sheet.returned, sheet.reserve, sheet.valid) == (60, 11, 2, 11)


@pytest.mark.parametrize("left", [None, b"", bytes(31), bytes(32)])
def test_without_its_key_a_round_stays_closed(session, session_factory, settings, hall, left):
    halls.cast_all(session_factory, hall)
    halls.close_round(session, hall)
    keyfile.destroy_key(settings.key_folder, hall.round_id)
    if left is not None:
        (settings.key_folder / f"{hall.round_id}.key").write_bytes(left)

    with pytest.raises(ConflictError, match="key"):
        reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)

    session.expire_all()
    assert rounds.get(session, hall.round_id).state == RoundState.CLOSED
    assert count(session, Envelope) == 70


def test_an_open_round_is_not_revealed(session_factory, settings, hall):
    with pytest.raises(ConflictError, match="Close it first"):
        reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)


def test_a_crash_between_commit_and_shredding_is_made_good_at_the_next_start(
    session, session_factory, settings, hall, monkeypatch
):
    halls.cast_all(session_factory, hall)
    halls.close_round(session, hall)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(opening.shredding, "finish", crash)
        with pytest.raises(KeyboardInterrupt):
            reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)
    assert keyfile.read_key(settings.key_folder, hall.round_id) is not None

    assert shredding.finish(session_factory, settings.key_folder) == [hall.round_id]

    session.expire_all()
    assert keyfile.read_key(settings.key_folder, hall.round_id) is None
    assert not session.get_one(Round, hall.round_id).shred_due
    assert shredding.finish(session_factory, settings.key_folder) == []

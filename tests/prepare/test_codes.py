"""Minting: how many, for whom, and what is left of a code."""

import pytest
from sqlalchemy import select

from survey.collect.ballots import cast
from survey.crypto import credentials
from survey.errors import ConflictError, GongpingError, NotFoundError
from survey.manifest.states import RoundState
from survey.models import Credential
from survey.office import audit
from survey.prepare import codes, lifecycle, rounds
from tests import hall as halls
from tests.hall import NOON, OPENS


@pytest.fixture
def round_(session, settings):
    made = halls.draft_round(session)
    lifecycle.freeze(session, made, settings, "tester", OPENS)
    return made


def mint(session, round_, size=60, sheet="S1", kind="issue", *, reachable=True):
    return codes.mint(session, round_, sheet, size, kind, reachable=reachable, by="tester", now=NOON)


def test_only_public_keys_are_kept(session, round_):
    minted = mint(session, round_)

    kept = set(session.scalars(select(Credential.public_key)))
    assert kept == {credentials.public_bytes(credentials.derive(code, round_.id)) for code in minted.codes}
    assert len(set(minted.codes)) == 60
    assert not any(code in repr(minted) for code in minted.codes)


def test_slips_come_in_another_order_than_the_keys(session, round_):
    minted = mint(session, round_)
    keys = [credentials.public_bytes(credentials.derive(code, round_.id)) for code in minted.codes]

    assert keys != sorted(keys)


def test_no_more_slips_than_entitled_are_issued_but_a_reserve_is_apart(session, round_):
    mint(session, round_, 40)
    with pytest.raises(ConflictError, match="at most 20 more"):
        mint(session, round_, 21)
    mint(session, round_, 20, kind="reserve")
    with pytest.raises(GongpingError, match="up to 60 slips"):
        mint(session, round_, 61, kind="reserve")

    assert len(mint(session, round_, 20).codes) == 20


@pytest.mark.parametrize(("sheet", "size"), [("S1", 19), ("S1", 0), ("S1", 5001), ("S2", 9)])
def test_a_batch_too_small_to_hide_in_is_refused(session, round_, sheet, size):
    with pytest.raises(GongpingError, match="allowed"):
        mint(session, round_, size, sheet)


def test_no_rest_is_left_that_could_not_be_a_batch_of_its_own(session, round_):
    with pytest.raises(GongpingError, match=r"leave 10 slips.*mint 60 at once"):
        mint(session, round_, 50)


def test_a_small_sheet_is_minted_whole(session, round_):
    assert len(mint(session, round_, 10, "S2").codes) == 10


def test_no_slips_while_raters_could_not_reach_the_address(session, round_):
    with pytest.raises(ConflictError, match="GONGPING_PUBLIC_ADDRESS"):
        mint(session, round_, reachable=False)


def test_a_draft_and_an_unknown_sheet_mint_nothing(session, round_):
    with pytest.raises(NotFoundError):
        mint(session, round_, sheet="S9")
    trial = rounds.create(session, round_.plan_source, "plan.yaml", "tester", NOON)
    with pytest.raises(ConflictError, match="draft"):
        mint(session, trial)


def test_a_failed_download_is_voided_and_minted_again(session, round_):
    batch = mint(session, round_).batch
    with pytest.raises(GongpingError, match="why"):
        codes.void_batch(session, batch, " ", "tester", NOON)

    codes.void_batch(session, batch, "下载失败", "tester", NOON)

    assert len(mint(session, round_).codes) == 60
    assert sorted(line.voided or "" for line in codes.batches(session, round_)) == ["", "下载失败"]
    with pytest.raises(ConflictError, match="void already"):
        codes.void_batch(session, batch, "再来", "tester", NOON)


def test_a_batch_whose_slips_were_used_cannot_be_voided(session, session_factory, settings):
    hall = halls.open_round(session, settings)
    with session_factory() as own:
        cast(own, hall.codes["S1"][0], bytes(16), hall.marks(), "", "phone", NOON)
    [line] = [line for line in codes.batches(session, rounds.get(session, hall.round_id)) if line.batch.sheet == "S1"]

    with pytest.raises(ConflictError, match="used"):
        codes.void_batch(session, line.batch, "下载失败", "tester", NOON)


def test_the_audit_log_says_how_many_and_never_which(session, round_):
    minted = mint(session, round_)

    [entry] = [entry for entry in audit.entries(session) if entry.act == "mint codes"]
    assert entry.detail == {"sheet": "S1", "size": 60, "kind": "issue"}
    assert not any(code in str(entry.detail) for code in minted.codes)
    assert round_.state == RoundState.FROZEN

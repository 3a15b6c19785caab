"""The steps before and at the end of collecting: freeze, open, close, void."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import rfc8785
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.db import stop_casting
from survey.errors import ConflictError, GongpingError
from survey.manifest.amended import amended, manifest_of
from survey.manifest.manifest import load_manifest
from survey.manifest.states import RoundState, TwoPersonAct, check_step, require
from survey.models import (
    Amendment,
    Approval,
    Batch,
    Comment,
    Credential,
    Envelope,
    OpenedCheck,
    OpenedCovariance,
    OpenedRows,
    OpenedSheet,
    PartyKey,
    Recorded,
    Result,
    Round,
    RoundStep,
    VoidedBatch,
)
from survey.office import approvals, audit, round_key, signatures, two_people
from survey.office.slip_counts import issued_by_sheet, returned_by_sheet
from survey.office.steps import record_step
from survey.prepare.drafting import draft


def freeze(session: Session, round_: Round, settings: Settings, by: str, now: datetime, second: str = "") -> None:
    """Fix everything the round is in its manifest, make its key, delete its trials.

    Parameters
    ----------
    second
        Login of a second person, said on the command line; on the pages the second person agrees.

    Raises
    ------
    ConflictError
        Where the round isn't a draft, something is missing (the message lists it), or a second person must agree.
    """
    content = _content(session, round_, settings, now)
    what = _digest(content)
    approvals.carry_out(session, round_, TwoPersonAct.FREEZE, what, by, now, second)
    for trial in session.scalars(select(Round).where(Round.parent_id == round_.id, Round.trial)).all():
        delete_trial(session, trial)
    public_key = round_key.make(session, round_, content["seal"], settings.key_folder)
    keys = {"public_key": public_key.hex()}
    if content["appeal_until"]:
        keys["appeal_key"] = round_key.make_appeal_key(session, round_, settings.key_folder).hex()
    manifest = load_manifest({**content, **keys})
    round_.manifest, round_.manifest_hash, round_.public_key = manifest.document(), manifest.digest(), public_key
    if manifest.seal == round_key.THREE_KEYS:
        round_key.plant_canary(session, round_)
    record_step(session, round_, RoundState.FROZEN, by, now)


def draft_digest(session: Session, round_: Round, settings: Settings, now: datetime) -> str:
    """Return the SHA-256 of everything that a freeze of this draft would fix, but for the key that it makes.

    Raises
    ------
    ConflictError
        Where the round isn't a draft, or something is missing; the message lists it.
    """
    return _digest(_content(session, round_, settings, now))


def open_(session: Session, round_: Round, by: str, now: datetime) -> None:
    """Open a frozen round; its doors still keep to their windows.

    Raises
    ------
    ConflictError
        Where the round isn't frozen, a sheet has no slips yet, key slips were not tried, or a signature is missing.
    """
    check_step(RoundState(round_.state), RoundState.OPEN)
    query = (
        select(Batch.sheet)
        .outerjoin(VoidedBatch)
        .where(Batch.round_id == round_.id, Batch.kind == "issue", VoidedBatch.batch_id.is_(None))
    )
    minted = set(session.scalars(query))
    for sheet in amended(round_).sheets.values():
        if sheet.id not in minted:
            raise ConflictError("The sheet %(sheet)s has no slips yet. Mint its codes first.", sheet=sheet.label)
    if manifest_of(round_).seal == round_key.THREE_KEYS and round_key.untested(session, round_):
        raise ConflictError(
            "Two different pairs of key slips must open the test envelope first, so that each of the three was tried."
        )
    signatures.check_signed(session, round_)
    record_step(session, round_, RoundState.OPEN, by, now)


def close(session: Session, round_: Round, by: str, now: datetime, second: str = "") -> None:
    """Close an open round: no ballot is accepted from here on.

    Parameters
    ----------
    second
        Login of a second person, said on the command line; on the pages the second person agrees.

    Raises
    ------
    ConflictError
        Where the round isn't open, or a window still runs and no second person agrees.
    """
    check_step(RoundState(round_.state), RoundState.CLOSED)
    approvals.carry_out(session, round_, TwoPersonAct.CLOSE, two_people.rules(round_), by, now, second)
    record_step(session, round_, RoundState.CLOSED, by, now)


def void(session: Session, round_: Round, reason: str, by: str, now: datetime) -> None:
    """Void a round: envelopes and credentials are destroyed, the key goes after the commit.

    Counts, the reason and the receipts are kept, so that whoever looks a receipt up learns what became of it.

    The caller commits and then calls ``office.shredding.finish``.

    Raises
    ------
    ConflictError
        Where the round was revealed or is void already.
    GongpingError
        Without a reason.
    """
    check_step(RoundState(round_.state), RoundState.VOID)
    if not reason.strip():
        raise GongpingError("Write why the round is voided; the reason is kept.")
    stop_casting(session, round_.id)  # a ballot recorded after its receipt was not kept would be lost
    if round_.manifest_hash is not None:
        _keep_counts(session, round_)
        _keep_receipts(session, round_)
        _destroy_ballots(session, round_)
        round_key.forget(session, round_)
        round_.shred_due = True
    round_.reason = reason.strip()
    record_step(session, round_, RoundState.VOID, by, now)


_OF_ROUND = (
    Approval,
    Batch,
    Recorded,
    OpenedRows,
    OpenedSheet,
    OpenedCheck,
    OpenedCovariance,
    Comment,
    Result,
    Amendment,
    RoundStep,
)


def delete_trial(session: Session, trial: Round) -> None:
    """Delete everything of a trial round; its key and its row go after the commit, by ``shredding.finish``.

    Raises
    ------
    ConflictError
        Where the round isn't a trial.
    """
    if not trial.trial:
        raise ConflictError("Only a trial can be deleted; a real round is voided, and its counts stay.")
    stop_casting(session, trial.id)
    _destroy_ballots(session, trial)
    batches = select(Batch.id).where(Batch.round_id == trial.id)
    session.execute(delete(VoidedBatch).where(VoidedBatch.batch_id.in_(batches)))
    for table in _OF_ROUND:
        session.execute(delete(table).where(table.round_id == trial.id))
    session.expire(trial, ["steps", "amendments"])
    trial.state, trial.parent_id, trial.shred_due = RoundState.VOID.value, None, True
    session.flush()


def delete_draft(session: Session, round_: Round, by: str, now: datetime) -> None:
    """Delete a draft that was never frozen, with its trials.

    Raises
    ------
    ConflictError
        Where the round is no longer a draft.
    """
    require(RoundState(round_.state), RoundState.DRAFT)
    for trial in session.scalars(select(Round).where(Round.parent_id == round_.id, Round.trial)).all():
        delete_trial(session, trial)
    audit.record(session, by, "delete draft", round_.id, {"name": round_.name}, now)
    session.execute(delete(PartyKey).where(PartyKey.round_id == round_.id))
    session.execute(delete(Approval).where(Approval.round_id == round_.id))
    session.delete(round_)
    session.flush()


def _content(session: Session, round_: Round, settings: Settings, now: datetime) -> dict[str, Any]:
    check_step(RoundState(round_.state), RoundState.FROZEN)
    drafted = draft(session, round_, settings.zone, now)
    if drafted.missing or drafted.content is None:
        lines = "; ".join(str(notice) for notice in drafted.missing)
        raise ConflictError("The round cannot be frozen yet: %(lines)s", lines=lines)
    return {**drafted.content, "public_address": settings.public_address}


def _digest(content: dict[str, Any]) -> str:
    return sha256(rfc8785.dumps(content)).hexdigest()


def _keep_counts(session: Session, round_: Round) -> None:
    issued, returned = issued_by_sheet(session, round_), returned_by_sheet(session, round_)
    for sheet in amended(round_).sheets.values():
        session.add(
            OpenedSheet(
                round_id=round_.id,
                sheet=sheet.id,
                group_id=sheet.group,
                entitled=sheet.entitled,
                issued=issued.get(sheet.id, 0),
                returned=returned.get(sheet.id, 0),
                valid=0,
            )
        )


def _keep_receipts(session: Session, round_: Round) -> None:
    kept = (Envelope.receipt, Envelope.attempt_hash, Envelope.content_hash)
    query = select(*kept).join(Credential).join(Batch).where(Batch.round_id == round_.id).order_by(Envelope.receipt)
    for receipt, attempt_hash, content_hash in session.execute(query).all():
        session.add(
            Recorded(
                receipt=receipt,
                round_id=round_.id,
                attempt_hash=attempt_hash,
                content_hash=content_hash,
                outcome="void",
            )
        )


def _destroy_ballots(session: Session, round_: Round) -> None:
    batches = select(Batch.id).where(Batch.round_id == round_.id)
    keys = select(Credential.public_key).where(Credential.batch_id.in_(batches))
    session.execute(delete(Envelope).where(Envelope.credential.in_(keys)))
    session.execute(delete(Credential).where(Credential.batch_id.in_(batches)))

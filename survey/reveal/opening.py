"""The reveal: open every envelope once, keep sorted rows, destroy the key."""

import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from survey import db
from survey.crypto.digests import tally_salt
from survey.errors import NotFoundError
from survey.manifest.states import RoundState, TwoPersonAct, check_step
from survey.models import Batch, Comment, Credential, Envelope, OpenedSheet, Recorded, Round
from survey.office import approvals, round_key, shredding, signatures
from survey.office.round_key import Codes
from survey.office.slip_counts import check_slips, issued_by_sheet
from survey.office.steps import record_step
from survey.office.two_people import rules
from survey.reveal import appeals
from survey.reveal.agreement import check_agreed
from survey.reveal.ballot_box import BallotBox, box_of
from survey.reveal.counted_box import CountedBox, count_box
from survey.reveal.opened_box import Progress, open_box


def reveal(
    sessions: sessionmaker[Session],
    round_id: str,
    keys: Path,
    by: str,
    now: datetime,
    progress: Progress | None = None,
    codes: Codes | None = None,
    *,
    second: str = "",
) -> None:
    """Open a closed round: one transaction stores what is kept and deletes the envelopes; then the key goes.

    The key is destroyed only after the stored rows were read back and compared; a crash in between is made good by
    ``shredding.finish`` at the next start.

    Parameters
    ----------
    codes
        With three keys: party → the code of its key slip, of two parties.
    second
        Login of a second person, said on the command line; on the pages the second person agrees.

    Raises
    ------
    NotFoundError, ConflictError
        Where there is no such round, it isn't closed, its key isn't there, no envelope at all can be opened, a
        signature is missing, the slips don't add up, two parties didn't come to the same tally by themselves, or a
        second person must agree.
    GongpingError
        Where the codes are not those of two parties.
    """
    with sessions() as session:
        # A closed round takes no more envelopes, so they are opened without holding up other rounds' ballots.
        round_ = _closed(session, round_id)
        approvals.check(session, round_, TwoPersonAct.REVEAL, rules(round_), by, now, second)
        private_key = round_key.private_key(session, round_, keys, codes or {})
        signatures.check_signed(session, round_)
        box = box_of(session, round_)
        check_slips(session, round_)
        opened = open_box(box, private_key, progress)
        salt = tally_salt(private_key)
        counted = count_box(box.holds.manifest, opened, salt)
        check_agreed(session, round_, counted.statement)
        appeals.keep(box, private_key, keys)
        session.rollback()
        db.begin_writing(session)
        round_ = _closed(session, round_id)
        _store(session, round_, box, counted)
        _keep(session, counted)
        _forget(session, round_)
        round_.opened_salt, round_.opened_sha256 = salt, bytes.fromhex(counted.statement.content["rows"])
        round_.shred_due = True
        approvals.carry_out(session, round_, TwoPersonAct.REVEAL, rules(round_), by, now, second)
        record_step(session, round_, RoundState.REVEALED, by, now)
        session.commit()
    if round_id not in shredding.finish(sessions, keys):
        raise RuntimeError("the opened rows read back differ from those opened; the key was kept")


def _closed(session: Session, round_id: str) -> Round:
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFoundError("There is no round %(round)s.", round=round_id)
    check_step(RoundState(round_.state), RoundState.REVEALED)
    return round_


def _keep(session: Session, counted: CountedBox) -> None:
    """Keep the opened rows, what ballot rules found, and how targets move together."""
    # Sorted by their keys, so that not even the order of insertion follows the order of the envelopes.
    rows = sorted(counted.rows, key=lambda block: (block.group_id, block.target_code))
    session.add_all([*rows, *counted.checked.checks, *counted.covariances])
    session.flush()


def _store(session: Session, round_: Round, box: BallotBox, counted: CountedBox) -> None:
    """Keep receipts, comments and numbers of ballots, in an order that says nothing."""
    recorded = [
        Recorded(
            receipt=envelope.receipt,
            round_id=round_.id,
            attempt_hash=envelope.attempt_hash,
            content_hash=envelope.content_hash,
            outcome=outcome,
        )
        for envelope, outcome in counted.opened.outcomes
    ]
    comments = [
        Comment(id=secrets.token_bytes(16), round_id=round_.id, group_id=group, text=text)
        for group, text in counted.opened.comments
    ]
    recorded.sort(key=lambda each: each.receipt)
    comments.sort(key=lambda each: each.id)
    session.add_all([*recorded, *comments])
    issued = issued_by_sheet(session, round_)
    for sheet in box.holds.sheets.values():
        session.add(
            OpenedSheet(
                round_id=round_.id,
                sheet=sheet.id,
                group_id=sheet.group,
                entitled=sheet.entitled,
                issued=issued.get(sheet.id, 0),
                returned=counted.opened.returned.get(sheet.id, 0),
                reserve=counted.opened.reserve.get(sheet.id, 0),
                valid=counted.valid(sheet.id),
            )
        )
    session.flush()


def _forget(session: Session, round_: Round) -> None:
    of_round = select(Credential.public_key).join(Batch).where(Batch.round_id == round_.id)
    session.execute(delete(Envelope).where(Envelope.credential.in_(of_round)))
    batches = select(Batch.id).where(Batch.round_id == round_.id)
    session.execute(delete(Credential).where(Credential.batch_id.in_(batches)))
    round_key.forget(session, round_)

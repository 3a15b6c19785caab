"""The reveal: open every envelope once, keep sorted rows, destroy the key."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from survey import db
from survey.crypto.keyfile import public_half, read_key
from survey.errors import ConflictError, NotFoundError
from survey.manifest.amended import Amended, amended
from survey.manifest.states import RoundState, check_step
from survey.models import (
    Batch,
    Comment,
    Credential,
    Envelope,
    OpenedCheck,
    OpenedCovariance,
    OpenedRows,
    OpenedSheet,
    Recorded,
    Round,
    VoidedBatch,
)
from survey.office import shredding
from survey.office.slip_counts import issued_by_sheet
from survey.office.steps import record_step
from survey.reveal.ballot_checks import Checked, check_ballots
from survey.reveal.covariances import kept_covariances
from survey.reveal.cutting import cut
from survey.reveal.envelopes import Opened, open_envelope, rows_digest

Progress = Callable[[int, int], None]


@dataclass
class _Content:
    """What one opening found."""

    marks: dict[str, list[bytes]] = field(default_factory=dict)
    comments: list[tuple[str, str]] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    returned: dict[str, int] = field(default_factory=dict)
    reserve: dict[str, int] = field(default_factory=dict)


def reveal(
    sessions: sessionmaker[Session],
    round_id: str,
    keys: Path,
    by: str,
    now: datetime,
    progress: Progress | None = None,
) -> None:
    """Open a closed round: one transaction stores what is kept and deletes the envelopes; then the key goes.

    The key is destroyed only after the stored rows were read back and compared; a crash in between is made good by
    ``shredding.finish`` at the next start.

    Raises
    ------
    NotFoundError, ConflictError
        Where there is no such round, it isn't closed, its key isn't there, or no envelope at all can be opened.
    """
    with sessions() as session:
        # A closed round takes no more envelopes, so they are opened without holding up other rounds' ballots.
        round_ = _closed(session, round_id)
        private_key = _private_key(round_, keys)
        _check_roll(session, round_)
        holds = amended(round_)
        content = _open_all(session, round_, holds, private_key, progress)
        _some_opened(content)
        checked = check_ballots(holds.manifest, content.marks)
        covariances = kept_covariances(holds.manifest, checked.marks)
        blocks = cut(holds.manifest, checked.marks)
        expected = rows_digest([(block.group_id, block.target_code, block.rows) for block in blocks])
        session.rollback()
        db.begin_writing(session)
        round_ = _closed(session, round_id)
        _store(session, round_, holds, content, checked)
        _keep(session, blocks, [*checked.checks, *covariances])
        _forget(session, round_)
        round_.shred_due = True
        record_step(session, round_, RoundState.REVEALED, by, now)
        session.commit()
    with sessions() as session:
        _compare(session, round_id, expected)
    shredding.finish(sessions, keys)


def _closed(session: Session, round_id: str) -> Round:
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFoundError("There is no round %(round)s.", round=round_id)
    check_step(RoundState(round_.state), RoundState.REVEALED)
    return round_


def _private_key(round_: Round, keys: Path) -> bytes:
    private_key = read_key(keys, round_.id)
    if private_key is None or public_half(private_key) != round_.public_key:
        raise ConflictError(
            "The key of this round is not on this host. Put its key file back into the key folder, or void the round."
        )
    return private_key


def _check_roll(session: Session, round_: Round) -> None:
    """Refuse a round whose list of slips is longer or shorter than what was minted: somebody wrote into it."""
    counted = select(Batch.id, Batch.size, func.count(Credential.public_key)).outerjoin(Credential)
    for batch, size, found in session.execute(
        counted.where(Batch.round_id == round_.id).group_by(Batch.id, Batch.size)
    ):
        if size != found:
            raise ConflictError(
                "Batch %(batch)s has %(found)s slips in the database but %(size)s were minted. The list of slips was "
                "changed, so nothing was opened: restore it, or void the round.",
                batch=batch,
                found=found,
                size=size,
            )


def _open_all(
    session: Session, round_: Round, holds: Amended, private_key: bytes, progress: Progress | None
) -> _Content:
    content = _Content()
    query = select(Envelope, Batch, VoidedBatch).select_from(Envelope).join(Credential)
    query = query.join(Batch).outerjoin(VoidedBatch).where(Batch.round_id == round_.id)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    for done, (envelope, batch, voided) in enumerate(session.execute(query.execution_options(yield_per=1000)), 1):
        sheet = holds.manifest.sheet(batch.sheet)
        opened = "voided batch" if voided else open_envelope(envelope, holds.manifest, sheet, private_key)
        content.returned[sheet.id] = content.returned.get(sheet.id, 0) + 1
        content.reserve[sheet.id] = content.reserve.get(sheet.id, 0) + (batch.kind == "reserve")
        if isinstance(opened, Opened):
            content.marks.setdefault(sheet.id, []).append(opened.marks)
            if opened.comment.strip():
                content.comments.append((sheet.group, opened.comment))
        content.recorded.append(
            Recorded(
                receipt=envelope.receipt,
                round_id=round_.id,
                attempt_hash=envelope.attempt_hash,
                content_hash=envelope.content_hash,
                outcome="counted" if isinstance(opened, Opened) else opened,
            )
        )
        if progress:
            progress(done, total)
    return content


def _some_opened(content: _Content) -> None:
    """Refuse to destroy anything where every envelope is signed and none unseals: then rules or key are wrong."""
    if content.recorded and all(recorded.outcome == "seal" for recorded in content.recorded):
        raise ConflictError(
            "None of the %(total)s envelopes could be opened: the rules or the key are not those they were sealed "
            "with. Nothing was destroyed. Bring the database and the key back from where they were right, or void "
            "the round.",
            total=len(content.recorded),
        )


def _keep(session: Session, blocks: list[OpenedRows], sums: list[OpenedCheck | OpenedCovariance]) -> None:
    """Keep the opened rows, what ballot rules found, and how targets move together."""
    # Sorted by their keys, so that not even the order of insertion follows the order of the envelopes.
    blocks.sort(key=lambda block: (block.group_id, block.target_code))
    session.add_all([*blocks, *sums])
    session.flush()


def _store(session: Session, round_: Round, holds: Amended, content: _Content, checked: Checked) -> None:
    """Keep receipts, comments and numbers of ballots, in an order that says nothing."""
    content.recorded.sort(key=lambda recorded: recorded.receipt)
    comments = [
        Comment(id=secrets.token_bytes(16), round_id=round_.id, group_id=group, text=text)
        for group, text in content.comments
    ]
    comments.sort(key=lambda comment: comment.id)
    session.add_all([*content.recorded, *comments])
    issued = issued_by_sheet(session, round_)
    for sheet in holds.sheets.values():
        session.add(
            OpenedSheet(
                round_id=round_.id,
                sheet=sheet.id,
                group_id=sheet.group,
                entitled=sheet.entitled,
                issued=issued.get(sheet.id, 0),
                returned=content.returned.get(sheet.id, 0),
                reserve=content.reserve.get(sheet.id, 0),
                valid=len(content.marks.get(sheet.id, [])) - checked.void[sheet.id],
            )
        )
    session.flush()


def _forget(session: Session, round_: Round) -> None:
    of_round = select(Credential.public_key).join(Batch).where(Batch.round_id == round_.id)
    session.execute(delete(Envelope).where(Envelope.credential.in_(of_round)))
    batches = select(Batch.id).where(Batch.round_id == round_.id)
    session.execute(delete(Credential).where(Credential.batch_id.in_(batches)))


def _compare(session: Session, round_id: str, expected: bytes) -> None:
    stored = session.scalars(select(OpenedRows).where(OpenedRows.round_id == round_id))
    found = rows_digest([(block.group_id, block.target_code, block.rows) for block in stored])
    if found != expected:
        raise RuntimeError("the opened rows read back differ from those opened; the key was kept")

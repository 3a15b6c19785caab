"""Turnout: coarse before the close, so that a watcher can't tell who just voted; nothing for small groups."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.manifest.amended import amended
from survey.models import Batch, Credential, Envelope, Round, VoidedBatch

SMALLEST_SHOWN = 10


@dataclass(frozen=True)
class SheetTurnout:
    """A sheet's turnout in tenths of its entitled number; ``None`` where the sheet is too small to show."""

    sheet: str
    label: str
    group: str
    entitled: int
    issued: int
    tenths: int | None


def coarse(session: Session, round_: Round) -> list[SheetTurnout]:
    """Return the turnout of every sheet, in tenths, rounded down."""
    returned = count_by_sheet(session, round_)
    issued = issued_by_sheet(session, round_)
    return [
        SheetTurnout(
            sheet=sheet.id,
            label=sheet.label,
            group=sheet.group,
            entitled=sheet.entitled,
            issued=issued.get(sheet.id, 0),
            tenths=min(10, 10 * returned.get(sheet.id, 0) // sheet.entitled)
            if sheet.entitled >= SMALLEST_SHOWN
            else None,
        )
        for sheet in amended(round_).sheets.values()
    ]


def count_by_sheet(session: Session, round_: Round) -> dict[str, int]:
    """Return how many envelopes each sheet has; exact, so never for a page while the round is open."""
    query = (
        select(Batch.sheet, func.count())
        .join(Credential, Credential.batch_id == Batch.id)
        .join(Envelope)
        .where(Batch.round_id == round_.id)
        .group_by(Batch.sheet)
    )
    return dict(session.execute(query).all())


def issued_by_sheet(session: Session, round_: Round) -> dict[str, int]:
    """Return how many slips each sheet has to hand out: issue batches that weren't voided."""
    query = (
        select(Batch.sheet, func.sum(Batch.size))
        .outerjoin(VoidedBatch)
        .where(Batch.round_id == round_.id, Batch.kind == "issue", VoidedBatch.batch_id.is_(None))
        .group_by(Batch.sheet)
    )
    return dict(session.execute(query).all())

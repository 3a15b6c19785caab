"""How many slips each sheet was given and how many envelopes came back; never which."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.models import Batch, Credential, Envelope, Round, VoidedBatch


def returned_by_sheet(session: Session, round_: Round) -> dict[str, int]:
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

"""How many slips each sheet was given, what became of them, and how many envelopes came back; never which."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.errors import ConflictError, GongpingError
from survey.manifest.amended import manifest_of
from survey.manifest.states import RoundState, require
from survey.models import Batch, Credential, Envelope, Round, SlipCount, VoidedBatch
from survey.office import audit


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


def printed_by_sheet(session: Session, round_: Round) -> dict[str, int]:
    """Return how many slips of each sheet were printed, reserve included, in batches that weren't voided."""
    query = (
        select(Batch.sheet, func.sum(Batch.size))
        .outerjoin(VoidedBatch)
        .where(Batch.round_id == round_.id, VoidedBatch.batch_id.is_(None))
        .group_by(Batch.sheet)
    )
    return dict(session.execute(query).all())


@dataclass(frozen=True)
class SlipsFound:
    """What became of a sheet's slips."""

    handed_out: int
    unused: int
    spoiled: int

    @property
    def together(self) -> int:
        """All of them."""
        return self.handed_out + self.unused + self.spoiled


def record_count(session: Session, round_: Round, sheet: str, found: SlipsFound, by: str, now: datetime) -> None:
    """Keep what became of a sheet's slips, after the close; counting again replaces it until the round is opened.

    Raises
    ------
    ConflictError
        Where the round isn't closed, or the numbers don't add up to what was printed.
    GongpingError
        For a number below 0.
    NotFoundError
        When the round has no such sheet.
    """
    require(RoundState(round_.state), RoundState.CLOSED)
    label = manifest_of(round_).sheet(sheet).label
    if min(vars(found).values()) < 0:
        raise GongpingError("A number of slips cannot be below 0.")
    printed = printed_by_sheet(session, round_).get(sheet, 0)
    if found.together != printed:
        raise ConflictError(
            "%(sheet)s: %(printed)s slips were printed, but handed out, unused and spoiled ones are %(found)s "
            "together. Count again.",
            sheet=label,
            printed=printed,
            found=found.together,
        )
    kept = session.get(SlipCount, (round_.id, sheet)) or SlipCount(round_id=round_.id, sheet=sheet)
    kept.handed_out, kept.unused, kept.spoiled = found.handed_out, found.unused, found.spoiled
    session.add(kept)
    audit.record(session, by, "count slips", round_.id, {"sheet": sheet, **vars(found)}, now)


def counts(session: Session, round_: Round) -> dict[str, SlipsFound]:
    """Return sheet → what became of its slips, for those that were counted."""
    kept = session.scalars(select(SlipCount).where(SlipCount.round_id == round_.id))
    return {each.sheet: SlipsFound(each.handed_out, each.unused, each.spoiled) for each in kept}


def check_slips(session: Session, round_: Round) -> None:
    """Refuse to open a signed round before its slips were counted, or where more ballots came than were handed out.

    Raises
    ------
    ConflictError
        Naming the sheet.
    """
    manifest = manifest_of(round_)
    if not manifest.parties:
        return
    counted, printed, returned = (
        counts(session, round_),
        printed_by_sheet(session, round_),
        returned_by_sheet(session, round_),
    )
    for sheet in manifest.sheets:
        own = counted.get(sheet.id)
        if own is None or own.together != printed.get(sheet.id, 0):
            raise ConflictError("%(sheet)s: count what became of its slips first.", sheet=sheet.label)
        if returned.get(sheet.id, 0) > own.handed_out:
            raise ConflictError(
                "%(sheet)s: %(returned)s ballots came, but only %(handed_out)s slips were handed out. Count again; "
                "if it stays so, void the round.",
                sheet=sheet.label,
                returned=returned.get(sheet.id, 0),
                handed_out=own.handed_out,
            )

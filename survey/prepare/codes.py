"""Minting: codes exist only on the slips; what stays is a batch of public keys."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from survey.crypto import credentials
from survey.db import stop_casting
from survey.errors import ConflictError, GongpingError, NotFoundError
from survey.manifest.amended import amended
from survey.manifest.statements import keys_digest
from survey.manifest.states import RoundState, require
from survey.models import Batch, Credential, Envelope, Round, VoidedBatch
from survey.office import audit

SMALLEST_BATCH = 20
LARGEST_BATCH = 5000


@dataclass(frozen=True)
class Minted:
    """A batch and its codes; the codes live in this value only, until the slips are drawn."""

    batch: Batch
    codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class BatchLine:
    """A batch and why it was voided, if it was."""

    batch: Batch
    voided: str | None


def mint(
    session: Session,
    round_: Round,
    sheet_id: str,
    size: int,
    kind: str,
    *,
    reachable: bool,
    by: str,
    now: datetime,
) -> Minted:
    """Mint `size` codes for a sheet and keep their public keys, sorted, in one batch.

    Parameters
    ----------
    kind
        ``issue``: to hand out, counted against the entitled number; ``reserve``: sealed, replaces lost slips.
    reachable
        Whether the slips will carry an address that raters can reach (a demonstration says so and goes on).

    Raises
    ------
    ConflictError
        Where the round isn't frozen or open, raters couldn't reach the address, or more than the entitled would
        get a slip.
    GongpingError
        For a size so small that a pile of slips would tell who drew which.
    """
    require(RoundState(round_.state), RoundState.FROZEN, RoundState.OPEN)
    if not reachable:
        raise ConflictError("Set GONGPING_PUBLIC_ADDRESS first: slips must carry an address that raters can reach.")
    entitled = amended(round_).sheet(sheet_id).entitled
    _check_size(session, round_, sheet_id, size, kind, entitled)
    codes = [credentials.new_code() for _ in range(size)]
    keys = sorted(credentials.public_bytes(credentials.derive(code, round_.id)) for code in codes)
    batch = Batch(
        id=secrets.token_hex(8),
        round_id=round_.id,
        sheet=sheet_id,
        size=size,
        kind=kind,
        keys_sha256=keys_digest(keys),
    )
    session.add(batch)
    session.flush()
    session.execute(insert(Credential), [{"public_key": key, "batch_id": batch.id} for key in keys])
    secrets.SystemRandom().shuffle(codes)
    audit.record(session, by, "mint codes", round_.id, {"sheet": sheet_id, "size": size, "kind": kind}, now)
    return Minted(batch, tuple(codes))


def void_batch(session: Session, batch: Batch, reason: str, by: str, now: datetime) -> None:
    """Void a whole batch whose slips were never handed out (a failed download, a misprint).

    Raises
    ------
    ConflictError
        Where it is void already, or a slip of it was used.
    GongpingError
        Without a reason.
    """
    if not reason.strip():
        raise GongpingError("Write why this batch is voided.")
    if session.get(VoidedBatch, batch.id):
        raise ConflictError("This batch is void already.")
    stop_casting(session, batch.round_id)  # no slip of it is used between this question and the commit
    used = select(Envelope.credential).join(Credential).where(Credential.batch_id == batch.id).limit(1)
    if session.scalar(used) is not None:
        raise ConflictError("Slips of this batch were handed out and used, so it can no longer be voided.")
    session.add(VoidedBatch(batch_id=batch.id, reason=reason.strip()))
    session.flush()
    audit.record(session, by, "void batch", batch.round_id, {"batch": batch.id, "reason": reason.strip()}, now)


def get_batch(session: Session, round_: Round, batch_id: str) -> Batch:
    """Return a batch of the round.

    Raises
    ------
    NotFoundError
        When the round has no such batch.
    """
    batch = session.get(Batch, batch_id)
    if batch is None or batch.round_id != round_.id:
        raise NotFoundError("This round has no batch %(batch)s.", batch=batch_id)
    return batch


def batches(session: Session, round_: Round) -> list[BatchLine]:
    """Return the round's batches by sheet and kind; never in the order of minting, which isn't kept."""
    query = (
        select(Batch, VoidedBatch.reason)
        .outerjoin(VoidedBatch)
        .where(Batch.round_id == round_.id)
        .order_by(Batch.sheet, Batch.kind, Batch.id)
    )
    return [BatchLine(batch, voided) for batch, voided in session.execute(query).all()]


def _check_size(session: Session, round_: Round, sheet: str, size: int, kind: str, entitled: int) -> None:
    if kind not in {"issue", "reserve"}:
        raise GongpingError("A batch is %(kind)s; allowed: issue or reserve.", kind=kind)
    least = min(SMALLEST_BATCH, entitled)
    if not least <= size <= LARGEST_BATCH:
        raise GongpingError("A batch of %(size)s is not possible; allowed: %(least)s to %(most)s slips.",
                            size=size, least=least, most=LARGEST_BATCH)  # fmt: skip
    if kind == "reserve" and size > max(entitled, SMALLEST_BATCH):
        raise GongpingError(
            "A reserve of %(size)s is more than this sheet could need; allowed: up to %(most)s slips.",
            size=size,
            most=max(entitled, SMALLEST_BATCH),
        )
    if kind == "issue":
        query = (
            select(func.coalesce(func.sum(Batch.size), 0))
            .outerjoin(VoidedBatch)
            .where(Batch.round_id == round_.id, Batch.sheet == sheet, Batch.kind == "issue")
            .where(VoidedBatch.batch_id.is_(None))
        )
        minted = session.scalar(query) or 0
        if minted + size > entitled:
            raise ConflictError(
                "%(minted)s slips are minted and %(entitled)s people are entitled, so at most %(left)s more can be.",
                minted=minted, entitled=entitled, left=entitled - minted,
            )  # fmt: skip
        if 0 < entitled - minted - size < SMALLEST_BATCH:
            raise GongpingError(
                "This would leave %(rest)s slips, too few for a batch of their own; mint %(left)s at once.",
                rest=entitled - minted - size,
                left=entitled - minted,
            )

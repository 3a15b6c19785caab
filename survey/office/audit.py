"""The audit log: what staff did, when, in which round. A rater's act never comes here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.models import AuditEntry


def record(
    session: Session,
    login: str,
    act: str,
    round_id: str | None,
    detail: Mapping[str, Any],
    now: datetime,
) -> AuditEntry:
    """Write one entry. `detail` says what was done, never a password, a code or a mark."""
    entry = AuditEntry(at=now, login=login, act=act, round_id=round_id, detail=dict(detail))
    session.add(entry)
    session.flush()
    return entry


def entries(
    session: Session, *, round_id: str | None = None, limit: int | None = None, offset: int = 0
) -> list[AuditEntry]:
    """Return the entries, the latest first: of one round, or of everything."""
    chosen = select(AuditEntry).order_by(AuditEntry.number.desc()).offset(offset).limit(limit)
    if round_id is not None:
        chosen = chosen.where(AuditEntry.round_id == round_id)
    return list(session.scalars(chosen))


def count(session: Session, *, round_id: str | None = None) -> int:
    """Return how many entries there are: of one round, or of everything."""
    counted = select(func.count()).select_from(AuditEntry)
    if round_id is not None:
        counted = counted.where(AuditEntry.round_id == round_id)
    return session.scalar(counted) or 0

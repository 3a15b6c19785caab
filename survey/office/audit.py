"""The audit log: what staff did, when, in which round; each entry is chained to the one before.

A rater's act never comes here.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785
from sqlalchemy import ColumnElement, Text, func, select, true, type_coerce
from sqlalchemy.orm import Session

from survey.crypto import chain
from survey.crypto.chain import Head
from survey.db import STAFF, lock_key
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
    _take_turn(session)
    last = head(session)
    at, number, kept = now.astimezone(UTC).replace(microsecond=0), last.number + 1, dict(detail)
    content = _content(number, at.isoformat(timespec="seconds"), login, act, round_id, kept, last.hash)
    entry = AuditEntry(
        number=number,
        at=at,
        login=login,
        act=act,
        round_id=round_id,
        detail=kept,
        hash=bytes.fromhex(chain.entry_hash(content)),
    )
    session.add(entry)
    session.flush()
    return entry


def entries(
    session: Session, *, round_ids: Collection[str] | None = None, limit: int | None = None, offset: int = 0
) -> list[AuditEntry]:
    """Return the entries, the latest first: of some rounds, or of everything."""
    chosen = select(AuditEntry).order_by(AuditEntry.number.desc()).offset(offset).limit(limit)
    return list(session.scalars(chosen.where(_of(round_ids))))


def count(session: Session, *, round_ids: Collection[str] | None = None) -> int:
    """Return how many entries there are: of some rounds, or of everything."""
    return session.scalar(select(func.count()).select_from(AuditEntry).where(_of(round_ids))) or 0


def _of(round_ids: Collection[str] | None) -> ColumnElement[bool]:
    return true() if round_ids is None else AuditEntry.round_id.in_(round_ids)


def head(session: Session) -> Head:
    """Return the last entry's number and hash, as they are stored; number 0 for an empty log."""
    last = select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    found = session.execute(last).first()
    return Head(found.number, found.hash.hex()) if found else chain.EMPTY


def export(session: Session, round_id: str | None = None) -> Iterator[bytes]:
    """Yield the log as lines of canonical JSON, as stored: `chain.check` says whether they fit together.

    Of one round only its entries are given, each with the hash of the entry before it, whosever that is.
    """
    previous = chain.FIRST
    as_stored = type_coerce(AuditEntry.at, Text).label("at"), type_coerce(AuditEntry.detail, Text).label("detail")
    others = AuditEntry.number, AuditEntry.login, AuditEntry.act, AuditEntry.round_id, AuditEntry.hash
    query = select(*others, *as_stored).order_by(AuditEntry.number)
    with session.execute(query.execution_options(yield_per=500)) as rows:
        for row in rows:
            if round_id is None or row.round_id == round_id:
                content = _content(row.number, row.at, row.login, row.act, row.round_id, _detail(row.detail), previous)
                yield chain.to_line({**content, "hash": row.hash.hex()})
            previous = row.hash.hex()


def _content(*values: object) -> dict[str, Any]:
    return dict(zip(chain.FIELDS, values, strict=True))


def _detail(stored: str) -> object:
    """Return what stands in the text; where somebody wrote what is no JSON, the text, which then fits no hash."""
    try:
        value = json.loads(stored)
        rfc8785.dumps(value)
    except ValueError:
        return stored
    return value


def _take_turn(session: Session) -> None:
    """Wait for the staff's writer's turn, where the act did not begin by taking it; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(lock_key(STAFF))))

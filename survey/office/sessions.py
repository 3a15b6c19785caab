"""Signed-in browsers: the cookie holds a random token, the database only its SHA-256."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from survey.db import begin_writing
from survey.models import Account, StaffSession

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
# A session is not written to the disk at every click; it ends at most this much early.
TOUCH_EVERY: Final = timedelta(minutes=1)
TOKEN_BYTES: Final = 32


def token_hash(token: str) -> bytes:
    """Return what the database keeps of `token`."""
    return hashlib.sha256(token.encode()).digest()


def start(session: Session, account: Account, now: datetime) -> str:
    """Sign `account` in and return the new token; sessions past their limits are swept away."""
    session.execute(
        delete(StaffSession).where(
            or_(StaffSession.created_at <= now - ABSOLUTE, StaffSession.last_seen_at <= now - IDLE)
        )
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(StaffSession(token_hash=token_hash(token), login=account.login, created_at=now, last_seen_at=now))
    session.flush()
    return token


def find(session: Session, token: str, now: datetime) -> StaffSession | None:
    """Return the live session of `token`, or nothing: unknown, too old, idle too long, or of a disabled account."""
    found = session.get(StaffSession, token_hash(token))
    if found is None or not found.account.active or not _live(found, now):
        return None
    return found


def touch(session: Session, seen: StaffSession, now: datetime) -> bool:
    """Note, once in a while, that `seen` was used; return whether there is something to commit."""
    if now - seen.last_seen_at < TOUCH_EVERY:
        return False
    # What was read is left behind first: another writer in between would make this one fail.
    key = seen.token_hash
    session.rollback()
    begin_writing(session)
    session.execute(update(StaffSession).where(StaffSession.token_hash == key).values(last_seen_at=now))
    return True


def of(session: Session, login: str, now: datetime) -> list[StaffSession]:
    """Return the live sessions of `login`, the latest used first."""
    kept = session.scalars(select(StaffSession).where(StaffSession.login == login))
    live = [each for each in kept if _live(each, now)]
    return sorted(live, key=lambda each: (each.last_seen_at, each.created_at), reverse=True)


def end(session: Session, token: str) -> None:
    """Sign the browser that holds `token` out."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash(token)))


def end_all(session: Session, login: str, but: bytes | None = None) -> None:
    """Sign every browser of `login` out, but for the one whose token's hash is `but`."""
    ended = delete(StaffSession).where(StaffSession.login == login)
    session.execute(ended if but is None else ended.where(StaffSession.token_hash != but))


def _live(seen: StaffSession, now: datetime) -> bool:
    return now - seen.created_at < ABSOLUTE and now - seen.last_seen_at < IDLE

"""Signed-in browsers: the cookie holds a random token, the database only its SHA-256."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from survey.db import begin_writing
from survey.manifest.states import RoundState
from survey.models import Account, Round, StaffSession
from survey.office.permissions import DOOR_ROLES

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
# A session is not written to the disk at every click; it ends at most this much early.
TOUCH_EVERY: Final = timedelta(minutes=1)
TOKEN_BYTES: Final = 32
# How long the second factor is waited for once the password was right.
SECOND_STEP: Final = timedelta(minutes=5)
# For how long who proved again to be there may do what weighs most.
CONFIRMED: Final = timedelta(minutes=5)
UNDER_WAY: Final = {RoundState.DRAFT, RoundState.FROZEN, RoundState.OPEN}


def under_way(round_: Round) -> bool:
    """Return whether the round still has work for clerks and interviewers."""
    return RoundState(round_.state) in UNDER_WAY


def admitted(account: Account) -> bool:
    """Return whether `account` may be signed in: it is enabled, and its round, if it has one, is not over."""
    if account.role in DOOR_ROLES and (account.round is None or not under_way(account.round)):
        return False
    return account.active


def token_hash(token: str) -> bytes:
    """Return what the database keeps of `token`."""
    return hashlib.sha256(token.encode()).digest()


def start(session: Session, account: Account, now: datetime, browser: str | None = None, *, half: bool = False) -> str:
    """Sign `account` in and return the new token; sessions past their limits are swept away.

    With `half`, the second factor is still asked for: the token opens nothing but that step.
    """
    session.execute(
        delete(StaffSession).where(
            or_(
                StaffSession.created_at <= now - ABSOLUTE,
                StaffSession.last_seen_at <= now - IDLE,
                StaffSession.second_step_until <= now,
            )
        )
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        StaffSession(
            token_hash=token_hash(token),
            login=account.login,
            created_at=now,
            last_seen_at=now,
            browser=browser,
            second_step_until=now + SECOND_STEP if half else None,
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, now: datetime) -> StaffSession | None:
    """Return the live session of `token`, or nothing.

    Nothing is what an unknown one is, one that is too old or idle too long, one whose account is disabled or whose
    round is over, and one that the second factor is still asked of.
    """
    found = session.get(StaffSession, token_hash(token))
    if found is None or not _live(found, now) or not admitted(found.account):
        return None
    return found


def find_half(session: Session, token: str, now: datetime) -> StaffSession | None:
    """Return the session of `token` if all that it lacks is the second factor, and there is still time for it."""
    found = session.get(StaffSession, token_hash(token))
    if found is None or found.second_step_until is None or now >= found.second_step_until:
        return None
    return found if admitted(found.account) else None


def confirm(session: Session, token_hash_: bytes, now: datetime) -> None:
    """Note that the person at this browser has just proved again who it is."""
    session.execute(update(StaffSession).where(StaffSession.token_hash == token_hash_).values(confirmed_at=now))


def confirmed(seen: StaffSession, now: datetime) -> bool:
    """Return whether that was minutes ago."""
    return seen.confirmed_at is not None and now - seen.confirmed_at < CONFIRMED


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


def end_one(session: Session, login: str, mark: str) -> bool:
    """Sign out the one browser of `login` whose token's hash begins with `mark`; return whether there was one."""
    kept = session.scalars(select(StaffSession).where(StaffSession.login == login)).all()
    found = [each for each in kept if mark and each.mark == mark]
    for each in found:
        session.delete(each)
    session.flush()
    return bool(found)


def end_all(session: Session, login: str, but: bytes | None = None) -> None:
    """Sign every browser of `login` out, but for the one whose token's hash is `but`."""
    ended = delete(StaffSession).where(StaffSession.login == login)
    session.execute(ended if but is None else ended.where(StaffSession.token_hash != but))


def _live(seen: StaffSession, now: datetime) -> bool:
    if seen.second_step_until is not None:
        return False
    return now - seen.created_at < ABSOLUTE and now - seen.last_seen_at < IDLE

"""Staff accounts: who may sign in, under which role, with which password (kept as argon2id only)."""

import re
import secrets
from datetime import datetime
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.errors import ConflictError, GongpingError, NotFoundError
from survey.models import Account, Round, Unit
from survey.office import sessions
from survey.office.permissions import ADMINISTRATOR, DOOR_ROLES, ROLES, UNIT_ROLES

SHORTEST: Final = 10
LONGEST: Final = 200  # hashing takes time in proportion: an answer to who posts a novel
LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
# Without 0 O 1 l I: a password that is read from a screen and typed once.
ALPHABET: Final = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
GENERATED: Final = 16

HASHER: Final = PasswordHasher()


class BadAccountError(GongpingError):
    """A login, a name, a role or a password that cannot be taken."""

    status = 422


class BadPlaceError(BadAccountError):
    """A unit or a round that does not go with the role, or is none."""


def fold(login: str) -> str:
    """Return `login` as it is kept: without case and surrounding space."""
    return login.strip().casefold()


def add(
    session: Session,
    *,
    login: str,
    name: str,
    role: str,
    now: datetime,
    password: str | None = None,
    unit_code: str | None = None,
    round_: Round | None = None,
) -> Account:
    """Add an account and return it.

    Parameters
    ----------
    password
        Without one, nobody can sign in until the person has set one, see ``resets``.
    unit_code
        The unit that it is tied to: it sees that one and what lies below. None: the whole office.
    round_
        The round that a clerk or an interviewer works for.

    Raises
    ------
    BadAccountError
        When the login, the name, the role, the password, the unit or the round cannot be taken.
    ConflictError
        When the login is in use, under whatever case it is written.
    """
    login = fold(login)
    if not LOGIN.fullmatch(login):
        raise BadAccountError(
            "The login %(login)s cannot be used: 2 to 32 characters, letters a to z, digits, and . _ - between them.",
            login=login,
        )
    if not name.strip():
        raise BadAccountError("The name is missing.")
    if role not in ROLES:
        raise BadAccountError("%(role)s is not a role. Allowed: %(roles)s", role=role, roles=", ".join(ROLES))
    _check_place(session, role, unit_code, round_)
    if session.get(Account, login) is not None:
        raise ConflictError("The login %(login)s is in use. Choose another one.", login=login)
    account = Account(
        login=login,
        name=name.strip(),
        role=role,
        password_hash=_of_nobody() if password is None else hashed(login, password),
        active=True,
        created_at=now,
        unit_code=unit_code,
        round=round_,
    )
    session.add(account)
    session.flush()
    return account


def get(session: Session, login: str) -> Account:
    """Return the account of `login`.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    account = session.get(Account, fold(login))
    if account is None:
        raise NotFoundError("There is no account %(login)s.", login=fold(login))
    return account


def of_round(session: Session, round_: Round) -> list[Account]:
    """Return the clerks and interviewers of a round, those that may sign in first."""
    found = session.scalars(select(Account).where(Account.round_id == round_.id))
    return sorted(found, key=lambda each: (not each.active, each.role, each.login))


def all_accounts(session: Session) -> list[Account]:
    """Return every account: those that may sign in first, then by role and login."""
    found = session.scalars(select(Account))
    return sorted(found, key=lambda each: (not each.active, ROLES.index(each.role), each.login))


def sign_in(session: Session, login: str, password: str) -> Account | None:
    """Return the account that `login` and `password` open, or nothing.

    An unknown login, a disabled account and one whose round is over cost the same work as a wrong password, so
    that neither the answer nor its time says which logins exist.
    """
    account = session.get(Account, fold(login))
    known = account is not None and sessions.admitted(account)
    right = _matches(account.password_hash if account is not None else _nobody(), password)
    if account is None or not known or not right:
        return None
    if HASHER.check_needs_rehash(account.password_hash):
        account.password_hash = HASHER.hash(password)
    return account


def change_password(session: Session, account: Account, password: str, *, keep: bytes | None = None) -> None:
    """Give `account` a new password and sign its browsers out, but for the session whose hash is `keep`."""
    account.password_hash = hashed(account.login, password)
    sessions.end_all(session, account.login, but=keep)


def holds(account: Account, password: str) -> bool:
    """Return whether `password` is the account's."""
    return _matches(account.password_hash, password)


def disable(session: Session, account: Account) -> None:
    """Let `account` sign in no more, and sign its browsers out. What it did stays in the log.

    Raises
    ------
    ConflictError
        When it is the last administrator: nobody could let anyone in again.
    """
    if account.role == ADMINISTRATOR and account.active and _administrators(session) == 1:
        raise ConflictError("This is the last administrator. Add another one first.")
    account.active = False
    sessions.end_all(session, account.login)


def enable(account: Account) -> None:
    """Let `account` sign in again, with the password that it had."""
    account.active = True


def generate_password() -> str:
    """Return a random password of about 92 bits, to be shown once."""
    return "".join(secrets.choice(ALPHABET) for _ in range(GENERATED))


def _administrators(session: Session) -> int:
    counted = select(func.count()).where(Account.role == ADMINISTRATOR, Account.active)
    return session.scalar(counted) or 0


def _check_place(session: Session, role: str, unit_code: str | None, round_: Round | None) -> None:
    """Refuse a unit or a round that doesn't go with the role."""
    if unit_code is not None and role not in UNIT_ROLES:
        raise BadPlaceError("An account with the role %(role)s is not tied to a unit.", role=role)
    if unit_code is not None and session.get(Unit, unit_code) is None:
        raise BadPlaceError("The roster has no unit %(code)s.", code=unit_code)
    if (role in DOOR_ROLES) != (round_ is not None):
        raise BadPlaceError("Clerks and interviewers, and only they, belong to a round. Role: %(role)s", role=role)
    if round_ is not None and not sessions.under_way(round_):
        raise BadPlaceError("The round is over: nobody can be added to it any more.")


def hashed(login: str, password: str) -> str:
    """Return what is kept of a new password.

    Raises
    ------
    BadAccountError
        When it is too short, too long, or the login itself.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadAccountError(
            "The password must have %(shortest)s to %(longest)s characters.", shortest=SHORTEST, longest=LONGEST
        )
    if fold(password) == login:
        raise BadAccountError("The password must not be the login.")
    return HASHER.hash(password)


def _matches(kept: str, password: str) -> bool:
    if len(password) > LONGEST:
        password = ""  # never right, and the same work as any other
    try:
        return HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def _of_nobody() -> str:
    """Return the hash of a password that nobody knows."""
    return HASHER.hash(secrets.token_hex())


@cache
def _nobody() -> str:
    return _of_nobody()

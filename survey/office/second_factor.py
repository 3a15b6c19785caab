"""The second factor: a six-digit code that changes every half minute (RFC 6238), and recovery codes beside it."""

from datetime import datetime
from hmac import compare_digest
from typing import Final

import pyotp
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from survey.crypto import kept_secrets
from survey.models import Account, RecoveryCode, SecondFactor
from survey.office import one_time_codes

PURPOSE: Final = "second factor"
SECONDS: Final = 30
EARLIER_OR_LATER: Final = 1  # steps that a telephone's clock may be off
RECOVERY_CODES: Final = 10
ISSUER: Final = "公评"


def holds(session: Session, login: str) -> bool:
    """Return whether the account has a second factor that is in force."""
    kept = session.get(SecondFactor, login)
    return kept is not None and kept.confirmed_at is not None


def begin(session: Session, account: Account, installation: bytes) -> None:
    """Make a secret for an app to take over; it counts for nothing until `confirm`. One in force is left alone."""
    if holds(session, account.login):
        return
    sealed = kept_secrets.seal(installation, PURPOSE, account.login, pyotp.random_base32().encode())
    session.merge(SecondFactor(login=account.login, sealed=sealed, confirmed_at=None, last_step=None))
    session.flush()


def offered(session: Session, account: Account, installation: bytes) -> str | None:
    """Return the secret that waits to be taken over by an app; nothing once it is in force: it is shown no more."""
    kept = session.get(SecondFactor, account.login)
    return None if kept is None or kept.confirmed_at is not None else _secret(kept, installation)


def address(account: Account, secret: str) -> str:
    """Return what the QR holds for the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=ISSUER)


def confirm(session: Session, account: Account, code: str, installation: bytes, now: datetime) -> list[str] | None:
    """Put the second factor in force if `code` is right, and return its recovery codes; else nothing."""
    kept = session.get(SecondFactor, account.login)
    if kept is None or kept.confirmed_at is not None or not _take(session, kept, code, installation, now):
        return None
    session.execute(update(SecondFactor).where(SecondFactor.login == account.login).values(confirmed_at=now))
    session.expire(kept)
    return new_recovery_codes(session, account)


def passes(session: Session, login: str, code: str, installation: bytes, now: datetime) -> bool:
    """Return whether `code` is right just now, and use it up: it is right once."""
    kept = session.get(SecondFactor, login)
    return kept is not None and kept.confirmed_at is not None and _take(session, kept, code, installation, now)


def passes_by_recovery(session: Session, login: str, code: str) -> bool:
    """Return whether `code` is one of the account's recovery codes, and use it up."""
    kept = one_time_codes.code_hash("recovery", login, code)
    gone = delete(RecoveryCode).where(RecoveryCode.code_hash == kept, RecoveryCode.login == login)
    return session.execute(gone.returning(RecoveryCode.login)).first() is not None


def new_recovery_codes(session: Session, account: Account) -> list[str]:
    """Return ten new recovery codes; the ones before are worth nothing any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.login == account.login))
    codes = [one_time_codes.make() for _ in range(RECOVERY_CODES)]
    hashes = sorted(one_time_codes.code_hash("recovery", account.login, code) for code in codes)
    session.add_all(RecoveryCode(code_hash=kept, login=account.login) for kept in hashes)
    session.flush()
    return codes


def recovery_codes_left(session: Session, login: str) -> int:
    """Return how many recovery codes were not used yet."""
    return session.scalar(select(func.count()).where(RecoveryCode.login == login)) or 0


def remove(session: Session, login: str) -> None:
    """Take the second factor away, with its recovery codes."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.login == login))
    session.execute(delete(SecondFactor).where(SecondFactor.login == login))
    session.expire_all()


def _secret(kept: SecondFactor, installation: bytes) -> str | None:
    secret = kept_secrets.unseal(installation, PURPOSE, kept.login, kept.sealed)
    return None if secret is None else secret.decode()


def _take(session: Session, kept: SecondFactor, code: str, installation: bytes, now: datetime) -> bool:
    """Use a code up if it is right; one UPDATE both asks and takes, so that two requests cannot use the same one."""
    secret = _secret(kept, installation)
    step = _step_of(secret, "".join(code.split()), now) if secret else None
    if step is None:
        return False
    unused = or_(SecondFactor.last_step.is_(None), SecondFactor.last_step < step)
    taken = update(SecondFactor).where(SecondFactor.login == kept.login, unused).values(last_step=step)
    return session.execute(taken.returning(SecondFactor.login)).first() is not None


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step that `code` belongs to, of the present one and its neighbours; all are compared."""
    present, counter, found = int(now.timestamp()) // SECONDS, pyotp.HOTP(secret), None
    for step in range(present - EARLIER_OR_LATER, present + EARLIER_OR_LATER + 1):
        if compare_digest(counter.at(step).encode(), code.encode()):
            found = step
    return found

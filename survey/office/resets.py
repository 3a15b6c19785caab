"""A forgotten password, without e-mail: an administrator hands over a code, the person sets a new password with it."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from survey.models import Account, PasswordReset
from survey.office import accounts, one_time_codes, sessions

VALID: Final = timedelta(hours=24)
PURPOSE: Final = "reset"


def give(session: Session, account: Account, now: datetime) -> str:
    """Return a code that sets a new password for `account` once, within a day; an earlier one is worth nothing now."""
    code = one_time_codes.make()
    kept = one_time_codes.code_hash(PURPOSE, account.login, code)
    session.merge(PasswordReset(login=account.login, code_hash=kept, expires_at=now + VALID))
    session.flush()
    return code


def use(session: Session, login: str, code: str, password: str, now: datetime) -> Account | None:
    """Set the password of `login` if `code` was given for it; return the account, or nothing.

    Whether the login is unknown, its account disabled, or the code wrong, used or too old: the answer and the work
    are the same, for the new password is hashed first in any case.

    Raises
    ------
    BadAccountError
        When the password cannot be taken; no code is looked at then.
    """
    login = accounts.fold(login)
    hashed = accounts.hashed(login, password)
    kept = one_time_codes.code_hash(PURPOSE, login, code)
    fits = (PasswordReset.login == login, PasswordReset.code_hash == kept, PasswordReset.expires_at > now)
    found = session.execute(delete(PasswordReset).where(*fits).returning(PasswordReset.login)).first()
    account = session.get(Account, login)
    if found is None or account is None or not sessions.admitted(account):
        return None
    account.password_hash = hashed
    sessions.end_all(session, login)
    session.flush()
    return account

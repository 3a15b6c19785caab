"""How often a password or a code may be guessed: failures are counted in memory.

Passwords per login and address, and per address; codes of the second factor per login alone: only who knows the
password gets so far, so nobody else can lock a login out.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from survey.errors import GongpingError

WINDOW: Final = timedelta(minutes=15)
PER_LOGIN: Final = 5
PER_ADDRESS: Final = 50
# Each failure costs the server a hash; past this many kept keys, those that are over are forgotten.
MANY: Final = 10_000

Key = tuple[str, ...]


class TooManyGuessesError(GongpingError):
    """Too many failed sign-ins; the same words whether the login exists or not."""

    status = 429


@dataclass
class Throttle:
    """Failures of the last quarter of an hour. A correct password is not looked at while it is shut."""

    failures: dict[Key, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))
    lock: Lock = field(default_factory=Lock)

    def check(self, login: str, address: str, now: datetime) -> None:
        """Pass, or refuse another guess at `login` from `address`.

        Raises
        ------
        TooManyGuessesError
            After 5 failures on one login from one address, or 50 from one address.
        """
        self._check({(login, address): PER_LOGIN, (address,): PER_ADDRESS}, now)

    def check_code(self, login: str, now: datetime) -> None:
        """Pass, or refuse another guess at the second factor of `login`, from wherever.

        Raises
        ------
        TooManyGuessesError
            After 5 wrong codes.
        """
        self._check({_codes(login): PER_LOGIN}, now)

    def fail(self, login: str, address: str, now: datetime) -> None:
        """Count a failure."""
        with self.lock:
            self.failures[login, address].append(now)
            self.failures[address,].append(now)

    def succeed(self, login: str, address: str) -> None:
        """Forget the failures on `login` from `address`: the right person is there."""
        with self.lock:
            self.failures.pop((login, address), None)

    def fail_code(self, login: str, now: datetime) -> None:
        """Count a wrong code."""
        with self.lock:
            self.failures[_codes(login)].append(now)

    def succeed_code(self, login: str) -> None:
        """Forget the wrong codes of `login`."""
        with self.lock:
            self.failures.pop(_codes(login), None)

    def _check(self, limits: dict[Key, int], now: datetime) -> None:
        with self.lock:
            if len(self.failures) > MANY:
                self._forget(now)
            if any(self._count(key, now) >= limit for key, limit in limits.items()):
                raise TooManyGuessesError(
                    "Too many failed attempts to sign in. Wait a quarter of an hour and try again."
                )

    def _count(self, key: Key, now: datetime) -> int:
        kept = self.failures.get(key)
        while kept and now - kept[0] >= WINDOW:
            kept.popleft()
        return len(kept or ())

    def _forget(self, now: datetime) -> None:
        for key in [key for key in self.failures if not self._count(key, now)]:
            del self.failures[key]


def _codes(login: str) -> Key:
    return ("code", login, "")

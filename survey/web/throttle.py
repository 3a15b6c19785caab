"""How often a password may be guessed: failures are counted in memory, per login and address, and per address."""

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
        with self.lock:
            if len(self.failures) > MANY:
                self._forget(now)
            if self._count((login, address), now) >= PER_LOGIN or self._count((address,), now) >= PER_ADDRESS:
                raise TooManyGuessesError(
                    "Too many failed attempts to sign in. Wait a quarter of an hour and try again."
                )

    def fail(self, login: str, address: str, now: datetime) -> None:
        """Count a failure."""
        with self.lock:
            self.failures[login, address].append(now)
            self.failures[address,].append(now)

    def succeed(self, login: str, address: str) -> None:
        """Forget the failures on `login` from `address`: the right person is there."""
        with self.lock:
            self.failures.pop((login, address), None)

    def _count(self, key: Key, now: datetime) -> int:
        kept = self.failures.get(key)
        while kept and now - kept[0] >= WINDOW:
            kept.popleft()
        return len(kept or ())

    def _forget(self, now: datetime) -> None:
        for key in [key for key in self.failures if not self._count(key, now)]:
            del self.failures[key]

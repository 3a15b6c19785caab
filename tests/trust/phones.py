"""Phones under way: threads that hand in ballot after ballot and press again until they get an answer."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from survey.collect import receipts
from survey.crypto import credentials
from tests.trust.grounds import Place
from tests.trust.rounds import Opened, envelopes
from tests.trust.served import Answer, Form, Server, press_until_answered

AT_ONCE = 8


@dataclass(frozen=True)
class Account:
    """What became of all ballots.

    Attributes
    ----------
    ballots
        How many forms were handed in.
    pressed
        How often buttons were pressed.
    faults
        How many answers said neither that the ballot is recorded nor to press again.
    late
        How many forms were recorded by a press that got no answer, and got their receipt by a later one.
    lost
        How many receipts name no ballot of their slip.
    double
        How many ballots there are beside one per form.
    changed
        How many forms get another receipt when they are sent once more.
    """

    ballots: int
    pressed: int
    faults: int
    late: int
    lost: int
    double: int
    changed: int

    @property
    def holds(self) -> bool:
        """Return whether every receipt means one recorded ballot."""
        return self.lost == self.double == self.changed == self.faults == 0


class Phones:
    """Phones that hand in one form for each code of a round."""

    def __init__(self, server: Server, opened: Opened, ballots: int) -> None:
        # Invented marks and moments; nothing secret hangs on them.
        self.rng = random.Random(ballots)  # noqa: S311
        self.server, self.opened = server, opened
        self.forms = [Form(code, self._marks()) for code in opened.codes[:ballots]]
        self.answers: dict[int, Answer] = {}
        self.pressed = self.faults = 0
        self._waiting: Iterator[int] = iter(range(len(self.forms)))
        self._turn = threading.Lock()
        self._failed: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run) for _ in range(AT_ONCE)]

    def start(self) -> None:
        """Let all phones begin."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until every form has its answer."""
        for thread in self._threads:
            thread.join()
        if self._failed:
            raise self._failed[0]

    def wait_for(self, answered: int) -> None:
        """Wait until so many forms have their answers."""
        while len(self.answers) < min(answered, len(self.forms)) and not self._failed:
            time.sleep(0.002)

    def account(self, place: Place) -> Account:
        """Compare every answer with what is recorded, and press every button once more."""
        found = envelopes(place, self.opened.round_id)
        lost = sum(not self._is_recorded(form, self.answers[n], found) for n, form in enumerate(self.forms))
        return Account(
            ballots=len(self.forms),
            pressed=self.pressed,
            faults=self.faults,
            late=sum(answer.status == 200 for answer in self.answers.values()),
            lost=lost,
            double=max(0, len(found) - len(self.forms)),
            changed=sum(self._changed()),
        )

    def _marks(self) -> bytes:
        return bytes(self.rng.randrange(4) for _ in range(self.opened.cells))

    def _is_recorded(self, form: Form, answer: Answer, found: dict[bytes, bytes]) -> bool:
        own = found.get(credentials.public_bytes(credentials.derive(form.code, self.opened.round_id)))
        return answer.recorded and own is not None and receipts.words(own) == answer.receipt

    def _changed(self) -> Iterator[bool]:
        again = Phones(self.server, self.opened, 0)
        again.forms, again._waiting = self.forms, iter(range(len(self.forms)))
        again.start()
        again.join()
        for number, answer in self.answers.items():
            yield again.answers[number] != Answer(200, answer.receipt)

    def _run(self) -> None:
        try:
            while (number := self._next()) is not None:
                self.answers[number], presses, faults = press_until_answered(self.server.port, self.forms[number])
                with self._turn:
                    self.pressed += presses
                    self.faults += faults
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for this thread
            self._failed.append(error)

    def _next(self) -> int | None:
        with self._turn:
            return next(self._waiting, None)


def moments(rng: random.Random, events: int, ballots: int) -> Sequence[int]:
    """Return after how many answers each of `events` comes, spread over `ballots` at random."""
    return sorted(rng.randrange(1, max(2, ballots - AT_ONCE)) for _ in range(events))

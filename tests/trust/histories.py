"""One code, one ballot, through random histories that are held against a plain model of a round.

The control is a product in which the last hand-in counts; the machine has to find that out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey.collect import ballots, receipts
from survey.collect.ballots import Receipt
from survey.collect.refusals import AlreadyUsedError, BadCodeError, OtherMarksError, RoundNotOpenError
from survey.crypto import credentials
from survey.errors import GongpingError
from survey.manifest.states import RoundState
from survey.models import Credential, Envelope, OpenedRows, Recorded, Round
from survey.office import shredding
from survey.prepare import lifecycle, rounds
from survey.reveal.opening import reveal
from tests.hall import NOON
from tests.trust.figures import Line
from tests.trust.grounds import Ground, Place
from tests.trust.rounds import Opened, open_round
from tests.trust.sizes import Size

CODES = 20
Cast = Callable[[Session, str, bytes, bytes, str], Receipt]


@dataclass
class Model:
    """What a round is, plainly: which codes were used with what, and the round's state."""

    state: RoundState = RoundState.OPEN
    used: dict[int, tuple[bytes, bytes, bytes]] = field(default_factory=dict)  # code → attempt, marks, receipt

    def expected(self, code: int, attempt: bytes, marks: bytes) -> type[GongpingError] | bytes | None:
        """Return the error or the receipt that a hand-in gets; ``None``: a new receipt."""
        earlier = self.used.get(code)
        if earlier is None:
            refused = {RoundState.OPEN: None, RoundState.CLOSED: RoundNotOpenError}
            return refused.get(self.state, BadCodeError)
        if attempt != earlier[0]:
            return AlreadyUsedError if self.state in {RoundState.OPEN, RoundState.CLOSED} else BadCodeError
        return earlier[2] if marks == earlier[1] else OtherMarksError


@dataclass(frozen=True)
class Lived:
    """How many histories were lived through, with how many acts, and the violation that was found, if any."""

    histories: int
    acts: int
    violation: str


def attack(size: Size, ground: Ground) -> list[Line]:
    """Live through as many histories as `size` says, and let the control be found out."""
    lived, control = live(size, ground), find_out(size, ground)
    return [
        Line(
            attack="random histories of cast, press again, change, close, void, reveal",
            database=ground.database,
            times=f"{lived.histories:,} histories, {lived.acts:,} acts",
            found=lived.violation or "0 violations",
            control=f"where the last hand-in counts: found out after {control.histories} histories"
            if control.violation
            else "not found out",
            holds=not lived.violation and bool(control.violation),
        )
    ]


def find_out(size: Size, ground: Ground) -> Lived:
    """Live through histories of the control until it is found out."""
    return live(replace(size, histories=max(size.histories, 200)), ground, last_counts)


def product(session: Session, code: str, attempt: bytes, marks: bytes, comment: str) -> Receipt:
    """Cast as the product does."""
    return ballots.cast(session, code, attempt, marks, comment, "phone", NOON)


def last_counts(session: Session, code: str, attempt: bytes, marks: bytes, comment: str) -> Receipt:
    """Cast as a product does in which the last hand-in counts."""
    try:
        return product(session, code, attempt, marks, comment)
    except OtherMarksError as error:
        session.execute(delete(Envelope).where(Envelope.receipt == error.receipt))
        session.commit()
        return product(session, code, attempt, marks, comment)


def live(size: Size, ground: Ground, cast: Cast = product) -> Lived:
    """Return what came of random histories, each in a copy of one open round."""
    counted = {"histories": 0, "acts": 0}
    with ground.empty() as template:
        opened = open_round(template, CODES)
        template.let_go()

        def machine() -> RuleBasedStateMachine:
            counted["histories"] += 1
            return History(ground, template, opened, cast, counted)

        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=size.histories,
                    stateful_step_count=size.steps,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
        except AssertionError as violation:
            return Lived(**counted, violation=str(violation).splitlines()[0] or "an assertion failed")
    return Lived(**counted, violation="")


class History(RuleBasedStateMachine):
    """One history of one round; after every act the database is what the model says."""

    def __init__(self, ground: Ground, template: Place, opened: Opened, cast: Cast, counted: dict[str, int]) -> None:
        super().__init__()
        self.lent = ground.copy(template)
        self.opened, self.cast_with, self.counted = opened, cast, counted
        self.model = Model()

    @initialize()
    def begin(self) -> None:
        self.place = self.lent.__enter__()

    def teardown(self) -> None:
        if hasattr(self, "place"):
            self.lent.__exit__(None, None, None)

    @rule(code=st.integers(0, CODES - 1), form=st.integers(0, 1), level=st.integers(0, 3))
    def cast(self, code: int, form: int, level: int) -> None:
        """Hand in, the first time or again, with the same form or another, the same marks or others."""
        self._hand_in(code, bytes([code, form]) * 8, bytes([level]) * self.opened.cells)

    @precondition(lambda self: self.model.used)
    @rule(data=st.data(), change=st.booleans())
    def press_again(self, data: st.DataObject, *, change: bool) -> None:
        """Send a form again that was recorded, or the same form with one mark changed."""
        code = data.draw(st.sampled_from(sorted(self.model.used)))
        attempt, marks, _ = self.model.used[code]
        self._hand_in(code, attempt, bytes([(marks[0] + 1) % 4]) + marks[1:] if change else marks)

    @rule()
    def cast_with_a_code_of_nobody(self) -> None:
        """Hand in with a code that was never printed."""
        self.counted["acts"] += 1
        # An attempt of its own: after the opening a retry is known by its attempt and marks, the code is gone.
        answer = self._answer(credentials.new_code(), b"\xff" * 16, bytes(self.opened.cells))
        assert answer is BadCodeError, f"a code of nobody got {answer}"

    @precondition(lambda self: self.model.state is RoundState.OPEN)
    @rule(sure=st.integers(0, 5))
    def close(self, sure: int) -> None:
        """Close the round, with a second person, now and then."""
        if sure:
            return
        self.counted["acts"] += 1
        with self.place.sessions() as session:
            lifecycle.close(session, rounds.get(session, self.opened.round_id), "tester", NOON, "other")
            session.commit()
        self.model.state = RoundState.CLOSED

    @precondition(lambda self: self.model.state in {RoundState.OPEN, RoundState.CLOSED})
    @rule(sure=st.integers(0, 15))
    def void(self, sure: int) -> None:
        """Void the round, rarely."""
        if sure:
            return
        self.counted["acts"] += 1
        with self.place.sessions() as session:
            lifecycle.void(session, rounds.get(session, self.opened.round_id), "停电", "tester", NOON)
            session.commit()
        self.model.state = RoundState.VOID

    @precondition(lambda self: self.model.state is RoundState.CLOSED)
    @rule()
    def reveal(self) -> None:
        """Open the round."""
        self.counted["acts"] += 1
        reveal(self.place.sessions, self.opened.round_id, self.place.settings.key_folder, "tester", NOON)
        self.model.state = RoundState.REVEALED

    @rule()
    def start_again(self) -> None:
        """Do what a start of the server does."""
        self.counted["acts"] += 1
        shredding.finish(self.place.sessions, self.place.settings.key_folder)

    @invariant()
    def every_receipt_is_found_in_its_state(self) -> None:
        if not hasattr(self, "place"):
            return
        wanted = {RoundState.OPEN: "sealed", RoundState.CLOSED: "sealed", RoundState.REVEALED: "counted"}
        with self.place.sessions() as session:
            found = {
                receipts.look_up(session, receipts.words(receipt)).state for _, _, receipt in self.model.used.values()
            }
        assert found <= {wanted.get(self.model.state, "void")}, f"receipts of a {self.model.state} round are {found}"

    @invariant()
    def every_row_is_there_once(self) -> None:
        if not hasattr(self, "place"):
            return
        sealed = self.model.state in {RoundState.OPEN, RoundState.CLOSED}
        handed_out = {receipt for _, _, receipt in self.model.used.values()}
        with self.place.sessions() as session:
            state = session.get_one(Round, self.opened.round_id).state
            kept = list(session.scalars(select(Envelope.receipt if sealed else Recorded.receipt)))
            none = session.scalar(select(func.count()).select_from(Recorded if sealed else Envelope))
            slips = session.scalar(select(func.count()).select_from(Credential))
            rows = list(session.scalars(select(OpenedRows).where(OpenedRows.group_id == "居民")))
        assert state == self.model.state, f"the round is {state}, not {self.model.state}"
        assert sorted(kept) == sorted(handed_out), f"{len(kept)} ballots for {len(handed_out)} receipts"
        assert none == 0, f"{none} ballots are where none should be"
        assert slips == (CODES + 10 if sealed else 0), f"{slips} slips in a {self.model.state} round"
        if self.model.state is RoundState.REVEALED:
            lengths = {len(block.rows) // block.width for block in rows}
            assert lengths == {len(handed_out)}, f"{lengths} opened rows for {len(handed_out)} ballots"

    def _hand_in(self, code: int, attempt: bytes, marks: bytes) -> None:
        self.counted["acts"] += 1
        expected = self.model.expected(code, attempt, marks)
        answer = self._answer(self.opened.codes[code], attempt, marks)
        if expected is None:
            assert isinstance(answer, Receipt), f"a first hand-in got {answer}"
            assert answer.new, "a first hand-in was answered as a retry"
            self.model.used[code] = (attempt, marks, answer.receipt)
        elif isinstance(expected, bytes):
            assert answer == Receipt(expected, new=False), f"a retry got {answer}"
        else:
            assert answer is expected, f"a hand-in got {answer}, not {expected.__name__}"

    def _answer(self, code: str, attempt: bytes, marks: bytes) -> Any:
        with self.place.sessions() as session:
            try:
                return self.cast_with(session, code, attempt, marks, "")
            except GongpingError as error:
                return type(error)

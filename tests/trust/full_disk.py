"""A receipt means recorded: a disk that is full, or fails, while phones hand in.

Two ways: every single write and sync of a hand-in is refused in turn, below SQLite; and a running server may for a
while not make any file longer.
"""

import resource
import time
from collections import Counter
from dataclasses import dataclass

from survey.collect import ballots
from survey.errors import UnavailableError
from tests.hall import NOON
from tests.trust.disk import FAILED_SYNC, FULL, OK, SYNC, WRITE, Disk, watched
from tests.trust.figures import Line
from tests.trust.grounds import Ground, Place
from tests.trust.phones import Account, Phones, moments
from tests.trust.rounds import Opened, envelopes, open_round
from tests.trust.served import Server
from tests.trust.sizes import Size

FULL_FOR_SECONDS = 0.4
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@dataclass(frozen=True)
class Refusals:
    """What came of hand-ins whose every operation the disk refused in turn.

    Attributes
    ----------
    answers
        How often each answer came while the disk refused.
    promised
        How many answers promised a ballot that is not there.
    unlike
        How many forms did not get their one receipt by pressing again.
    """

    operations: int
    answers: Counter[str]
    promised: int
    unlike: int


def attack(size: Size, ground: Ground) -> list[Line]:
    """Fill the disk below SQLite at every operation, and below a running server or database."""
    if ground.server:
        return []
    account = fill_up(size, ground)
    line = Line(
        attack="disk full under load",
        database=ground.database,
        times=f"{size.full_disks} times over {account.ballots:,} ballots, {account.pressed:,} presses",
        found=f"{account.lost} answers of success without a row, {account.double} double, {account.faults} fault pages",
        control=f"{account.pressed - account.ballots:,} presses were answered with “press again”",
        holds=account.holds and account.pressed > account.ballots,
    )
    refusals = refuse_each(ground)
    said = ", ".join(f"{number} × {words}" for words, number in sorted(refusals.answers.items()))
    each = Line(
        attack="each write and sync of a hand-in refused in turn, once or from there on",
        database=ground.database,
        times=f"{refusals.operations} operations × 2",
        found=f"{said}; {refusals.promised} answers of success without a row, {refusals.unlike} forms without "
        "their one receipt afterwards",
        control="every operation was refused",
        holds=refusals.promised == refusals.unlike == 0 < refusals.operations,
    )
    return [each, line]


def refuse_each(ground: Ground) -> Refusals:
    """Return what came of hand-ins with each operation of the disk refused in turn."""
    with ground.empty() as place:
        opened = open_round(place, 60)
        place.let_go()
        disk, codes = Disk(), iter(opened.codes)
        answers: Counter[str] = Counter()
        promised = unlike = 0
        with watched(disk):
            operations = _count(disk, place, opened, next(codes))
            for number in range(operations):
                for last in (number, operations * 9):
                    code = next(codes)
                    _refuse(disk, number, last)
                    before = len(envelopes(place, opened.round_id))
                    answer = _cast(place, opened, code)
                    disk.refuses = lambda _kind: OK
                    place.let_go()  # what the process remembers goes; the file says what is
                    held = len(envelopes(place, opened.round_id)) - before
                    answers[answer if isinstance(answer, str) else "receipt"] += 1
                    promised += isinstance(answer, bytes) and held != 1
                    unlike += not _settles(place, opened, code, before)
        place.let_go()
    return Refusals(operations, answers, promised, unlike)


def _count(disk: Disk, place: Place, opened: Opened, code: str) -> int:
    _cast(place, opened, opened.codes[-1])  # the log's first page is written once
    done = len(disk.operations)
    _cast(place, opened, code)
    return sum(operation.kind in {WRITE, SYNC} for operation in disk.operations[done:])


def _refuse(disk: Disk, first: int, last: int) -> None:
    """Have the disk refuse its operations from `first` to `last`, counted from now."""
    done = [0]

    def refuses(kind: str) -> int:
        number, done[0] = done[0], done[0] + 1
        return OK if not first <= number <= last else FULL if kind == WRITE else FAILED_SYNC

    disk.refuses = refuses


def _cast(place: Place, opened: Opened, code: str) -> bytes | str:
    with place.sessions() as session:
        try:
            attempt, marks = code.encode(), bytes(opened.cells)
            return ballots.cast(session, code, attempt, marks, "", "phone", NOON).receipt
        except UnavailableError:
            return "press again"


def _settles(place: Place, opened: Opened, code: str, before: int) -> bool:
    """Return whether pressing again twice gives one receipt, and one ballot more than there was."""
    first, second = (_cast(place, opened, code) for _ in range(2))
    found = envelopes(place, opened.round_id)
    return isinstance(first, bytes) and first == second and first in found.values() and len(found) == before + 1


def fill_up(size: Size, ground: Ground) -> Account:
    """Return what became of the ballots while the disk was full for a moment, again and again."""
    ballots_handed_in = max(60, size.full_disks * 40)
    with ground.empty() as place:
        opened = open_round(place, ballots_handed_in)
        place.let_go()
        server = Server(place)
        try:
            phones = Phones(server, opened, ballots_handed_in)
            phones.start()
            for answered in moments(phones.rng, size.full_disks, ballots_handed_in):
                phones.wait_for(answered)
                _fill(server)
            phones.join()
            return phones.account(place)
        finally:
            server.stop()


def _fill(server: Server) -> None:
    log = server.place.settings.home / "database" / "gongping.db-wal"
    longest = log.stat().st_size if log.exists() else 0
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (longest, resource.RLIM_INFINITY))
    time.sleep(FULL_FOR_SECONDS)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, UNLIMITED)

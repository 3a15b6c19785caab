"""A receipt means recorded: the power fails, and the disk keeps of what was not yet synced what it likes.

Ballots are cast by several threads on a disk that writes down what it is told. Then the power fails at a random moment:
of every file there is what its last sync made sure of, and a random choice of the sectors written since. The control is
the same with ``synchronous=NORMAL``, as most of the world runs SQLite.
"""

import itertools
import random
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import event

from survey.collect import ballots
from tests.hall import NOON
from tests.trust.disk import DELETE, RECEIPT, SYNC, TRUNCATE, WRITE, Disk, Operation, watched
from tests.trust.figures import Line
from tests.trust.grounds import Ground, Place
from tests.trust.rounds import PLAN, Opened, open_round
from tests.trust.sizes import Size

SECTOR = 512
AT_ONCE = 4
DATABASE = "gongping.db"
# The log is written back every 50 pages instead of 1,000, so that the power also fails in the middle of that.
CHECKPOINTS = "wal_autocheckpoint=50"
# How much of what was not synced gets to the disk all the same.
KEPT = (0.0, 0.1, 0.5, 0.9, 1.0)


@dataclass(frozen=True)
class Failures:
    """What came of power failures.

    Attributes
    ----------
    unsynced
        In how many there was something that the disk could lose.
    losing
        How many lost a ballot whose receipt was handed out.
    lost
        How many such ballots were lost, over all failures.
    broken
        How many left a database that SQLite finds damaged.
    """

    failures: int
    ballots: int
    unsynced: int
    losing: int
    lost: int
    broken: int


@dataclass
class _Kept:
    """A file: what is sure, and what was told since."""

    sure: bytearray = field(default_factory=bytearray)
    since: list[Operation] = field(default_factory=list)


def attack(size: Size, ground: Ground) -> list[Line]:
    """Let the power fail under the product, and under the control."""
    if ground.server:
        return []
    full, normal = fail(size, ground), fail(size, ground, "NORMAL")
    return [
        Line(
            attack="power failure: a disk that loses any of the sectors not synced",
            database=ground.database,
            times=f"{full.failures:,} failures while {full.ballots} ballots were recorded, "
            f"{full.unsynced:,} of them with something to lose",
            found=f"{full.lost} receipts lost, {full.broken} databases damaged",
            control=f"synchronous=NORMAL: receipts lost in {normal.losing:,} of {normal.failures:,} failures",
            holds=full.lost == full.broken == 0 < normal.losing,
        )
    ]


def fail(size: Size, ground: Ground, synchronous: str = "") -> Failures:
    """Return what came of power failures at random moments, with the product's settings or others."""
    with ground.empty() as place:
        opened = open_round(place, max(20, size.recorded), PLAN)
        place.let_go()  # everything so far is in the database file
        before = {path.name: path.read_bytes() for path in (place.settings.home / "database").iterdir()}
        disk = Disk()
        with watched(disk):
            _cast_all(place, opened, disk, size.recorded, synchronous)
        operations = list(disk.operations)
        place.let_go()
    return _fail_often(before, operations, size.failures, ground.folder / "after")


def _cast_all(place: Place, opened: Opened, disk: Disk, count: int, synchronous: str) -> None:
    engine = place.sessions.kw["bind"]
    for setting in (CHECKPOINTS, *([f"synchronous={synchronous}"] if synchronous else [])):
        event.listen(engine, "connect", partial(_set, setting))

    def cast(number: int) -> None:
        with place.sessions() as session:
            marks = bytes([number % 3]) * opened.cells
            code, attempt = opened.codes[number], number.to_bytes(16, "big")
            receipt = ballots.cast(session, code, attempt, marks, "", "phone", NOON)
        disk.note(RECEIPT, "", data=receipt.receipt)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(cast, range(count)))


def _set(setting: str, driver: sqlite3.Connection, _record: object) -> None:
    driver.execute(f"PRAGMA {setting}").close()


def _fail_often(before: dict[str, bytes], operations: list[Operation], failures: int, folder: Path) -> Failures:
    rng = random.Random(failures)  # noqa: S311 - which failures are tried may be repeated
    moments = sorted(rng.randrange(len(operations)) for _ in range(failures))
    files = {name: _Kept(bytearray(content)) for name, content in before.items()}
    receipts: set[bytes] = set()
    done, unsynced, lost = 0, 0, []
    broken = 0
    folder.mkdir(exist_ok=True)
    for moment in moments:
        for operation in operations[done:moment]:
            _do(operation, files, receipts)
        done = moment
        unsynced += any(kept.since for kept in files.values())
        _leave(files, folder, rng)
        found, whole = _found(folder / DATABASE)
        broken += not whole
        lost.append(len(receipts - found))
    return Failures(
        failures=failures,
        ballots=sum(operation.kind == RECEIPT for operation in operations),
        unsynced=unsynced,
        losing=sum(number > 0 for number in lost),
        lost=sum(lost),
        broken=broken,
    )


def _do(operation: Operation, files: dict[str, _Kept], receipts: set[bytes]) -> None:
    if operation.kind == RECEIPT:
        receipts.add(operation.data)
        return
    kept = files.setdefault(operation.file, _Kept())
    if operation.kind == SYNC:
        for each in kept.since:
            _apply(each, kept.sure)
        kept.since.clear()
    else:
        kept.since.append(operation)


def _apply(operation: Operation, content: bytearray) -> None:
    if operation.kind == WRITE:
        end = operation.offset + len(operation.data)
        content.extend(bytes(max(0, end - len(content))))
        content[operation.offset : end] = operation.data
    elif operation.kind == TRUNCATE:
        del content[operation.offset :]
    elif operation.kind == DELETE:
        content.clear()


def _leave(files: dict[str, _Kept], folder: Path, rng: random.Random) -> None:
    """Write the files as the failure leaves them; the index of the log lies in memory and is gone."""
    share = rng.choice(KEPT)
    (folder / f"{DATABASE}-shm").unlink(missing_ok=True)
    for name, kept in files.items():
        content = bytearray(kept.sure)
        for operation in kept.since:
            for part in _sectors(operation):
                if rng.random() < share:
                    _apply(part, content)
        (folder / name).write_bytes(content)


def _sectors(operation: Operation) -> list[Operation]:
    if operation.kind != WRITE:
        return [operation]
    start, data = operation.offset, operation.data
    cuts = [0, *range(SECTOR - start % SECTOR, len(data), SECTOR), len(data)]
    return [Operation(WRITE, operation.file, start + begin, data[begin:end]) for begin, end in itertools.pairwise(cuts)]


def _found(database: Path) -> tuple[set[bytes], bool]:
    """Return the receipts that the database holds after the failure, and whether it is whole."""
    with closing(sqlite3.connect(database)) as connection:
        try:
            found = {row[0] for row in connection.execute("SELECT receipt FROM envelope")}
            whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        except sqlite3.DatabaseError:
            return set(), False
    return found, whole

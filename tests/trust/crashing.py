"""Crash at every step: a process that ends at any point of a step leaves the round as before it or as after it.

Points are: before and after each SQL statement and each commit, before each file operation below the installation's
folder, before and after each fsync, and, on SQLite, before each write and sync that reaches the disk. At each of them a
process of its own is ended without being let finish anything. Then the installation is started again, the state is
looked at, and the step is made once more.
"""

import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, event, func, inspect, select, text
from sqlalchemy.engine.default import DefaultDialect

from survey.cli.installation import installed
from survey.config import Settings
from survey.crypto.keyfile import public_half, read_key
from survey.errors import GongpingError
from survey.manifest.states import RoundState
from survey.models import Base, OpenedRows, Round
from tests.trust.disk import OK, Disk, watched
from tests.trust.figures import Line
from tests.trust.grounds import Ground
from tests.trust.sizes import Size
from tests.trust.steps import PREPARED, STEPS, sessions_of

KILLED = 9
POINTS = "points.txt"
# Only this process's parent forks: it has no threads that a child could inherit half done.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.trust.crashing"])


@dataclass
class Crashed:
    """What came of one step that was interrupted.

    Attributes
    ----------
    points
        How many points the step has.
    tried
        At how many of them the process was ended.
    before, after
        How many were found as before the step, and how many as after it.
    wrong
        At which points it was neither, or the step could not be made once more.
    """

    step: str
    points: int = 0
    tried: int = 0
    before: int = 0
    after: int = 0
    wrong: list[str] = field(default_factory=list)


def attack(size: Size, ground: Ground) -> Iterator[Line]:
    """Interrupt each step at every point, or at every n-th."""
    for step in STEPS:
        yield _line(ground, crash(step, size.every, ground))


def crash(step: str, every: int, ground: Ground) -> Crashed:
    """End the process at every `every`-th point of a step and see what is found."""
    crashed = Crashed(step)
    with ground.empty() if step != "migrate" else ground.bare() as place:
        PREPARED[step](place)
        place.let_go()
        old = _summary(place.settings)
        with ground.copy(place) as whole:
            assert _child(step, whole.settings, 0) == 0
            names = (whole.settings.home / POINTS).read_text(encoding="utf-8").splitlines()
            _start(step, whole.settings)
            new = _summary(whole.settings)
        crashed.points = len(names)
        for number in range(1, len(names) + 1, every):
            with ground.copy(place) as copied:
                ended = _child(step, copied.settings, number)
                crashed.tried += 1
                _look(crashed, copied.settings, (old, new), f"{number} {names[number - 1]}", ended)
    return crashed


def _look(crashed: Crashed, settings: Settings, states: tuple[object, object], point: str, ended: int) -> None:
    """Start again, see where the round stands, and make the step once more."""
    old, new = states
    if ended != KILLED:
        crashed.wrong.append(f"{point}: not reached")
        return
    _start(crashed.step, settings)
    found = _summary(settings)
    crashed.before += found == old
    crashed.after += found == new
    try:
        STEPS[crashed.step](settings)
    except GongpingError as error:
        if found == old:
            crashed.wrong.append(f"{point}: cannot be made again: {error}")
    again = _summary(settings)
    between = crashed.step == "migrate"  # each migration is a step of its own
    if (found not in {old, new} and not between) or again != new:
        crashed.wrong.append(f"{point}: {found} then {again}, neither {old} nor {new}")


# --- ending a process at a point ----------------------------------------------------------------------------------


class Points:
    """Counts the points that a process comes to, and ends it at one of them."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.names: list[str] = []
        self.counting = True

    def reach(self, name: str) -> None:
        """Come to a point."""
        if self.counting:
            self.names.append(name)
            if len(self.names) == self.last:
                os._exit(KILLED)


def _child(step: str, settings: Settings, last: int) -> int | None:
    process = PROCESSES.Process(target=_run, args=(step, settings, last))
    process.start()
    process.join()
    return process.exitcode


def _run(step: str, settings: Settings, last: int) -> None:
    points = Points(last)
    with _watching(points, settings):
        STEPS[step](settings)
    points.counting = False
    (settings.home / POINTS).write_text("\n".join(points.names), encoding="utf-8")


@contextmanager
def _watching(points: Points, settings: Settings) -> Iterator[None]:
    home = str(settings.home)

    def operation(name: str, arguments: tuple[object, ...]) -> None:
        if name in {"open", "os.remove", "os.rename", "os.mkdir", "os.chmod"} and str(arguments[0]).startswith(home):
            points.reach(f"{name} {Path(str(arguments[0])).name}")

    def statement(_connection, _cursor, words, *_):
        points.reach(" ".join(words.split()[:3]))

    def commit(dialect, connection, below=DefaultDialect.do_commit):
        points.reach("before commit")
        below(dialect, connection)
        points.reach("after commit")

    def sync(descriptor, below=os.fsync):
        points.reach("before fsync")
        below(descriptor)
        points.reach("after fsync")

    def disk(kind: str) -> int:
        points.reach(f"disk: {kind}")
        return OK

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "after_cursor_execute", statement)
    DefaultDialect.do_commit = commit
    os.fsync = sync
    sys.addaudithook(operation)
    with ExitStack() as stack:
        if not settings.database_url:
            stack.enter_context(watched(Disk(refuses=disk)))
        yield


# --- where an installation stands ---------------------------------------------------------------------------------


def _start(step: str, settings: Settings) -> None:
    """Do what the start of a command or of the server does."""
    if step != "migrate":
        installed(settings).sessions.kw["bind"].dispose()


def _summary(settings: Settings) -> tuple[object, ...]:
    """Return the state of the round, whether its key is there, the opened rows, and how many rows each table has."""
    with sessions_of(settings) as sessions, sessions() as session:
        names = sorted(inspect(session.get_bind()).get_table_names())
        if set(Base.metadata.tables) - set(names):
            version = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return (version, *names)
        counts = tuple(session.scalar(select(func.count()).select_from(table)) for table in _tables())
        round_ = session.scalars(select(Round).where(Round.parent_id.is_(None))).first()
        if round_ is None:
            return ("head", *names, session.scalar(text("SELECT name FROM unit")))
        key = read_key(settings.key_folder, round_.id)
        usable = round_.state != RoundState.DRAFT and key is not None and public_half(key) == round_.public_key
        query = select(OpenedRows.rows).order_by(OpenedRows.group_id, OpenedRows.target_code)
        rows = sha256(b"".join(session.scalars(query))).hexdigest()[:8]
        return (round_.state, bool(round_.shred_due), usable, rows, *counts)


def _tables() -> list[object]:
    return [Base.metadata.tables[name] for name in sorted(Base.metadata.tables)]


def _line(ground: Ground, crashed: Crashed) -> Line:
    return Line(
        attack=crashed.step,
        database=ground.database,
        times=f"{crashed.tried} of {crashed.points} points",
        found=f"{crashed.before} as before, {crashed.after} as after, {len(crashed.wrong)} wrong",
        control="every process was ended at its point",
        holds=not crashed.wrong and crashed.tried == crashed.points,
    )

"""Ending an act at each of its steps in turn, as a dying process would: at every statement, commit and file."""

import itertools
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.office import shredding
from tests.databases import PostgreSQL


class CrashError(BaseException):
    """Whatever ends a process; nothing of ours may catch it."""


@contextmanager
def crash_at(point: int) -> Iterator[None]:
    """End what runs inside at its step number `point`."""
    steps = itertools.count(1)

    def step(*_: object) -> None:
        if next(steps) == point:
            raise CrashError

    def stepping(act: Callable[..., object]) -> Callable[..., object]:
        def stepped(*given: object, **named: object) -> object:
            step()
            done = act(*given, **named)
            step()
            return done

        return stepped

    listened = [(Engine, "before_cursor_execute"), (Engine, "commit"), (Session, "after_commit")]
    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "unlink", "link", "replace", "rename"):
            patch.setattr(os, name, stepping(getattr(os, name)))
        patch.setattr(shredding, "_clean", stepping(shredding._clean))
        for target, name in listened:
            event.listen(target, name, step)
        try:
            yield
        finally:
            for target, name in listened:
                event.remove(target, name, step)


class Moment:
    """An installation at one moment, to which it can be brought back: database and keys."""

    def __init__(self, settings: Settings, engine: Engine, server: PostgreSQL | None, folder: Path) -> None:
        self.settings, self.engine, self.server, self.folder = settings, engine, server, folder
        engine.dispose()
        shutil.copytree(settings.home, folder)
        if server:
            server.create(f"{engine.url.database}_kept", str(engine.url.database))

    def back(self) -> None:
        """Bring the installation back to this moment."""
        self.engine.dispose()
        shutil.rmtree(self.settings.home)
        shutil.copytree(self.folder, self.settings.home)
        if self.server:
            name = str(self.engine.url.database)
            self.server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            self.server.create(name, f"{name}_kept")

    def forget(self) -> None:
        """Drop what was kept."""
        if self.server:
            self.server.execute(f"DROP DATABASE {self.engine.url.database}_kept")


def crash_at_every_step(moment: Moment, act: Callable[[], object], check: Callable[[], object]) -> int:
    """Do `act` from the same moment again and again, ended at step 1, 2, …; `check` each time; return the steps."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # a dead process closes nothing
        for point in itertools.count(1):
            moment.back()
            try:
                with crash_at(point):
                    act()
            except CrashError:
                moment.engine.dispose()  # its connections die with it
            else:
                check()
                return point - 1
            check()
    raise AssertionError

"""Acts at the same instant: every thread waits until all are ready."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

R = TypeVar("R")


def at_once(acts: list[Callable[[], R]]) -> list[R]:
    """Run all acts at the same instant and return what each gave, in their order."""
    barrier = threading.Barrier(len(acts))

    def one(act: Callable[[], R]) -> R:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))

"""Time calls against each other within one process."""

import time
import tracemalloc
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Result = TypeVar("Result")
Calls = Mapping[str, Callable[[], Any]]

MEBIBYTE = 2**20


def fastest(calls: Calls, rounds: int) -> dict[str, float]:
    """Return the seconds of the fastest run of each call.

    They run in turn, so that all of them meet a machine's slow and fast moments.
    """
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def show(title: str, seconds: Mapping[str, float], marks: int) -> None:
    """Print seconds, nanoseconds a mark and how many times the first call's time each took."""
    first = next(iter(seconds.values()))
    print(f"\n{title}\n\n| | seconds | ns a mark | times the first |\n| --- | ---: | ---: | ---: |")
    for name, took in seconds.items():
        print(f"| {name} | {took:.4f} | {took / marks * 1e9:.3f} | {took / first:.2f} |")


def beyond(call: Callable[[], Any]) -> float:
    """Return how many MiB a call holds at most beyond what was there before."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / MEBIBYTE


class Clock:
    """The seconds that named steps took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, step: str, call: Callable[[], Result]) -> Result:
        """Return what a call returns and note how long it took."""
        start = time.perf_counter()
        result = call()
        self.seconds[step] = time.perf_counter() - start
        return result

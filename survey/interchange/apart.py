"""Workbooks are opened in a process of its own, with little memory.

The library that reads them takes the positions in an .xls at their word: a few broken bytes ask for gigabytes, and
end the process. A server must not end because somebody uploads a broken file, so this one ends instead.
"""

import json
import subprocess
import sys

from survey.interchange.cell_values import Grids, grids

SECONDS = 60
MOST_MEMORY = 1 << 30
MOST_TEXT = 20_000_000


def grids_apart(data: bytes) -> Grids:
    """Return what is found in a workbook; a file that ends the process is broken."""
    command = [sys.executable, "-P", "-m", __name__]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - this very module
        answer: Grids = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return {"found": "broken"}
    return answer


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none; there the allocation itself fails
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> None:
    _limit_memory()
    answer = grids(sys.stdin.buffer.read())
    text = json.dumps(answer)
    sys.stdout.write(text if len(text) <= MOST_TEXT else json.dumps(Grids(found="too much", of=f"{len(text):,} B")))


if __name__ == "__main__":
    _main()

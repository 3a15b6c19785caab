"""Workbooks are opened in a process of its own, with little memory, little time and no files.

The library that reads them takes the positions in an .xls at their word: a few broken bytes ask for gigabytes, and
end the process. A small zip unfolds into much, and a document type into more. A server must not end or stand still
because somebody uploads such a file, so this process ends instead.
"""

import json
import os
import subprocess
import sys
from typing import Any

from survey.errors import BadDocumentError, Notice
from survey.interchange.cell_values import Grids, grids
from survey.interchange.measuring import ZIPPED_WORKBOOK, measure

SECONDS = 60
MOST_MEMORY = 1 << 30
MOST_TEXT = 20_000_000


def grids_apart(data: bytes) -> Grids:
    """Return what is found in a workbook; a file that ends the process is broken."""
    command = [sys.executable, "-P", "-m", __name__]
    # What the process is not told it cannot give away: no setting, no address of a database.
    told = {name: value for name, value in os.environ.items() if not name.startswith("GONGPING_")}
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=True, env=told)  # noqa: S603 - this very module
        answer: Grids = json.loads(done.stdout, object_hook=_notice)
    except (subprocess.SubprocessError, ValueError):
        return {"found": "broken"}
    return answer


def looked_at(data: bytes) -> Grids:
    """Return what is found in a workbook, measured before it is opened."""
    try:
        if data.startswith(ZIPPED_WORKBOOK):
            measure(data, "")
    except BadDocumentError as error:
        [problem] = error.problems
        return {"found": "refused", "problem": (problem.found, problem.allowed)}
    return grids(data)


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none; there the allocation itself fails
    except ImportError:
        return
    for limited, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limited, (most, most))


def _plain(grids: Grids) -> dict[str, Any]:
    """Return what was found as JSON may hold it: a notice as its sentence and values."""
    problem = [
        {"sentence": words.message, "values": dict(words.values)} if isinstance(words, Notice) else words
        for words in grids.get("problem", ())
    ]
    return {**grids, "problem": problem}


def _notice(found: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever JSON holds
    return Notice(found["sentence"], found["values"]) if set(found) == {"sentence", "values"} else found


def _main() -> None:
    _limit()
    text = json.dumps(_plain(looked_at(sys.stdin.buffer.read())))
    sys.stdout.write(text if len(text) <= MOST_TEXT else json.dumps(Grids(found="too much", of=f"{len(text):,} B")))


if __name__ == "__main__":
    _main()

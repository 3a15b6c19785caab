"""``make trust``: make every attack at full size and write docs/trust-report.md from what came out.

What each attack found is kept in build/trust, so that a part can be made anew by itself:
``python -m tests.trust linking``.
"""

import json
import platform
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from tests.databases import MISSING, PostgreSQL, binaries
from tests.trust import (
    crashing,
    full_disk,
    histories,
    killing,
    leaking,
    linking,
    one_code,
    power_loss,
    rebuilding,
    tampering,
)
from tests.trust.figures import Line
from tests.trust.grounds import Ground
from tests.trust.sizes import FULL, SIZES, Size

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / "trust"
REPORT = ROOT / "docs" / "trust-report.md"
MEMORY = Path("/dev/shm")  # noqa: S108 - only for speed: where power fails, it is made to
HEAD = """# What the promises withstood

Written by `make trust`, which attacks each promise at full size; `make test` makes the same attacks in a small form.
“How often” is what really ran: parts can be made anew by themselves (`python -m tests.trust linking`), at smaller
sizes too, where an hour or two is not to be had. A control is a system without the promise, or a weaker setting, under
the same attack: it shows that the attack bites.
"""
COLUMNS = ("attack", "database", "how often", "what came out", "control", "")


@dataclass(frozen=True)
class Promise:
    """A promise, in words for readers of the report, and the attacks on it."""

    title: str
    words: str
    attacks: tuple[Callable[[Size, Ground], Iterable[Line]], ...]


PROMISES = {
    "one_code": Promise(
        "One code, one ballot",
        "However often and at whatever moments a code is handed in, one ballot is recorded, and the same form gets the "
        "same receipt.",
        (one_code.attack, histories.attack),
    ),
    "killing": Promise(
        "A receipt means recorded: servers that are killed",
        "Phones hand in and press again until they are answered, while the server or the database is killed at random "
        "moments. Afterwards every receipt is looked for and every button is pressed once more.",
        (killing.attack,),
    ),
    "power": Promise(
        "A receipt means recorded: power and disk",
        "SQLite runs on a disk that writes down what it is told. When the power fails, each sector that was not synced "
        "is there or not by chance. The log is written back to the database every 50 pages, so that this is hit too. "
        "How PostgreSQL's own log holds out against power failures is not tried here.",
        (power_loss.attack, full_disk.attack),
    ),
    "crashing": Promise(
        "Crash at every step",
        "A process is ended at every SQL statement, commit and file operation of a step, on SQLite also at every write "
        "and sync of the disk. Then the installation is started again: the round has to be as before the step or as "
        "after it, and the step has to come to its end, once.",
        (crashing.attack,),
    ),
    "tampering": Promise(
        "Tamper",
        "Somebody who may write into the database changes one value of one row of a signed round, deletes a row, or "
        "adds one, without triggers, foreign keys or checks in the way. Before the opening the reveal must notice it; "
        "after the publication the verifier of the bundles, or the chain of the audit log.",
        (tampering.attack,),
    ),
    "linking": Promise(
        "Unlinkable",
        "The attacker holds the codes in their true order of casting, ten backups, all pages and logs of the database "
        "before and after the reveal, and what the program logged. Each ballot has rows of its own, so that a right "
        "pair is a person whose marks are known. One right pair a round is what guessing gives. Then it tries to put "
        "whole ballots together from the rows, sums and counts that stay: a ballot is rebuilt where every set of "
        "ballots that agrees with them holds it. Where a rule counts uniform ballots, that number and the rows can "
        "tell that a ballot with the same level everywhere was among them; of all others nothing is certain.",
        (linking.attack, rebuilding.attack),
    ),
    "leaking": Promise(
        "Nothing leaks while open",
        "Two copies of one open round take the same codes with other marks. Every page and file of the URL map is "
        "asked for in both at the same moment, by every role and by nobody, and compared byte by byte, headers too; "
        "form tokens, nonces and the number of a fresh form are covered. Of the sealed envelopes that a closed round "
        "hands out only the length is compared.",
        (leaking.attack,),
    ),
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*PROMISES]))
@click.option("--size", type=click.Choice([*SIZES]), default=FULL.name, show_default=True)
def main(names: Sequence[str], size: str) -> None:
    """Attack the promises NAMES, or all, and write the report from all that was found so far."""
    if MEMORY.is_dir():
        tempfile.tempdir = str(MEMORY)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in names or PROMISES:
        click.echo(f"Attacking: {PROMISES[name].title}")
        lines = []
        for line in _attack(PROMISES[name], SIZES[size]):
            lines.append(asdict(line))  # kept as they come: an attack takes long, and may be cut off
            (KEPT / f"{name}.json").write_text(json.dumps(lines, ensure_ascii=False, indent=1), encoding="utf-8")
    found = {name: _found(name) for name in PROMISES}
    REPORT.write_text(report(found), encoding="utf-8")
    click.echo(f"Written: {REPORT.relative_to(ROOT)}")
    if not all(line.holds for lines in found.values() for line in lines):
        sys.exit(1)


def _attack(promise: Promise, size: Size) -> Iterator[Line]:
    with _grounds() as grounds:
        for attack in promise.attacks:
            for ground in grounds:
                for line in attack(size, ground):
                    click.echo(f"  {' · '.join(line.cells())}")
                    yield line


@contextmanager
def _grounds() -> Iterator[list[Ground]]:
    programs = binaries()
    if programs is None:
        raise click.ClickException(MISSING)
    server = PostgreSQL(programs)
    try:
        with tempfile.TemporaryDirectory() as sqlite, tempfile.TemporaryDirectory() as postgresql:
            grounds = [Ground(Path(sqlite)), Ground(Path(postgresql), server)]
            (KEPT / "versions.json").write_text(json.dumps({each.database: each.version() for each in grounds}))
            yield grounds
    finally:
        server.remove()


def _found(name: str) -> list[Line]:
    path = KEPT / f"{name}.json"
    return [Line(**line) for line in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def report(found: dict[str, list[Line]]) -> str:
    """Return the report of what was found, by the names of the promises."""
    versions = json.loads((KEPT / "versions.json").read_text())
    versions["PostgreSQL"] = versions["PostgreSQL"].split()[0]
    ran_on = ", ".join(
        f"{name} {number}" for name, number in [("Python", platform.python_version()), *versions.items()]
    )
    parts = [HEAD, f"Made with {ran_on}."]
    for name, lines in found.items():
        parts.append(f"\n## {PROMISES[name].title}\n\n{PROMISES[name].words}\n")
        parts.append("\n".join(_table(lines)) if lines else "Not attacked yet.")
    return "\n".join(parts) + "\n"


def _table(lines: list[Line]) -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"| {' | '.join('---' for _ in COLUMNS)} |"
    yield from (f"| {' | '.join(line.cells())} |" for line in lines)

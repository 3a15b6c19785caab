"""How hard each promise is attacked: in every run of the suite, and for docs/trust-report.md."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Size:
    """How often each attack is made.

    Attributes
    ----------
    codes, posts
        How many codes are handed in, and how often each at the same instant.
    histories, steps
        How many random histories a round lives through, and how many acts each has.
    kills, ballots
        How often the server is killed while so many ballots are handed in.
    stops
        How often PostgreSQL is stopped without being let finish anything.
    failures, recorded
        How often the power fails, and how many ballots are recorded meanwhile.
    full_disks
        How often the disk is full while ballots are handed in.
    every
        Of the points of a step, every how many-th the process dies at; 1: at all of them.
    rounds
        Ballots of a round → how many rounds of that size the attacker pairs up.
    sheets
        How many random sheets are rebuilt from what stays.
    """

    name: str
    codes: int
    posts: int
    histories: int
    steps: int
    kills: int
    ballots: int
    stops: int
    failures: int
    recorded: int
    full_disks: int
    every: int
    rounds: tuple[tuple[int, int], ...]
    sheets: int


QUICK = Size(
    name="quick",
    codes=6,
    posts=16,
    histories=15,
    steps=12,
    kills=2,
    ballots=60,
    stops=1,
    failures=60,
    recorded=30,
    full_disks=2,
    every=40,
    rounds=((5, 8), (30, 2)),
    sheets=12,
)
FULL = Size(
    name="full",
    codes=50,
    posts=16,
    histories=1000,
    steps=30,
    kills=200,
    ballots=20_000,
    stops=50,
    failures=2000,
    recorded=400,
    full_disks=20,
    every=1,
    rounds=((5, 1000), (30, 500), (200, 100)),
    sheets=200,
)
# For an hour in which the machine has other work to do.
MIDDLE = replace(FULL, name="middle", rounds=((5, 300), (30, 150), (200, 25)))
SIZES = {size.name: size for size in (QUICK, MIDDLE, FULL)}

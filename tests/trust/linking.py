"""Unlinkable: an attacker with every file and the true order of casting pairs codes with opened rows.

Every ballot has a row of its own on each target, so that each right pair is a person whose marks are known. The
attacker tries each way that leads from an order to the rows; which is best is chosen on the first fifth of the rounds
and judged on the others. The control writes code and ballot in one transaction into two ordinary tables.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from statistics import fmean

from sqlalchemy import select, text

from survey.collect import ballots
from survey.crypto import credentials
from survey.models import Comment, Envelope, OpenedRows, Recorded
from survey.prepare import lifecycle, rounds
from survey.reveal.opening import reveal
from tests.hall import AFTER, NOON
from tests.trust.attacker import COMMENT, MARK, Seen, judge
from tests.trust.evidence import Spy, Watch, listening, spy, tables_of_the_control
from tests.trust.figures import Line
from tests.trust.grounds import Ground, Place
from tests.trust.rounds import Opened, open_round
from tests.trust.sizes import Size

OWN, LEVELS = 6, 4  # so many items tell ballots apart
WIDTH = len(MARK) + OWN
BACKUPS = 10
TARGETS = ("C1", "C2", "C3")
ITEMS = [f"项{number}" for number in range(WIDTH)]
QUESTIONNAIRE = f"""
name: 小测评
scale: [优秀, 称职, 基本称职, 不称职]
items: [{", ".join(f"{{id: {item}}}" for item in ITEMS)}]
comment: true
"""
SCHEME = f"""
name: 小方案
scale: {{优秀: 100, 称职: 80, 基本称职: 60, 不称职: 0}}
groups: [{{id: 居民, weight: 1}}]
criteria: [{", ".join(f"{{id: {item}}}" for item in ITEMS)}]
"""
PLAN = """
name: 小镇民主测评
office: 小镇
comment_bytes: 30
programme: [{scheme: 小方案, ask: {default: 小测评}}]
sheets:
  - {group: 居民, rates: all, entitled: %(residents)s}
windows:
  phone: {opens: 2020-01-01 08:00, closes: 2026-12-08 12:00}
"""


@dataclass(frozen=True)
class Paired:
    """What came of rounds of one size.

    Attributes
    ----------
    mean
        Right pairs a round of the way that did best on the first rounds, over the other rounds.
    ways
        Way → mean right pairs over all rounds.
    naive
        The same of the control, by its best way.
    """

    ballots: int
    rounds: int
    best: str
    mean: float
    judged: int
    ways: dict[str, float]
    naive: float
    naive_rounds: int


def attack(size: Size, ground: Ground) -> Iterator[Line]:
    """Pair codes with rows in rounds of every size, and in rounds of the control."""
    for ballots_cast, count in size.rounds:
        yield _line(ground, pair(ground, ballots_cast, count))


def pair(ground: Ground, size: int, count: int) -> Paired:
    """Return how many codes the attacker pairs with their rows in `count` rounds of `size` ballots."""
    rng = random.Random(size)  # noqa: S311 - which marks are invented may be repeated
    with ground.empty() as template:
        entitled = max(size, 5)
        ways: dict[str, list[int]] = defaultdict(list)
        for _ in range(count):
            with ground.copy(template) as place:
                for way, right in _round(ground, place, entitled, size, rng).items():
                    ways[way].append(right)
        naive: dict[str, list[int]] = defaultdict(list)
        naive_rounds = max(1, min(10, count // 4))
        for _ in range(naive_rounds):
            with ground.copy(template) as place:
                for way, right in _naive_round(ground, place, size, rng).items():
                    naive[way].append(right)
    first = max(1, count // 5)
    best = max(ways, key=lambda way: fmean(ways[way][:first]))
    judged = ways[best][first:] or ways[best]
    return Paired(
        ballots=size,
        rounds=count,
        best=best,
        mean=fmean(judged),
        judged=len(judged),
        ways={way: fmean(right) for way, right in ways.items()},
        naive=max(fmean(right) for right in naive.values()),
        naive_rounds=naive_rounds,
    )


def _round(ground: Ground, place: Place, entitled: int, size: int, rng: random.Random) -> dict[str, int]:
    """Carry one round through under the attacker's eyes; return right pairs by way."""
    opened = open_round(place, entitled, PLAN, (QUESTIONNAIRE, SCHEME))
    patterns = [_patterns(size, rng) for _ in TARGETS]
    comments = [COMMENT + f"{number:06}".encode() for number in rng.sample(range(10**6), size)]
    order = rng.sample(opened.codes, size)
    watch = Watch()
    seen = Seen(watch, [credentials.public_bytes(credentials.derive(code, opened.round_id)) for code in order])
    with listening(watch.said), closing(spy(place, ground)) as eyes:
        for number, code in enumerate(order):
            marks = b"".join(of_target[number] for of_target in patterns)
            with place.sessions() as session:
                ballots.cast(session, code, rng.randbytes(16), marks, comments[number].decode(), "phone", NOON)
            if (number + 1) % max(1, size // BACKUPS) == 0:
                watch.backups.append(eyes.look())
        _read_envelopes(place, seen)
        _reveal(place, opened)
        watch.after = eyes.look()
        _read_what_stays(place, eyes, seen)
    owner = {row: number for of_target in patterns for number, row in enumerate(of_target)}
    owner |= {comment: number for number, comment in enumerate(comments)}
    return judge(seen, [patterns[0], comments], owner, rng)


def _naive_round(ground: Ground, place: Place, size: int, rng: random.Random) -> dict[str, int]:
    """Write codes and ballots as a usual system does; return right pairs by way."""
    tables_of_the_control(place)
    rows = _patterns(size, rng)
    watch = Watch()
    engine = place.sessions.kw["bind"]
    with closing(spy(place, ground)) as eyes:
        for number, row in enumerate(rows):
            with engine.begin() as connection:
                connection.execute(text("INSERT INTO used VALUES (:code)"), {"code": rng.randbytes(32)})
                connection.execute(text("INSERT INTO ballot VALUES (:marks)"), {"marks": row})
            if (number + 1) % max(1, size // BACKUPS) == 0:
                watch.backups.append(eyes.look())
        watch.after = eyes.look()
    seen = Seen(watch, [b""] * size, rows=[sorted(rows)])
    return judge(seen, [rows], {row: number for number, row in enumerate(rows)}, rng)


def _patterns(size: int, rng: random.Random) -> list[bytes]:
    own = rng.sample(range(LEVELS**OWN), size)
    return [MARK + bytes(number // LEVELS**place % LEVELS for place in range(OWN)) for number in own]


def _reveal(place: Place, opened: Opened) -> None:
    with place.sessions() as session:
        lifecycle.close(session, rounds.get(session, opened.round_id), "tester", AFTER)
        session.commit()
    reveal(place.sessions, opened.round_id, place.settings.key_folder, "tester", AFTER)


def _read_envelopes(place: Place, seen: Seen) -> None:
    with place.sessions() as session:
        seen.receipts = {row[0]: row[1] for row in session.execute(select(Envelope.credential, Envelope.receipt))}


def _read_what_stays(place: Place, eyes: Spy, seen: Seen) -> None:
    with place.sessions() as session:
        blocks = {block.target_code: block.rows for block in session.scalars(select(OpenedRows))}
        seen.comments = [row.encode() for row in session.scalars(select(Comment.text).order_by(Comment.id))]
        seen.recorded = eyes.order("recorded", "receipt") or list(
            session.scalars(select(Recorded.receipt).order_by(Recorded.receipt))
        )
    seen.rows = [_cut(blocks[target]) for target in TARGETS]


def _cut(block: bytes) -> list[bytes]:
    return [block[start : start + WIDTH] for start in range(0, len(block), WIDTH)]


def _line(ground: Ground, paired: Paired) -> Line:
    lowest, highest = min(paired.ways.values()), max(paired.ways.values())
    return Line(
        attack=f"pair codes with opened rows, rounds of {paired.ballots}",
        database=ground.database,
        times=f"{paired.rounds:,} rounds, {len(paired.ways)} ways",
        found=f"{paired.mean:.2f} right of {paired.ballots} a round by the best way ({paired.best}; chosen on "
        f"{paired.rounds - paired.judged}, judged on {paired.judged} rounds); all ways {lowest:.2f} to {highest:.2f}",
        control=f"code and ballot in one transaction: {paired.naive:.1f} right of {paired.ballots} "
        f"({paired.naive_rounds} rounds)",
        holds=holds(paired),
    )


def holds(paired: Paired) -> bool:
    """Return whether the attacker does no better than chance, and gets the whole control.

    A random permutation has one fixed point on average, with a variance of one (Montmort 1708), so the mean over n
    rounds has a standard error of 1/√n. Of the best way four of them are allowed, of any of all ways five.
    """
    error = 1 / paired.judged**0.5
    all_ways = 5 / paired.rounds**0.5
    near = abs(paired.mean - 1) < max(0.1, 4 * error)
    all_near = all(abs(mean - 1) < max(0.1, all_ways) for mean in paired.ways.values())
    return near and all_near and paired.naive == paired.ballots

"""Unlinkable: an attacker with everything that stays after the opening tries to put whole ballots together again.

What stays of a sheet are sorted rows per target, the number of ballots that a rule found, and, of large sheets, rounded
sums of how targets move together. A whole ballot is rebuilt where every set of ballots that agrees with all of that
holds it; that is decided by integer programming over all ways to put rows together. Where nearly all rows are alike,
counting alone tells that one ballot must hold the most frequent row of every target (the pigeonhole principle); such
sheets are counted apart. The control is the same attack with exact sums kept of small sheets.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import permutations, product
from math import prod

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from survey.manifest.manifest import Manifest
from survey.models import OpenedCheck
from survey.reveal.ballot_checks import check_ballots
from survey.reveal.covariances import kept_covariances
from survey.reveal.cutting import cut
from tests.trust.figures import Line
from tests.trust.grounds import Ground
from tests.trust.linking import PLAN
from tests.trust.rounds import SHEET, open_round
from tests.trust.sizes import Size

POINTS = (100, 80, 60, 0)
WEIGHTS = (1, 3, 7, 13, 29, 53)  # unlike, so that exact sums tell rows apart
ITEMS = len(WEIGHTS)
LARGE = 55
# A solver that hasn't decided by then found no ballot that is certain; such sheets are counted and said.
PATIENCE = {"time_limit": 20.0}
QUESTIONNAIRE = f"""
name: 小测评
scale: [优秀, 称职, 基本称职, 不称职]
items: [{", ".join(f"{{id: 项{number}}}" for number in range(ITEMS))}]
comment: true
"""
SCHEME = f"""
name: 小方案
scale: {{优秀: 100, 称职: 80, 基本称职: 60, 不称职: 0}}
groups: [{{id: 居民, weight: 1}}]
criteria: [{", ".join(f"{{id: 项{number}, weight: {weight}}}" for number, weight in enumerate(WEIGHTS))}]
"""
UNIFORM = "ballot_rules: [{rule: uniform, action: flag}]\n"


@dataclass(frozen=True)
class Kept:
    """What stays of a sheet.

    Attributes
    ----------
    rows
        The sorted rows of each target.
    uniform
        How many ballots have the same level everywhere, where a rule counted them.
    sums
        Pair of targets → the least and the most that the sum of products of their influences can be.
    """

    rows: list[list[bytes]]
    uniform: int | None = None
    sums: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)


@dataclass
class Rebuilt:
    """What came of sheets of one kind.

    Attributes
    ----------
    certain
        How many whole ballots are certain.
    by_counting
        How many of them nearly all rows being alike makes certain by itself.
    uniform
        How many of the others are ballots with one level everywhere, which a rule counted.
    """

    sheets: int = 0
    ballots: int = 0
    certain: int = 0
    by_counting: int = 0
    uniform: int = 0
    undecided: int = 0

    @property
    def otherwise(self) -> int:
        """Return how many ballots are certain for neither of the two reasons that are known."""
        return self.certain - self.by_counting - self.uniform


def attack(size: Size, ground: Ground) -> list[Line]:
    """Rebuild small and large sheets from what stays, and small ones from exact sums."""
    if ground.server:
        return []  # what stays is the same on either database
    exact, of_sheets = control(ground, size.sheets)
    words = f"exact sums kept: {exact} of {of_sheets} sheets rebuilt whole"
    kinds = [
        ("sheets of 5 to 9 ballots × 3 targets, no ballot rule", rebuild(ground, size.sheets), words),
        ("the same, a rule counts uniform ballots", rebuild(ground, size.sheets, UNIFORM), "as above"),
        (
            f"sheets of {LARGE} ballots, rounded sums kept",
            rebuild(ground, max(2, size.sheets // 4), "", LARGE),
            "as above",
        ),
    ]
    return [_line(ground, kind, found, said, exact > 0) for kind, found, said in kinds]


def manifest_of_attack(ground: Ground, rules: str = "") -> Manifest:
    """Return the manifest of a round of three targets."""
    with ground.empty() as place:
        return open_round(place, LARGE, PLAN, (QUESTIONNAIRE, SCHEME + rules)).manifest


def rebuild(ground: Ground, sheets: int, rules: str = "", ballots: int = 0) -> Rebuilt:
    """Return how many ballots of random sheets are certain from what the product keeps of them."""
    manifest = manifest_of_attack(ground, rules)
    rng = random.Random(sheets)  # noqa: S311 - which sheets are invented may be repeated
    rebuilt = Rebuilt()
    for _ in range(sheets):
        cast = _sheet(rng, ballots or rng.randint(5, 9), len(manifest.sheet(SHEET).targets))
        _count(rebuilt, cast, what_stays(manifest, cast))
    return rebuilt


def what_stays(manifest: Manifest, cast: Sequence[bytes]) -> Kept:
    """Return what the product keeps of a sheet, as the attacker reads it."""
    whole = {SHEET: list(cast)}
    checked = check_ballots(manifest, whole)
    rows = [_rows(block.rows) for block in cut(manifest, checked.marks)]
    sums = {}
    for kept in kept_covariances(manifest, checked.marks):
        for one, other in product(range(len(rows)), repeat=2):
            if one < other:
                value = kept.body["rows"][one][other]
                # Three digits: what was kept differs from what it was by half a unit of the third at most.
                unit = 10.0 ** (np.floor(np.log10(abs(value) or 1e-9)) - 2)
                sums[one, other] = (value - unit, value + unit)
    return Kept(rows, _uniform(checked.checks), sums)


def certain(kept: Kept, cast: Sequence[tuple[bytes, ...]]) -> Counter[tuple[bytes, ...]] | None:
    """Return how often each whole ballot is in every set that agrees with what stays; ``None``: not decided.

    `cast` are the true ballots: whatever is in every set is among them, so only they are tried.
    """
    distinct = [sorted(set(rows)) for rows in kept.rows]
    every = list(product(*distinct))
    truth = Counter(cast)
    constraint = _agreeing(kept, distinct, every)
    # Is there a set that shares no ballot with the true one? Then none is certain.
    most = np.array([0 if ballot in truth else len(cast) for ballot in every])
    without = milp(
        np.zeros(len(every)), constraints=constraint, bounds=Bounds(0, most), integrality=1, options=PATIENCE
    )
    if without.success:
        return Counter()
    if without.status == 1:
        return None
    found: Counter[tuple[bytes, ...]] = Counter()
    place = {ballot: number for number, ballot in enumerate(every)}
    for ballot in truth:
        cost = np.zeros(len(every))
        cost[place[ballot]] = 1
        fewest = milp(cost, constraints=constraint, bounds=Bounds(0, len(cast)), integrality=1, options=PATIENCE)
        if not fewest.success:
            return None
        found[ballot] = round(fewest.fun)
    return +found


def control(ground: Ground, sheets: int) -> tuple[int, int]:
    """Return how many small sheets exact sums rebuild whole, of how many."""
    manifest = manifest_of_attack(ground)
    rng = random.Random(sheets)  # noqa: S311
    targets = len(manifest.sheet(SHEET).targets)
    return sum(_solved(_sheet(rng, rng.randint(5, 7), targets)) for _ in range(sheets)), sheets


def _solved(cast: Sequence[bytes]) -> bool:
    """Return whether exact sums of products leave one way to put the sheet's rows together."""
    truth = [_rows(ballot) for ballot in cast]
    columns = [[ballot[target] for ballot in truth] for target in range(len(truth[0]))]
    kept = [sorted(column) for column in columns]
    influence = [_influences(rows) for rows in kept]
    exact = [_influences(column) for column in columns]
    ways = list(permutations(range(len(cast))))
    orders = np.array(ways)
    linked = []
    for target in range(1, len(columns)):
        sums = influence[target][orders] @ influence[0]
        fits = np.flatnonzero(np.isclose(sums, exact[0] @ exact[target], rtol=0, atol=1e-9))
        linked.append({tuple(sorted(zip(kept[0], (kept[target][n] for n in ways[way]), strict=True))) for way in fits})
    return prod(len(ways_of_target) for ways_of_target in linked) == 1 and len(set(kept[0])) == len(cast)


def _agreeing(kept: Kept, distinct: Sequence[Sequence[bytes]], every: Sequence[tuple[bytes, ...]]) -> LinearConstraint:
    """Return what a set of ballots must agree with, over how often each of `every` possible ballot is in it."""
    lines: list[np.ndarray] = []
    least: list[float] = []
    most: list[float] = []
    for target, rows in enumerate(distinct):
        counted = Counter(kept.rows[target])
        for row in rows:
            lines.append(np.array([ballot[target] == row for ballot in every]))
            least.append(counted[row])
            most.append(counted[row])
    if kept.uniform is not None:
        lines.append(np.array([_is_uniform(ballot) for ballot in every]))
        least.append(kept.uniform)
        most.append(kept.uniform)
    for (one, other), (low, high) in kept.sums.items():
        influences = [dict(zip(kept.rows[t], _influences(kept.rows[t]), strict=True)) for t in (one, other)]
        lines.append(np.array([influences[0][ballot[one]] * influences[1][ballot[other]] for ballot in every]))
        least.append(low)
        most.append(high)
    return LinearConstraint(csr_array(np.array(lines, dtype=np.float64)), least, most)


def _count(rebuilt: Rebuilt, cast: Sequence[bytes], kept: Kept) -> None:
    whole = [tuple(_rows(ballot)) for ballot in cast]
    if len(cast) >= LARGE:
        # Two targets only: a whole ballot is certain only if each pair of its rows is.
        whole = [ballot[:2] for ballot in whole]
        kept = Kept(kept.rows[:2], None, {pair: sums for pair, sums in kept.sums.items() if pair == (0, 1)})
    rebuilt.sheets += 1
    rebuilt.ballots += len(cast)
    found = certain(kept, whole)
    if found is None:
        rebuilt.undecided += 1
        return
    rebuilt.certain += found.total()
    for ballot, number in found.items():
        alike = sum(kept.rows[target].count(row) for target, row in enumerate(ballot)) - len(cast) * (len(ballot) - 1)
        rebuilt.by_counting += min(number, max(0, alike))
        rebuilt.uniform += number - min(number, max(0, alike)) if _is_uniform(ballot) else 0


def _sheet(rng: random.Random, ballots: int, targets: int) -> list[bytes]:
    """Invent a sheet: a strict rater is strict with all, and some give everybody the same."""
    cast = []
    for _ in range(ballots):
        strictness = rng.random()
        alike = rng.random() < 0.2
        marks = [
            min(3, int(rng.expovariate(1.2) + strictness * 1.5)) if not alike else int(strictness * 2)
            for _ in range(targets * ITEMS)
        ]
        cast.append(bytes(marks))
    return cast


def _rows(marks: bytes) -> list[bytes]:
    return [marks[start : start + ITEMS] for start in range(0, len(marks), ITEMS)]


def _influences(rows: Sequence[bytes]) -> np.ndarray:
    """Return by how much each row moves the group's score, where nobody abstained (scoring.certainty.influence)."""
    means = np.array([np.average([POINTS[mark] for mark in row], weights=WEIGHTS) for row in rows])
    return (means - means.mean()) / len(rows)


def _uniform(checks: Sequence[OpenedCheck]) -> int | None:
    counted = [check.ballots for check in checks if check.rule.startswith("uniform")]
    return sum(counted) if counted else None


def _is_uniform(ballot: Sequence[bytes]) -> bool:
    return len(set(b"".join(ballot))) == 1


def _line(ground: Ground, kind: str, found: Rebuilt, control_said: str, bites: bool) -> Line:  # noqa: FBT001
    said = f"{found.certain} whole ballots certain"
    if found.certain:
        said += (
            f": {found.by_counting} where nearly all rows are alike, {found.uniform} uniform ones that the rule "
            f"counted, {found.otherwise} others"
        )
    return Line(
        attack=f"rebuild whole ballots from what stays: {kind}",
        database=ground.database,
        times=f"{found.sheets} sheets, {found.ballots:,} ballots, {found.undecided} not decided",
        found=said,
        control=control_said,
        holds=found.otherwise == 0 and bites,
    )

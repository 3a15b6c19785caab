"""How often intervals and rank sets hold the truth: `python bench/coverage.py`.

In each draw a finite population of raters is made, with all the marks that its members would give; some of them, drawn
by lot, hand in ballots, which the product scores; the truth is the score of the whole population by the same scheme.
Marks of one rater go together (halo), and each rater can judge only a part of the items.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

if not __package__:  # Run as a file, it would hide the package of its name from all that is imported below.
    sys.path[0] = str(Path(__file__).parents[1])

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.denominators import denominators
from scoring.ballots.extremes import counted
from scoring.ballots.tally import UNKNOWN, Block, tally_blocks
from scoring.certainty.influence import block_influences, influence_table
from scoring.certainty.moments import block_moments
from scoring.certainty.rank_sets import rank_sets
from scoring.certainty.shared import covariance_of_totals, joined
from scoring.certainty.strata import spread
from scoring.certainty.uncertainty import uncertainties
from scoring.document.scheme import Scheme, load_scheme
from scoring.scores.linear import linear
from scoring.scores.scores import score_targets

SCHEME = """
name: 三三制
scale: {优秀: 100, 称职: 80, 基本称职: 60, 不称职: 0}
groups: [{id: 群众}, {id: 政府}, {id: 党委}]
criteria: [{id: 德, weight: 20}, {id: 能, weight: 15}, {id: 勤, weight: 15}, {id: 绩, weight: 30}, {id: 廉, weight: 20}]
empty_group: renormalise
"""
LEVELS = ("优秀", "称职", "基本称职", "不称职")
USUAL, LENIENT = (0.6, -0.8, -2.2), (-0.3, -1.2, -2.2)
"""What a rater's opinion must pass for each level but the last: 27 % 优秀, and 62 % 优秀, of middling targets."""

HALO, BETWEEN_GROUPS, STRICT = 0.6, 0.2, 0.5
APART, CLOSE = 0.5, 0.05
"""How far targets lie apart, in standard deviations of raters' opinions of one."""

SIZES, TURNOUTS, ABSTAIN = (5, 9, 30, 300), (0.5, 0.9), (0.1, 0.3)
POOL = 10

Matrix = NDArray[np.uint8]
Levels = Sequence[float]


@dataclass(frozen=True)
class Cell:
    """One cell of a table: how many ballots of how many entitled in each group, and how marks are made."""

    ballots: int
    entitled: int
    abstain: float
    passes: Levels
    apart: float = APART


def marks(random: np.random.Generator, cell: Cell, liked: float, strict: NDArray[np.float64], items: int) -> Matrix:
    """Return the marks that a group's members would give one target, shape (members, items)."""
    halo = np.sqrt(1 - STRICT) * random.standard_normal(len(strict)) + np.sqrt(STRICT) * strict
    own = random.standard_normal((len(strict), items))
    opinion = liked + np.sqrt(HALO) * halo[:, np.newaxis] + np.sqrt(1 - HALO) * own
    given = sum((opinion < each).astype(np.uint8) for each in cell.passes)
    found = np.asarray(given, np.uint8)
    found[random.random(found.shape) < cell.abstain] = UNKNOWN
    return found


def population(random: np.random.Generator, cell: Cell, scheme: Scheme, targets: Sequence[str]) -> Iterator[Block]:
    """Yield the blocks of a whole population that rates some targets; the first ballots are those handed in."""
    liked = random.normal(0, cell.apart, len(targets))
    for leaf in scheme.leaves():
        strict, numbers = random.standard_normal(cell.entitled), np.arange(cell.entitled)
        for target, own in zip(
            targets, liked + random.normal(0, BETWEEN_GROUPS * cell.apart / APART, len(targets)), strict=True
        ):
            rows = marks(random, cell, own, strict, len(leaf.asks))
            yield Block(leaf.id, target, leaf.asks, LEVELS, rows, numbers)


def handed_in(cell: Cell, blocks: Sequence[Block]) -> list[Block]:
    """Return the ballots that came back: members are all alike made, so the first ones are drawn by lot."""
    n = cell.ballots
    return [Block(each.group, each.target, each.items, each.levels, each.rows[:n], np.arange(n)) for each in blocks]


@dataclass(frozen=True)
class Told:
    """What the product says of some targets, and the truth; ``nan`` where it says nothing."""

    truth: NDArray[np.float64]
    scores: NDArray[np.float64]
    errors: NDArray[np.float64]
    degrees: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    covariance: NDArray[np.float64] | None


def told(scheme: Scheme, cell: Cell, blocks: Sequence[Block], targets: Sequence[str], *, together: bool) -> Told:
    """Return what the ballots handed in say, and what all would have said."""
    came = handed_in(cell, blocks)
    truth = totals(scheme, blocks, targets)
    tally = tally_blocks(scheme, targets, came)
    over = denominators(scheme, tally, None)
    scored = score_targets(scheme, tally, counted(scheme, tally, over))
    moments = block_moments(scheme, tally, came)
    parts = linear(scheme, tally, over, scored, moments.ballots)
    found = spread(scheme, tally, scored, moments, parts, np.full(moments.ballots.shape, cell.entitled))
    said = uncertainties(scheme, scored, found)
    scores = [None if each.total is None else float(each.total) for each in scored]
    covariance = None
    if together:
        table = influence_table(scheme, tally, parts)
        shared = [joined([block_influences(scheme, tally, table, each) for each in came])]
        covariance = covariance_of_totals(tally, found, scores, shared)
    nothing = (np.nan, np.nan)
    return Told(
        truth=truth,
        scores=np.array(scores, np.float64),
        errors=np.array([each.se for each in said], np.float64),
        degrees=np.array([each.degrees or np.inf for each in said]),
        low=np.array([(each.interval or nothing)[0] for each in said]),
        high=np.array([(each.interval or nothing)[1] for each in said]),
        covariance=covariance,
    )


def totals(scheme: Scheme, blocks: Sequence[Block], targets: Sequence[str]) -> NDArray[np.float64]:
    """Return the scores of whole populations."""
    tally = tally_blocks(scheme, targets, blocks)
    scored = score_targets(scheme, tally, counted(scheme, tally, denominators(scheme, tally, None)))
    return np.array([each.total for each in scored], np.float64)


def intervals(scheme: Scheme, cell: Cell, draws: int, seed: int) -> str:
    """Return a line of the first table: every draw is a target with a population of its own."""
    random = np.random.default_rng([seed, cell.ballots, cell.entitled])
    targets = [f"{draw:06}" for draw in range(draws)]
    blocks = [block for target in targets for block in population(random, cell, scheme, [target])]
    found = told(scheme, cell, blocks, targets, together=False)
    there = np.isfinite(found.low)
    inside = (found.low <= found.truth + 1e-9) & (found.truth <= found.high + 1e-9)
    below, above = found.truth < found.low - 1e-9, found.truth > found.high + 1e-9
    error = np.sqrt(np.mean((found.scores - found.truth) ** 2))
    ratio = np.sqrt(np.nanmean(found.errors**2)) / error if error else np.nan
    figures = (100 * inside[there].mean(), 100 * below.mean(), 100 * above.mean(), 100 * (~there).mean(), ratio)
    return "{:6.1f} {:7.1f} {:6.1f} {:9.1f} {:9.2f}".format(*figures)


def ranks(scheme: Scheme, cell: Cell, draws: int, seed: int) -> str:
    """Return a line of the second table: every draw is a pool of targets that the same raters rate."""
    random = np.random.default_rng([seed, cell.ballots, cell.entitled])
    targets = [f"{place:02}" for place in range(POOL)]
    inside, width = [], []
    for draw in range(draws):
        found = told(scheme, cell, list(population(random, cell, scheme, targets)), targets, together=True)
        ranked = 1 + (found.truth[np.newaxis, :] > found.truth[:, np.newaxis] + 1e-9).sum(axis=1)
        if found.covariance is None:
            continue
        sets = rank_sets(found.scores, found.covariance, found.degrees, seed=draw)
        inside.append((sets.lower <= ranked) & (ranked <= sets.upper))
        width.append((sets.upper - sets.lower + 1).mean())
    each = 100 * np.mean(inside, axis=0)
    return f"{each.mean():6.1f} {each.min():7.1f} {100 * np.mean(np.all(inside, axis=1)):9.1f} {np.mean(width):9.1f}"


def cells(passes: Levels, abstain: float, *, of: str, sizes: Sequence[int] = SIZES) -> Iterator[tuple[str, Cell]]:
    """Yield the cells of a table; a group's size is its ballots or its entitled."""
    for size in sizes:
        for turnout in TURNOUTS:
            ballots, entitled = (size, round(size / turnout)) if of == "ballots" else (round(size * turnout), size)
            label = f"{size:5} {turnout:8} {ballots:8} {entitled:9}"
            yield label, Cell(ballots, entitled, abstain, passes)


def main() -> None:
    """Print both tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--draws", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--part", choices=["intervals", "ranks"], help="only this table")
    chosen = options.parse_args()
    scheme = load_scheme(SCHEME)
    head = f"{'size':>5} {'turnout':>8} {'ballots':>8} {'entitled':>9}"
    print(f"{chosen.draws} draws, seed {chosen.seed}, three groups, five criteria")
    for name, passes, abstain, of in (
        ("usual marks", USUAL, 0.1, "ballots"),
        ("usual marks", USUAL, 0.3, "ballots"),
        ("usual marks", USUAL, 0.1, "entitled"),
        ("lenient marks", LENIENT, 0.1, "ballots"),
    ):
        if chosen.part == "ranks":
            break
        print(f"\n95 % intervals, {name}, {abstain:.0%} of marks not given, size of a group = its {of}")
        print(f"{head} {'inside':>6} {'below':>7} {'above':>6} {'nothing':>9} {'SE/error':>9}", flush=True)
        for label, cell in cells(passes, abstain, of=of):
            print(label, intervals(scheme, cell, chosen.draws, chosen.seed), flush=True)
    for name, apart in (("apart", APART), ("close", CLOSE)):
        if chosen.part == "intervals":
            break
        print(f"\n95 % rank sets of {POOL} targets that lie {name}, usual marks, 10% not given, size = ballots")
        print(f"{head} {'each':>6} {'fewest':>7} {'all ten':>9} {'width':>9}", flush=True)
        for label, cell in cells(USUAL, 0.1, of="ballots", sizes=SIZES[:3]):
            print(label, ranks(scheme, replace(cell, apart=apart), chosen.draws // 2, chosen.seed), flush=True)


if __name__ == "__main__":
    main()

"""Time the scoring engine against plain sums, DuckDB, Polars and pandas: `make bench`.

Each figure is the fastest of several runs that take turns within one process, so that a ratio holds on a machine
whose speed drifts. All data are the same on every machine.
"""

import argparse
import io
import os
import sys
from pathlib import Path
from typing import Any

if not __package__:  # Run as a file, it would hide the package of its name from all that is imported below.
    sys.path[0] = str(Path(__file__).parents[1])

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from bench.rounds import ITEMS, JUDGED, SHARES, SHEET, Round
from bench.timing import Calls, Clock, beyond, fastest, show
from scoring.ballots.denominators import denominators
from scoring.ballots.extremes import counted
from scoring.ballots.kernel import count_levels
from scoring.ballots.ratings import read_ratings
from scoring.ballots.tally import tally_blocks
from scoring.certainty.influence import influence_table
from scoring.certainty.moments import block_moments
from scoring.certainty.rank_sets import rank_sets
from scoring.certainty.shared import covariance_of_totals, sheet_covariance
from scoring.certainty.strata import spread
from scoring.certainty.uncertainty import uncertainties
from scoring.scores.linear import linear
from scoring.scores.scores import score_targets

THREADS = os.cpu_count() or 1
PARTS = ["kernel", "tally", "text", "result", "ratings"]
KEYS = ["target", "leaf", "item", "mark"]


def kernel(marks: int, rounds: int) -> None:
    """Count five levels in one matrix, against the sum of the same bytes."""
    matrix = np.random.Generator(np.random.Philox(1)).integers(0, 5, (marks // len(ITEMS), len(ITEMS)), np.uint8)
    flat = matrix.reshape(-1)
    calls: Calls = {
        "sum of the bytes as uint64": flat.view(np.uint64).sum,
        "sum of the bytes as uint8 in uint64": lambda: flat.sum(dtype=np.uint64),
        "5 levels, one thread": lambda: count_levels([matrix], range(5)),
        f"5 levels, {THREADS} threads": lambda: count_levels([matrix], range(5), THREADS),
    }
    took = fastest(calls, 4 * rounds)
    show(f"Kernel: {len(matrix):,} ballots of {len(ITEMS)} items, in one block", took, matrix.size)
    print(f"\nMemory beyond the input: {beyond([*calls.values()][-1]):.1f} MiB")


def tally(case: Round, rounds: int) -> None:
    """Tally blocks of each target and group, against the same marks in long form in two databases' engines."""
    columns = case.long_form()
    frame = pl.DataFrame(columns)
    lazy, judged = frame.lazy(), pl.col("mark") < JUDGED
    base = duckdb.connect(config={"threads": THREADS})
    base.execute("CREATE TABLE marks AS SELECT * FROM columns")
    counts = f"SELECT {', '.join(KEYS)}, count(*) AS len FROM marks GROUP BY ALL"  # noqa: S608 - names of our own
    n = f"SELECT target, leaf, count(DISTINCT ballot) AS n FROM marks WHERE mark < {JUDGED} GROUP BY ALL"  # noqa: S608
    blocks, names = case.blocks, case.names
    rows = [block.rows for block in blocks]
    calls: Calls = {
        "counts, one thread": lambda: count_levels(rows, [*SHARES]),
        f"counts, {THREADS} threads": lambda: count_levels(rows, [*SHARES], THREADS),
        "counts, DuckDB": lambda: base.execute(counts).fetchnumpy(),
        "counts, Polars": lambda: lazy.group_by(KEYS).agg(pl.len()).collect(engine="streaming"),
        "whole tally, one thread": lambda: tally_blocks(case.scheme, names, blocks),
        f"whole tally, {THREADS} threads": lambda: tally_blocks(case.scheme, names, blocks, THREADS),
        "n, DuckDB": lambda: base.execute(n).fetchnumpy(),
        "n, Polars": lambda: (
            lazy.filter(judged).group_by("target", "leaf").agg(pl.col("ballot").n_unique()).collect(engine="streaming")
        ),
    }
    took = fastest(calls, rounds)
    marks = frame.height
    show(f"Tally: {len(names):,} targets in {len(case.groups)} groups, {marks:,} marks", took, marks)
    peers = {name: (took[f"counts, {name}"], took[f"n, {name}"]) for name in ("DuckDB", "Polars")}
    for name, (alone, ballots) in peers.items():
        print(
            f"\n{name}: counts {alone / took[f'counts, {THREADS} threads']:.0f} times ours, "
            f"counts and n {(alone + ballots) / took[f'whole tally, {THREADS} threads']:.0f} times"
        )
    print(f"\nMemory beyond the input: {beyond(calls[f'whole tally, {THREADS} threads']):.1f} MiB")
    check(case, base.execute(counts).fetchnumpy(), base.execute(n).fetchnumpy())


def text(case: Round, rounds: int) -> None:
    """Tally blocks against the same marks in long form as a file has them: ids, names and levels as text."""
    columns = case.long_form()
    texts = {
        "target": case.names,
        "leaf": case.groups,
        "item": list(ITEMS),
        "mark": [{**dict(enumerate(case.scheme.levels())), 255: ""}.get(byte, "") for byte in range(256)],
    }
    frame = pl.DataFrame({name: pl.Series(names)[columns[name]] for name, names in texts.items()})
    lazy = frame.lazy()
    base = duckdb.connect(config={"threads": THREADS})
    written = ", ".join(f"${name}[{name}::INT + 1] AS {name}" for name in KEYS)
    base.execute(f"CREATE TABLE marks AS SELECT {written} FROM columns", texts)  # noqa: S608 - names of our own
    counts = f"SELECT {', '.join(KEYS)}, count(*) AS len FROM marks GROUP BY ALL"  # noqa: S608 - names of our own
    rows = [block.rows for block in case.blocks]
    calls: Calls = {
        f"counts, {THREADS} threads": lambda: count_levels(rows, [*SHARES], THREADS),
        f"whole tally, {THREADS} threads": lambda: tally_blocks(case.scheme, case.names, case.blocks, THREADS),
        "counts, DuckDB": lambda: base.execute(counts).fetchnumpy(),
        "counts, Polars": lambda: lazy.group_by(KEYS).agg(pl.len()).collect(engine="streaming"),
    }
    took = fastest(calls, rounds)
    show(f"Text: {len(case.names):,} targets in {len(case.groups)} groups, {frame.height:,} marks", took, frame.height)
    for name in ("DuckDB", "Polars"):
        ours = (took[f"{part}, {THREADS} threads"] for part in ("counts", "whole tally"))
        times = " and ".join(f"{took[f'counts, {name}'] / each:.0f}" for each in ours)
        print(f"\n{name}: {times} times our counts and our whole tally")
    theirs = base.execute(counts).fetchnumpy()["len"]
    found = tally_blocks(case.scheme, case.names, case.blocks).counts
    if sorted(theirs.tolist()) != sorted(found[found > 0].tolist()):
        raise RuntimeError("the engines do not count the same")


def check(case: Round, counts: dict[str, Any], n: dict[str, Any]) -> None:
    """Make sure that both counted the same."""
    ours = tally_blocks(case.scheme, case.names, case.blocks)
    places = {byte: place for place, byte in enumerate((*range(len(ours.levels)), 255))}
    mark = np.array([places[byte] for byte in counts["mark"].tolist()])
    theirs = np.zeros_like(ours.counts)
    theirs[counts["target"], counts["item"], counts["leaf"], mark] = counts["len"]
    ballots = np.zeros_like(ours.ballots)
    ballots[n["target"], n["leaf"]] = n["n"]
    if not (np.array_equal(theirs, ours.counts) and np.array_equal(ballots, ours.ballots)):
        raise RuntimeError("the engines do not count the same")


def result(case: Round, rounds: int) -> None:
    """Work out everything that a result of ballots holds, step by step, from their blocks alone."""
    best = {"whole result": float("inf")}
    for _ in range(rounds):
        took = result_steps(case)
        if sum(took.values()) < best["whole result"]:
            best = {"whole result": sum(took.values()), **took}
    marks = sum(block.rows.size for block in case.blocks)
    show(f"Result: {case.targets:,} targets in one pool, {marks:,} marks", best, marks)


def result_steps(case: Round) -> dict[str, float]:
    """Return the seconds of each step."""
    scheme, blocks = case.scheme, case.blocks
    clock = Clock()
    counts = clock.time("tally", lambda: tally_blocks(scheme, case.names, blocks, THREADS))
    over = denominators(scheme, counts, None)
    scored = clock.time("exact scores", lambda: score_targets(scheme, counts, counted(scheme, counts, over)))
    moments = clock.time("co-moments", lambda: block_moments(scheme, counts, blocks))
    parts = linear(scheme, counts, over, scored, moments.ballots)
    entitled = np.full((case.targets, len(case.groups)), 2 * case.ballots)
    found = clock.time("variances", lambda: spread(scheme, counts, scored, moments, parts, entitled))
    told = clock.time("standard errors and intervals", lambda: uncertainties(scheme, scored, found))
    table = influence_table(scheme, counts, parts)
    sheets = [blocks[first : first + SHEET] for first in range(0, len(blocks), SHEET)]
    kept = clock.time(
        "covariances of each sheet", lambda: [sheet_covariance(scheme, counts, table, sheet) for sheet in sheets]
    )
    totals = np.array([float(each.total or 0) for each in scored])
    covariance = clock.time(
        "covariances of the totals",
        lambda: covariance_of_totals(counts, found, totals.tolist(), [each for each in kept if each is not None]),
    )
    degrees = np.array([each.degrees or np.inf for each in told])
    clock.time("rank sets", lambda: rank_sets(totals, covariance, degrees, seed=1, places=case.targets // 5))
    return clock.seconds


def ratings(case: Round, rounds: int) -> None:
    """Read and count a ratings file, against pandas' read_csv and groupby."""
    data = case.file()
    names = ["group", "target", "item", "mark"]

    def pandas_counts() -> "pd.Series[int]":
        return pd.read_csv(io.BytesIO(data), keep_default_na=False).groupby(names, observed=True).size()

    calls: Calls = {
        "ratings, checked and tallied": lambda: read_ratings(data, "R.csv", case.scheme),
        "pandas, read_csv and groupby": pandas_counts,
    }
    took = fastest(calls, rounds)
    marks = data.count(b"\n") - 1
    show(f"Ratings file: {marks:,} rows, {len(data) / 1e6:,.0f} MB", took, marks)
    print(f"\nMemory beyond the file: {beyond(next(iter(calls.values()))):,.0f} MiB")
    counts = read_ratings(data, "R.csv", case.scheme).tally.counts
    if sorted(counts[counts > 0].tolist()) != sorted(pandas_counts().tolist()):
        raise RuntimeError("pandas does not count the same")


def main() -> None:
    """Run what was asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("parts", nargs="*", default=PARTS, help=", ".join(PARTS))
    options.add_argument("--marks", type=int, default=100_000_000)
    options.add_argument("--rows", type=int, default=10_000_000, help="of the ratings file")
    options.add_argument("--texts", type=int, default=20_000_000, help="marks in long form as text")
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    print(f"numpy {np.__version__}, duckdb {duckdb.__version__}, polars {pl.__version__}, pandas {pd.__version__}")
    print(f"{THREADS} processors")
    targets = 1000
    case = Round(targets, asked.marks // (targets * len(ITEMS) * 3))
    if "kernel" in asked.parts:
        kernel(asked.marks, asked.rounds)
    if "tally" in asked.parts:
        tally(case, asked.rounds)
    if "text" in asked.parts:
        text(Round(targets, asked.texts // (targets * len(ITEMS) * 3)), asked.rounds)
    if "result" in asked.parts:
        result(case, asked.rounds)
    if "ratings" in asked.parts:
        ratings(Round(targets, asked.rows // (targets * len(ITEMS) * 3)), asked.rounds)


if __name__ == "__main__":
    main()

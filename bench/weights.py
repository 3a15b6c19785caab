"""How often intervals of weighted samples hold the truth: `python bench/weights.py`.

A population of known kinds of people (community, age) is asked about several targets. Who answers depends on the kind,
and so does what they think, so plain means are off. Samples of those who would answer are drawn by lot and weighted
up; the truth is the score that the whole population would give.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

if not __package__:  # Run as a file, it would hide the package of its name from all that is imported below.
    sys.path[0] = str(Path(__file__).parents[1])

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.marks import Marks, tally_marks
from scoring.ballots.tally import empty_tally
from scoring.document.scheme import Scheme, load_scheme
from scoring.precision import precision
from scoring.samples.margins import Margin
from scoring.samples.sampling import UNIT, Sampled, fit, with_weights
from scoring.samples.weighting import WeightingError
from scoring.working import Known, work_out

SCHEME = """
name: 满意度
scale: {满意: 100, 比较满意: 80, 基本满意: 60, 不满意: 0}
groups: [{id: 居民}]
criteria: [{id: 态度, weight: 20}, {id: 效率, weight: 30}, {id: 公开, weight: 10}, {id: 办事, weight: 25}, {id: 廉洁}]
"""
PEOPLE = 20_000
TARGETS = ("甲", "乙", "丙", "丁")
COMMUNITIES, AGES = ("东城", "西城", "城郊"), ("60-", "60+")
SHARES = np.array([[0.30, 0.15], [0.22, 0.10], [0.11, 0.12]])
ANSWERS = np.array([1.0, 0.6, 0.8])[:, np.newaxis] * np.array([0.5, 1.0])
"""How readily each kind of people answers: a product, as raking takes it to be."""

LIKES = np.array([0.4, 0.0, -0.6])[:, np.newaxis] + np.array([-0.2, 0.3])
PASSES = (0.6, -0.8, -2.2)
HALO, ABSTAIN = 0.6, 0.1
SIZES = (60, 200, 600)
NOTHING = -1


@dataclass(frozen=True, eq=False)
class People:
    """A population: kinds, shape (people,), and the marks they would give, shape (people, targets, items)."""

    kinds: NDArray[np.int64]
    marks: NDArray[np.int64]

    def known(self, chosen: NDArray[np.int64]) -> dict[str, list[str]]:
        """Return what is known of some of them."""
        places = np.divmod(self.kinds[chosen], len(AGES))
        return {
            name: [levels[at] for at in own.tolist()]
            for name, levels, own in zip(("社区", "年龄"), (COMMUNITIES, AGES), places, strict=True)
        }

    def margins(self, method: str) -> list[Margin]:
        """Return how many there are of each kind, or of each level of one variable and of the other."""
        counts = np.bincount(self.kinds, minlength=SHARES.size).reshape(SHARES.shape)
        if method == "cells":
            cells = zip(product(COMMUNITIES, AGES), counts.ravel().tolist(), strict=True)
            return [Margin(("社区", "年龄"), dict(cells))]
        both = (("社区", COMMUNITIES, counts.sum(axis=1)), ("年龄", AGES, counts.sum(axis=0)))
        return [
            Margin((name,), {(each,): int(n) for each, n in zip(levels, own, strict=True)})
            for name, levels, own in both
        ]


def people(random: np.random.Generator, items: int) -> People:
    """Return a population."""
    kinds = random.choice(SHARES.size, PEOPLE, p=SHARES.ravel())
    liked = random.normal(0, 0.4, len(TARGETS)) + LIKES.ravel()[kinds][:, np.newaxis]
    halo = np.sqrt(HALO) * random.standard_normal((PEOPLE, len(TARGETS)))
    opinion = (liked + halo)[..., np.newaxis] + np.sqrt(1 - HALO) * random.standard_normal(
        (PEOPLE, len(TARGETS), items)
    )
    marks = sum((opinion < each).astype(np.int64) for each in PASSES)
    return People(kinds, np.where(random.random(opinion.shape) < ABSTAIN, NOTHING, marks))


def long_form(scheme: Scheme, marks: NDArray[np.int64]) -> Marks:
    """Return marks of shape (ballots, targets, items) one by one; those not given are blanks."""
    ballots, targets, items = (axis.ravel() for axis in np.indices(marks.shape))
    blank = len(scheme.levels())
    levels = np.where(marks == NOTHING, blank, marks).ravel()
    whole = [each.astype(np.int32) for each in (targets, items, np.zeros_like(items), levels)]
    return Marks(ballots.astype(np.int64), *whole)


@dataclass(frozen=True, eq=False)
class Told:
    """Scores, errors and ends of intervals of all targets."""

    scores: NDArray[np.float64]
    errors: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def told(scheme: Scheme, marks: Marks, samples: Mapping[str, Sampled]) -> Told:
    """Return what the product says."""
    tally = tally_marks(empty_tally(scheme, TARGETS), marks)
    known: Known = {"marks": marks, "samples": samples, "draws": 0}
    worked = work_out(scheme, tally, known)
    sure = precision(worked, {}, known)
    ends = np.array([sure.intervals[target] for target in TARGETS])
    return Told(
        scores=np.array([float(worked.finals[target].total or 0) for target in TARGETS]),
        errors=np.array([sure.errors[target] for target in TARGETS]),
        low=ends[:, 0],
        high=ends[:, 1],
    )


def samples(
    random: np.random.Generator, scheme: Scheme, crowd: People, size: int, draws: int
) -> Iterator[tuple[str, Told | None]]:
    """Yield what each sample tells: unweighted; then for each method with calibrated and with plain errors."""
    readily = np.log(ANSWERS.ravel()[crowd.kinds])
    for _ in range(draws):
        # The greatest of log p + Gumbel noise are a sample drawn one by one with chances p.
        noise = random.gumbel(size=PEOPLE)
        chosen = np.argpartition(-(readily + noise), size)[:size]
        marks = long_form(scheme, crowd.marks[chosen])
        yield "unweighted", told(scheme, marks, {})
        for method in ("cells", "margins"):
            try:
                sample = fit(range(size), crowd.known(chosen), crowd.margins(method), [UNIT] * size)
            except WeightingError:
                yield method, None
                continue
            weighted = with_weights(marks, {"居民": sample})
            yield method, told(scheme, weighted, {"居民": sample})
            yield f"{method}, uncalibrated", told(scheme, weighted, {})


def line(found: list[Told | None], truth: NDArray[np.float64]) -> str:
    """Return coverage, bias, error, SE over error, and how often a sample was refused."""
    there = [each for each in found if each is not None]
    off = np.array([each.scores - truth for each in there])
    inside = np.array([(each.low <= truth) & (truth <= each.high) for each in there])
    error = np.sqrt((off**2).mean())
    ratio = np.sqrt(np.mean([each.errors**2 for each in there])) / error
    refused = 100 * (1 - len(there) / len(found))
    return f"{100 * inside.mean():6.1f} {off.mean():7.2f} {error:7.2f} {ratio:9.2f} {refused:8.1f}"


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--draws", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    scheme = load_scheme(SCHEME)
    random = np.random.default_rng(chosen.seed)
    crowd = people(random, len(scheme.item_ids()))
    truth = told(scheme, long_form(scheme, crowd.marks), {}).scores
    print(f"{chosen.draws} samples of {PEOPLE} people, seed {chosen.seed}, {len(TARGETS)} targets; 95 % intervals")
    print(f"{'ballots':>7}  {'weights':22} {'inside':>6} {'bias':>7} {'error':>7} {'SE/error':>9} {'refused%':>8}")
    for size in SIZES:
        found: dict[str, list[Told | None]] = {}
        for name, each in samples(random, scheme, crowd, size, chosen.draws):
            found.setdefault(name, []).append(each)
        for name, each in found.items():
            print(f"{size:7}  {name:22} {line(each, truth)}", flush=True)


if __name__ == "__main__":
    main()

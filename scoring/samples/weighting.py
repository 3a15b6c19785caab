"""Weights that make a sample's ballots stand for the population: post-stratification and raking.

Only for rounds in which a third party draws a sample; where everybody may vote, every ballot counts the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.samples.margins import Levels, Margin

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Sample = Mapping[str, Sequence[str]]
"""Variable → each ballot's level."""

CLOSE = 1e-10
ROUNDS = 1000


@dataclass(frozen=True)
class Misfit:
    """A cell in which sample and population do not meet: which it is, and what was found there."""

    cell: str
    found: str

    def __str__(self) -> str:
        return f"cell {self.cell}: {self.found}"


class WeightingError(ValueError):
    """A sample that cannot be weighted up to its population.

    Attributes
    ----------
    problems
        A line for each reason.
    misfits
        Those of the reasons that are about a cell.
    """

    def __init__(self, problems: Sequence[str | Misfit]) -> None:
        self.problems = tuple(map(str, problems))
        self.misfits = tuple(each for each in problems if isinstance(each, Misfit))
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, eq=False)
class Weighted:
    """A weighted sample.

    Attributes
    ----------
    weights
        Shape (ballots,): for how many people each stands; they add up to the population.
    base
        Shape (ballots,): the weights before, 1 over the chance of being drawn.
    margins
        What they were fitted to.
    cells
        For each margin, shape (ballots,): each ballot's place among its cells.
    """

    weights: Floats
    base: Floats
    margins: tuple[Margin, ...]
    cells: tuple[Integers, ...]


@dataclass(frozen=True)
class MarginRow:
    """How one cell of a margin is represented; shares are parts of 1.

    Attributes
    ----------
    ballots
        How many there are.
    before, after
        The cell's share of the base weights, and of the fitted ones.
    target
        Its share of the population.
    """

    cell: str
    ballots: int
    before: float
    after: float
    target: float


def post_stratify(sample: Sample, cells: Margin, base: Floats | None = None) -> Weighted:
    """Return weights that give each cell its population: base · N(cell) / (sum of base in it).

    Holt and Smith 1979, *Post stratification*, J. R. Statist. Soc. A 142(1):33-46.

    Parameters
    ----------
    sample
        A level of every ballot for each of the cells' variables.
    base
        Shape (ballots,), above 0; 1 each if not said.

    Raises
    ------
    WeightingError
        Naming every cell with people and no ballot, or with ballots and no people.

    Examples
    --------
    >>> post_stratify({"性别": ["男", "女", "女"]}, Margin(("性别",), {("男",): 480, ("女",): 520})).weights
    array([480., 260., 260.])
    """
    start = _start(sample, [cells], base)
    population = _population(cells)
    weights = start.base * _factors(population, _achieved(start.cells[0], start.base, len(population)))[start.cells[0]]
    return Weighted(weights, start.base, start.margins, start.cells)


def rake(sample: Sample, margins: Sequence[Margin], base: Floats | None = None, rounds: int = ROUNDS) -> Weighted:
    """Return weights that give every level of every margin its population, as near to the base ones as can be.

    Iterative proportional fitting: weights are fitted to each margin in turn until none is off by more than one part
    in 10¹⁰ (Deming and Stephan 1940, *Annals of Mathematical Statistics* 11(4):427-444; Deville, Särndal and Sautory
    1993, *JASA* 88:1013-1020).

    Parameters
    ----------
    sample
        A level of every ballot for each of the margins' variables.
    margins
        Usually of one variable each; all of the same total.
    base
        Shape (ballots,), above 0; 1 each if not said.
    rounds
        How often all margins are gone through before giving up.

    Raises
    ------
    WeightingError
        Naming every level with people and no ballot, or with ballots and no people; the margins whose totals differ;
        or the level that is furthest off after the last round, as where margins cannot all hold.

    Examples
    --------
    >>> sample = {"性别": ["男", "女", "女"], "年龄": ["青", "青", "老"]}
    >>> by_sex, by_age = Margin(("性别",), {("男",): 40, ("女",): 60}), Margin(("年龄",), {("青",): 70, ("老",): 30})
    >>> rake(sample, [by_sex, by_age]).weights.round(6)
    array([40., 30., 30.])
    """
    start = _start(sample, margins, base)
    fits = list(zip(start.cells, map(_population, margins), strict=True))
    weights = start.base
    for _ in range(rounds):
        for cells, population in fits:
            weights = weights * _factors(population, _achieved(cells, weights, len(population)))[cells]
        if all(_misses(population, cells, weights).max() <= CLOSE for cells, population in fits):
            return Weighted(weights, start.base, start.margins, start.cells)
    raise WeightingError([_furthest_off(margins, fits, weights, rounds)])


def achieved_margins(weighted: Weighted) -> list[MarginRow]:
    """Return how every cell of every margin is represented before and after weighting, in the margins' order.

    Examples
    --------
    >>> sample = post_stratify({"性别": ["男", "女", "女"]}, Margin(("性别",), {("男",): 480, ("女",): 520}))
    >>> [(row.cell, row.ballots, round(row.before, 3), row.after, row.target) for row in achieved_margins(sample)]
    [('性别=男', 1, 0.333, 0.48, 0.48), ('性别=女', 2, 0.667, 0.52, 0.52)]
    """
    rows = []
    for margin, cells in zip(weighted.margins, weighted.cells, strict=True):
        size = len(margin.population)
        before, after = (_achieved(cells, each, size) / each.sum() for each in (weighted.base, weighted.weights))
        ballots = np.bincount(cells, minlength=size)
        rows += [
            MarginRow(margin.cell(levels), int(ballots[at]), float(before[at]), float(after[at]), people / margin.total)
            for at, (levels, people) in enumerate(margin.population.items())
        ]
    return rows


def design_effect(weights: Floats) -> float:
    """Return by what unequal weights multiply the variance of a mean: n · Σ w² / (Σ w)².

    Kish 1965, *Survey Sampling*, § 11.7. The sample is worth n over it equally weighted ballots, for marks that have
    nothing to do with the weights; it is the calibrated error, not this, that goes with a score.

    Examples
    --------
    >>> design_effect(np.array([1.0, 1.0, 2.0]))
    1.125
    """
    return float(len(weights) * (weights**2).sum() / weights.sum() ** 2)


def _start(sample: Sample, margins: Sequence[Margin], base: Floats | None) -> Weighted:
    """Return the sample with its base weights once it is known to fit the margins."""
    problems: list[str | Misfit] = [
        f"{name} is not known of the ballots" for each in margins for name in each.variables if name not in sample
    ]
    if problems or not margins:
        raise WeightingError(problems or ["no margin"])
    totals = {margin.name: margin.total for margin in margins}
    if len(set(totals.values())) > 1:
        problems.append("margins add up to different totals: " + ", ".join(f"{name} {n}" for name, n in totals.items()))
    cells = []
    for margin in margins:
        rows = list(zip(*(sample[name] for name in margin.variables), strict=True))
        problems += _strange(margin, rows)
        place = {levels: at for at, levels in enumerate(margin.population)}
        cells.append(np.array([place.get(levels, -1) for levels in rows], np.int64))
    weights = np.ones(len(cells[0])) if base is None else np.asarray(base, np.float64)
    if not (np.isfinite(weights) & (weights > 0)).all():
        problems.append("base weights must be finite and above 0")
    if problems:
        raise WeightingError(problems)
    return Weighted(weights, weights, tuple(margins), tuple(cells))


def _strange(margin: Margin, rows: Sequence[Levels]) -> Iterator[Misfit]:
    """Yield what is wrong with each cell that has only ballots or only people."""
    ballots: dict[Levels, int] = {}
    for levels in rows:
        ballots[levels] = ballots.get(levels, 0) + 1
    for levels, people in margin.population.items():
        if people and levels not in ballots:
            yield Misfit(margin.cell(levels), f"no ballot; population {people}")
    for levels, number in ballots.items():
        if not margin.population.get(levels):
            yield Misfit(margin.cell(levels), f"no population; ballots {number}")


def _population(margin: Margin) -> Floats:
    return np.array(list(margin.population.values()), np.float64)


def _achieved(cells: Integers, weights: Floats, size: int) -> Floats:
    achieved: Floats = np.bincount(cells, weights, size).astype(np.float64, copy=False)
    return achieved


def _factors(population: Floats, achieved: Floats) -> Floats:
    """Return by what the weights in each cell are multiplied; where nobody is nothing is multiplied."""
    return np.divide(population, achieved, out=np.zeros_like(population), where=achieved > 0)


def _misses(population: Floats, cells: Integers, weights: Floats) -> Floats:
    """Return how far off each cell is, as a part of its population."""
    off = np.abs(_achieved(cells, weights, len(population)) - population)
    return np.divide(off, population, out=np.zeros_like(population), where=population > 0)


def _furthest_off(
    margins: Sequence[Margin], fits: Sequence[tuple[Integers, Floats]], weights: Floats, rounds: int
) -> Misfit:
    misses = [_misses(population, cells, weights) for cells, population in fits]
    worst = max(range(len(margins)), key=lambda at: float(misses[at].max()))
    at = int(misses[worst].argmax())
    achieved = _achieved(fits[worst][0], weights, len(misses[worst]))[at]
    levels, people = list(margins[worst].population.items())[at]
    return Misfit(margins[worst].cell(levels), f"{achieved:.6g} instead of {people} after {rounds} rounds")

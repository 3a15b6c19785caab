"""Sampled groups: ballots weighted up to their population, with weights that can be written down and counted exactly.

Weights are kept to as many decimals as a ``weight`` column may have. So what is printed can be worked out again from
them by hand, and a ratings file with these weights in that column gives the same scores to the last digit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from scoring.ballots.marks import Marks
from scoring.ballots.tally import Tally
from scoring.ballots.weight_column import PLACES
from scoring.document.scheme import Scheme
from scoring.samples.margins import Margin
from scoring.samples.weighting import CLOSE, Integers, Sample, Weighted, WeightingError, post_stratify, rake
from scoring.scores.linear import asked_levels

UNIT = 10**PLACES
"""How many units a weight of 1 has."""

HELD = 1e-6
"""By what part of its population a cell may be off once weights are kept to so many decimals."""

MOST = 2**63 - 1


@dataclass(frozen=True, eq=False)
class Sampled:
    """A leaf group's sample, weighted up to its population.

    Attributes
    ----------
    ballots
        Shape (ballots,): the numbers of its ballots that count, as marks have them; in order of levels and weights.
    units
        Shape (ballots,): their weights, in units of 1 / 10⁹.
    weighted
        The same in float64, with the weights before and what they were fitted to.
    """

    ballots: Integers
    units: Integers
    weighted: Weighted


def counting_ballots(scheme: Scheme, tally: Tally, marks: Marks) -> Integers:
    """Return the numbers of the ballots that stand for anybody: all but those wholly spoiled or voided.

    Over ``returned`` these count too.
    """
    there = np.zeros(int(marks.ballots.max(initial=-1)) + 1, np.bool_)
    there[marks.ballots[asked_levels(scheme, tally)[marks.levels]]] = True
    return np.flatnonzero(there)


def base_units(marks: Marks) -> list[int]:
    """Return each ballot's weight before, by its number, in units of 1 / 10⁹; 1 where there is no weight column."""
    before = np.full(int(marks.ballots.max(initial=-1)) + 1, marks.weight_unit, np.int64)
    if marks.weights is not None:
        before[marks.ballots] = marks.weights
    return [weight * (UNIT // marks.weight_unit) for weight in before.tolist()]


def fit(ballots: Sequence[int], known: Sample, margins: Sequence[Margin], base: Sequence[int]) -> Sampled:
    """Return a sample weighted up to its population; its weights add up to what they added up to before.

    So a group keeps its part in what pools the marks of several groups. Weights do not depend on the order of
    ballots. None is less than 1 / 10⁹.

    Parameters
    ----------
    ballots
        Their numbers.
    known
        Variable → each ballot's level.
    margins
        One, of one variable or several, or several to rake to.
    base
        Each ballot's weight before, in units of 1 / 10⁹.

    Raises
    ------
    WeightingError
        As ``post_stratify`` and ``rake`` do; and where weights are too small to be kept to nine decimals.

    Examples
    --------
    >>> men_and_women = Margin(("性别",), {("男",): 480, ("女",): 520})
    >>> sample = fit([0, 1, 2], {"性别": ["男", "女", "女"]}, [men_and_women], [UNIT] * 3)
    >>> sample.ballots.tolist(), sample.units.tolist()
    ([1, 2, 0], [780000000, 780000000, 1440000000])
    """
    rows = list(zip(*known.values(), base, ballots, strict=True))
    rows.sort()
    levels = {name: [row[at] for row in rows] for at, name in enumerate(known)}
    before, total = np.array([row[-2] for row in rows], np.float64) / UNIT, sum(base)
    found = post_stratify(levels, margins[0], before) if len(margins) == 1 else rake(levels, margins, before)
    units = np.maximum(np.rint(found.weights * (total / found.weights.sum())), 1).astype(np.int64)
    kept = replace(found, weights=units / UNIT)
    _check_kept(kept)
    return Sampled(np.array([row[-1] for row in rows], np.int64), units, kept)


def _check_kept(kept: Weighted) -> None:
    """Refuse weights that decimals change so much that margins no longer hold."""
    for margin, cells in zip(kept.margins, kept.cells, strict=True):
        population = np.array(list(margin.population.values()), np.float64)
        achieved = np.bincount(cells, kept.weights, len(population)) * (margin.total / kept.weights.sum())
        if (np.abs(achieved - population) > (HELD + CLOSE) * population).any():
            raise WeightingError([f"weights too small for {PLACES} decimals; multiply those before by a power of 10"])


def with_weights(marks: Marks, samples: Mapping[str, Sampled]) -> Marks:
    """Return the marks with the weights of samples; all others keep the weight they had.

    Raises
    ------
    WeightingError
        If the weights of all marks add up to more than 64 bits hold.
    """
    units = base_units(marks)
    for sample in samples.values():
        for ballot, weight in zip(sample.ballots.tolist(), sample.units.tolist(), strict=True):
            units[ballot] = weight
    times = np.bincount(marks.ballots, minlength=len(units)).tolist()
    total = sum(weight * number for weight, number in zip(units, times, strict=True))
    if total > MOST:
        raise WeightingError(
            [f"weights of all rows add up to {total / UNIT:.6g}, at most {MOST / UNIT:.6g} can be counted"]
        )
    return replace(marks, weights=np.array(units, np.int64)[marks.ballots], weight_unit=UNIT)


def exact_design_effect(units: Sequence[int]) -> Fraction:
    """Return Kish's n · Σ w² / (Σ w)² exactly.

    Examples
    --------
    >>> exact_design_effect([1, 1, 2])
    Fraction(9, 8)
    """
    return Fraction(len(units) * sum(weight * weight for weight in units), sum(units) ** 2)

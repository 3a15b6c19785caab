"""How sure final scores and ranks are: standard errors, intervals, sets of ranks, chances of a place.

What the ballots leave open is worked out where they are averaged; a final score of which they are a share has that
share of it. Nothing is said where a score is no mean of marks (other modes) or hangs on the ballots of other targets.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf, isnan, nan

import numpy as np

from scoring.ballots.denominators import entitled_cells
from scoring.certainty.influence import Influences, block_influences, influence_table, marks_influences
from scoring.certainty.moments import Moments, block_moments, marks_moments, tally_moments
from scoring.certainty.rank_sets import rank_sets
from scoring.certainty.sample_errors import calibrated_influences, calibrated_spread
from scoring.certainty.shared import Shared, covariance_of_totals, joined
from scoring.certainty.strata import Spread, spread
from scoring.certainty.uncertainty import Uncertainty, uncertainties
from scoring.scores.composition import final_at, hangs_on_others
from scoring.scores.grades import quota_places
from scoring.scores.linear import Linear, Values, has_standard_error, linear
from scoring.scores.ranks import Key, pools
from scoring.working import Known, Worked

DRAWS = 1000
THREADS = 2
DIGITS = 12
"""How many significant digits are handed over: more would differ from one machine to the next."""


@dataclass(frozen=True)
class Precision:
    """How sure each target's result is; a target is missing where nothing can be said.

    Attributes
    ----------
    errors
        Target → standard error of its final score.
    intervals
        Target → what its final score lies in, with 95 % confidence.
    degrees
        Target → degrees of freedom behind its interval.
    ranks
        Target → the best and the worst rank of its confidence set.
    chances
        Target → indicative chance of being among the places of the best grade with a quota.
    moments, spread
        What all that is made of, for what else can be told from it.
    """

    errors: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    degrees: Mapping[str, float] = field(default_factory=dict)
    ranks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    chances: Mapping[str, float] = field(default_factory=dict)
    moments: Moments | None = None
    spread: Spread | None = None


def precision(worked: Worked, ranked: Mapping[str, Key], known: Known, full: Collection[str]) -> Precision:
    """Return how sure the results of a round are, as far as its ballots tell.

    Parameters
    ----------
    ranked
        The targets that take part in the ranking.
    known
        Among others the ballots themselves (``marks`` or ``blocks``), what was kept of sheets (``shared``), and
        ``draws`` and ``seed`` of the bootstrap.
    full
        The targets that ranges of ranks may be worked out from: how sure any other one is tells of its marks.
    """
    scheme, tally = worked.scheme, worked.tally
    moments = _moments(worked, known) if has_standard_error(scheme) and scheme.document.mode is None else None
    if moments is None:
        return Precision()
    scored = [worked.scored[target] for target in tally.targets]
    parts = linear(scheme, tally, worked.over, scored, moments.ballots)
    found = spread(scheme, tally, scored, moments, parts, entitled_cells(tally, known.get("entitled")))
    sampled = _sampled(worked, known, parts)
    found = calibrated_spread(found, sampled)
    lonely = scheme.document.lonely or "fail"
    told = dict(zip(tally.targets, uncertainties(scheme, scored, found, lonely=lonely), strict=True))
    totals = [None if each.total is None else float(each.total) for each in scored]
    covariance = covariance_of_totals(tally, found, totals, _together(worked, known, parts, sampled), lonely)
    told = {target: each for target, each in told.items() if _alone(worked, target)}
    sure = {target: each for target, each in told.items() if target in full}
    ranks, chances = _ranks(worked, ranked, covariance, sure, known)
    return Precision(
        errors={
            target: short(float(worked.finals[target].share) * each.se)
            for target, each in told.items()
            if each.se is not None
        },
        intervals={
            target: _final_interval(worked, target, each.interval) for target, each in told.items() if each.interval
        },
        degrees={target: short(each.degrees) for target, each in told.items() if each.degrees is not None},
        ranks=ranks,
        chances=chances,
        moments=moments,
        spread=found,
    )


def _moments(worked: Worked, known: Known) -> Moments | None:
    marks, blocks = known.get("marks"), known.get("blocks")
    if marks is not None:
        return marks_moments(worked.scheme, worked.tally, marks)
    if blocks is not None:
        return block_moments(worked.scheme, worked.tally, blocks)
    return tally_moments(worked.scheme, worked.tally)


def _sampled(worked: Worked, known: Known, parts: Linear) -> dict[int, Influences]:
    """Return the place of each sampled group → its calibrated influences."""
    samples, marks, groups = known.get("samples"), known.get("marks"), worked.tally.groups
    if marks is None or not samples:
        return {}
    table = influence_table(worked.scheme, worked.tally, parts)
    return {
        int(own.groups[0]): calibrated_influences(own, samples[groups[own.groups[0]]])
        for own in _by_group(marks_influences(worked.scheme, worked.tally, table, marks))
        if groups[own.groups[0]] in samples
    }


def _together(
    worked: Worked, known: Known, parts: Linear, sampled: Mapping[int, Influences]
) -> Iterator[Influences | Shared]:
    """Yield what says how targets' scores move together: each group's ballots, or what was kept of sheets."""
    yield from known.get("shared") or ()
    marks = known.get("marks")
    numbered = [block for block in known.get("blocks") or () if block.ballots is not None]
    if marks is None and not numbered:
        return
    table = influence_table(worked.scheme, worked.tally, parts)
    if marks is not None:
        for own in _by_group(marks_influences(worked.scheme, worked.tally, table, marks)):
            yield sampled.get(int(own.groups[0]), own)
    yield from _by_group(joined([block_influences(worked.scheme, worked.tally, table, block) for block in numbered]))


def _by_group(influences: Influences) -> Iterator[Influences]:
    for group in np.unique(influences.groups).tolist():
        own = influences.groups == group
        ballots = None if influences.ballots is None else influences.ballots[own]
        yield Influences(ballots, influences.targets[own], influences.groups[own], influences.values[own])


def _alone(worked: Worked, target: str) -> bool:
    """Return whether a target has a final score that hangs on no other target's ballots."""
    final = worked.finals[target]
    return final.total is not None and not hangs_on_others(worked.scheme, final)


def _final_interval(worked: Worked, target: str, interval: tuple[float, float]) -> tuple[float, float]:
    """Return the interval of the final score: the ballots' share of it moves, bonuses and limits act anew."""
    final = worked.finals[target]
    low, high = (float(final_at(worked.scheme, target, final, Fraction(end), worked.decisions)) for end in interval)
    return short(low), short(high)


def _ranks(
    worked: Worked,
    ranked: Mapping[str, Key],
    covariance: Values,
    told: Mapping[str, Uncertainty],
    known: Known,
) -> tuple[dict[str, tuple[int, int]], dict[str, float]]:
    """Return each target's set of ranks, and its chance of being among the first, within each ranking."""
    ranks: dict[str, tuple[int, int]] = {}
    chances: dict[str, float] = {}
    draws, seed = known.get("draws", DRAWS), known.get("seed", 0)
    for members in pools(list(ranked), worked.information, worked.scheme.document.ranking.within).values():
        if not draws or not any(target in told and told[target].interval for target in members):
            continue
        places = [worked.places[target] for target in members]
        share = np.array([float(worked.finals[target].share) for target in members])
        own = covariance[np.ix_(places, places)] * np.outer(share, share)
        own[np.diag_indices(len(members))] = [
            own[at, at] if target in told and told[target].interval else nan for at, target in enumerate(members)
        ]
        degrees = np.array([_degrees(told.get(target)) for target in members])
        scores = np.array([float(ranked[target][0]) for target in members])
        first = quota_places(worked.scheme, members)
        sets = rank_sets(scores, own, degrees, draws=draws, seed=seed, places=first, threads=THREADS)
        ranks |= dict(zip(members, zip(sets.lower.tolist(), sets.upper.tolist(), strict=True), strict=True))
        if first:
            drawn = zip(members, sets.chance.tolist(), strict=True)
            chances |= {target: chance for target, chance in drawn if not isnan(chance)}
    return ranks, chances


def _degrees(told: Uncertainty | None) -> float:
    return inf if told is None or told.degrees is None else told.degrees


def short(value: float) -> float:
    """Return a number to the digits that are handed over."""
    return float(f"{value:.{DIGITS}g}")

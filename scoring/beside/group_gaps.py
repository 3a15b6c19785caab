"""By how much evaluator groups differ about each target: the gaps between their scores, beside the result."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from itertools import combinations
from math import isnan, nan

import numpy as np

from scoring.certainty.gaps import Gap, gap
from scoring.certainty.strata import Spread
from scoring.document.exact import printed
from scoring.document.scheme import Scheme
from scoring.outcome.quality_results import GroupGap
from scoring.outcome.results import TargetResult
from scoring.precision import short
from scoring.scores.linear import Values
from scoring.working import Worked


def with_gaps(
    worked: Worked, spread: Spread | None, results: Sequence[TargetResult], full: Collection[str]
) -> list[TargetResult]:
    """Return results with the gaps between their groups.

    A gap is the difference of two scores as they stand there, so it says nothing that they do not; its error could,
    and is given only where nothing is withheld.

    Parameters
    ----------
    spread
        The variances of the groups' scores; ``None`` where they cannot be told.
    results
        In the tally's order, without what is withheld.
    full
        The targets of which nothing is withheld.
    """
    pairs = list(combinations(facing(worked.scheme), 2))
    found = _gaps(worked, spread, pairs) if pairs and spread is not None else None
    written = []
    for place, result in enumerate(results):
        errors = found if result.target in full else None
        gaps = [_gap(worked.scheme, result, pair, errors, (place, number)) for number, pair in enumerate(pairs)]
        there = tuple(each for each in gaps if each is not None)
        written.append(result.model_copy(update={"gaps": there}) if there else result)
    return written


def facing(scheme: Scheme) -> tuple[str, ...]:
    """Return the groups that are held against each other: the outermost, or those inside where there is one alone.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> start, end = "{name: 一, scale: {好: 1, 差: 0}, groups: [", "], criteria: [{id: 德}]}"
    >>> facing(load_scheme(start + "{id: 群众, groups: [{id: 居民}, {id: 代表}]}, {id: 党委}" + end))
    ('群众', '党委')
    >>> facing(load_scheme(start + "{id: 群众, groups: [{id: 居民}, {id: 代表}]}" + end))
    ('居民', '代表')
    """
    groups = scheme.groups
    while len(groups) == 1 and groups[0].groups:
        groups = groups[0].groups
    return tuple(group.id for group in groups)


def _gap(
    scheme: Scheme, result: TargetResult, pair: tuple[str, str], errors: Gap | None, at: tuple[int, int]
) -> GroupGap | None:
    first, second = (result.groups[group].score for group in pair)
    if first is None or second is None:
        return None
    difference = printed(Fraction(first) - Fraction(second), scheme.document.rounding.places)
    told = (errors.se, errors.lower, errors.upper) if errors is not None else ()
    se, low, high = (float(each[at]) for each in told) if told else (nan, nan, nan)
    return GroupGap(
        first=pair[0],
        second=pair[1],
        gap=difference,
        se=None if isnan(se) else short(se),
        interval=None if isnan(low) else (short(low), short(high)),
    )


def _gaps(worked: Worked, spread: Spread, pairs: Sequence[tuple[str, str]]) -> Gap:
    """Return the gap of each pair about each target, arrays (targets, pairs)."""
    nodes = facing(worked.scheme)
    columns = [group_errors(worked, spread, node) for node in nodes]
    scores = [[each.groups[node] for each in worked.scored.values()] for node in nodes]
    means = np.array([[np.nan if value is None else float(value) for value in column] for column in scores])
    errors, degrees = (np.array([column[part] for column in columns]) for part in (0, 1))
    first, second = ([nodes.index(pair[side]) for pair in pairs] for side in (0, 1))
    paired = [np.stack([each[first].T, each[second].T]) for each in (means, errors, degrees)]
    return gap(paired[0], paired[1], paired[2])


def group_errors(worked: Worked, spread: Spread, node: str) -> tuple[Values, Values]:
    """Return the standard error of a group's score of each target, and its degrees of freedom, shape (targets,).

    An inner group is a stratified mean of the leaves below it (Cochran 1977, § 5.3). ``nan`` where a leaf's variance
    cannot be told, also where a sample's ballots are all alike: nothing is then known of the others.
    """
    below = worked.scheme.leaves_below(node)
    leaves = [place for place, group in enumerate(worked.tally.groups) if group in below]
    weights = np.ones((len(spread.weights), 1)) if len(leaves) == 1 else spread.weights[:, leaves]
    whole = weights.sum(axis=1, keepdims=True)
    shares = np.divide(weights, whole, out=np.full_like(weights, np.nan), where=whole > 0)
    ballots, entitled = spread.ballots[:, leaves], spread.entitled[:, leaves]
    known = np.where(ballots > 0, spread.variances[:, leaves], 0.0)
    # All alike, and not everyone who could have marked otherwise: no spread is seen, and none is ruled out.
    silent = (known == 0) & (ballots > 0) & (ballots < np.where(entitled > 0, entitled, ballots + 1))
    parts = np.where(shares > 0, shares**2 * np.where(silent, np.nan, known), np.where(whole > 0, 0.0, np.nan))
    variances = parts.sum(axis=1)
    freedom = np.divide(parts**2, spread.degrees[:, leaves], out=np.zeros_like(parts), where=parts != 0).sum(axis=1)
    degrees = np.divide(variances**2, freedom, out=np.full_like(variances, np.inf), where=freedom != 0)
    return np.sqrt(variances), degrees

"""Ballots without a difference: all marks alike, or one level straight down every target's items."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.integer]
Counts = NDArray[np.int64]

PAIR = 2
ROWS = 2**15
"""How many rows are taken at a time, to stay within a processor's cache."""


@dataclass(frozen=True, eq=False)
class StraightLines:
    """How many ballots of each group draw no difference; all of shape (groups,).

    Attributes
    ----------
    comparable
        Ballots with at least two marks.
    uniform
        Those of them whose marks are all alike.
    down_items
        Ballots with at least two marks on some target.
    straight
        Those of them with one level down the items of every target; targets may differ.
    """

    comparable: Counts
    uniform: Counts
    down_items: Counts
    straight: Counts


def straight_lines(
    ballots: Integers, targets: Integers, groups: Integers, levels: Integers, number_of_groups: int
) -> StraightLines:
    """Return how many ballots of each group are uniform or straight lines (Krosnick 1991: non-differentiation).

    A ballot with a single mark cannot be told and is not counted. Uniform ballots with two marks on a target are
    straight lines too. After an opening, a ballot's rows on different targets are no longer known to be one
    ballot's: number each row as a ballot, and the shares are those of rows.

    Krosnick, *Response strategies for coping with the cognitive demands of attitude measures in surveys*, Applied
    Cognitive Psychology 5:213-236.

    Parameters
    ----------
    ballots, targets, groups, levels
        Shape (marks,): of each mark the number of its ballot, its target, its ballot's group from 0, and its level;
        only marks that count (judgements, say).
    number_of_groups
        How many groups there are.

    Examples
    --------
    One target with two items each: the first ballot marks 0 0, the second 0 1.

    >>> marks = np.array([[0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 1]]).T
    >>> found = straight_lines(*marks, 1)
    >>> found.comparable, found.uniform, found.straight
    (array([2]), array([1]), array([1]))
    """
    if not len(ballots):
        nothing = np.zeros(number_of_groups, np.int64)
        return StraightLines(nothing, nothing, nothing, nothing)
    steps = np.diff(ballots)
    if not ((steps > 0) | (steps == 0) & (np.diff(targets) >= 0)).all():  # most files stand in this order
        order = np.lexsort((targets, ballots))
        ballots, targets, groups, levels = ballots[order], targets[order], groups[order], levels[order]
    ballot_starts = _starts(ballots)
    starts = np.union1d(ballot_starts, _starts(targets))
    lowest, highest = np.minimum.reduceat(levels, starts), np.maximum.reduceat(levels, starts)
    several = np.diff(starts, append=len(levels)) >= PAIR
    of_ballot = np.searchsorted(starts, ballot_starts)
    group = groups[ballot_starts]
    comparable = np.diff(ballot_starts, append=len(levels)) >= PAIR
    alike = np.minimum.reduceat(lowest, of_ballot) == np.maximum.reduceat(highest, of_ballot)
    down = np.logical_or.reduceat(several, of_ballot)
    straight = np.logical_and.reduceat(lowest == highest, of_ballot)

    def per_group(ballots_with: NDArray[np.bool_]) -> Counts:
        found: Counts = np.bincount(group[ballots_with], minlength=number_of_groups)
        return found

    return StraightLines(
        per_group(comparable), per_group(comparable & alike), per_group(down), per_group(down & straight)
    )


def straight_rows(rows: NDArray[np.uint8], judged: NDArray[np.bool_]) -> tuple[int, int]:
    """Return how many rows have at least two judgements, and how many of these are all alike.

    Parameters
    ----------
    rows
        Shape (rows, items), a level in each byte.
    judged
        Shape (256,): which bytes are judgements.

    Examples
    --------
    >>> judged = np.arange(256) < 2
    >>> straight_rows(np.array([[0, 0, 255], [1, 0, 1], [1, 255, 255]], np.uint8), judged)
    (2, 1)
    """
    lowest = np.where(judged, np.arange(256), 255).astype(np.uint8)
    highest = np.where(judged, np.arange(256), 0).astype(np.uint8)
    comparable = alike = 0
    for start in range(0, len(rows), ROWS):
        columns = np.ascontiguousarray(rows[start : start + ROWS].T)
        several = judged.take(columns).sum(axis=0, dtype=np.uint16) >= PAIR
        same = lowest.take(columns).min(axis=0, initial=255) == highest.take(columns).max(axis=0, initial=0)
        comparable += int(several.sum())
        alike += int((several & same).sum())
    return comparable, alike


def _starts(values: Integers) -> Counts:
    """Return where a run of equal values begins."""
    return np.flatnonzero(np.append(True, values[1:] != values[:-1]))

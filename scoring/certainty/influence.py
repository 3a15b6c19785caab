"""Influence of marks: by how much each ballot moves its group's score, which is what a standard error is made of.

One rater's marks on several items go together, so an error cannot be worked out item by item; it needs the sum over
a ballot's marks (linearisation of a weighted mean of ratios: Särndal, Swensson and Wretman 1992, *Model Assisted
Survey Sampling*, § 5.5 and 5.6; the same values that R's survey package calls influence functions).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.marks import Marks
from scoring.ballots.tally import Block, Tally
from scoring.document.scheme import Scheme
from scoring.scores.linear import Linear, Values, asked_levels, counted_levels, level_points, mark_places


def influence_table(scheme: Scheme, tally: Tally, parts: Linear) -> Values:
    """Return by how much each mark moves its group's score away from where it is.

    A mark of points *s* on an item with mean *m*, share *v* in the group's score and *D* marks in the denominator has
    the influence v · (s - m) / D: the design's v / ā · (s - m) divided by *n*, since ā = D / n. It is stretched a
    little where ballots abstained, and where an item has a single mark, that is held against the group's score
    (``Linear``). Marks that count without points (blanks over ``valid``) have s = 0; marks that do not count have 0.
    With sampling weights *w*, D is the sum of weights and a mark's influence is w times its entry (Σ w s / Σ w,
    linearised). Over all marks of an item in a group influences sum to 0, unless there is one alone.

    Returns
    -------
    Shape (targets, items, groups, levels + 5).

    Examples
    --------
    >>> from scoring.ballots.denominators import denominators
    >>> from scoring.ballots.extremes import counted
    >>> from scoring.scores.linear import linear
    >>> from scoring.document.scheme import load_scheme
    >>> from scoring.scores.scores import score_targets
    >>> from scoring.ballots.tally import tally_blocks
    >>> scheme = load_scheme("{name: 一项, scale: {好: 100, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> block = Block("村民", "甲", ("态度",), ("好", "差"), np.array([[0], [1], [1], [1]], np.uint8))
    >>> tally = tally_blocks(scheme, ["甲"], [block])
    >>> over = denominators(scheme, tally, None)
    >>> scored = score_targets(scheme, tally, counted(scheme, tally, over))
    >>> influence_table(scheme, tally, linear(scheme, tally, over, scored, np.array([[4]])))[0, 0, 0, :2]
    array([18.75, -6.25])
    """
    away = level_points(scheme, tally) - parts.centres[..., np.newaxis]
    table: Values = np.where(counted_levels(scheme, tally), parts.per_mark[..., np.newaxis] * away, 0.0)
    return table


@dataclass(frozen=True, eq=False)
class Influences:
    """Influence of ballots, one entry for each ballot asked about each target.

    Attributes
    ----------
    ballots
        Numbers that are equal where entries of one group are of one ballot; ``None`` where that is not known.
    targets, groups
        Places on the tally's axes.
    values
        By how much the ballot moves the group's score of the target.
    """

    ballots: NDArray[np.int64] | None
    targets: NDArray[np.int64]
    groups: NDArray[np.int64]
    values: Values

    def by_group(self) -> "list[Influences]":
        """Return the influences of each group by itself."""
        parts = [self.groups == group for group in np.unique(self.groups)]
        return [
            Influences(
                ballots=None if self.ballots is None else self.ballots[part],
                targets=self.targets[part],
                groups=self.groups[part],
                values=self.values[part],
            )
            for part in parts
        ]


def block_influences(scheme: Scheme, tally: Tally, table: Values, block: Block) -> Influences:
    """Return the influence of each ballot of a block that was asked; ``table`` as of ``influence_table``.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> from scoring.ballots.tally import BLANK, SPOILED, tally_blocks
    >>> scheme = load_scheme("{name: 一项, scale: {好: 100, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> block = Block("村民", "甲", ("态度",), ("好", "差"), np.array([[0], [1], [BLANK], [SPOILED]], np.uint8))
    >>> tally = tally_blocks(scheme, ["甲"], [block])
    >>> table = np.array([25.0, -25, 0, 0, 0, 0, 0]).reshape(1, 1, 1, 7)
    >>> block_influences(scheme, tally, table, block).values
    array([ 25., -25.,   0.])
    """
    target, group = tally.targets.index(block.target), tally.groups.index(block.group)
    places, asked = mark_places(scheme, tally, block), asked_levels(scheme, tally)
    items = [tally.items.index(item) for item in block.items]
    moved = table[target, items, group][:, places]
    values: Values = np.zeros(len(block.rows))
    for column, of in enumerate(moved):
        values += of.take(block.rows[:, column])
    kept: NDArray[np.bool_] | slice = slice(None)
    if tally.counts[target, :, group, ~asked].any() or not items:
        kept = np.logical_or.reduce(asked[places].take(block.rows), axis=1)
        values = values[kept]
    return Influences(
        ballots=None if block.ballots is None else block.ballots[kept],
        targets=np.full(len(values), target),
        groups=np.full(len(values), group),
        values=values,
    )


def marks_influences(scheme: Scheme, tally: Tally, table: Values, marks: Marks) -> Influences:
    """Return the influence of each ballot asked about each target, by ballot and target.

    Parameters
    ----------
    table
        As of ``influence_table``, made with the sums of weights where marks have sampling weights.
    """
    entries, firsts = ballot_targets(marks, len(tally.targets))
    moved = table[marks.targets, marks.items, marks.groups, marks.levels]
    if marks.weights is not None:
        moved = moved * marks.weights
    asked = np.zeros(len(firsts), np.bool_)
    asked[entries[asked_levels(scheme, tally)[marks.levels]]] = True
    values: Values = np.zeros(len(asked))
    np.add.at(values, entries, moved)
    firsts = firsts[asked]
    return Influences(
        ballots=marks.ballots[firsts],
        targets=marks.targets[firsts].astype(np.int64),
        groups=marks.groups[firsts].astype(np.int64),
        values=values[asked],
    )


def ballot_targets(marks: Marks, targets: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which (ballot, target) each mark belongs to, numbered by ballot and target, and a mark of each.

    Examples
    --------
    >>> places = np.array([1, 0, 1], np.int32)
    >>> marks = Marks(np.array([0, 0, 0]), places, places, places, places)
    >>> [each.tolist() for each in ballot_targets(marks, 2)]
    [[1, 0, 1], [1, 0]]
    """
    keys = marks.ballots * targets + marks.targets
    rising = np.diff(keys, prepend=keys[:1])
    if (rising >= 0).all():
        firsts = np.flatnonzero(rising)
        return np.cumsum(rising > 0), np.concatenate([np.zeros(min(1, len(keys)), np.int64), firsts])
    _, firsts, entries = np.unique(keys, return_index=True, return_inverse=True)
    return entries, firsts

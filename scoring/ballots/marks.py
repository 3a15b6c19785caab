"""Marks one by one, as files hold them: which ballot marked which target, on which item, in which group, as what.

A tally no longer knows which marks stood on one ballot; what asks for that (ballot rules, standard errors) asks here.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.joined import STRETCH, Numbers, distinct, join, stretches
from scoring.ballots.tally import Tally

Places = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Marks:
    """Marks in long form: every array has shape (marks,), and all but ``ballots`` are places on a tally's axes.

    The product of these axes is the size of the tally, so places joined into one cell number stay within 32 bits
    as long as the tally itself fits into memory; what is joined with a ballot's number has 64.

    Attributes
    ----------
    ballots
        The number of the ballot, from 0; a ballot is (group, ballot id), numbered as they first appear.
    targets, items, groups
        Places on the axes of that name.
    levels
        Places on the last axis of the tally's counts: its levels, then blank, unknown, self, spoiled, voided.
    weights
        The ballot's sampling weight in units of 1 / ``weight_unit``; ``None`` where ballots have no weights.
    weight_unit
        How many units a weight of 1 has.
    """

    ballots: Numbers
    targets: Places
    items: Places
    groups: Places
    levels: Places
    weights: Numbers | None = None
    weight_unit: int = 1

    def __len__(self) -> int:
        """Return how many marks there are."""
        return len(self.ballots)


def tally_marks(axes: Tally, marks: Marks) -> Tally:
    """Return the tally of marks.

    Parameters
    ----------
    axes
        A tally with the axes that the marks' places are on; its own counts do not matter.
    marks
        At most one for each ballot, target and item.

    Examples
    --------
    Two ballots on one target, the second's mark a blank:

    >>> from scoring.document.scheme import load_scheme
    >>> from scoring.ballots.tally import empty_tally
    >>> scheme = load_scheme("{name: 一项, scale: {好: 1, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> nothing = np.zeros(2, np.int32)
    >>> marks = Marks(np.array([0, 1]), nothing, nothing, nothing, np.array([0, 2], np.int32))
    >>> tally = tally_marks(empty_tally(scheme, ["甲"]), marks)
    >>> tally.counts[0, 0, 0].tolist(), tally.ballots.tolist()
    ([1, 0, 1, 0, 0, 0, 0], [[1]])
    """
    shape, size = axes.counts.shape, axes.counts.size
    judging = np.zeros(shape, np.bool_)
    judging[..., : len(axes.levels)] = axes.judged
    counts, judged = np.zeros(size, np.int64), np.zeros(len(marks), np.bool_)
    weighted = None if marks.weights is None else np.zeros(size, np.int64)
    for rows in stretches(len(marks), max(STRETCH, size)):
        cells = join([marks.targets, marks.items, marks.groups, marks.levels], shape, rows)
        counts += np.bincount(cells, minlength=size)
        judged[rows] = judging.reshape(-1).take(cells)
        if weighted is not None and marks.weights is not None:
            np.add.at(weighted, cells, marks.weights[rows])
    return replace(
        axes,
        counts=counts.reshape(shape),
        n=_raters(axes, marks, judged),
        weighted=None if weighted is None else weighted.reshape(shape),
        weight_unit=marks.weight_unit,
    )


def _raters(axes: Tally, marks: Marks, judged: NDArray[np.bool_]) -> Numbers:
    """Return how many ballots of each group have a judgement about each target, shape (targets, groups)."""
    ballots, targets, groups = int(marks.ballots.max(initial=-1)) + 1, len(axes.targets), len(axes.groups)
    group = np.zeros(ballots, np.int64)
    group[marks.ballots] = marks.groups
    pairs = distinct([marks.ballots, marks.targets], [ballots, targets], judged)
    ballot, target = np.divmod(pairs, max(1, targets))
    return np.bincount(target * groups + group[ballot], minlength=targets * groups).reshape(targets, groups)

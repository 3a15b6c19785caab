"""Critical values: the quantile of each draw's largest studentised difference, without looking at every difference.

Most draws cannot matter: a bound, cheap because differences are taken by bins of targets instead of one by one, says so
(the threshold algorithm of Fagin, Lotem and Naor 2003, *Journal of Computer and System Sciences* 66, 614-656). What
comes out is the exact quantile of the draws.
"""

from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from scoring.certainty.draws import Singles

BINS = 36
AT_ONCE = 64
"""How many draws are looked at before the bound is asked again."""


@dataclass(frozen=True, eq=False)
class Differences:
    """Draws of all targets, laid out for taking differences.

    Attributes
    ----------
    drawn
        Shape (draws, targets).
    order, starts
        Targets by bin, and where each bin starts: alike in variance and, within that, close in score.
    most, least
        Shape (bins, draws): the largest and smallest value in each bin.
    """

    drawn: Singles
    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    most: Singles
    least: Singles

    def quantile(self, target: int, up: Singles, down: Singles, rank: int) -> float:
        """Return the ``rank``-th largest over the draws of max (up · d, -down · d), d = others less one target, or 0.

        Parameters
        ----------
        up, down
            Shape (targets,): what a difference is multiplied with where it is above and where it is below; 0 where it
            does not count.
        """
        own = self.drawn[:, target]
        above = np.maximum.reduceat(up[self.order], self.starts)[:, np.newaxis]
        below = np.maximum.reduceat(down[self.order], self.starts)[:, np.newaxis]
        bound = np.maximum(((self.most - own) * above).max(axis=0), ((own - self.least) * below).max(axis=0))
        likely = np.argsort(-bound, kind="stable")
        largest = np.zeros(rank, np.float32)
        for start in range(0, len(likely), AT_ONCE):
            if largest[0] >= bound[likely[start]]:
                break
            part = likely[start : start + AT_ONCE]
            away = self.drawn[part] - own[part, np.newaxis]
            found = np.maximum((away * up).max(axis=1), -(away * down).min(axis=1))
            largest = np.partition(np.concatenate([largest, found]), -rank)[-rank:]
        return float(largest[0])


def differences(drawn: Singles, variances: NDArray[np.float64]) -> Differences:
    """Return draws of targets, shape (draws, targets), best score first, ready for differences.

    Examples
    --------
    >>> drawn = np.array([[0, 1, 3], [0, -1, 0], [0, 2, -4]], np.float32)
    >>> found, one = differences(drawn, np.ones(3)), np.ones(3, np.float32)
    >>> [found.quantile(0, one, one, rank) for rank in (1, 2, 3)]
    [4.0, 3.0, 1.0]
    """
    size = len(variances)
    slices = min(size, isqrt(BINS))
    alike = np.argsort(np.argsort(variances, kind="stable"), kind="stable") * slices // size
    order = np.lexsort((np.arange(size), alike))
    starts = np.unique([start * size // (slices * slices) for start in range(slices * slices)])
    columns = drawn.T[order]
    return Differences(
        drawn=drawn,
        order=order,
        starts=starts,
        most=np.maximum.reduceat(columns, starts, axis=0),
        least=np.minimum.reduceat(columns, starts, axis=0),
    )

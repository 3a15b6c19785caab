"""What targets have in common: ballots that rated several of them, which makes their scores move together.

A strict rater is strict with all. Two scores from the same ballots therefore differ more surely than their standard
errors alone would say. Where it is not known which marks were one ballot's, covariances count as 0: strictness makes
them positive, so differences then look less sure than they are, never more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from scoring.ballots.tally import Block, Tally
from scoring.certainty.influence import Influences, block_influences
from scoring.certainty.strata import Lonely, Spread, total_variance
from scoring.document.scheme import Scheme
from scoring.scores.linear import Values

FEWEST_BALLOTS = 50
"""Fewer ballots on a sheet, or not more than twice its targets, and the products could be solved for marks."""

DIGITS, TINY = 3, 1e-200
SPARSE = 0.05
ROWS = 16384
MANY = 256


@dataclass(frozen=True, eq=False)
class Shared:
    """Products of influences on one sheet, all that is kept of which marks were one ballot's.

    Attributes
    ----------
    group
        The leaf group.
    targets
        The sheet's targets.
    ballots
        How many ballots of the sheet were asked.
    covariance
        Shape (targets, targets): Σ u uᵀ over the sheet's ballots, with u as of ``influence_table`` under the means of
        the whole group: the sheet's part in the covariance of the group's scores, save for corrections.
    """

    group: str
    targets: tuple[str, ...]
    ballots: int
    covariance: Values


def sheet_covariance(scheme: Scheme, tally: Tally, table: Values, blocks: Sequence[Block]) -> Shared | None:
    """Return what may be kept of one sheet's ballots; ``None`` where they are too few.

    Parameters
    ----------
    tally, table
        Of the whole group, with all its sheets.
    blocks
        The sheet's blocks, one a target, all of one group, with the numbers of their ballots.

    Returns
    -------
    Only of 50 ballots or more, and more than twice as many as targets; rounded to three digits, so that exact sums
    rebuild no ballot.
    """
    parts = [block_influences(scheme, tally, table, block) for block in blocks]
    numbers = [part.ballots for part in parts if part.ballots is not None]
    if len(numbers) < len(parts):
        return None
    ballots = np.count_nonzero(np.bincount(np.concatenate([np.zeros(0, np.int64), *numbers])))
    if ballots < FEWEST_BALLOTS or ballots <= 2 * len(blocks):
        return None
    targets = np.array([tally.targets.index(block.target) for block in blocks])
    products = influence_products(targets, joined(parts))
    return Shared(blocks[0].group, tuple(block.target for block in blocks), int(ballots), significant(products, DIGITS))


def significant(values: Values, digits: int) -> Values:
    """Return values rounded to so many significant digits.

    Examples
    --------
    >>> significant(np.array([123456.0, -0.0012345, 0.0]), 3)
    array([ 1.23e+05, -1.23e-03,  0.00e+00])
    """
    size = np.floor(np.log10(np.abs(values), out=np.zeros_like(values), where=np.abs(values) > TINY))
    unit = 10.0 ** (size - digits + 1)
    return np.rint(values / unit) * unit


def joined(parts: Sequence[Influences]) -> Influences:
    """Return the influences of several blocks as one; their ballots must have numbers."""
    return Influences(
        ballots=np.concatenate([np.zeros(0, np.int64), *(part.ballots for part in parts if part.ballots is not None)]),
        targets=np.concatenate([np.zeros(0, np.int64), *(part.targets for part in parts)]),
        groups=np.concatenate([np.zeros(0, np.int64), *(part.groups for part in parts)]),
        values=np.concatenate([np.zeros(0), *(part.values for part in parts)]),
    )


def influence_products(targets: NDArray[np.int64], influences: Influences) -> Values:
    """Return Σ u uᵀ over the ballots of one group, shape (targets, targets).

    Parameters
    ----------
    targets
        Places of targets, each once, all that there are influences on among them; the sums are in their order.

    Examples
    --------
    Two ballots rated both targets, the third the second one alone:

    >>> group = np.zeros(5, np.int64)
    >>> found = Influences(np.array([4, 4, 9, 9, 7]), np.array([6, 8, 6, 8, 8]), group, np.array([1.0, 2, -1, 0, -2]))
    >>> influence_products(np.array([6, 8]), found).tolist()
    [[2.0, 2.0], [2.0, 8.0]]
    """
    if influences.ballots is None or not len(influences.ballots):
        return np.zeros((len(targets), len(targets)))
    rows = _numbered(influences.ballots)
    shape = (int(rows.max()) + 1, len(targets))
    column_of = np.zeros(int(targets.max()) + 1, np.int64)
    column_of[targets] = np.arange(len(targets))
    columns = column_of[influences.targets]
    if len(rows) < SPARSE * shape[0] * shape[1]:
        matrix = csr_array((influences.values, (rows, columns)), shape=shape)
        sparse: Values = (matrix.T @ matrix).toarray()
        return sparse
    return _dense_products(rows, columns, influences.values, shape)


def _numbered(ballots: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ballots numbered anew without gaps."""
    there = np.zeros(int(ballots.max()) + 1, np.bool_)
    there[ballots] = True
    return (np.cumsum(there) - 1)[ballots]


def _dense_products(
    rows: NDArray[np.int64], columns: NDArray[np.int64], values: Values, shape: tuple[int, int]
) -> Values:
    ballots, targets = shape
    order = np.argsort(rows, kind="stable") if ballots > ROWS and (np.diff(rows) < 0).any() else slice(None)
    rows, columns, values = rows[order], columns[order], values[order]
    total = np.zeros((targets, targets))
    # Where it takes long, seven digits of a covariance do.
    kind = np.float32 if targets > MANY else np.float64
    for start in range(0, ballots, ROWS):
        part = slice(None) if ballots <= ROWS else slice(*np.searchsorted(rows, (start, start + ROWS)))
        matrix = np.zeros((min(ROWS, ballots - start), targets), kind)
        matrix[rows[part] - start, columns[part]] = values[part]
        total += matrix.T @ matrix
    return total


def covariance_of_totals(
    tally: Tally,
    found: Spread,
    totals: Sequence[float | None],
    parts: Iterable[Influences | Shared],
    lonely: Lonely = "fail",
) -> Values:
    """Return the covariance of the targets' totals, shape (targets, targets); ``nan`` where a variance is not told.

    Parameters
    ----------
    parts
        Influences, all of a group in one, or what was kept of sheets; for whatever is missing covariances are 0.
    """
    variances = [
        None if total is None else total_variance(found, target, total, lonely) for target, total in enumerate(totals)
    ]
    size = len(tally.targets)
    covariance = np.zeros((size, size))
    for part in parts:
        if isinstance(part, Shared):
            places = np.array([tally.targets.index(target) for target in part.targets])
            scale = found.per_influence[places, tally.groups.index(part.group)]
            covariance[np.ix_(places, places)] += part.covariance * np.outer(scale, scale)
            continue
        for own in part.by_group():
            places = np.unique(own.targets)
            scale = found.per_influence[places, own.groups[0]]
            covariance[np.ix_(places, places)] += influence_products(places, own) * np.outer(scale, scale)
    covariance[np.diag_indices(size)] = [np.nan if each is None else each[0] for each in variances]
    return covariance

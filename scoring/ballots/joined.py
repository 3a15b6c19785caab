"""Several columns of whole numbers as one: digits of mixed radix, the first column's the highest.

Millions of rows are worked through in stretches that stay in the processor's cache; nothing as long as a column is
made on the way.
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int64]
Column: TypeAlias = NDArray[np.integer[Any]]
"""Whole numbers from 0, shape (rows,)."""

STRETCH = 1 << 15
ROOM = 16
"""The bytes for each row that a table of all numbers there could be may take; beyond that, rows are sorted."""


def stretches(rows: int, step: int = STRETCH) -> Iterator[slice]:
    """Yield all rows, so many at a time.

    Examples
    --------
    >>> list(stretches(5, 4))
    [slice(0, 4, None), slice(4, 8, None)]
    """
    return (slice(start, start + step) for start in range(0, rows, step))


def join(columns: Sequence[Column], sizes: Sequence[int], rows: slice = slice(None)) -> Numbers:
    """Return one number for what stands side by side in each of some rows, shape (rows,).

    Parameters
    ----------
    sizes
        What the numbers of each column are below.

    Examples
    --------
    >>> join([np.array([2, 0]), np.array([4, 3])], [3, 5]).tolist()
    [14, 3]
    """
    joined = columns[0][rows].astype(np.int64)
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        joined *= size
        joined += column[rows]
    return joined


def look_up(table: NDArray[Any], columns: Sequence[Column]) -> NDArray[Any]:
    """Return what a table says for each row, shape (rows,).

    Parameters
    ----------
    table
        As many axes as there are columns.

    Examples
    --------
    >>> look_up(np.array([[1, 2], [3, 4]]), [np.array([1, 0]), np.array([0, 1])]).tolist()
    [3, 2]
    """
    found = np.empty(len(columns[0]), table.dtype)
    for rows in stretches(len(found)):
        found[rows] = table.reshape(-1).take(join(columns, table.shape, rows))
    return found


def distinct(columns: Sequence[Column], sizes: Sequence[int], where: NDArray[np.bool_] | None = None) -> Numbers:
    """Return the different ones of the joined numbers of all rows, or of some, in order.

    Examples
    --------
    >>> distinct([np.array([1, 0, 1]), np.array([0, 4, 0])], [2, 5]).tolist()
    [4, 5]
    """
    parts = [
        _different([column[rows] for column in columns], sizes, None if where is None else where[rows])
        for rows in _apart(columns[0])
    ]
    return np.concatenate([np.zeros(0, np.int64), *parts])


def repeated(columns: Sequence[Column], sizes: Sequence[int]) -> bool:
    """Return whether any two rows have the same joined number.

    Examples
    --------
    >>> repeated([np.array([1, 0, 1]), np.array([0, 4, 0])], [2, 5])
    True
    """
    parts = ([column[rows] for column in columns] for rows in _apart(columns[0]))
    return any(len(_different(part, sizes, None)) < len(part[0]) for part in parts)


def _apart(column: Column) -> Iterator[slice]:
    """Yield all rows in stretches that share no number; rows whose numbers are in no order are one stretch."""
    count, start = len(column), 0
    pairs = (column[rows.start : rows.stop + 1] for rows in stretches(count))
    ordered = all((pair[1:] >= pair[:-1]).all() for pair in pairs)
    while start < count:
        ahead = start + STRETCH
        stop = int(np.searchsorted(column, column[ahead])) if ordered and ahead < count else count
        if stop == start:
            stop = int(np.searchsorted(column, column[start], side="right"))
        yield slice(start, stop)
        start = stop


def _different(columns: Sequence[Column], sizes: Sequence[int], where: NDArray[np.bool_] | None) -> Numbers:
    """Return the different joined numbers of some of these rows (at least one), in order, by a table or by sorting."""
    rest = prod(sizes[1:])
    least, most = (int(end) * rest for end in (columns[0].min(), columns[0].max()))
    if most + rest - least <= ROOM * len(columns[0]):
        seen = np.zeros(most + rest - least, np.bool_)
        for rows in stretches(len(columns[0])):
            joined = join(columns, sizes, rows) - least
            seen[joined if where is None else joined[where[rows]]] = True
        return np.flatnonzero(seen) + least
    joined = join(columns, sizes)
    joined = np.sort(joined if where is None else joined[where], kind="stable")
    first: Numbers = joined[np.diff(joined, prepend=-1) > 0]
    return first

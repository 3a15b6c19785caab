"""Read the columns of a table, each as its distinct texts and which of them stands in each row.

A file without quotes is split by array operations on its bytes. Whatever is unusual in it (quotes, a row with too
many cells, bytes that are no text) is left to the reader of rows in ``scoring.document.tables``, which says what is
wrong.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.cells import NEWLINE, Growing, NotPlainError, Rows, split
from scoring.document.problems import FileError
from scoring.document.tables import Table, read_header, unpacked

PART = 1 << 21
"""Bytes that are split at a time: what is made of them stays in a processor's cache."""

AT_ONCE = 2
"""Shares of a file that are read at the same time."""

UNUSUAL = (b'"', b"\r", b"\0")


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    codes
        Shape (rows,): which of the distinct texts stands in each row.
    texts
        The distinct texts in order of first appearance; bytes if they are UTF-8.
    """

    codes: Rows
    texts: Sequence[str] | NDArray[np.bytes_]

    @cached_property
    def names(self) -> list[str]:
        """The distinct texts in order of first appearance."""
        if isinstance(self.texts, np.ndarray):
            return [text.decode() for text in self.texts.tolist()]
        return list(self.texts)

    def rows_with(self, text: str) -> NDArray[np.int64]:
        """Return the rows in which a text stands."""
        known = self.texts == text.encode() if isinstance(self.texts, np.ndarray) else [t == text for t in self.texts]
        return np.flatnonzero(np.asarray(known, np.bool_)[self.codes]) if np.any(known) else np.zeros(0, np.int64)


@dataclass(frozen=True)
class Columns:
    """The columns of a table.

    Attributes
    ----------
    table
        Where problems are noted.
    named
        The columns by name.
    numbers
        Shape (rows,): the row in the file that each one is; ``None`` where all of its rows follow each other.
    """

    table: Table
    named: dict[str, Column]
    numbers: NDArray[np.int64] | None

    def row(self, place: int) -> int:
        """Return which row of the file one is; the header is row 1."""
        return int(place) + 2 if self.numbers is None else int(self.numbers[place])


def read_columns(data: bytes, file: str, required: Sequence[str], optional: Sequence[str] = ()) -> Columns:
    r"""Return the columns of a CSV file, gzipped or not; rows with too few or too many cells are noted.

    Raises
    ------
    FileError
        As :func:`scoring.document.tables.open_table` does.

    Examples
    --------
    >>> columns = read_columns("group,mark\n村民,好\n村民,差\n".encode(), "R.csv", ["group", "mark"]).named
    >>> [(column.names, column.codes.tolist()) for column in columns.values()]
    [(['村民'], [0, 0]), (['好', '差'], [0, 1])]
    """
    data = unpacked(data, file)
    try:
        return _plain(data, file, required, optional)
    except (NotPlainError, FileError):
        return _by_rows(read_header(data, file, required, optional))


def _by_rows(table: Table) -> Columns:
    """Return the columns of any table, read row by row."""
    index: list[dict[str, int]] = [{} for _ in table.columns]
    codes: list[list[int]] = [[] for _ in table.columns]
    numbers = []
    filling = list(zip(index, codes, strict=True))
    for number, cells in table.rows(*table.columns):
        numbers.append(number)
        for (known, column), cell in zip(filling, cells, strict=True):
            column.append(known.setdefault(cell, len(known)))
    columns = (Column(np.array(column, np.int32), list(known)) for known, column in filling)
    return Columns(table, dict(zip(table.columns, columns, strict=True)), np.array(numbers, np.int64))


def _plain(data: bytes, file: str, required: Sequence[str], optional: Sequence[str]) -> Columns:
    """Return the columns of a table that is nothing but cells, commas and newlines."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    start = data.find(b"\n") + 1
    if not start or any(each in data for each in UNUSUAL):
        raise NotPlainError
    table = read_header(data[:start], file, required, optional)
    if len(table.columns) == 1:
        # A blank line could be an empty cell.
        raise NotPlainError
    read = partial(_read, data, len(table.columns))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        first, *others = threads.map(read, *zip(*_shares(data, start), strict=True))
    for other in others:
        for column, more in zip(first, other, strict=True):
            column.append(more)
    return Columns(table, dict(zip(table.columns, (Column(*each.finish()) for each in first), strict=True)), None)


def _shares(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Yield where equal shares of the rows begin and end, blank lines at the end left out."""
    end = len(data)
    while end > start and data[end - 1] == NEWLINE:
        end -= 1
    for left in range(AT_ONCE, 0, -1):
        stop = end if left == 1 else data.rfind(b"\n", start, start + (end - start) // left) + 1
        yield start, max(start, stop)
        start = max(start, stop)


def _read(data: bytes, width: int, start: int, end: int) -> list[Growing]:
    """Return the columns of whole rows."""
    columns = [Growing() for _ in range(width)]
    while start < end:
        stop = end if end - start <= PART else data.rfind(b"\n", start, start + PART) + 1
        if stop <= start:
            raise NotPlainError
        for column, words in zip(columns, split(data, width, start, stop), strict=True):
            column.add(words)
        start = stop
    return columns

"""Read the columns of a table, each as its distinct texts and which of them stands in each row.

A file without quotes is split by array operations on its bytes. Whatever is unusual in it (quotes, a row with too
many cells, bytes that are no text) is left to the reader of rows in ``scoring.tables``, which says what is wrong.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from scoring.numbering import Codes, Keys, Numbering
from scoring.problems import FileError
from scoring.tables import Table, read_header, unpacked

COMMA, NEWLINE = b",\n"
UNUSUAL = (b'"', b"\r", b"\0")

PART = 1 << 21
"""Bytes that are split at a time: what is made of them stays in a processor's cache."""

AT_ONCE = 2
"""Parts that are split at the same time."""

WORD = 8
LONGEST = 256
"""The longest cell, in bytes, that is compared word by word."""

_MIX = 0xD1342543DE82EF95
"""Any odd number whose bits look random; cells that it gives the same key are told apart afterwards."""

_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(WORD + 1)], np.uint64)

Words = list[Keys]
"""The cells of one column: the first eight bytes of each, the next eight, …, zeros where a cell has ended."""


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

    codes: Codes
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


class _NotPlainError(ValueError):
    """The file has something that only the reader of rows understands."""


def read_columns(data: bytes, file: str, required: Sequence[str], optional: Sequence[str] = ()) -> Columns:
    r"""Return the columns of a CSV file, gzipped or not; rows with too few or too many cells are noted.

    Raises
    ------
    FileError
        As :func:`scoring.tables.open_table` does.

    Examples
    --------
    >>> columns = read_columns("group,mark\n村民,好\n村民,差\n".encode(), "R.csv", ["group", "mark"]).named
    >>> [(column.names, column.codes.tolist()) for column in columns.values()]
    [(['村民'], [0, 0]), (['好', '差'], [0, 1])]
    """
    data = unpacked(data, file)
    try:
        return _plain(data, file, required, optional)
    except (_NotPlainError, FileError):
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
    if b"\r\n" in data:
        data = data.replace(b"\r\n", b"\n")
    start = data.find(b"\n") + 1
    if not start or any(each in data for each in UNUSUAL):
        raise _NotPlainError
    table = read_header(data[:start], file, required, optional)
    columns = [_Growing() for _ in table.columns]
    for part in _ahead(partial(_split, data, len(columns)), _parts(data, start)):
        for column, words in zip(columns, part, strict=True):
            column.add(words)
    return Columns(table, dict(zip(table.columns, (each.column() for each in columns), strict=True)), None)


def _parts(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Yield where parts of whole rows begin and end, blank lines at the end left out."""
    end = len(data)
    while end > start and data[end - 1] == NEWLINE:
        end -= 1
    while start < end:
        stop = end if end - start <= PART else data.rfind(b"\n", start, start + PART) + 1
        if stop <= start:
            raise _NotPlainError
        yield start, stop
        start = stop


def _ahead(split: "partial[list[Words]]", parts: Iterable[tuple[int, int]]) -> Iterator[list[Words]]:
    """Yield what becomes of each part, in order, while the next ones are being split."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        waiting: deque[Future[list[Words]]] = deque()
        for part in parts:
            waiting.append(threads.submit(split, part))
            if len(waiting) > AT_ONCE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _split(data: bytes, width: int, part: tuple[int, int]) -> list[Words]:
    """Return the cells of a part, column by column."""
    start, stop = part
    size = stop - start
    text = np.zeros(size + 1 + LONGEST + WORD, np.uint8)
    text[:size] = np.frombuffer(data, np.uint8, size, start)
    if text[size - 1] != NEWLINE:
        text[size] = NEWLINE
        size += 1
    newline = text[:size] == NEWLINE
    ends = np.flatnonzero(newline | (text[:size] == COMMA))
    if ends.size % width or not newline[ends[width - 1 :: width]].all() or newline.sum() * width != ends.size:
        raise _NotPlainError
    cells = [np.ascontiguousarray(ends[place::width]) for place in range(width)]
    before = np.concatenate([[-1], cells[-1][:-1]])
    return [_words(text, after + 1, end) for after, end in zip([before, *cells[:-1]], cells, strict=True)]


def _words(text: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Words:
    """Return the words of the cells between these places."""
    lengths = ends - starts
    longest = int(lengths.max(initial=0))
    if longest > LONGEST:
        raise _NotPlainError
    # A word may begin at any byte; numpy reads it as well as one that is aligned.
    words = np.ndarray((len(text) - WORD + 1,), "<u8", text.data, strides=(1,))
    first = words[starts] & _MASKS.take(lengths, mode="clip")
    return [first] + [
        words[starts + offset] & _MASKS.take(np.maximum(lengths - offset, 0), mode="clip")
        for offset in range(WORD, longest, WORD)
    ]


class _Growing:
    """A column that is being read: cells are numbered by one key for all their words, then compared word by word."""

    def __init__(self) -> None:
        self._numbering = Numbering()
        self._words = np.zeros((0, 1), "<u8")
        self._codes: list[Codes] = []

    def add(self, words: Words) -> None:
        """Add the cells of one part."""
        known = len(self._numbering)
        codes = self._numbering.number(_key(words))
        new = np.flatnonzero(codes >= known)
        self._grow(len(self._numbering), len(words))
        for place, word in enumerate(words):
            self._words[codes[new], place] = word[new]
        width = self._words.shape[1]
        if width > 1:
            nothing = np.zeros(1, np.uint64)
            for place in range(width):
                if (self._words[codes, place] != (words[place] if place < len(words) else nothing)).any():
                    raise _NotPlainError
        self._codes.append(codes)

    def _grow(self, count: int, width: int) -> None:
        """Make room for that many distinct cells of so many words."""
        rows, columns = self._words.shape
        if count > rows or width > columns:
            words = np.zeros((max(count, 2 * rows) if count > rows else rows, max(width, columns)), "<u8")
            words[:rows, :columns] = self._words
            self._words = words

    def column(self) -> Column:
        """Return the column."""
        count, width = len(self._numbering), self._words.shape[1]
        texts = np.ascontiguousarray(self._words[:count]).view(f"S{WORD * width}").ravel()
        # A zero after each text, so that no two of them make a character together.
        apart = np.pad(self._words[:count], ((0, 0), (0, 1)))
        try:
            apart.tobytes().decode()
        except UnicodeDecodeError as error:
            raise _NotPlainError from error
        codes = np.concatenate(self._codes) if self._codes else np.zeros(0, np.int32)
        self._codes.clear()
        return Column(codes, texts)


def _key(words: Words) -> Keys:
    """Return one number for each cell, the same whether or not words of zeros follow."""
    key = words[0]
    for place, word in enumerate(words[1:], start=1):
        key = key + word * np.uint64(pow(_MIX, place, 1 << 64))
    return key

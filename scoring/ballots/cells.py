"""Take a table's bytes apart by array operations: cells as words of eight bytes, and the distinct ones numbered.

This reads what is nothing but cells, commas and newlines. Anything else is not plain, and left to a reader of rows.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.numbering import Codes, Keys, Numbering

COMMA, NEWLINE = b",\n"

LONGEST = 256
"""The longest cell, in bytes, that is compared word by word."""

_WORD = 8
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(_WORD + 1)], np.uint64)

_MIX = 0xD1342543DE82EF95
"""Any odd number whose bits look random; cells that it gives the same key are told apart afterwards."""

Words: TypeAlias = list[Keys]
"""The cells of one column: the first eight bytes of each, the next eight, …; zeros where a cell has ended."""

Rows: TypeAlias = NDArray[np.integer[Any]]
"""Which of the distinct texts stands in each row, in as few bytes as hold their number."""


class NotPlainError(ValueError):
    """A table has something that only a reader of rows understands."""


def split(data: bytes, width: int, start: int, stop: int) -> list[Words]:
    r"""Return the cells of whole rows, column by column; the last row may lack its newline.

    Examples
    --------
    >>> cells = split("组,mark\nA,1\nB,".encode(), 2, 9, 15)
    >>> [words.view("S8").tolist() for [words] in cells]
    [[b'A', b'B'], [b'1', b'']]
    """
    size = stop - start
    text = np.zeros(size + 1 + LONGEST + _WORD, np.uint8)
    text[:size] = np.frombuffer(data, np.uint8, size, start)
    if text[size - 1] != NEWLINE:
        text[size] = NEWLINE
        size += 1
    newline = text[:size] == NEWLINE
    ends = np.flatnonzero(newline | (text[:size] == COMMA))
    if np.count_nonzero(newline) * width != ends.size or not newline[ends[width - 1 :: width]].all():
        raise NotPlainError
    cells = [np.ascontiguousarray(ends[place::width]) for place in range(width)]
    before = np.concatenate([[-1], cells[-1][:-1]])
    return [_words(text, after + 1, end) for after, end in zip([before, *cells[:-1]], cells, strict=True)]


def _words(text: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Words:
    """Return the words of the cells between these places."""
    lengths = ends - starts
    longest = int(lengths.max(initial=0))
    if longest > LONGEST:
        raise NotPlainError
    # A word may begin at any byte; numpy reads it as well as one that is aligned.
    words = np.ndarray((len(text) - _WORD + 1,), "<u8", text.data, strides=(1,))
    found = [words[starts] & _MASKS.take(lengths, mode="clip")]
    for offset in range(_WORD, longest, _WORD):
        longer = np.flatnonzero(lengths > offset)
        word = np.zeros(len(starts), np.uint64)
        word[longer] = words[starts[longer] + offset] & _MASKS.take(lengths[longer] - offset, mode="clip")
        found.append(word)
    return found


class Growing:
    """A column that is being read: cells are numbered by one key for all their words, then compared word by word.

    Attributes
    ----------
    numbering
        The numbers of the distinct cells.
    words
        Their words, with room for more.
    codes
        Which of them stands in each row, part by part.
    """

    def __init__(self) -> None:
        self.numbering = Numbering()
        self.words: Words = [np.zeros(1, np.uint64)]
        self.codes: list[Rows] = []

    def add(self, words: Words) -> None:
        """Add the cells of some more rows."""
        self.codes.append(self._narrow(self._number(words)))

    def append(self, other: "Growing") -> None:
        """Add the cells of another such column."""
        codes = self._narrow(self._number([kept[: len(other.numbering)] for kept in other.words]))
        self.codes += [codes.take(part) for part in other.codes]

    def _narrow(self, codes: Codes) -> Rows:
        return codes.astype(np.min_scalar_type(len(self.numbering)))

    def _number(self, words: Words) -> Codes:
        """Return which of the distinct cells stands in each row."""
        known = len(self.numbering)
        codes = self.numbering.number(_key(words))
        if len(self.numbering) > known:
            self._keep(words, codes, known)
        # A single word is its own key.
        for place, kept in enumerate(self.words if len(self.words) > 1 else ()):
            if (kept.take(codes) != (words[place] if place < len(words) else 0)).any():
                raise NotPlainError
        return codes

    def _keep(self, words: Words, codes: Codes, known: int) -> None:
        """Keep the words of the cells that are new, those with numbers that were not known."""
        size = len(self.words[0])
        if size < len(self.numbering):
            more = max(len(self.numbering), 2 * size) - size
            self.words = [np.pad(kept, (0, more)) for kept in self.words]
        while len(self.words) < len(words):
            self.words.append(np.zeros_like(self.words[0]))
        new = np.flatnonzero(codes >= known)
        new = new[np.flatnonzero(np.diff(codes[new], prepend=-1))]
        for kept, word in zip(self.words, words, strict=False):
            kept[codes[new]] = word[new]

    def finish(self) -> tuple[Rows, NDArray[np.bytes_]]:
        """Return which text stands in each row, and the distinct texts as UTF-8, in order of first appearance."""
        rows = np.concatenate([np.zeros(0, np.uint8), *self.codes])
        self.codes.clear()
        words = np.stack([kept[: len(self.numbering)] for kept in self.words], axis=1).astype("<u8")
        # A zero after each text, so that no two of them make a character together.
        apart = np.pad(words, ((0, 0), (0, 1)))
        try:
            apart.tobytes().decode()
        except UnicodeDecodeError as error:
            raise NotPlainError from error
        return rows, words.view(f"S{words.shape[1] * _WORD}").reshape(-1)


def _key(words: Words) -> Keys:
    """Return one number for each cell, the same whether or not words of zeros follow."""
    key = words[0]
    for place, word in enumerate(words[1:], start=1):
        key = key + word * np.uint64(pow(_MIX, place, 1 << 64))
    return key

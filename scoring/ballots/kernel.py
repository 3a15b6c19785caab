"""Count the marks of many blocks of ballots at once: the inner loop of every tally.

A mark is one byte. Pieces of blocks are laid side by side, several ballots to a row, so that rows are long; each level
is then compared with all of them and the hits are added down the rows in eight-bit lanes. No lane adds more than
255 of them, so none overflows, and a vector unit adds dozens of lanes at once.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from math import prod

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Marks = NDArray[np.uint8]
Piece = tuple[int, Marks]

UNUSED = 250
"""A byte that is neither a level nor a reserved one; it fills the gaps between pieces."""

LANE = 255
WORD = 8
BATCH = 2**20


def count_levels(blocks: Sequence[Marks], levels: Sequence[int], threads: int = 1) -> Counts:
    """Return how many ballots of each block marked each level in each cell.

    Counting stops at the last level that is needed: the more frequent should come first.

    Parameters
    ----------
    blocks
        Matrices of shape (ballots, cells), uint8, one byte a mark; all have the same cells.
    levels
        The bytes to count.
    threads
        How many work at once; the counts are the same.

    Returns
    -------
    Shape (blocks, cells, levels).

    Raises
    ------
    ValueError
        If the byte 250, which never stands on a ballot, is among the levels.

    Examples
    --------
    >>> count_levels([np.array([[0, 1], [0, 255]], np.uint8)], (0, 1, 255)).tolist()
    [[[2, 0, 0], [0, 1, 1]]]
    """
    if UNUSED in levels:
        raise ValueError(f"the byte {UNUSED} stands for no level, so it cannot be counted")
    cells = blocks[0].shape[1] if blocks else 0
    counts = np.zeros((len(blocks), cells, len(levels)), np.int64)
    batches = list(_batches(blocks, BATCH)) if cells else []
    shares = [batches[first::threads] for first in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        found = (map if threads == 1 else pool.map)(partial(_count_share, levels=levels), shares)
        for batch, counted in zip(chain(*shares), chain(*found), strict=True):
            np.add.at(counts, [block for block, _ in batch], counted)
    return counts


def _batches(blocks: Sequence[Marks], size: int) -> Iterator[list[Piece]]:
    """Yield pieces of blocks that are about equally long, together not much above `size` bytes, with their block."""
    cells = blocks[0].shape[1]
    most = max(1, size // (cells * WORD * LANE)) * WORD * LANE
    pieces = chain.from_iterable(
        ((place, block[start : start + most]) for start in range(0, len(block), most))
        for place, block in enumerate(blocks)
    )
    batch: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: len(piece[1]), reverse=True):
        if batch and (len(batch) + 1) * batch[0][1].size > size:
            yield batch
            batch = []
        batch.append(piece)
    if batch:
        yield batch


def _layout(batch: Sequence[Piece]) -> tuple[int, int, int]:
    """Return in how many rows of how many pieces and ballots a batch is laid out; the first piece is the longest."""
    longest = len(batch[0][1])
    # Eight-byte words are added faster than bytes, so that a row has a multiple of eight ballots.
    joined = -(-longest // (WORD * LANE)) * WORD
    return -(-longest // joined), len(batch), joined


def _count_share(batches: Sequence[Sequence[Piece]], levels: Sequence[int]) -> list[Counts]:
    """Return the counts of each batch, shape (pieces, cells, levels)."""
    # Memory that is given back and asked for again costs more than the counting: one piece of it serves all batches.
    size = max((prod(_layout(batch)) * batch[0][1].shape[1] for batch in batches), default=0)
    laid, hits = np.empty(size, np.uint8), np.empty(size, np.bool_)
    return [_count_batch(batch, levels, laid, hits) for batch in batches]


def _count_batch(batch: Sequence[Piece], levels: Sequence[int], laid: Marks, hits: NDArray[np.bool_]) -> Counts:
    """Return the counts of each piece, shape (pieces, cells, levels), using the memory of two arrays."""
    (rows, pieces, joined), cells = _layout(batch), batch[0][1].shape[1]
    marks = _side_by_side(batch, laid[: rows * pieces * joined * cells]).reshape(rows, -1)
    hits = hits[: marks.size].reshape(rows, -1)
    lanes = np.empty(marks.shape[1], np.uint8)
    counts = np.zeros((pieces, cells, len(levels)), np.int64)
    left = sum(piece.size for _, piece in batch)
    for place, level in enumerate(levels):
        if not left:
            break
        np.equal(marks, level, out=hits)
        np.add.reduce(hits.view(np.uint64), axis=0, out=lanes.view(np.uint64))
        np.einsum("pjc->pc", lanes.astype(np.int64).reshape(pieces, joined, cells), out=counts[:, :, place])
        left -= int(counts[:, :, place].sum())
    return counts


def _side_by_side(batch: Sequence[Piece], laid: Marks) -> Marks:
    """Return the pieces in rows of at most 255, each row some ballots of every piece; laid out unless they are so."""
    (rows, pieces, joined), cells = _layout(batch), batch[0][1].shape[1]
    if pieces == 1 and laid.size == batch[0][1].size:
        return batch[0][1]
    laid.fill(UNUSED)
    marks = laid.reshape(rows, pieces, joined * cells)
    for place, (_, piece) in enumerate(batch):
        whole, over = divmod(len(piece), joined)
        marks[:whole, place] = piece[: whole * joined].reshape(whole, joined * cells)
        if over:
            marks[whole, place, : over * cells] = piece[-over:].reshape(-1)
    return laid


def count_ballots_with(marks: Marks, wanted: NDArray[np.bool_]) -> int:
    """Return how many ballots hold at least one of the wanted bytes.

    Parameters
    ----------
    marks
        Shape (ballots, cells), uint8.
    wanted
        Shape (256,): which bytes these are.

    Examples
    --------
    >>> count_ballots_with(np.array([[0, 255], [255, 0], [255, 255]], np.uint8), np.arange(256) < 5)
    2
    """
    if not marks.size:
        return 0
    # Few lack one in the first cell, so the other cells are looked at for those alone.
    without = marks.take(np.flatnonzero(~wanted.take(marks[:, 0])), axis=0)
    found = np.logical_or.reduce(wanted.take(without.T), axis=0)
    return len(marks) - len(without) + int(np.count_nonzero(found))

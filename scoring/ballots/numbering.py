"""Number what is met in the order of its first appearance, whole arrays at a time."""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Codes = NDArray[np.int32]

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2⁶⁴ divided by the golden ratio: multiplying by it spreads neighbouring keys (Knuth, TAOCP 3, § 6.4)."""

_FEWEST = 256
_PLACES = 1 << 15
_ROOM = 4
"""The places in the table, and how many there are at least for each number, so that keys seldom meet."""


class Numbering:
    """The numbers 0, 1, … of 64-bit keys, in order of first appearance, in however many parts the keys come.

    A hash table with open addressing and linear probing (Knuth, TAOCP 3, § 6.4, algorithm L), in which all keys
    of an array take each step together.

    Examples
    --------
    >>> numbering = Numbering()
    >>> numbering.number(np.array([7, 0, 7, 9], np.uint64)).tolist()
    [0, 1, 0, 2]
    >>> numbering.number(np.array([3, 9], np.uint64)).tolist(), len(numbering)
    ([3, 2], 4)
    """

    def __init__(self) -> None:
        self._count = 0
        self._keys = np.zeros(_FEWEST, np.uint64)
        self._slots = np.full(_PLACES, -1, np.int32)

    def __len__(self) -> int:
        """Return how many different keys there were."""
        return self._count

    def number(self, keys: Keys) -> Codes:
        """Return the number of each key, shape (keys,); a key that is new gets the next one."""
        changes = keys[1:] != keys[:-1]
        if np.count_nonzero(changes) * 2 >= len(changes):
            return self._number(keys)
        starts = np.concatenate([[0], np.flatnonzero(changes) + 1])
        return np.repeat(self._number(keys[starts]), np.diff(starts, append=len(keys)))

    def _number(self, keys: Keys) -> Codes:
        """Return the number of each key, looking each up however often it is there."""
        found = self._find(keys)
        missing = np.flatnonzero(found < 0)
        # A few at first: thousands of rows may miss the same few keys, and the table grows with what is added.
        few = max(_FEWEST, 2 * self._count)
        if 0 < missing.size <= few:
            found[missing] = self._add(keys[missing])
        elif missing.size:
            self._add(keys[missing[:few]])
            found[missing] = self._number(keys[missing])
        return found

    def _places(self, keys: Keys) -> NDArray[np.int64]:
        """Return the place where the search for each key begins: the highest bits of its product."""
        places = keys * _SPREAD
        places >>= np.uint64(65 - len(self._slots).bit_length())
        return places.view(np.int64)

    def _find(self, keys: Keys) -> Codes:
        """Return the number of each key, -1 where it has none yet."""
        places = self._places(keys)
        found = self._slots.take(places)
        others = np.flatnonzero(self._keys.take(found) != keys)
        others = others[found[others] >= 0]
        while others.size:
            places[others] = (places[others] + 1) & (len(self._slots) - 1)
            found[others] = self._slots[places[others]]
            others = others[(self._keys[found[others]] != keys[others]) & (found[others] >= 0)]
        return found

    def _add(self, keys: Keys) -> Codes:
        """Return the numbers that new keys get, all in one go; they may repeat."""
        self._grow(self._count + len(keys))
        own = self._count + np.arange(len(keys), dtype=np.int32)
        first = np.zeros(len(keys), np.bool_)
        places = self._places(keys)
        left = np.arange(len(keys))
        while left.size:
            # Of repeated places the last one written stays: backwards, that is the first key that wants it.
            free = left[self._slots[places[left]] < 0][::-1]
            self._slots[places[free]] = own[free]
            holder = self._slots[places[left]] - self._count
            first[left] = holder == left
            left = left[(holder < 0) | (keys[np.maximum(holder, 0)] != keys[left])]
            places[left] = (places[left] + 1) & (len(self._slots) - 1)
        new = keys[first]
        self._keys[self._count : self._count + len(new)] = new
        if len(new) < len(keys):
            self._slots[places[first]] = own[: len(new)]
            own = self._slots[places]
        self._count += len(new)
        return own

    def _grow(self, count: int) -> None:
        """Make room for that many keys."""
        if count <= len(self._keys):
            return
        keys = self._keys[: self._count]
        self._keys = np.zeros(1 << (count - 1).bit_length(), np.uint64)
        self._slots = np.full(max(_PLACES, len(self._keys) * _ROOM), -1, np.int32)
        self._count = 0
        if len(keys):
            self._add(keys)

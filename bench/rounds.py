"""Invented rounds of any size, the same on every machine: as blocks, in long form, as a file."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.tally import BLANK, Block
from scoring.document.scheme import Scheme, load_scheme

ITEMS = tuple(f"项{number}" for number in range(1, 11))
SHEET = 20
SHARES = {0: 30, 1: 40, 2: 15, 3: 8, 4: 5, BLANK: 2}
"""Byte → how many of a hundred marks."""

JUDGED = 4
"""Bytes below this one are judgements."""

SCHEME = """
name: 三三制
scale: {优秀: 100, 称职: 80, 基本称职: 60, 不称职: 0, 不了解: null}
groups: [{id: 群众}, {id: 政府}, {id: 党委}]
criteria: [%s]
"""


@dataclass(frozen=True)
class Round:
    """A round of ten items in three groups: each sheet names 20 targets, and each ballot marks all of its sheet.

    Attributes
    ----------
    targets
        How many, a multiple of 20.
    ballots
        How many of each group on each sheet.
    """

    targets: int
    ballots: int
    scheme: Scheme = field(default_factory=lambda: load_scheme(SCHEME % ", ".join(f"{{id: {item}}}" for item in ITEMS)))

    @property
    def names(self) -> list[str]:
        """The targets."""
        return [f"干部{number:04}" for number in range(self.targets)]

    @property
    def groups(self) -> list[str]:
        """The leaf groups."""
        return [leaf.id for leaf in self.scheme.leaves()]

    @cached_property
    def marks(self) -> NDArray[np.uint8]:
        """Shape (groups, sheets, ballots, 20, items): a byte a mark."""
        shape = (len(self.groups), self.targets // SHEET, self.ballots, SHEET, len(ITEMS))
        marks = np.random.Generator(np.random.Philox(1)).integers(0, 100, shape, np.uint8)
        return np.repeat(np.array(list(SHARES), np.uint8), list(SHARES.values())).take(marks)

    @cached_property
    def blocks(self) -> list[Block]:
        """One contiguous block for each group and target, as an opening leaves them, with the ballots' numbers."""
        return [
            Block(
                group,
                name,
                ITEMS,
                self.scheme.levels(),
                np.ascontiguousarray(self.marks[place, target // SHEET, :, target % SHEET]),
                target // SHEET * self.ballots + np.arange(self.ballots),
            )
            for place, group in enumerate(self.groups)
            for target, name in enumerate(self.names)
        ]

    def long_form(self) -> dict[str, NDArray[np.generic]]:
        """Return columns of one entry a mark, ballot by ballot; ballots of all sheets in the order of a lottery."""
        sheets, cells = self.targets // SHEET, SHEET * len(ITEMS)
        random = np.random.Generator(np.random.Philox(2))
        order = np.array([random.permutation(sheets * self.ballots) for _ in self.groups])
        targets = (order // self.ballots * SHEET)[..., np.newaxis] + np.arange(SHEET)
        marks = self.marks.reshape(len(self.groups), -1, cells)
        return {
            "ballot": np.repeat(order.astype(np.int32).reshape(-1), cells),
            "leaf": np.repeat(np.arange(len(self.groups), dtype=np.uint8), order.shape[1] * cells),
            "target": np.repeat(targets.astype(np.uint16).reshape(-1), len(ITEMS)),
            "item": np.tile(np.arange(len(ITEMS), dtype=np.uint8), order.size * SHEET),
            "mark": np.concatenate([marks[place, each].reshape(-1) for place, each in enumerate(order)]),
        }

    def file(self) -> bytes:
        """Return the ratings file, ballot by ballot."""
        names, levels = self.names, {**dict(enumerate(self.scheme.levels())), BLANK: ""}
        columns = self.long_form()
        width = SHEET * len(ITEMS)
        rows = ["ballot,group,target,item,mark\n"]
        tails = {
            byte: [f"{name},{item},{level}\n" for name in names for item in ITEMS] for byte, level in levels.items()
        }
        for start in range(0, len(columns["mark"]), width):
            first = int(columns["target"][start]) * len(ITEMS)
            head = f"{columns['ballot'][start]:06},{self.groups[columns['leaf'][start]]},"
            bytes_ = columns["mark"][start : start + width].tolist()
            rows += [head + tails[byte][first + place] for place, byte in enumerate(bytes_)]
        return "".join(rows).encode()

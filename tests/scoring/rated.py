"""Random rounds for tests of errors: the same marks as blocks and in long form."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from scoring.ballots.denominators import denominators
from scoring.ballots.extremes import counted
from scoring.ballots.marks import Marks
from scoring.ballots.tally import RESERVED, Block, tally_blocks
from scoring.certainty.moments import block_moments
from scoring.scores.linear import linear, mark_places
from scoring.scores.scores import score_targets
from tests.scoring.counted import FOUR, make_scheme

LEVELS = tuple(FOUR)
BYTES = (*range(len(LEVELS)), *RESERVED)


@dataclass
class Round:
    """A scheme, its blocks, their tally and exact scores."""

    scheme: object
    blocks: list
    targets: tuple

    def __post_init__(self):
        self.tally = tally_blocks(self.scheme, self.targets, self.blocks)
        self.over = denominators(self.scheme, self.tally, None)
        self.scored = score_targets(self.scheme, self.tally, counted(self.scheme, self.tally, self.over))
        self.moments = block_moments(self.scheme, self.tally, self.blocks)
        self.linear = linear(self.scheme, self.tally, self.over, self.scored, self.moments.ballots)

    def marks(self, weights=None, order=None):
        """Return the marks one by one, ballots numbered through the groups, in a given order."""
        columns, first = [], 0
        for group in self.tally.groups:
            for block in (block for block in self.blocks if block.group == group):
                places = mark_places(self.scheme, self.tally, block).tolist()
                for row, ballot in zip(block.rows.tolist(), block.ballots.tolist(), strict=True):
                    for item, byte in zip(block.items, row, strict=True):
                        target = self.targets.index(block.target)
                        place = self.tally.items.index(item)
                        cell = (first + ballot, target, place, self.tally.groups.index(group), places[byte])
                        columns.append(cell)
            first += 1000
        table = np.array(columns, np.int64).reshape(-1, 5)
        table = table if order is None else table[order.permutation(len(table))]
        own = None if weights is None else weights[table[:, 0] % 1000]
        return Marks(*(table[:, column] for column in range(5)), weights=own)


def blocks_of(seed, groups, targets, items, most=12):
    """Return blocks with random marks; ballots of a group skip some targets."""
    random = np.random.default_rng(seed)
    blocks = []
    for group in groups:
        for target in targets:
            ballots = np.sort(random.choice(most, random.integers(1, most), replace=False))
            rows = random.choice(BYTES, (len(ballots), len(items))).astype(np.uint8)
            blocks.append(Block(group, target, tuple(items), LEVELS, rows, ballots))
    return blocks


@st.composite
def rounds(draw):
    """Draw a round of two groups, two targets and three items under a denominator that has standard errors."""
    denominator = draw(st.sampled_from(["judgements", "valid", "returned"]))
    scheme = make_scheme(
        ["群众", {"id": "政府", "weight": 2}],
        ["德", {"id": "绩", "weight": 3, "items": [{"id": "实绩", "weight": 2}, {"id": "效率"}]}],
        denominator=denominator,
        empty_group="renormalise",
    )
    blocks = blocks_of(draw(st.integers(0, 2**32)), ("群众", "政府"), ("甲", "乙"), scheme.item_ids())
    return Round(scheme, blocks, ("甲", "乙"))

"""Ballots cut into blocks: the marks of one leaf group on one target, as scoring takes them."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.tally import Block
from survey.manifest.manifest import Manifest, Part, Sheet

Rows = NDArray[np.uint8]


def sheet_rows(manifest: Manifest, sheet: Sheet, ballots: Sequence[bytes]) -> Iterable[tuple[str, Rows]]:
    """Yield each target of a sheet with its rows, shape (ballots, items), in the order of the ballots."""
    marks = np.frombuffer(b"".join(ballots), dtype=np.uint8).reshape(len(ballots), len(manifest.cells(sheet)))
    start = 0
    for target in sheet.targets:
        end = start + len(manifest.questionnaire(sheet, target).items)
        yield target, marks[:, start:end]
        start = end


def block_of(
    manifest: Manifest, part: Part, group: str, target: str, rows: Rows, ballots: NDArray[np.int64] | None = None
) -> Block:
    """Return rows as a block of a part's scheme.

    Parameters
    ----------
    ballots
        The number of each row's ballot, while that is known.
    """
    asked = manifest.questionnaires[part.ask[group]]
    return Block(
        group=group,
        target=target,
        items=tuple(part.scheme_item(group, item.id) for item in asked.items),
        levels=asked.scale,
        rows=rows,
        ballots=ballots,
    )

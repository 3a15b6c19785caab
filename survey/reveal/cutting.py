"""Cutting: each ballot becomes one row per target, so that no pattern across targets survives the opening."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from survey.manifest.manifest import Manifest
from survey.models import OpenedRows
from survey.reveal.blocks import sheet_rows

FEWEST_FOR_ROWS = 5


def cut(manifest: Manifest, ballots: Mapping[str, list[bytes]]) -> list[OpenedRows]:
    """Return one block of sorted rows per (leaf group, target), sheets merged.

    A block that would hold fewer than 5 ballots keeps only its counts: each item's column is sorted by itself, so
    that not even the marks of one ballot on one target stay together.

    Parameters
    ----------
    ballots
        Sheet id → the marks of its opened ballots.
    """
    blocks: dict[tuple[str, str], list[NDArray[np.uint8]]] = defaultdict(list)
    for sheet in manifest.sheets:
        for target, rows in sheet_rows(manifest, sheet, ballots.get(sheet.id, [])):
            blocks[sheet.group, target].append(rows)
    return [_block(manifest.round, group, target, np.concatenate(rows)) for (group, target), rows in blocks.items()]


def _block(round_id: str, group: str, target: str, rows: NDArray[np.uint8]) -> OpenedRows:
    tallied = len(rows) < FEWEST_FOR_ROWS
    # lexsort takes its last key first; sorted rows say nothing about the order of casting.
    ordered = np.sort(rows, axis=0) if tallied else rows[np.lexsort(rows.T[::-1])]
    return OpenedRows(
        round_id=round_id,
        group_id=group,
        target_code=target,
        width=rows.shape[1],
        tallied=tallied,
        rows=ordered.tobytes(),
    )

"""What is kept at the opening of how a sheet's ballots move its targets together, before ballots are cut.

Differences between targets need it, and sorted rows no longer know it. Only sums over a whole sheet are kept, rounded,
and only of sheets with so many ballots that the sums can't be solved for any of them; see ``scoring.certainty.shared``.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from scoring.ballots.denominators import denominators
from scoring.ballots.extremes import counted
from scoring.ballots.tally import Block, tally_blocks
from scoring.certainty.influence import influence_table
from scoring.certainty.moments import block_moments
from scoring.certainty.shared import Shared, sheet_covariance
from scoring.document.scheme import scheme_from_document
from scoring.scores.linear import has_standard_error, linear
from scoring.scores.scores import score_targets
from survey.manifest.manifest import Manifest, Part
from survey.models import OpenedCovariance
from survey.reveal.blocks import block_of, sheet_rows


def kept_covariances(manifest: Manifest, ballots: Mapping[str, list[bytes]]) -> list[OpenedCovariance]:
    """Return what may be kept of each sheet, for each part of the programme.

    Parameters
    ----------
    ballots
        Sheet id → the marks of its opened ballots.
    """
    return [
        OpenedCovariance(
            round_id=manifest.round,
            part=number,
            sheet=sheet,
            group_id=shared.group,
            ballots=shared.ballots,
            body={"targets": list(shared.targets), "rows": shared.covariance.tolist()},
        )
        for number, part in enumerate(manifest.parts)
        for sheet, shared in _of_part(manifest, part, ballots)
    ]


def _of_part(manifest: Manifest, part: Part, ballots: Mapping[str, list[bytes]]) -> Iterator[tuple[str, Shared]]:
    scheme = scheme_from_document(manifest.schemes[part.scheme])
    if not has_standard_error(scheme):
        return
    sheets = _blocks(manifest, part, ballots)
    blocks = [block for own in sheets.values() for block in own]
    tally = tally_blocks(scheme, part.targets, blocks)
    over = denominators(scheme, tally, None)
    scored = score_targets(scheme, tally, counted(scheme, tally, over))
    parts = linear(scheme, tally, over, scored, block_moments(scheme, tally, blocks).ballots)
    table = influence_table(scheme, tally, parts)
    for sheet, own in sheets.items():
        shared = sheet_covariance(scheme, tally, table, own)
        if shared is not None:
            yield sheet, shared


def _blocks(manifest: Manifest, part: Part, ballots: Mapping[str, list[bytes]]) -> dict[str, list[Block]]:
    """Return the blocks of a part by sheet; ballots are numbered within theirs."""
    targets = frozenset(part.targets)
    return {
        sheet.id: [
            block_of(manifest, part, sheet.group, target, rows, np.arange(len(rows)))
            for target, rows in sheet_rows(manifest, sheet, ballots.get(sheet.id, []))
            if target in targets
        ]
        for sheet in manifest.sheets
        if not targets.isdisjoint(sheet.targets)
    }

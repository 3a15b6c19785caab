"""Appeals: until the day that the ballot names, two parties can look at one ballot again, by its receipt.

At the reveal the ballot box and its key go into a file that is sealed to a key of its own, again in three shares. The
file and these shares lie in the key folder, so in no backup, and are destroyed when the period is over.
"""

import json
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey.crypto import envelopes, keyfile
from survey.crypto.receipts import prefix_range, words
from survey.errors import ConflictError, NotFoundError
from survey.manifest.amended import manifest_of
from survey.manifest.manifest import BallotCell, Manifest
from survey.models import Round
from survey.office import audit, round_key
from survey.office.round_key import Codes
from survey.reveal.ballot_box import BallotBox, SealedBallot, export_lines
from survey.reveal.envelopes import Opened, open_envelope

_PURPOSE = b"gongping appeal file 1"


@dataclass(frozen=True)
class Appealed:
    """One ballot, looked at again: its sheet, and its marks, or the reason why it did not count."""

    receipt: str
    sheet: str
    marks: tuple[tuple[BallotCell, str], ...]
    reason: str = ""


def keep(box: BallotBox, private_key: bytes, folder: Path) -> None:
    """Keep a round's appeal file, if its rules have an appeal period."""
    manifest = box.holds.manifest
    if manifest.appeal_until is None:
        return
    content = json.dumps(
        {"key": private_key.hex(), "box": list(export_lines(box, folder))[1:], "batches": _sheets(box)}
    )
    public = bytes.fromhex(manifest.appeal_key)
    keyfile.keep_appeal(folder, manifest.round, envelopes.seal(content.encode(), public, manifest.round, _PURPOSE))


def look_again(
    session: Session, round_: Round, folder: Path, codes: Codes, receipt: str, by: str, now: datetime
) -> Appealed:
    """Return what the ballot with these receipt words holds; the log keeps that one was looked at, not which.

    Raises
    ------
    ConflictError
        Where the round has no appeal file, or no longer.
    GongpingError
        Where not two parties gave their codes.
    NotFoundError
        Where no ballot of the round has the receipt.
    """
    manifest = manifest_of(round_)
    sealed = keyfile.read_appeal(folder, round_.id)
    if sealed is None or manifest.appeal_until is None:
        raise ConflictError("This round has no appeal file: its rules have no appeal period, or the period is over.")
    key = round_key.appeal_key(session, round_, folder, codes)
    content = envelopes.unseal(sealed, key, round_.id, _PURPOSE)
    if content is None:
        raise ConflictError("The appeal file was altered and cannot be opened.")
    found = _find(manifest, json.loads(content), receipt)
    audit.record(session, by, "look at ballot again", round_.id, {"parties": sorted(codes)}, now)
    return found


def _find(manifest: Manifest, content: Any, typed: str) -> Appealed:  # noqa: ANN401 - JSON
    bounds = prefix_range(typed)
    for line in content["box"]:
        batch, *parts = json.loads(line)
        envelope = SealedBallot(batch, *(b64decode(part) for part in parts))
        if bounds is not None and bounds[0] <= envelope.receipt <= bounds[1]:
            sheet = content["batches"][batch]
            opened = open_envelope(envelope, manifest, sheet, bytes.fromhex(content["key"]))
            label = manifest.sheet(sheet).label
            if not isinstance(opened, Opened):
                return Appealed(words(envelope.receipt), label, (), opened)
            cells = manifest.cells(manifest.sheet(sheet))
            marks = tuple((cell, _level(cell, mark)) for cell, mark in zip(cells, opened.marks, strict=True))
            return Appealed(words(envelope.receipt), label, marks)
    raise NotFoundError("No ballot of this round has this receipt. Compare the letters with the ones you wrote down.")


def _level(cell: BallotCell, mark: int) -> str:
    return cell.levels[mark] if mark < len(cell.levels) else ""


def _sheets(box: BallotBox) -> dict[str, str]:
    return {batch.id: batch.sheet for batch in box.batches.values()}

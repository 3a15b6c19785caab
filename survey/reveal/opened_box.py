"""Opening a ballot box: every envelope once, each checked by itself, and what all of them come to."""

from collections.abc import Callable
from dataclasses import dataclass, field

from survey.errors import ConflictError
from survey.manifest.statements import keys_digest
from survey.reveal.ballot_box import BallotBox, BoxBatch, SealedBallot
from survey.reveal.envelopes import Opened, open_envelope

Progress = Callable[[int, int], None]
COUNTED = "counted"


@dataclass
class OpenedBox:
    """What one opening found.

    Attributes
    ----------
    marks
        Sheet → the marks of its ballots.
    comments
        (leaf group, comment), in the order of the envelopes.
    outcomes
        Each envelope with ``counted`` or the reason why it doesn't count.
    returned, reserve
        Sheet → how many envelopes it has, and how many of these are on reserve slips.
    """

    marks: dict[str, list[bytes]] = field(default_factory=dict)
    comments: list[tuple[str, str]] = field(default_factory=list)
    outcomes: list[tuple[SealedBallot, str]] = field(default_factory=list)
    returned: dict[str, int] = field(default_factory=dict)
    reserve: dict[str, int] = field(default_factory=dict)


def open_box(box: BallotBox, private_key: bytes, progress: Progress | None = None) -> OpenedBox:
    """Open all envelopes.

    Raises
    ------
    ConflictError
        Where the list of slips isn't the one that was minted, or where every envelope is signed and none unseals.
    """
    for batch in box.batches.values():
        _check_roll(batch)
    found, manifest = OpenedBox(), box.holds.manifest
    slips = {batch.id: frozenset(batch.keys) for batch in box.batches.values()}
    for done, envelope in enumerate(box.envelopes(), 1):
        batch = box.batches[envelope.batch]
        opened: Opened | str = "voided batch" if batch.voided else "slip"
        if not batch.voided and envelope.credential in slips[batch.id]:
            opened = open_envelope(envelope, manifest, batch.sheet, private_key)
        found.returned[batch.sheet] = found.returned.get(batch.sheet, 0) + 1
        found.reserve[batch.sheet] = found.reserve.get(batch.sheet, 0) + (batch.kind == "reserve")
        if isinstance(opened, Opened):
            found.marks.setdefault(batch.sheet, []).append(opened.marks)
            if opened.comment.strip():
                found.comments.append((manifest.sheet(batch.sheet).group, opened.comment))
        found.outcomes.append((envelope, COUNTED if isinstance(opened, Opened) else opened))
        if progress:
            progress(done, box.total)
    _some_opened(found)
    return found


def _check_roll(batch: BoxBatch) -> None:
    """Refuse a list of slips that isn't the one that was minted: somebody wrote into it."""
    if batch.size != len(batch.keys):
        raise ConflictError(
            "Batch %(batch)s has %(found)s slips in the database but %(size)s were minted. The list of slips was "
            "changed, so nothing was opened: restore it, or void the round.",
            batch=batch.id,
            found=len(batch.keys),
            size=batch.size,
        )
    if batch.keys_sha256 and batch.keys_sha256 != keys_digest(batch.keys):
        raise ConflictError(
            "The slips of batch %(batch)s in the database are not those that were minted. The list of slips was "
            "changed, so nothing was opened: restore it, or void the round.",
            batch=batch.id,
        )


def _some_opened(found: OpenedBox) -> None:
    """Refuse to destroy anything where every envelope is signed and none unseals: then rules or key are wrong."""
    if found.outcomes and all(outcome == "seal" for _, outcome in found.outcomes):
        raise ConflictError(
            "None of the %(total)s envelopes could be opened: the rules or the key are not those they were sealed "
            "with. Nothing was destroyed. Bring the database and the key back from where they were right, or void "
            "the round.",
            total=len(found.outcomes),
        )

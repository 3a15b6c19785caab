"""Late retries: after the opening the code is gone, but the same hand-in still gets the same receipt."""

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.collect.refusals import OtherMarksError
from survey.manifest import marks as ballot_marks
from survey.manifest.amended import manifest_of
from survey.manifest.manifest import Manifest
from survey.models import Recorded, Round


def late_answer(session: Session, attempt: bytes, marks: bytes, comment: str) -> bytes | None:
    """Return the receipt that this very hand-in got before the opening, or ``None`` where there was none.

    Raises
    ------
    OtherMarksError
        Where the attempt is known with other marks.
    """
    query = select(Recorded).where(Recorded.attempt_hash == sha256(attempt).digest())
    known = session.scalars(query.order_by(Recorded.receipt)).all()  # one, where every attempt is random
    for recorded in known:
        manifest = manifest_of(session.get_one(Round, recorded.round_id))
        if recorded.content_hash in _contents(manifest, attempt, marks, comment):
            return recorded.receipt
    if known:
        raise OtherMarksError(known[0].receipt)
    return None


def _contents(manifest: Manifest, attempt: bytes, marks: bytes, comment: str) -> Iterator[bytes]:
    """Yield the content hash that the hand-in has as a ballot of each sheet that it fits."""
    for sheet in manifest.sheets:
        try:
            plaintext = ballot_marks.encode(manifest, sheet, marks, comment)
        except ballot_marks.BadMarksError:
            continue
        yield sha256(attempt + plaintext).digest()

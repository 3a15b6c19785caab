"""Late retries: after the opening the code is gone, but the same hand-in still gets the same receipt."""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.collect.refusals import OtherMarksError
from survey.manifest import marks as ballot_marks
from survey.manifest.amended import manifest_of
from survey.models import Recorded, Round


def late_answer(session: Session, attempt: bytes, marks: bytes, comment: str) -> bytes | None:
    """Return the receipt that this very hand-in got before the opening, or ``None`` where there was none.

    Raises
    ------
    OtherMarksError
        Where the attempt is known with other marks.
    """
    recorded = session.scalar(select(Recorded).where(Recorded.attempt_hash == sha256(attempt).digest()))
    if recorded is None:
        return None
    round_ = session.get_one(Round, recorded.round_id)
    manifest = manifest_of(round_)
    for sheet in manifest.sheets:
        try:
            plaintext = ballot_marks.encode(manifest, sheet, marks, comment)
        except ballot_marks.BadMarksError:
            continue
        if sha256(attempt + plaintext).digest() == recorded.content_hash:
            return recorded.receipt
    raise OtherMarksError(recorded.receipt)

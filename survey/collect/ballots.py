"""Casting: one code, one ballot, and a receipt only for what is on the disk."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from survey import db
from survey.collect.refusals import (
    AlreadyUsedError,
    BadCodeError,
    NotYetOpenError,
    OtherMarksError,
    RoundNotOpenError,
    WindowOverError,
)
from survey.collect.retries import late_answer
from survey.crypto import credentials, envelopes
from survey.errors import GongpingError, UnavailableError
from survey.manifest import marks as ballot_marks
from survey.manifest.amended import amended
from survey.manifest.manifest import Manifest, Sheet
from survey.manifest.states import RoundState
from survey.models import Batch, Credential, Envelope, Round, VoidedBatch

ATTEMPT_BYTES = 16
_TRIES = 3


@dataclass(frozen=True)
class Slip:
    """What a code opens: its round, its sheet as amended, and whether its ballot is in already."""

    round: Round
    manifest: Manifest
    sheet: Sheet
    used: bool


@dataclass(frozen=True)
class Receipt:
    """A recorded ballot; ``new`` tells the first answer from the answer to a retry."""

    receipt: bytes
    new: bool


@dataclass(frozen=True)
class _Sealed:
    credential: bytes
    attempt_hash: bytes
    content_hash: bytes
    seal: bytes
    signature: bytes
    receipt: bytes


def find(session: Session, typed: str) -> Slip:
    """Return what the code on a slip opens.

    Raises
    ------
    BadCodeError
        For every code that opens nothing, whatever the reason, in the same words.
    """
    slip = _find(session, credentials.normalise(typed))
    if slip is None:
        raise BadCodeError
    used = session.get(Envelope, slip[3]) is not None
    return Slip(slip[0], slip[1], slip[2], used)


def check_door(round_: Round, sheet: Sheet, door: str, now: datetime) -> None:
    """Refuse a door outside its window, saying when.

    Raises
    ------
    NotYetOpenError, WindowOverError, RoundNotOpenError
        Before the window, after it, or where the round as a whole takes no ballots.
    """
    window = sheet.windows.get(door)
    if window is None:
        raise RoundNotOpenError
    if round_.state == RoundState.FROZEN or (round_.state == RoundState.OPEN and now < window.opens):
        raise NotYetOpenError(opens=window.opens)
    if round_.state == RoundState.OPEN and now < window.closes:
        return
    if round_.state == RoundState.VOID or now < window.closes:
        raise RoundNotOpenError  # voided, or closed early
    raise WindowOverError(closes=window.closes)


def cast(session: Session, code: str, attempt: bytes, marks: bytes, comment: str, door: str, now: datetime) -> Receipt:
    """Seal and record one ballot, committing it; the only use case that commits, because its answer promises it.

    Parameters
    ----------
    session
        Fresh, with no transaction under way.
    attempt
        16 random bytes made when the form was shown; the same on every retry of the same hand-in.
    marks
        One byte per cell of the sheet, in its order.

    Raises
    ------
    BadCodeError, AlreadyUsedError, OtherMarksError, NotYetOpenError, WindowOverError, RoundNotOpenError, BadMarksError
        See their words; nothing was recorded by this call.
    UnavailableError
        Not recorded, or not known; pressing again is safe.
    """
    unreadable = door != "paper" and ballot_marks.SPOILED in marks  # only paper can be
    if len(attempt) != ATTEMPT_BYTES or unreadable:
        raise ballot_marks.BadMarksError("The form is damaged. Load it again with your code.")
    try:
        for _ in range(_TRIES):
            answer = _try_to_cast(session, credentials.normalise(code), attempt, marks, comment, door, now)
            if answer is not None:
                session.rollback()  # a retry was answered in the writer's turn, which others wait for
                return answer
    except GongpingError:
        session.rollback()
        raise
    except DBAPIError as error:
        session.rollback()
        raise UnavailableError("Your ballot was not recorded yet. Press the button again in a moment.") from error
    raise UnavailableError("Your ballot was not recorded yet. Press the button again in a moment.")


def _try_to_cast(
    session: Session, code: str | None, attempt: bytes, marks: bytes, comment: str, door: str, now: datetime
) -> Receipt | None:
    """Decide and record in one short transaction; ``None`` where another hand-in came between: decide again."""
    found = _find(session, code)
    if found is None or code is None:
        answer = late_answer(session, attempt, marks, comment)
        session.rollback()
        if answer is None:
            raise BadCodeError
        return Receipt(answer, new=False)
    round_, manifest, sheet, _ = found
    # Sealing takes longest and needs no lock, so it is done before the writer's turn is taken.
    sealed = _seal(round_, manifest, sheet, code, attempt, ballot_marks.encode(manifest, sheet, marks, comment))
    round_id = round_.id
    session.rollback()
    db.begin_casting(session, round_id)
    session.refresh(round_)
    earlier = session.get(Envelope, sealed.credential)
    if earlier is not None:
        return _answer_again(earlier, sealed)
    refound = _find(session, code)
    if refound is None:
        return None
    check_door(round_, refound[2], door, now)
    session.add(Envelope(**vars(sealed)))
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        return None
    try:
        session.commit()
    except DBAPIError as error:
        session.rollback()
        raise UnavailableError(
            "We do not know yet whether your ballot was recorded. Press the button again: it counts once."
        ) from error
    return Receipt(sealed.receipt, new=True)


def _answer_again(earlier: Envelope, sealed: _Sealed) -> Receipt:
    if earlier.attempt_hash != sealed.attempt_hash:
        raise AlreadyUsedError
    if earlier.content_hash != sealed.content_hash:
        raise OtherMarksError(earlier.receipt)
    return Receipt(earlier.receipt, new=False)


def _find(session: Session, code: str | None) -> tuple[Round, Manifest, Sheet, bytes] | None:
    """Return (round, manifest, sheet, public key) of a well-formed code, deriving for every round alike."""
    wanted = code or "0" * credentials.LENGTH  # a mistyped code takes the same time as an unknown one
    query = select(Round).where(Round.manifest_hash.is_not(None)).order_by(Round.id)
    rounds = {
        credentials.public_bytes(credentials.derive(wanted, round_.id)): round_
        for round_ in session.scalars(query)
        if round_.state not in {RoundState.REVEALED, RoundState.PUBLISHED, RoundState.VOID}
    }
    keys = select(Credential, Batch, VoidedBatch).select_from(Credential).join(Batch).outerjoin(VoidedBatch)
    row = session.execute(keys.where(Credential.public_key.in_(rounds))).first()
    if code is None or row is None or row[2] is not None:
        return None
    round_ = rounds[row[0].public_key]
    now_holds = amended(round_)
    return round_, now_holds.manifest, now_holds.sheet(row[1].sheet), row[0].public_key


def _seal(round_: Round, manifest: Manifest, sheet: Sheet, code: str, attempt: bytes, plaintext: bytes) -> _Sealed:
    key = credentials.derive(code, round_.id)
    sealed = envelopes.seal(plaintext, bytes.fromhex(manifest.public_key), round_.id, manifest.digest())
    receipt = envelopes.receipt_of(sealed)
    hashes = (sha256(attempt).digest(), sha256(attempt + plaintext).digest())
    signature = envelopes.sign(key, round_.id, sheet.id, hashes, receipt)
    return _Sealed(credentials.public_bytes(key), hashes[0], hashes[1], sealed, signature, receipt)

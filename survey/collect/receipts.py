"""Receipts: the words that a rater keeps, and what became of the ballot they name."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.crypto.receipts import prefix_range, words
from survey.errors import NotFoundError
from survey.models import Batch, Credential, Envelope, Recorded, Round

__all__ = ["ReceiptStatus", "look_up", "words"]


@dataclass(frozen=True)
class ReceiptStatus:
    """What became of a ballot: ``sealed`` until the opening, then ``counted`` or the reason why not."""

    round_name: str
    state: str


def look_up(session: Session, typed: str) -> ReceiptStatus:
    """Return what became of the ballot with these receipt words.

    Raises
    ------
    NotFoundError
        Where no ballot has them, in words that ask to compare the letters.
    """
    bounds = prefix_range(typed)
    if bounds is not None:
        low, high = bounds
        sealed = (
            select(Round.name).join(Batch).join(Credential).join(Envelope).where(Envelope.receipt.between(low, high))
        )
        if (name := session.scalar(sealed)) is not None:
            return ReceiptStatus(name, "sealed")
        recorded = select(Round.name, Recorded.outcome).join(Recorded).where(Recorded.receipt.between(low, high))
        if (row := session.execute(recorded).first()) is not None:
            return ReceiptStatus(row[0], row[1])
    raise NotFoundError("No ballot has this receipt. Compare the letters with the ones you wrote down.")

"""What is kept of the parties' key slips: public halves, signatures, trials, counts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.columns import STRICT, Base

PARTIES = ("organiser", "third_party", "supervisor")
_PARTY = f"party IN ({', '.join(repr(party) for party in PARTIES)})"


class PartyKey(Base):
    """The public halves of one party's key slip in one round; ``lost`` says why it can no longer be used."""

    __tablename__ = "party_key"
    __table_args__ = (
        CheckConstraint(_PARTY, name="party"),
        CheckConstraint("length(signing) = 32", name="signing_length"),
        CheckConstraint("length(sealing) = 32", name="sealing_length"),
        STRICT,
    )

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    party: Mapped[str] = mapped_column(primary_key=True)
    signing: Mapped[bytes]
    sealing: Mapped[bytes]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    lost: Mapped[str] = mapped_column(default="")


class Canary(Base):
    """A sealed random number, by which two key slips show before the round opens that they make its key."""

    __tablename__ = "canary"
    __table_args__ = (CheckConstraint("length(content_hash) = 32", name="content_hash_length"), STRICT)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    seal: Mapped[bytes]
    content_hash: Mapped[bytes]


class CanaryTest(Base):
    """Two parties that opened the canary together."""

    __tablename__ = "canary_test"
    __table_args__ = (STRICT,)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    first: Mapped[str] = mapped_column(primary_key=True)
    second: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]


class Signature(Base):
    """A party's signature under one statement of a round; ``digest`` is the statement's when it was signed."""

    __tablename__ = "signature"
    __table_args__ = (
        CheckConstraint(_PARTY, name="party"),
        CheckConstraint("length(digest) = 32", name="digest_length"),
        CheckConstraint("length(signature) = 64", name="signature_length"),
        STRICT,
    )

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes]
    signature: Mapped[bytes]
    at: Mapped[datetime]
    by: Mapped[str]


class SlipCount(Base):
    """What became of a sheet's slips, counted by who handed them out."""

    __tablename__ = "slip_count"
    __table_args__ = (
        CheckConstraint("handed_out >= 0 AND unused >= 0 AND spoiled >= 0", name="not_negative"),
        STRICT,
    )

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    sheet: Mapped[str] = mapped_column(primary_key=True)
    handed_out: Mapped[int]
    unused: Mapped[int]
    spoiled: Mapped[int]

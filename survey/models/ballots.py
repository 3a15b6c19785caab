"""Credentials and sealed envelopes. No time, no address, no order: see docs/privacy.md."""

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.columns import UNORDERED, Base


class Batch(Base):
    """One minting of codes for one sheet: how many, and the SHA-256 over all of their public keys; never which."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("kind IN ('issue', 'reserve', 'open')", name="kind"),
        CheckConstraint("size > 0", name="size"),
        UNORDERED,
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    sheet: Mapped[str]
    size: Mapped[int]
    kind: Mapped[str]
    keys_sha256: Mapped[str] = mapped_column(default="", server_default=text("''"))


class VoidedBatch(Base):
    """A batch whose slips were never handed out and will not count."""

    __tablename__ = "voided_batch"
    __table_args__ = (UNORDERED,)

    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    reason: Mapped[str]


class Credential(Base):
    """The public half of one slip's key pair; inserted sorted, a batch at once, never updated."""

    __tablename__ = "credential"
    __table_args__ = (CheckConstraint("length(public_key) = 32", name="public_key_length"), UNORDERED)

    public_key: Mapped[bytes] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)


class Envelope(Base):
    """One sealed ballot; its primary key is the credential, so one code makes one ballot."""

    __tablename__ = "envelope"
    __table_args__ = (
        CheckConstraint("length(attempt_hash) = 32", name="attempt_hash_length"),
        CheckConstraint("length(content_hash) = 32", name="content_hash_length"),
        CheckConstraint("length(signature) = 64", name="signature_length"),
        CheckConstraint("length(receipt) = 32", name="receipt_length"),
        UNORDERED,
    )

    credential: Mapped[bytes] = mapped_column(ForeignKey("credential.public_key"), primary_key=True)
    attempt_hash: Mapped[bytes]
    content_hash: Mapped[bytes]
    seal: Mapped[bytes]
    signature: Mapped[bytes]
    receipt: Mapped[bytes] = mapped_column(unique=True)


class Recorded(Base):
    """What outlives an envelope: enough to answer a late retry or a look-up, nothing of who or what.

    ``outcome`` is ``counted`` or the reason for which the envelope failed its checks.
    """

    __tablename__ = "recorded"
    __table_args__ = (UNORDERED,)

    receipt: Mapped[bytes] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    attempt_hash: Mapped[bytes] = mapped_column(index=True)
    content_hash: Mapped[bytes]
    outcome: Mapped[str]

"""The log of what staff did, and who agreed to what."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.columns import STRICT, Base


class AuditEntry(Base):
    """One act of a member of staff; never a cast. The database refuses to change or delete it (migration 0004)."""

    __tablename__ = "audit_entry"
    __table_args__ = (CheckConstraint("length(hash) = 32", name="hash_length"), STRICT)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    login: Mapped[str]
    act: Mapped[str]
    round_id: Mapped[str | None]
    detail: Mapped[dict[str, Any]]
    hash: Mapped[bytes]


class Approval(Base):
    """One person's request for an act that needs two, and what became of it.

    Attributes
    ----------
    what
        What exactly is agreed to: the digest of a draft, the number of a result.
    state
        The round's state when it was asked for; in another one the request is void.
    outcome
        ``pending`` until the other person decides; ``agreed`` until it is carried out, then ``done``.
    """

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("act IN ('freeze', 'close', 'reveal', 'publish')", name="act"),
        CheckConstraint("outcome IN ('pending', 'agreed', 'done', 'declined', 'withdrawn', 'lapsed')", name="outcome"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by OR outcome = 'withdrawn'", name="two_people"),
        Index(
            "uq_approval_waiting",
            "round_id",
            "act",
            unique=True,
            sqlite_where=text("outcome IN ('pending', 'agreed')"),
            postgresql_where=text("outcome IN ('pending', 'agreed')"),
        ),
        STRICT,
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"))
    act: Mapped[str]
    what: Mapped[str]
    state: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(default="pending")
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")

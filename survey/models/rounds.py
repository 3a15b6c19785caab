"""Rounds and what is decided about them: documents, states, amendments."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.columns import STRICT, Base


class StoredDocument(Base):
    """One immutable version of a questionnaire or a scheme, found by name and number, sealed by its digest."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("kind", "name", "version", name="uq_document_version"),
        CheckConstraint("kind IN ('questionnaire', 'scheme')", name="kind"),
        STRICT,
    )

    digest: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    version: Mapped[int]
    source: Mapped[str]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class Round(Base):
    """One round of rating. ``plan`` is the draft; from the freeze on only ``manifest`` counts."""

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'frozen', 'open', 'closed', 'revealed', 'published', 'void')", name="state"
        ),
        STRICT,
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    trial: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("round.id"))
    plan_source: Mapped[str]
    only_groups: Mapped[dict[str, Any] | None]  # {"groups": [...]} where a repetition is for some groups
    manifest: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)  # large, and read once per process
    manifest_hash: Mapped[bytes | None]
    public_key: Mapped[bytes | None]
    shred_due: Mapped[bool] = mapped_column(default=False)
    opened_salt: Mapped[bytes | None]
    opened_sha256: Mapped[bytes | None]  # of the salt and the fingerprint of the opened rows
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("unit.code"))  # whose round it is; none: the office's

    amendments: Mapped[list["Amendment"]] = relationship(order_by="Amendment.number")
    steps: Mapped[list["RoundStep"]] = relationship(order_by="RoundStep.number")


class RoundStep(Base):
    """When a round went from one state to the next, and by whom."""

    __tablename__ = "round_step"
    __table_args__ = (STRICT,)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class Amendment(Base):
    """A numbered act beside a frozen manifest; it never changes what stands in it."""

    __tablename__ = "amendment"
    __table_args__ = (
        CheckConstraint("kind IN ('extend_window', 'raise_entitled', 'withdraw_target')", name="kind"),
        STRICT,
    )

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    body: Mapped[dict[str, Any]]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]

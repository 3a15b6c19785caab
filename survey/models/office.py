"""Staff accounts, their sessions, and the log of what staff did."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.columns import STRICT, Base


class Account(Base):
    """A member of staff; never a rater."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("role IN ('administrator', 'personnel', 'evaluator', 'supervisor')", name="role"),
        STRICT,
    )

    login: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class StaffSession(Base):
    """One signed-in browser; the cookie holds the token, the database only its hash."""

    __tablename__ = "staff_session"
    __table_args__ = (STRICT,)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]

    account: Mapped[Account] = relationship()


class AuditEntry(Base):
    """One act of a member of staff; never a cast."""

    __tablename__ = "audit_entry"
    __table_args__ = (STRICT,)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    login: Mapped[str]
    act: Mapped[str]
    round_id: Mapped[str | None]
    detail: Mapped[dict[str, Any]]

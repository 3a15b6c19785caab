"""Staff accounts and their sessions."""

from datetime import datetime

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

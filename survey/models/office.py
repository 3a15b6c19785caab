"""Staff accounts and their sessions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.columns import STRICT, Base
from survey.models.rounds import Round


class Account(Base):
    """A member of staff; never a rater. A clerk and an interviewer belong to one round, and go with it."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "role IN ('administrator', 'personnel', 'evaluator', 'supervisor', 'leader', 'clerk', 'interviewer')",
            name="role",
        ),
        CheckConstraint("unit_code IS NULL OR role IN ('personnel', 'supervisor', 'leader')", name="unit"),
        CheckConstraint("round_id IS NULL OR role IN ('clerk', 'interviewer')", name="round"),
        STRICT,
    )

    login: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("unit.code"))
    round_id: Mapped[str | None] = mapped_column(ForeignKey("round.id", ondelete="SET NULL"))
    second_factor_due: Mapped[bool] = mapped_column(default=False)

    round: Mapped[Round | None] = relationship(lazy="joined")


class StaffSession(Base):
    """One signed-in browser; the cookie holds the token, the database only its hash.

    ``second_step_until`` is set while the password was right and the second factor is still asked for; such a
    session opens nothing. ``confirmed_at`` says when the person last proved again to be there.
    """

    __tablename__ = "staff_session"
    __table_args__ = (STRICT,)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    browser: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    second_step_until: Mapped[datetime | None]

    account: Mapped[Account] = relationship()

    @property
    def mark(self) -> str:
        """What names it on its owner's page; it opens nothing."""
        return self.token_hash[:8].hex()


class Assignment(Base):
    """An evaluator who runs a round that somebody else made."""

    __tablename__ = "assignment"
    __table_args__ = (STRICT,)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), primary_key=True)


class SecondFactor(Base):
    """What an authenticator app shares with the server, sealed under the installation's secret.

    Until ``confirmed_at`` it is only being set up. ``last_step`` is the time step of the last code that was
    taken: no code is taken twice.
    """

    __tablename__ = "second_factor"
    __table_args__ = (STRICT,)

    login: Mapped[str] = mapped_column(ForeignKey("account.login"), primary_key=True)
    sealed: Mapped[bytes]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None]


class RecoveryCode(Base):
    """A code that takes the place of the second factor once; it is deleted when it is used."""

    __tablename__ = "recovery_code"
    __table_args__ = (STRICT,)

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), index=True)


class PasswordReset(Base):
    """A code with which a person sets a new password, once; handed over by an administrator."""

    __tablename__ = "password_reset"
    __table_args__ = (STRICT,)

    login: Mapped[str] = mapped_column(ForeignKey("account.login"), primary_key=True)
    code_hash: Mapped[bytes]
    expires_at: Mapped[datetime]

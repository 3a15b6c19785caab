"""What the opening leaves: sorted rows per group and target, comments, turnout, numbered results."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.columns import STRICT, UNORDERED, Base


class OpenedRows(Base):
    """The opened marks of one leaf group on one target: rows of one byte per item, sorted, sheets merged.

    ``tallied`` rows came from a sheet too small to keep even sorted rows: each item's column is sorted by
    itself, so only the counts survive.
    """

    __tablename__ = "opened_rows"
    __table_args__ = (CheckConstraint("width > 0", name="width"), UNORDERED)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    group_id: Mapped[str] = mapped_column(primary_key=True)
    target_code: Mapped[str] = mapped_column(primary_key=True)
    width: Mapped[int]
    tallied: Mapped[bool]
    rows: Mapped[bytes]


class OpenedSheet(Base):
    """How many slips a sheet had, how many envelopes came, how many on reserve slips, and how many were opened."""

    __tablename__ = "opened_sheet"
    __table_args__ = (UNORDERED,)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    sheet: Mapped[str] = mapped_column(primary_key=True)
    group_id: Mapped[str]
    entitled: Mapped[int]
    issued: Mapped[int]
    returned: Mapped[int]
    reserve: Mapped[int] = mapped_column(default=0)
    valid: Mapped[int]


class OpenedCheck(Base):
    """How many ballots of a leaf group one ballot rule of a part's scheme found; which ones, nobody keeps."""

    __tablename__ = "opened_check"
    __table_args__ = (UNORDERED,)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    group_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rule: Mapped[str]
    action: Mapped[str]
    ballots: Mapped[int]


class OpenedCovariance(Base):
    """How a sheet's ballots moved its targets' scores together, rounded; only of sheets with enough ballots.

    ``body`` holds the targets and the rows of their covariance.
    """

    __tablename__ = "opened_covariance"
    __table_args__ = (UNORDERED,)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sheet: Mapped[str] = mapped_column(primary_key=True)
    group_id: Mapped[str]
    ballots: Mapped[int]
    body: Mapped[dict[str, Any]]


class Comment(Base):
    """One comment, cut loose from its ballot: the key is random and says nothing about order."""

    __tablename__ = "comment"
    __table_args__ = (UNORDERED,)

    id: Mapped[bytes] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    group_id: Mapped[str]
    text: Mapped[str]


class Result(Base):
    """One immutable snapshot of a round's results; publishing names one of them.

    ``salt`` stands before the tally in its printed fingerprint, which would confirm guesses at withheld cells
    without it.
    """

    __tablename__ = "result"
    __table_args__ = (STRICT,)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    body: Mapped[dict[str, Any]]
    salt: Mapped[bytes]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class Publication(Base):
    """Which snapshot of a round was published."""

    __tablename__ = "publication"
    __table_args__ = (STRICT,)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str]

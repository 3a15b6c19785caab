"""Read back what the opening of a round left in the database."""

from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import OpenedCheck, OpenedCovariance, OpenedRows, OpenedSheet, Round
from survey.reveal.opened import KeptCheck, KeptCovariance, KeptRows, KeptSheet, OpenedRound

Kept = TypeVar("Kept", KeptCheck, KeptCovariance, KeptRows, KeptSheet)


def read_opened(session: Session, round_: Round) -> OpenedRound:
    """Return what the opening of a round left."""

    def kept(table: Any, kind: type[Kept]) -> list[Kept]:  # noqa: ANN401 - one of the tables
        found = session.scalars(select(table).where(table.round_id == round_.id).order_by(*table.__table__.primary_key))
        return [kind(**{each.name: getattr(row, each.name) for each in fields(kind)}) for row in found]

    return OpenedRound(
        kept(OpenedSheet, KeptSheet),
        kept(OpenedRows, KeptRows),
        kept(OpenedCheck, KeptCheck),
        kept(OpenedCovariance, KeptCovariance),
    )

"""Turnout: coarse before the close, so that a watcher can't tell who just voted; nothing for small groups.

A step is never less than five ballots: of ten people each tenth would be one, and the turnout exact.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.manifest.amended import amended
from survey.models import Round
from survey.office.slip_counts import issued_by_sheet, returned_by_sheet

SMALLEST_SHOWN = 10
SMALLEST_STEP = 5


@dataclass(frozen=True)
class SheetTurnout:
    """A sheet's turnout, at least so many tenths of its entitled number; ``None`` where too few to show."""

    sheet: str
    label: str
    group: str
    entitled: int
    issued: int
    tenths: int | None


def coarse(session: Session, round_: Round) -> list[SheetTurnout]:
    """Return the turnout of every sheet, in tenths rounded down; on a small sheet it moves five ballots at a time."""
    returned = returned_by_sheet(session, round_)
    issued = issued_by_sheet(session, round_)
    return [
        SheetTurnout(
            sheet=sheet.id,
            label=sheet.label,
            group=sheet.group,
            entitled=sheet.entitled,
            issued=issued.get(sheet.id, 0),
            tenths=_tenths(returned.get(sheet.id, 0), sheet.entitled),
        )
        for sheet in amended(round_).sheets.values()
    ]


def _tenths(returned: int, entitled: int) -> int | None:
    if entitled < SMALLEST_SHOWN:
        return None
    if entitled < 10 * SMALLEST_STEP:
        returned -= returned % SMALLEST_STEP
        if not returned:
            return None  # "under one tenth" might not be true
    return min(10, 10 * returned // entitled)

"""A township whose ballots were counted: every resident handed in, and four of one unit's own staff."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from survey.collect.ballots import cast
from survey.config import Settings
from survey.manifest.manifest import Sheet
from survey.prepare import rounds
from survey.reveal.opening import reveal
from survey.reveal.results import make_result
from tests.township import Township, close_township, open_township

TIED = ("C02", "C03")
FEW_STAFF = 4  # too few to show what they say
LEVELS = (0, 0, 0, 1, 1, 2, 3, 4, 255)


@dataclass(frozen=True)
class Counted:
    """An installation's folder and its one revealed round, scored once."""

    home: Path
    round_id: str


def count_township(settings: Settings, sessions: sessionmaker[Session]) -> Counted:
    """Carry a round of six cadres and two units from the roster to its first result."""
    with sessions() as session:
        township = open_township(session, settings, cadres=6, units=2)
    first, second = township.manifest.sheets
    hand_in(sessions, township, first, len(township.residents))
    hand_in(sessions, township, second, FEW_STAFF)
    with sessions() as session:
        close_township(session, township)
    reveal(sessions, township.round_id, settings.key_folder, "personnel", datetime.now(UTC))
    with sessions.begin() as session:
        make_result(session, rounds.get(session, township.round_id), "开封后首次计分", "personnel", datetime.now(UTC))
    return Counted(settings.home, township.round_id)


def hand_in(sessions: sessionmaker[Session], township: Township, sheet: Sheet, count: int) -> None:
    """Cast `count` ballots of a sheet; the two tied cadres get the same marks on each."""
    rng = random.Random(sheet.id)  # noqa: S311 - invented marks
    cells = township.manifest.cells(sheet)
    for number, code in enumerate(township.codes[sheet.id][:count]):
        invented = {(cell.target, cell.item): rng.choice(LEVELS) for cell in cells}
        same = {cell: TIED[0] if cell.target in TIED else cell.target for cell in cells}
        marks = bytes(invented[same[cell], cell.item] for cell in cells)
        with sessions() as session:
            cast(session, code, number.to_bytes(16, "big"), marks, "", "phone", datetime.now(UTC))

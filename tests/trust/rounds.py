"""Rounds under attack: open now by the real clock, with as many codes as an attack needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from survey.manifest.amended import manifest_of
from survey.manifest.manifest import Manifest
from survey.models import Batch, Credential, Envelope, Recorded
from survey.prepare import codes, documents, lifecycle, rounds
from survey.prepare.codes import LARGEST_BATCH
from tests import hall
from tests.hall import OPENS
from tests.trust.grounds import Place

PLAN = hall.PLAN.replace("2026-12-01 08:00", "2020-01-01 08:00").replace("2026-12-08 12:00", "2099-12-31 12:00")
SHEET = "S1"


@dataclass(frozen=True)
class Opened:
    """An open round and the codes on the slips of its first sheet."""

    round_id: str
    manifest: Manifest
    codes: tuple[str, ...]

    @property
    def cells(self) -> int:
        """Return how many marks a ballot of the first sheet has."""
        return len(self.manifest.cells(self.manifest.sheet(SHEET)))


def open_round(
    place: Place, entitled: int, plan: str = PLAN, texts: Sequence[str] = (hall.QUESTIONNAIRE, hall.SCHEME)
) -> Opened:
    """Carry a round from the roster to its opening, with a slip for each of the entitled."""
    with place.sessions() as session:
        hall.fill_roster(session)
        for text in texts:
            documents.add(session, text, "document.yaml", "tester", OPENS)
        round_ = rounds.create(session, plan % {"residents": entitled}, "plan.yaml", "tester", OPENS)
        lifecycle.freeze(session, round_, place.settings, "tester", OPENS)
        minted: dict[str, list[str]] = {}
        for sheet in manifest_of(round_).sheets:
            own = minted[sheet.id] = []
            while len(own) < sheet.entitled:
                size = min(LARGEST_BATCH, sheet.entitled - len(own))
                own += codes.mint(
                    session, round_, sheet.id, size, "issue", reachable=True, by="tester", now=OPENS
                ).codes
        lifecycle.open_(session, round_, "tester", OPENS)
        session.commit()
        return Opened(round_.id, manifest_of(round_), tuple(minted[SHEET]))


def envelopes(place: Place, round_id: str) -> dict[bytes, bytes]:
    """Return credential → receipt of every envelope of a round."""
    query = select(Envelope.credential, Envelope.receipt).join(Credential).join(Batch)
    with place.sessions() as session:
        return {row[0]: row[1] for row in session.execute(query.where(Batch.round_id == round_id))}


def count_recorded(place: Place, round_id: str) -> int:
    """Return how many receipts outlive the envelopes of a round."""
    query = select(func.count()).select_from(Recorded).where(Recorded.round_id == round_id)
    with place.sessions() as session:
        return session.scalar(query) or 0

"""What every page of a result needs: the round, the snapshot, and words for where its numbers are from."""

from exports.heading import fingerprint
from survey.models import Round
from survey.reveal import publication, results
from survey.reveal.results import Snapshot
from survey.web.database import session
from survey.web.scope import visible_round


def find(round_id: str, number: int) -> tuple[Round, Snapshot]:
    """Return a round and one of its results.

    Raises
    ------
    NotFoundError
        When there is no such round, or it has no such result.
    """
    round_ = visible_round(round_id)
    return round_, results.snapshot(session(), round_, number)


def context(round_: Round, snapshot: Snapshot) -> dict[str, object]:
    """Return what every page of a result says of where its numbers are from."""
    return {
        "round": round_,
        "snapshot": snapshot,
        "fingerprint": fingerprint(snapshot.manifest_hash),
        "published": publication.published_number(session(), round_) == snapshot.number,
    }

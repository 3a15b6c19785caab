"""What every page of a result needs: the round, the snapshot, and words for where its numbers are from."""

from exports.heading import fingerprint
from survey.models import Round
from survey.reveal import publication
from survey.reveal.results import Snapshot
from survey.web.database import session
from survey.web.scope import visible_result as find

__all__ = ["context", "find"]


def context(round_: Round, snapshot: Snapshot) -> dict[str, object]:
    """Return what every page of a result says of where its numbers are from."""
    return {
        "round": round_,
        "snapshot": snapshot,
        "fingerprint": fingerprint(snapshot.manifest_hash),
        "published": publication.published_number(session(), round_) == snapshot.number,
    }

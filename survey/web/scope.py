"""Which rounds, targets and units who is signed in may see: every page loads its object through here."""

from survey.models import Round
from survey.prepare import rounds
from survey.web.database import session


def visible_round(round_id: str) -> Round:
    """Return the round with that id, if who is signed in may see it.

    Raises
    ------
    NotFoundError
        When there is none, or it is somebody else's; the words are the same.
    """
    return rounds.get(session(), round_id)


def visible_rounds() -> list[Round]:
    """Return the rounds that who is signed in may see, newest first."""
    return rounds.all_rounds(session())

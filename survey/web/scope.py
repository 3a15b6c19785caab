"""Which rounds, results, units and targets who is signed in may see: every page loads its object through here."""

from sqlalchemy import select

from survey.models import Round
from survey.office import scope
from survey.prepare import roster, rounds
from survey.prepare.roster_plan import TargetRecord, UnitRecord
from survey.reveal import publication, results
from survey.reveal.results import Snapshot
from survey.web.access import current_account, permitted
from survey.web.database import session


def visible_round(round_id: str) -> Round:
    """Return the round with that id, if who is signed in may see it.

    Raises
    ------
    NotFoundError
        When there is none, or it is somebody else's; the words are the same.
    """
    round_ = rounds.get(session(), round_id)
    if not scope.sees(session(), current_account(), round_):
        raise rounds.missing(round_id)
    return round_


def visible_rounds() -> list[Round]:
    """Return the rounds that who is signed in may see, newest first."""
    seen = scope.seen_by(current_account())
    return list(session().scalars(select(Round).where(seen).order_by(Round.created_at.desc(), Round.id)))


def visible_parent(round_: Round) -> Round | None:
    """Return the round that this one was made from, where there is one that may be seen."""
    return next((each for each in visible_rounds() if each.id == round_.parent_id), None)


def visible_children(round_: Round, *, trial: bool) -> list[Round]:
    """Return the trials or the repetitions of a round that may be seen, the oldest first."""
    own = [each for each in visible_rounds() if each.parent_id == round_.id and each.trial == trial]
    return sorted(own, key=lambda each: (each.created_at, each.id))


def visible_result(round_id: str, number: int) -> tuple[Round, Snapshot]:
    """Return a round and one of its results; a leader sees the published one alone.

    Raises
    ------
    NotFoundError
        When there is no such round or result, or it is not for who is signed in; the words are the same.
    """
    round_ = visible_round(round_id)
    if not permitted("see unpublished results") and publication.published_number(session(), round_) != number:
        raise results.missing(number)
    return round_, results.snapshot(session(), round_, number)


def visible_units() -> frozenset[str] | None:
    """Return the codes of the units that who is signed in may see; nothing where it is all of them."""
    return scope.units_of(session(), current_account())


def units() -> list[UnitRecord]:
    """Return the units of the roster that who is signed in may see."""
    own = visible_units()
    return [unit for unit in roster.units(session()) if own is None or unit.code in own]


def targets() -> list[TargetRecord]:
    """Return the targets of the roster that who is signed in may see: those whose main post lies in its units."""
    own = visible_units()
    return [target for target in roster.targets(session()) if own is None or target.main_post.unit_code in own]

"""The parties' key slips: made while a round is a draft, shown once; who types one proves to be the party."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.crypto import key_slips
from survey.crypto.key_slips import PrivateKeys
from survey.crypto.shares import PARTIES
from survey.errors import ConflictError, GongpingError, Notice
from survey.manifest.states import RoundState, require
from survey.models import PartyKey, Round
from survey.office import audit
from survey.office.permissions import EVALUATOR, PERSONNEL, SUPERVISOR

PARTY_OF_ROLE = {PERSONNEL: "organiser", EVALUATOR: "third_party", SUPERVISOR: "supervisor"}
"""The party that a role stands for."""


PARTY_NAMES = {
    "organiser": Notice("organiser"),
    "third_party": Notice("third party"),
    "supervisor": Notice("supervisor"),
}


class WrongSlipError(GongpingError):
    """A code that isn't the party's in this round; the words never tell how near it was."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            "This is not the code of your key slip for this round. Check its letters and the round's name."
        )


def make(session: Session, round_: Round, party: str, by: str, now: datetime) -> str:
    """Make a party's key slip and return its code, to be shown once; an earlier one of the draft is replaced.

    Raises
    ------
    ConflictError
        Where the round is no longer a draft: its rules name the keys.
    GongpingError
        For a party that there is not.
    """
    if party not in PARTIES:
        raise GongpingError("%(party)s is no party. Allowed: %(allowed)s", party=party, allowed=", ".join(PARTIES))
    require(RoundState(round_.state), RoundState.DRAFT)
    code = key_slips.new_code()
    public = key_slips.derive(code, round_.id, party).public()
    before = session.get(PartyKey, (round_.id, party))
    if before is not None:
        session.delete(before)
        session.flush()
    session.add(
        PartyKey(
            round_id=round_.id, party=party, signing=public.signing, sealing=public.sealing, made_at=now, made_by=by
        )
    )
    audit.record(session, by, "make key slip", round_.id, {"party": party, "replaced": before is not None}, now)
    return code


def slips(session: Session, round_: Round) -> dict[str, PartyKey]:
    """Return party → what is kept of its key slip, in the order of the parties."""
    made = {key.party: key for key in session.scalars(select(PartyKey).where(PartyKey.round_id == round_.id))}
    return {party: made[party] for party in PARTIES if party in made}


def identify(session: Session, round_: Round, party: str, typed: str) -> PrivateKeys:
    """Return the keys of a party's slip.

    Raises
    ------
    WrongSlipError
        Where the code isn't this party's.
    """
    kept = session.get(PartyKey, (round_.id, party))
    code = key_slips.normalise(typed)
    if kept is None or code is None:
        raise WrongSlipError
    keys = key_slips.derive(code, round_.id, party)
    if (keys.public().signing, keys.public().sealing) != (kept.signing, kept.sealing):
        raise WrongSlipError
    return keys


def declare_lost(session: Session, round_: Round, party: str, reason: str, by: str, now: datetime) -> None:
    """Note that a party's key slip is lost, so that everybody sees how many are left.

    Raises
    ------
    ConflictError
        Where the round is a draft (make a new slip instead) or the party has none.
    GongpingError
        Without a reason.
    """
    if not reason.strip():
        raise GongpingError("Write how the key slip was lost; the reason is kept.")
    kept = session.get(PartyKey, (round_.id, party))
    if kept is None or round_.state == RoundState.DRAFT:
        raise ConflictError("There is no key slip to give up. While the round is a draft, make a new one instead.")
    kept.lost = reason.strip()
    audit.record(session, by, "declare key slip lost", round_.id, {"party": party, "reason": kept.lost}, now)

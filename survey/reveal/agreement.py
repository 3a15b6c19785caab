"""With three keys, organiser and supervisor open the box by themselves and sign their tally before the key goes."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import ConflictError, GongpingError
from survey.manifest.amended import manifest_of
from survey.manifest.statements import SIGNERS, Statement, signed_by
from survey.manifest.states import RoundState, require
from survey.models import Round, Signature
from survey.office import audit, signatures
from survey.office.key_slips import PARTY_NAMES
from survey.office.round_key import THREE_KEYS

KIND = "tally"


def accept(session: Session, round_: Round, document: Any, by: str, now: datetime) -> str:  # noqa: ANN401 - a file's content
    """Keep what a party signed after it opened the exported box with its own copy of this software; return the party.

    Raises
    ------
    ConflictError
        Where the round isn't closed.
    GongpingError
        Where the document isn't a signed tally of this round.
    """
    require(RoundState(round_.state), RoundState.CLOSED)
    manifest = manifest_of(round_)
    try:
        statement, party = Statement(**document["statement"]), document["party"]
        signature = bytes.fromhex(document["signature"])
        holds = statement.kind == KIND and party in SIGNERS[KIND] and signed_by(manifest, statement, party, signature)
    except (TypeError, KeyError, ValueError, AttributeError):
        holds = False
    if not holds:
        raise GongpingError("This is not a tally that a party of this round signed. Take the file that the tool wrote.")
    signatures.put(session, round_, statement, party, signature, by, now)
    audit.record(session, by, "hand in own tally", round_.id, {"party": party, "digest": statement.digest().hex()}, now)
    return str(party)


def handed_in(session: Session, round_: Round) -> dict[str, bytes]:
    """Return party → the digest of the tally that it signed."""
    kept = select(Signature).where(Signature.round_id == round_.id, Signature.kind == KIND)
    return {each.party: each.digest for each in session.scalars(kept)}


def check_agreed(session: Session, round_: Round, statement: Statement) -> None:
    """Refuse to open a round with three keys for good until both parties counted the same.

    Raises
    ------
    ConflictError
        Naming the party that is missing or that counted something else.
    """
    if manifest_of(round_).seal != THREE_KEYS:
        return
    found = handed_in(session, round_)
    for party in SIGNERS[KIND]:
        if party not in found:
            raise ConflictError(
                "The %(party)s has not opened the exported ballot box with its own copy of this software yet, and "
                "signed what came out. The key is kept until then.",
                party=PARTY_NAMES[party],
            )
        if found[party] != statement.digest():
            raise ConflictError(
                "The %(party)s counted something else than this server. Nothing was opened for good and the key is "
                "kept: compare the software and the exported box.",
                party=PARTY_NAMES[party],
            )

"""Amendments: the few numbered acts that a frozen round allows beside its manifest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from survey.errors import ConflictError, GongpingError, NotFoundError
from survey.manifest.amended import amended, manifest_of
from survey.manifest.states import RoundState, require
from survey.models import Amendment, Round
from survey.office import audit


@dataclass(frozen=True)
class By:
    """Who amends, why and when."""

    login: str
    reason: str
    now: datetime


def extend_window(session: Session, round_: Round, sheet: str, door: str, closes: datetime, by: By) -> Amendment:
    """Let one door of one sheet take ballots longer; never shorter.

    Raises
    ------
    ConflictError
        Where the round isn't frozen or open, or the new time isn't later.
    NotFoundError
        For a sheet or door that the round doesn't have.
    """
    require(RoundState(round_.state), RoundState.FROZEN, RoundState.OPEN)
    window = amended(round_).sheet(sheet).windows.get(door)
    if window is None:
        raise NotFoundError("The sheet %(sheet)s has no door %(door)s.", sheet=sheet, door=door)
    if closes <= window.closes or closes <= by.now:
        raise ConflictError("A window can only be extended: choose a time after %(closes)s.", closes=window.closes)
    body = {"sheet": sheet, "door": door, "closes": closes.isoformat()}
    return _add(session, round_, "extend_window", body, by)


def raise_entitled(session: Session, round_: Round, sheet: str, entitled: int, by: By) -> Amendment:
    """Raise how many may rate by one sheet; never lower it.

    Raises
    ------
    ConflictError
        Where the round isn't frozen or open, or the number isn't higher.
    NotFoundError
        For a sheet that the round doesn't have.
    """
    require(RoundState(round_.state), RoundState.FROZEN, RoundState.OPEN)
    before = amended(round_).sheet(sheet).entitled
    if entitled <= before:
        raise ConflictError("The entitled number can only be raised: it is %(before)s now.", before=before)
    return _add(session, round_, "raise_entitled", {"sheet": sheet, "entitled": entitled}, by)


def withdraw_target(session: Session, round_: Round, target: str, by: By) -> Amendment:
    """Leave a target out of results and quotas; it stays on the ballots that were printed.

    Raises
    ------
    ConflictError
        Where the round isn't frozen, open or closed, or the target is withdrawn already.
    NotFoundError
        For a target that the round doesn't rate.
    """
    require(RoundState(round_.state), RoundState.FROZEN, RoundState.OPEN, RoundState.CLOSED)
    manifest_of(round_).target(target)
    if target in amended(round_).withdrawn:
        raise ConflictError("This target is withdrawn already.")
    return _add(session, round_, "withdraw_target", {"target": target}, by)


def _add(session: Session, round_: Round, kind: str, body: dict[str, Any], by: By) -> Amendment:
    if not by.reason.strip():
        raise GongpingError("An amendment needs a reason. Write why it is made.")
    amendment = Amendment(
        number=len(round_.amendments) + 1, kind=kind, body=body, reason=by.reason.strip(), at=by.now, by=by.login
    )
    round_.amendments.append(amendment)
    audit.record(session, by.login, "amend round", round_.id, {"kind": kind, **body, "reason": by.reason}, by.now)
    session.flush()
    return amendment

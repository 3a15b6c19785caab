"""Two people for one act: one asks, another agrees or declines; what was agreed to is exactly what is done, once.

A request is void when the round's state or what it is about has changed, when who asked withdraws it or may no longer
do the act, and after a day. Whoever holds the command line may name a second person instead; the log says that it was
said there.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from survey.errors import ConflictError, ForbiddenError, GongpingError, NotFoundError
from survey.manifest.states import RoundState, TwoPersonAct, check_step
from survey.models import Account, Approval, Round
from survey.office import audit
from survey.office.permissions import may
from survey.office.scope import sees
from survey.office.two_people import AGREES, ASKS, LEADS_TO, needed

LASTS: Final = timedelta(hours=24)
WAITING: Final = ("pending", "agreed")


def ask(session: Session, round_: Round, act: TwoPersonAct, what: str, by: Account, now: datetime) -> Approval:
    """Keep the request of `by` for an act that needs two people, and return it.

    Raises
    ------
    ForbiddenError
        Where the role may not do the act.
    ConflictError
        Where the round's state does not allow it, or a request for it waits already.
    """
    if not may(by.role, ASKS[act]):
        raise ForbiddenError("Your role does not allow this.")
    check_step(RoundState(round_.state), LEADS_TO[act])
    former = waiting(session, round_, act)
    if former is not None and obstacle(session, round_, former, what, now) is None:
        raise ConflictError(
            "%(login)s has asked for this already. A second person can agree to it.", login=former.asked_by
        )
    if former is not None:
        _turn(session, former, WAITING, outcome="lapsed")
    approval = Approval(
        id=secrets.token_hex(8),
        round_id=round_.id,
        act=act.value,
        what=what,
        state=round_.state,
        asked_by=by.login,
        asked_at=now,
    )
    session.add(approval)
    audit.record(session, by.login, "ask for second person", round_.id, {"act": act.value, "what": what}, now)
    return approval


def waiting(session: Session, round_: Round, act: TwoPersonAct) -> Approval | None:
    """Return the request for `act` that is neither carried out nor ended, though it may have lapsed since."""
    query = select(Approval).where(Approval.round_id == round_.id, Approval.act == act.value)
    return session.scalar(query.where(Approval.outcome.in_(WAITING)).execution_options(populate_existing=True))


def get(session: Session, round_: Round, approval_id: str) -> Approval:
    """Return a request of the round.

    Raises
    ------
    NotFoundError
        When the round has no such request.
    """
    approval = session.get(Approval, approval_id, populate_existing=True)
    if approval is None or approval.round_id != round_.id:
        raise NotFoundError("This round has no such request.")
    return approval


def obstacle(
    session: Session, round_: Round, approval: Approval, what: str | None, now: datetime
) -> GongpingError | None:
    """Return why a request no longer holds, or nothing where it does; `what` is what would be done now."""
    asker = session.get(Account, approval.asked_by)
    if approval.outcome not in WAITING:
        return ConflictError("This request was decided already, or withdrawn.")
    if round_.state != approval.state:
        return ConflictError("The request has lapsed: the round has moved on since.")
    if what != approval.what:
        return ConflictError("The request has lapsed: what it is about was changed since. Ask again.")
    if now >= approval.asked_at + LASTS:
        return ConflictError("The request has lapsed: it is older than a day. Ask again.")
    act = TwoPersonAct(approval.act)
    if asker is None or not (asker.active and may(asker.role, ASKS[act]) and sees(session, asker, round_)):
        return ConflictError("The request has lapsed: who asked may no longer do this.")
    return None


def agree(session: Session, round_: Round, approval: Approval, what: str, by: Account, now: datetime) -> None:
    """Agree to a request as the second person; the caller then does the act, in the same transaction if it can.

    Raises
    ------
    ForbiddenError
        Where the role may not agree.
    ConflictError
        Where it is one's own request, it has lapsed, or it was decided already.
    """
    _check_second(session, round_, approval, what, by, now)
    _turn(session, approval, ("pending",), outcome="agreed", decided_by=by.login, decided_at=now)
    audit.record(
        session,
        by.login,
        "agree as second person",
        round_.id,
        {"act": approval.act, "what": what, "asked by": approval.asked_by},
        now,
    )


def decline(
    session: Session, round_: Round, approval: Approval, what: str, by: Account, reason: str, now: datetime
) -> None:
    """Decline a request as the second person, with the reason.

    Raises
    ------
    GongpingError
        Without a reason.
    ForbiddenError, ConflictError
        As for ``agree``.
    """
    if not reason.strip():
        raise GongpingError("Write why you decline; the reason is kept.")
    _check_second(session, round_, approval, what, by, now)
    _turn(
        session, approval, ("pending",), outcome="declined", decided_by=by.login, decided_at=now, reason=reason.strip()
    )
    audit.record(
        session,
        by.login,
        "decline as second person",
        round_.id,
        {"act": approval.act, "asked by": approval.asked_by, "reason": reason.strip()},
        now,
    )


def withdraw(session: Session, round_: Round, approval: Approval, by: Account, now: datetime) -> None:
    """Withdraw one's own request.

    Raises
    ------
    ForbiddenError
        Where it is somebody else's.
    ConflictError
        Where it was decided already.
    """
    if by.login != approval.asked_by:
        raise ForbiddenError("Only who asked can withdraw the request. You can decline it.")
    _turn(session, approval, WAITING, outcome="withdrawn", decided_by=by.login, decided_at=now)
    audit.record(session, by.login, "withdraw request", round_.id, {"act": approval.act}, now)


def check(
    session: Session, round_: Round, act: TwoPersonAct, what: str, by: str, now: datetime, second: str = ""
) -> Approval | None:
    """Refuse an act that needs two people and has one; return the request that allows it, if there is one.

    Parameters
    ----------
    second
        A login that the holder of the command line names as the second person.

    Raises
    ------
    ConflictError
        Where nobody else agreed, or agreed to something else.
    """
    if not needed(round_, act, now):
        return None
    if second:
        if second == by:
            raise ConflictError("The second person must be another one.")
        return None
    approval = waiting(session, round_, act)
    if approval is None or approval.outcome != "agreed":
        raise ConflictError("This needs two people: ask for it, and let a second person agree. Nothing was done.")
    refusal = obstacle(session, round_, approval, what, now)
    if refusal is not None:
        raise refusal
    if by not in {approval.asked_by, approval.decided_by}:
        raise ConflictError("Only the two who agreed on this can carry it out.")
    return approval


def carry_out(
    session: Session, round_: Round, act: TwoPersonAct, what: str, by: str, now: datetime, second: str = ""
) -> None:
    """Use up the agreement that allows `act`, in the transaction that does it.

    Raises
    ------
    ConflictError
        As for ``check``.
    """
    approval = check(session, round_, act, what, by, now, second)
    if approval is not None:
        _turn(session, approval, ("agreed",), outcome="done")
    elif second and needed(round_, act, now):
        audit.record(
            session,
            by,
            "name second person",
            round_.id,
            {"act": act.value, "what": what, "second person": second, "said": "on the command line"},
            now,
        )


def end_all(session: Session, round_: Round) -> None:
    """Let what is still asked for in the round lapse: its state changes."""
    open_ones = update(Approval).where(Approval.round_id == round_.id, Approval.outcome.in_(WAITING))
    session.execute(open_ones.values(outcome="lapsed"))


def _check_second(session: Session, round_: Round, approval: Approval, what: str, by: Account, now: datetime) -> None:
    if not may(by.role, AGREES[TwoPersonAct(approval.act)]):
        raise ForbiddenError("Your role does not allow this.")
    if by.login == approval.asked_by:
        raise ConflictError("Nobody agrees to their own request. Let another person decide.")
    refusal = obstacle(session, round_, approval, what, now)
    if refusal is not None:
        raise refusal


def _turn(session: Session, approval: Approval, before: tuple[str, ...], **values: Any) -> None:  # noqa: ANN401
    """Change a request that still stands where it stood: of two at the same instant one finds it so."""
    session.flush()
    turned = update(Approval).where(Approval.id == approval.id, Approval.outcome.in_(before)).values(**values)
    if cast("CursorResult[Any]", session.execute(turned)).rowcount != 1:
        raise ConflictError("This request was decided already, or withdrawn.")
    session.refresh(approval)

"""The life of a round: it goes forward or ends; no state goes back."""

from enum import StrEnum

from survey.errors import ConflictError


class RoundState(StrEnum):
    """Where a round stands."""

    DRAFT = "draft"
    FROZEN = "frozen"
    OPEN = "open"
    CLOSED = "closed"
    REVEALED = "revealed"
    PUBLISHED = "published"
    VOID = "void"


class TwoPersonAct(StrEnum):
    """What a round may ask two people for; closing early is always for two."""

    FREEZE = "freeze"
    CLOSE = "close"
    REVEAL = "reveal"
    PUBLISH = "publish"


NEXT = {
    RoundState.DRAFT: {RoundState.FROZEN, RoundState.VOID},
    RoundState.FROZEN: {RoundState.OPEN, RoundState.VOID},
    RoundState.OPEN: {RoundState.CLOSED, RoundState.VOID},
    RoundState.CLOSED: {RoundState.REVEALED, RoundState.VOID},
    RoundState.REVEALED: {RoundState.PUBLISHED},
    RoundState.PUBLISHED: set(),
    RoundState.VOID: set(),
}

REFUSALS = {
    RoundState.DRAFT: "The round is still a draft. Freeze it first.",
    RoundState.FROZEN: "The round is frozen: its rules can no longer change. Open it, or void it and repeat.",
    RoundState.OPEN: "The round is open and collects ballots. Close it first; a round never goes back.",
    RoundState.CLOSED: "The round is closed. It can be revealed or voided, but no longer opened or changed.",
    RoundState.REVEALED: "The round has been revealed; its key and envelopes are gone.",
    RoundState.PUBLISHED: "The round is published; nothing about it changes any more.",
    RoundState.VOID: "The round was voided; it can only be repeated as a new round.",
}


def check_step(now: RoundState, wanted: RoundState) -> None:
    """Refuse a step that the life of a round doesn't have.

    Raises
    ------
    ConflictError
        With the words of the state that the round is in.
    """
    if wanted not in NEXT[now]:
        raise ConflictError(REFUSALS[now])


def require(now: RoundState, *allowed: RoundState) -> None:
    """Refuse an act that the round's state doesn't allow, saying why.

    Raises
    ------
    ConflictError
        With the words of the state that the round is in.
    """
    if now not in allowed:
        raise ConflictError(REFUSALS[now])

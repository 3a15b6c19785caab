"""Which acts need two people: those that the round's plan names, and closing before the last window is over."""

from datetime import datetime
from typing import Final

from survey.manifest.amended import amended, manifest_of
from survey.manifest.plan import Plan
from survey.manifest.reading import parse, read
from survey.manifest.states import RoundState, TwoPersonAct
from survey.models import Round

LEADS_TO: Final = {
    TwoPersonAct.FREEZE: RoundState.FROZEN,
    TwoPersonAct.CLOSE: RoundState.CLOSED,
    TwoPersonAct.REVEAL: RoundState.REVEALED,
    TwoPersonAct.PUBLISH: RoundState.PUBLISHED,
}
ASKS: Final = {
    TwoPersonAct.FREEZE: "freeze round",
    TwoPersonAct.CLOSE: "close round",
    TwoPersonAct.REVEAL: "reveal round",
    TwoPersonAct.PUBLISH: "publish results",
}
# Who may do an act can agree to another's request for it. Only the evaluator asks for an early close, and an
# installation may have one evaluator: so the supervisor agrees too, and not the organiser, whose results it decides on.
AGREES: Final = {**ASKS, TwoPersonAct.CLOSE: "agree to early close"}


def needed(round_: Round, act: TwoPersonAct, now: datetime) -> bool:
    """Return whether the round asks for two people for `act`; closing before the last window is over always does."""
    if act is TwoPersonAct.CLOSE:
        return round_.state == RoundState.OPEN and now < amended(round_).last_close()
    return act in asked_for(round_)


def asked_for(round_: Round) -> tuple[TwoPersonAct, ...]:
    """Return the acts for which the round's plan, or its manifest, wants two people; a trial wants none."""
    if round_.trial:
        return ()
    if round_.manifest_hash is None:
        return read(Plan, parse(round_.plan_source, round_.name), round_.name).approvals
    return manifest_of(round_).approvals


def rules(round_: Round) -> str:
    """Return what names the rules that hold now: the manifest's digest and how many amendments act beside it."""
    return f"{manifest_of(round_).digest().hex()}+{len(round_.amendments)}"

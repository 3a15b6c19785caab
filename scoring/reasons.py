"""Why a result is not final, and what must be said beside one that is: the words in ``provisional`` and ``flags``."""

from collections.abc import Iterator

from scoring import results
from scoring.decisions import Decisions, of_kind
from scoring.turnout import WHOLE
from scoring.working import Worked


def provisional(worked: Worked, target: str) -> str | None:
    """Return why a target has no final score, ``None`` where it has one."""
    final, scored, missed = worked.finals[target], worked.scored[target], worked.missed[target]
    if final.total is not None:
        return None
    reasons: list[str] = []
    if scored.total is None or worked.silenced(target):
        reasons += [each for each in (_turnout(worked, target), _empty(worked, target)) if each]
    if not reasons and final.ballots is None and scored.total is not None and missed != (WHOLE,):
        reasons.append(results.NOTHING_ABOVE_ZERO)
    return "; ".join([*reasons, *final.missing])


def flags(worked: Worked, target: str, undecided: str | None) -> tuple[str, ...]:
    """Return what must be said beside a target's result.

    Parameters
    ----------
    undecided
        The grade whose quota line runs through the target's tie, if one does.
    """
    found = list(worked.raised[worked.places[target]])
    if undecided is not None:
        found.append(f"{results.TIE_AT_QUOTA}: {undecided}")
    if worked.finals[target].total is not None:
        found += [each for each in (_turnout(worked, target), _empty(worked, target)) if each]
    elif not worked.voids_turnout:
        found += [each for each in (_turnout(worked, target),) if each]
    return (*found, *_decided(worked.decisions, target))


def _turnout(worked: Worked, target: str) -> str | None:
    missed = worked.missed[target]
    if not missed:
        return None
    return results.MISSED_TURNOUT if missed == (WHOLE,) else f"{results.MISSED_TURNOUT}: {', '.join(missed)}"


def _empty(worked: Worked, target: str) -> str | None:
    """Return the groups that gave no judgement, without those whose turnout was too low to count."""
    silent = worked.missed[target] if worked.voids_turnout else ()
    empty = [group for group in worked.scored[target].empty if group not in silent]
    return f"{results.EMPTY_GROUP}: {', '.join(empty)}" if empty else None


def _decided(decisions: Decisions, target: str) -> Iterator[str]:
    for veto in of_kind(decisions, target, "veto"):
        yield f"{results.CAPPED_BY_VETO}: {veto.value}" if veto.value else results.LEFT_OUT_BY_VETO
    for each in of_kind(decisions, target, "ineligible"):
        yield f"{results.NOT_ELIGIBLE}: {each.value}"
    if of_kind(decisions, target, "no_grade"):
        yield results.NO_GRADE
    if of_kind(decisions, target, "not_assessed"):
        yield results.NOT_ASSESSED

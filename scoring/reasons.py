"""Why a result is not final, and what must be said beside one that is: the words in ``provisional`` and ``flags``."""

from collections.abc import Iterator, Sequence

from scoring.ballots.turnout import WHOLE
from scoring.brought_in.decisions import Decisions, of_kind
from scoring.document.weights import group_weights
from scoring.outcome import reason_words
from scoring.working import Worked


def provisional(worked: Worked, target: str) -> str | None:
    """Return why a target has no final score, ``None`` where it has one."""
    final = worked.finals[target]
    if final.total is not None:
        return None
    void = worked.voids_turnout and worked.missed[target] == (WHOLE,)
    reasons = [*([reason_words.MISSED_TURNOUT] if void else ()), *_named(worked, target, _holding(worked, target))]
    if not reasons and final.ballots is None:
        reasons.append(reason_words.NOTHING_ABOVE_ZERO)
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
        found.append(f"{reason_words.TIE_AT_QUOTA}: {undecided}")
    missed, holding = worked.missed[target], _holding(worked, target)
    if missed and not worked.voids_turnout:
        found.append(": ".join([reason_words.MISSED_TURNOUT, *([", ".join(missed)] if missed != (WHOLE,) else ())]))
    found += _named(worked, target, [group for group in worked.scored[target].empty if group not in holding])
    return (*found, *_decided(worked.decisions, target))


def _holding(worked: Worked, target: str) -> list[str]:
    """Return the empty groups that hold the ballots' score back: a group of weight 0 never does."""
    scored = worked.scored[target]
    if scored.total is not None:
        return []
    weights = group_weights(worked.scheme.groups, frozenset(leaf.id for leaf in worked.scheme.leaves()))[""]
    return [group for group in scored.empty if group in weights]


def _named(worked: Worked, target: str, empty: Sequence[str]) -> Iterator[str]:
    """Yield why groups are empty: too few came for their ballots to count, or nobody judged."""
    void = worked.missed[target] if worked.voids_turnout else ()
    for reason, groups in (
        (reason_words.MISSED_TURNOUT, [group for group in empty if group in void]),
        (reason_words.EMPTY_GROUP, [group for group in empty if group not in void]),
    ):
        if groups:
            yield f"{reason}: {', '.join(groups)}"


def _decided(decisions: Decisions, target: str) -> Iterator[str]:
    for veto in of_kind(decisions, target, "veto"):
        yield f"{reason_words.CAPPED_BY_VETO}: {veto.value}" if veto.value else reason_words.LEFT_OUT_BY_VETO
    for each in of_kind(decisions, target, "ineligible"):
        yield f"{reason_words.NOT_ELIGIBLE}: {each.value}"
    if of_kind(decisions, target, "no_grade"):
        yield reason_words.NO_GRADE
    if of_kind(decisions, target, "not_assessed"):
        yield reason_words.NOT_ASSESSED

"""The marks beside a result: tied, provisional, its flags, what isn't shown; each with what it means."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from exports.reasons import Reason, reasons
from scoring.outcome.reason_words import (
    CAPPED_BY_VETO,
    EMPTY_GROUP,
    LEFT_OUT_BY_VETO,
    MISSED_TURNOUT,
    MISSING_COMPONENT,
    NO_GRADE,
    NOT_ASSESSED,
    NOT_ELIGIBLE,
    NOTHING_ABOVE_ZERO,
    TIE_AT_QUOTA,
    TIE_BY_HAND,
)
from scoring.outcome.results import Cell, TargetResult
from scoring.outcome.stated_rules import Rules
from survey.web import shown


@dataclass(frozen=True)
class Badge:
    """A mark beside a row: its look, its word, and what it means, said once under the table."""

    look: str
    word: str
    meaning: str


def badges(result: TargetResult, groups: Iterable[Cell | None], rules: Rules) -> tuple[Badge, ...]:
    """Return the marks of a target: tied, provisional, its flags, and why something of it isn't shown."""
    found = (
        [Badge("tie", _("tied"), _("the scores are equal, as far as they may be told apart, so the rank is shared"))]
        if _shares(result)
        else []
    )
    if result.provisional:
        found.append(Badge("prov", _("provisional"), sentence(result.provisional)))
    found += [_badge(each) for flag in result.flags for each in reasons(flag)]
    found += [Badge("supp", *shown.hidden(result.withheld, "total", rules))] if result.withheld else []
    found += [Badge("supp", *shown.hidden(cell.withheld, "score", rules)) for cell in groups if cell and cell.withheld]
    return tuple(dict.fromkeys(found))


def _shares(result: TargetResult) -> bool:
    return result.tied and result.rank is not None


def sentence(text: str) -> str:
    """Return reasons of the scoring as a page says them."""
    return "；".join(_meaning(each) for each in reasons(text))


def _badge(reason: Reason) -> Badge:
    if not reason.kind:
        return Badge("inel", reason.named, _("a rule of the scheme raised this; people decide what follows"))
    return Badge("inel" if reason.kind in _STRICT else "prov", _word(reason), _meaning(reason))


_STRICT = frozenset({LEFT_OUT_BY_VETO, CAPPED_BY_VETO, NOT_ELIGIBLE})


def _word(reason: Reason) -> str:
    words: dict[str, str] = {
        EMPTY_GROUP: _("a group judged nothing"),
        MISSED_TURNOUT: _("turnout too low"),
        LEFT_OUT_BY_VETO: _("vetoed"),
        CAPPED_BY_VETO: _("vetoed"),
        NOT_ELIGIBLE: _("barred from %(grade)s", grade=reason.named),
        NO_GRADE: _("left without a grade"),
        NOT_ASSESSED: _("takes no part"),
        TIE_AT_QUOTA: _("tie at the quota"),
    }
    return words.get(reason.kind, "") or str(_("provisional"))


def _meaning(reason: Reason) -> str:
    """Return a reason as a sentence; where what it would name is withheld, without it."""
    named = reason.named
    words: dict[str, str] = {
        EMPTY_GROUP: _("nobody of %(names)s judged", names=named) if named else _("nobody of some group judged"),
        MISSED_TURNOUT: (
            _("too few ballots of %(names)s came back", names=named) if named else _("too few ballots came back")
        ),
        MISSING_COMPONENT: _("the score of %(names)s is still missing", names=named),
        NOTHING_ABOVE_ZERO: _("there is no score above 0 to compare with"),
        TIE_BY_HAND: _("the scores are equal, and people decide the order"),
        LEFT_OUT_BY_VETO: _("vetoed, so out of the ranking"),
        CAPPED_BY_VETO: _("vetoed, so no grade better than %(grade)s", grade=named),
        NOT_ELIGIBLE: _("may not get the grade %(grade)s", grade=named),
        NO_GRADE: _("it was decided to give no grade"),
        NOT_ASSESSED: _("takes no part in the assessment"),
        TIE_AT_QUOTA: _("the last place of the quota for %(grade)s lies in this tie, so people decide", grade=named),
    }
    return words.get(reason.kind, named)

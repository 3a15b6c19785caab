"""How results stand on a page: a printed value, or that it isn't shown and why; never a hole, a zero or a dash."""

from dataclasses import dataclass

from flask_babel import gettext as _

from exports.withheld import View, band_text, least
from scoring.outcome.reason_words import NO_GRADE, NOT_ASSESSED
from scoring.outcome.results import Cell, TargetResult
from scoring.outcome.stated_rules import Rules
from scoring.outcome.value import Withheld


@dataclass(frozen=True)
class Shown:
    """One value of a table.

    Attributes
    ----------
    text
        What is printed in the cell.
    why
        A few characters under it: the reason where the value is withheld, what a provisional score could become.
    """

    text: str
    why: str = ""


def value(cell: Cell | None, view: View, rules: Rules) -> Shown:
    """Return what a page prints for `cell`."""
    if cell is None:
        return Shown(_("not asked"))
    if cell.withheld is not None:
        return Shown(_("not shown"), reason(cell.withheld, view, rules))
    return Shown(_("nobody judged") if cell.score is None else cell.score)


def score(result: TargetResult, rules: Rules) -> Shown:
    """Return what a page prints as the target's score; while it is provisional, what it could become."""
    if result.provisional and result.score is None and result.withheld is None:
        return Shown(_("provisional"), between(result))
    if result.band is not None and result.withheld is not None:
        return Shown(band_text(result.band) or "", reason(result.withheld, "total", rules))
    return value(Cell(score=result.score, withheld=result.withheld), "total", rules)


def between(result: TargetResult) -> str:
    """Return what a score could become, where that is known."""
    if result.bounds is None:
        return ""
    least, most = result.bounds
    return str(_("possibly %(least)s–%(most)s", least=least, most=most))


def component(result: TargetResult, name: str) -> Shown:
    """Return what a page prints for a part of the score that doesn't come from a group."""
    if result.withheld:
        return Shown(_("not shown"))
    if name not in result.components:
        return Shown(_("does not apply"))
    return Shown(result.components[name] or _("not there yet"))


def rank(result: TargetResult) -> Shown:
    """Return what a page prints as the target's rank."""
    if result.rank is not None:
        return Shown(str(result.rank))
    if result.withheld is not None:
        return Shown(_("not shown"))
    return Shown(_("provisional") if result.provisional else _("not ranked"))


def grade(result: TargetResult, rules: Rules) -> Shown:
    """Return what a page prints as the target's grade, and beside it the one that the meeting gave."""
    given = _("meeting: %(grade)s", grade=result.final_grade) if result.final_grade else ""
    if result.grade is not None:
        return Shown(result.grade, given)
    if result.withheld is not None:
        return Shown(_("not shown"), given)
    if NO_GRADE in result.flags:
        return Shown(_("left without a grade"), given)
    if NOT_ASSESSED in result.flags:
        return Shown(_("takes no part"), given)
    if not rules.bands and not rules.quotas:
        return Shown(_("not graded"), given)
    return Shown(_("provisional") if result.provisional else _("not decided"), given)


def reason(withheld: Withheld, view: View, rules: Rules) -> str:
    """Return why something isn't shown, in a few characters."""
    if withheld == "few":
        return str(_("under %(least)s ballots", least=least(view, rules)))
    if withheld == "alike" and view == "total":
        return str(_("near an end of the scale"))
    return str(
        {
            "complementary": _("would give another cell away"),
            "alike": _("nearly all marks alike"),
            "solvable": _("could be worked out"),
        }[withheld]
    )


def hidden(withheld: Withheld, view: View, rules: Rules) -> tuple[str, str]:
    """Return why something isn't shown, in a few characters and as a sentence."""
    return reason(withheld, view, rules), meaning(withheld, view, rules)


def meaning(withheld: Withheld, view: View, rules: Rules) -> str:
    """Return why something isn't shown, as a sentence."""
    if withheld == "few":
        ballots = least(view, rules)
        if view in {"criteria", "distribution"}:
            return str(_("one of the groups has fewer than %(least)s ballots", least=ballots))
        return str(_("fewer than %(least)s ballots: a mean would give single marks away", least=ballots))
    if withheld == "alike" and view == "total":
        return str(
            _("so near to full marks or to the lowest that single marks could be worked out; a band says enough")
        )
    return str(
        {
            "complementary": _("not shown, since another withheld cell could be worked out from it"),
            "alike": _("a group gave nearly all the same mark on some item, so this would show each of them"),
            "solvable": _("the printed places leave so few possibilities that single marks could be worked out"),
        }[withheld]
    )

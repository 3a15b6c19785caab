"""How results stand on a page: a printed value, or that it isn't shown and why; never a hole, a zero or a dash."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from exports.reasons import spelled_out
from exports.withheld import View, least
from scoring.results import EMPTY_GROUP, TIE_AT_QUOTA, Cell, Rules, TargetResult, Withheld


@dataclass(frozen=True)
class Shown:
    """One value of a table.

    Attributes
    ----------
    text
        What is printed in the cell.
    why
        The reason in a few characters where the value is withheld, else empty.
    """

    text: str
    why: str = ""


@dataclass(frozen=True)
class Badge:
    """A mark beside a row: its look, its word, and what it means, said once under the table."""

    look: str
    word: str
    meaning: str


def value(cell: Cell | None, view: View, rules: Rules) -> Shown:
    """Return what a page prints for `cell`."""
    if cell is None:
        return Shown(_("not asked"))
    if cell.withheld is not None:
        return Shown(_("not shown"), reason(cell.withheld, view, rules))
    return Shown(_("nobody judged") if cell.score is None else cell.score)


def score(result: TargetResult, rules: Rules) -> Shown:
    """Return what a page prints as the target's score."""
    return value(Cell(score=result.score, withheld=result.withheld), "total", rules)


def rank(result: TargetResult) -> Shown:
    """Return what a page prints as the target's rank."""
    if result.rank is not None:
        return Shown(str(result.rank))
    if result.withheld is not None:
        return Shown(_("not shown"))
    return Shown(_("provisional") if result.provisional else _("not ranked"))


def grade(result: TargetResult) -> Shown:
    """Return what a page prints as the target's grade."""
    if result.grade is not None:
        return Shown(result.grade)
    return Shown(_("not shown") if result.withheld is not None else _("no grade"))


def reason(withheld: Withheld, view: View, rules: Rules) -> str:
    """Return why something isn't shown, in a few characters."""
    if withheld == "few":
        return str(_("under %(least)s ballots", least=least(view, rules)))
    return str(
        {
            "complementary": _("would give another cell away"),
            "alike": _("nearly all marks alike"),
            "solvable": _("could be worked out"),
        }[withheld]
    )


def meaning(withheld: Withheld, view: View, rules: Rules) -> str:
    """Return why something isn't shown, as a sentence."""
    if withheld == "few":
        ballots = least(view, rules)
        if view in {"criteria", "distribution"}:
            return str(_("one of the groups has fewer than %(least)s ballots", least=ballots))
        return str(_("fewer than %(least)s ballots: a mean would give single marks away", least=ballots))
    return str(
        {
            "complementary": _("not shown, since another withheld cell could be worked out from it"),
            "alike": _("nearly all ballots say the same, so showing it would be showing each of them"),
            "solvable": _("the printed places leave so few possibilities that single marks could be worked out"),
        }[withheld]
    )


def badges(result: TargetResult, groups: Iterable[Cell | None], rules: Rules) -> tuple[Badge, ...]:
    """Return the marks of a target: tied, provisional, its flags, and why something of it isn't shown."""
    found = [Badge("tie", _("tied"), _("the exact scores are equal, so the rank is shared"))] if result.tied else []
    if result.provisional:
        found.append(Badge("prov", _("provisional"), spelled_out(result.provisional)))
    found += [_flag(flag) for flag in result.flags]
    reasons: list[tuple[Withheld, View]] = [] if result.withheld is None else [(result.withheld, "total")]
    reasons += [(cell.withheld, "score") for cell in groups if cell is not None and cell.withheld is not None]
    found += [Badge("supp", reason(why, view, rules), meaning(why, view, rules)) for why, view in reasons]
    return tuple(dict.fromkeys(found))


def _flag(flag: str) -> Badge:
    kind = flag.partition(":")[0]
    if kind == EMPTY_GROUP:
        return Badge("prov", _("a group judged nothing"), spelled_out(flag))
    if kind == TIE_AT_QUOTA:
        return Badge("prov", _("tie at the quota"), spelled_out(flag))
    return Badge("inel", flag, _("a rule of the scheme raised this; people decide what follows"))

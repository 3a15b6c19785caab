"""What stands beside a target's score on its page: of what it is made, what it could become, what people decided."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from exports.beside import chance, sign
from exports.numbers import per_cent
from scoring.outcome.results import Decided, TargetResult
from scoring.outcome.stated_rules import Rules
from survey.web.shown import Shown
from survey.web.target_tables import Grid, Line


@dataclass(frozen=True)
class Fact:
    """A name, its value, and what it means."""

    name: str
    text: str
    more: str = ""


def facts(result: TargetResult, rules: Rules) -> list[Fact]:
    """Return what a result holds beside score, rank and grade; nothing for what it doesn't hold."""
    decided = [_decided(each) for each in result.decisions]
    if result.withheld:
        return decided
    return [*_composition(result, rules), *_quality(result, rules), *_chance(result, rules), *decided]


def _composition(result: TargetResult, rules: Rules) -> Iterator[Fact]:
    shares = {part["id"]: per_cent(part["share"]) for part in rules.components}
    for name, score in result.components.items():
        share = _("share %(share)s", share=shares[name]) if name in shares else ""
        yield Fact(name, score or _("not there yet"), share)
    if result.ballot_score and not result.components:
        yield Fact(_("Ballots alone"), result.ballot_score, _("before bonuses and deductions"))
    if result.bounds:
        yield Fact(
            _("Possible score"),
            " – ".join(result.bounds),
            _("where the score would lie if the groups that are missing gave the worst or the best marks"),
        )


def _quality(result: TargetResult, rules: Rules) -> Iterator[Fact]:
    if result.favourable:
        yield Fact(_("Favourable marks"), f"{result.favourable}%", "、".join(rules.favourable))
    if result.majority:
        median = result.majority
        yield Fact(
            _("Median grade"),
            f"{median.grade}{sign(median.sign)}",
            _(
                "the one in the middle when all marks are put in order; %(better)s%% are better, %(worse)s%% worse",
                better=median.better,
                worse=median.worse,
            ),
        )
    if result.se is not None:
        degrees = _("%(degrees)s degrees of freedom", degrees=f"{result.degrees:.1f}") if result.degrees else ""
        yield Fact(_("Standard error"), f"{result.se:.{rules.places}f}", degrees)


def _chance(result: TargetResult, rules: Rules) -> Iterator[Fact]:
    if result.quota_chance is not None and rules.quotas:
        yield Fact(
            _("Chance of %(grade)s", grade=rules.quotas[0].grade),
            chance(result.quota_chance),
            _("of being among the quota's places; indicative only"),
        )


def _decided(decided: Decided) -> Fact:
    words = {
        "bonus": _("Bonus"),
        "deduction": _("Deduction"),
        "veto": _("Veto"),
        "ineligible": _("Not eligible for"),
        "no_grade": _("Left without a grade"),
        "not_assessed": _("Takes no part"),
        "unit_grade": _("Grade of the unit"),
        "final_grade": _("Grade by the meeting"),
        "order": _("Order among equals"),
    }
    value = decided.value
    if decided.decision in {"bonus", "deduction"}:
        value = f"{'＋' if decided.decision == 'bonus' else '−'}{value}"
    elif decided.decision == "veto":
        value = _("no better than %(grade)s", grade=value) if value else _("out of the ranking")
    why = "，".join(part for part in (decided.item, decided.reason, decided.document) if part)
    return Fact(words[decided.decision], value, why)


def share_intervals(result: TargetResult, rules: Rules) -> Grid | None:
    """Return each level's share with its interval, where such were worked out."""
    if not result.share_intervals:
        return None
    lines = tuple(
        Line(
            level,
            "",
            (
                Shown(f"{result.shares[level]}%" if level in result.shares else _("not shown")),
                Shown(f"{low:.{rules.places}f}% – {high:.{rules.places}f}%"),
            ),
        )
        for level, (low, high) in result.share_intervals.items()
    )
    return Grid((_("Share"), _("Interval for all levels together")), lines)

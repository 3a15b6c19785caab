"""One target's numbers as tables, the same as in the charts beside them: criteria, groups, shares, ballots."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from exports import shares
from exports.charts.scale import class_median
from exports.numbers import per_cent
from scoring.outcome.results import Cell, Distribution, TargetResult
from scoring.outcome.stated_rules import GroupNode, Rules
from survey.web import shown
from survey.web.shown import Shown


@dataclass(frozen=True)
class Line:
    """One row: its name, a remark under it, its values."""

    name: str
    remark: str
    values: tuple[Shown, ...]


@dataclass(frozen=True)
class Grid:
    """A table: the heads of its columns after the first, and its rows."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class SharesLine:
    """How the marks on one item are spread; ``why`` instead of all numbers where they are withheld."""

    name: str
    levels: tuple[tuple[str, int], ...]
    denominator: int
    others: str
    why: str = ""


def criteria(result: TargetResult, peers: Sequence[TargetResult], rules: Rules) -> Grid:
    """Return the score on each criterion and on the overall mark, with its weight and the class median."""
    lines = []
    for name in shares.criteria(rules):
        cell = _criterion(result, name)
        if cell is None:
            continue
        middle = class_median((_criterion(each, name) for each in peers), rules)
        median = Shown(middle) if middle is not None else Shown(_("not given"))
        lines.append(Line(name, _weight(name, rules), (shown.value(cell, "criteria", rules), median)))
    return Grid((_("Score"), _("Median of the class")), tuple(lines))


def groups(result: TargetResult, rules: Rules) -> Grid:
    """Return what each group, inner ones too, gave the target in total and on each item."""
    nodes = [node for node in _nodes(rules.groups) if node.id in result.groups or node.id in result.group_items]
    lines = [
        Line(_("Total score"), "", tuple(shown.value(result.groups.get(node.id), "score", rules) for node in nodes)),
        Line(_("Ballots"), "", tuple(_ballots(result.groups.get(node.id)) for node in nodes)),
    ]
    for item in shares.items(rules):
        cells = [result.group_items.get(node.id, {}).get(item) for node in nodes]
        if any(cell is not None for cell in cells):
            lines.append(Line(item, "", tuple(shown.value(cell, "items", rules) for cell in cells)))
    heads = tuple(f"{node.id} {per_cent(node.share)}" for node in nodes)
    return Grid(heads, tuple(lines))


def spread(result: TargetResult, rules: Rules) -> list[SharesLine]:
    """Return how the marks are spread on each item, the overall mark first."""
    return [
        _shares_line(item, result.distributions[item], rules)
        for item in shares.items(rules)
        if item in result.distributions
    ]


def levels(result: TargetResult) -> tuple[str, ...]:
    """Return the levels that the shares are given for, the best first."""
    shown_ = (each for each in result.distributions.values() if each.withheld is None)
    return tuple(next((tuple(each.counts) for each in shown_), ()))


def ballots(result: TargetResult, rules: Rules) -> Grid:
    """Return how many ballots of each leaf group asked about the target, and came back, and were valid."""
    lines = []
    for node in _nodes(rules.groups):
        counted = result.turnout.get(node.id)
        if counted is None:
            continue
        numbers = (counted.entitled, counted.issued, counted.returned, counted.valid)
        values = tuple(Shown(_("not shown") if number is None else str(number)) for number in numbers)
        lines.append(Line(node.id, "", values))
    return Grid((_("Entitled"), _("Issued"), _("Returned"), _("Valid")), tuple(lines))


def _criterion(result: TargetResult, name: str) -> Cell | None:
    return result.criteria.get(name) or result.items.get(name)


def _weight(name: str, rules: Rules) -> str:
    if rules.overall and rules.overall["item"] == name:
        return str(_("share %(share)s", share=per_cent(rules.overall["share"])))
    return _("weight %(weight)s", weight=rules.criteria[name]) if name in rules.criteria else ""


def _ballots(cell: Cell | None) -> Shown:
    if cell is None:
        return Shown(_("not asked"))
    return Shown(_("not shown") if cell.n is None else str(cell.n))


def _shares_line(item: str, spread_: Distribution, rules: Rules) -> SharesLine:
    if spread_.withheld is not None:
        return SharesLine(item, (), 0, "", shown.meaning(spread_.withheld, "distribution", rules))
    levels = tuple((spread_.shares.get(level, ""), count) for level, count in spread_.counts.items())
    others = "，".join(
        f"{shares.NOT_JUDGED_NAMES.get(name, name)} {count}" for name, count in spread_.not_judged.items() if count
    )
    return SharesLine(item, levels, spread_.denominator or 0, others)


def _nodes(groups_: Sequence[GroupNode]) -> Iterator[GroupNode]:
    for node in groups_:
        yield node
        yield from _nodes(node.groups)

"""How a score comes about, as a table that adds up: items down, groups across, then what acts on the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import cast

from flask_babel import gettext as _

from exports import shares
from scoring.document.exact import Mode, printed
from scoring.outcome.results import Contribution, LeftOut, TargetResult
from scoring.outcome.stated_rules import Rules


@dataclass(frozen=True)
class Piece:
    """What one group's mean on one item adds: its points, and of what they are made."""

    points: str
    made_of: str


@dataclass(frozen=True)
class Added:
    """One row: its name, a piece for each group that has a part in it, and the row's sum."""

    name: str
    pieces: tuple[Piece | None, ...]
    points: str


@dataclass(frozen=True)
class AddedUp:
    """A score as the sum of its parts.

    Attributes
    ----------
    groups, sums
        The leaf groups, and the sum of each one's column.
    marks
        The sum of all columns.
    rows
        Items.
    others
        Components, adjustments and limits; their points stand in the last column alone.
    """

    groups: tuple[str, ...]
    sums: tuple[str, ...]
    marks: str
    rows: tuple[Added, ...]
    others: tuple[Added, ...]
    total: str


def added_up(result: TargetResult, rules: Rules) -> AddedUp | None:
    """Return the parts of a score, which add up to it as printed; ``None`` where they aren't given."""
    if not result.contributions or result.score is None:
        return None
    marks = {(part.group, part.item): part for part in result.contributions if part.kind == "mark"}
    groups = tuple(dict.fromkeys(group for group, _item in marks))
    known = [item for item in shares.items(rules) if any((group, item) in marks for group in groups)]
    known += [""] if any(not item for _group, item in marks) else []
    return AddedUp(
        groups=groups,
        sums=tuple(_sum(part for (own, _item), part in marks.items() if own == group) for group in groups),
        marks=_sum(marks.values()),
        rows=tuple(
            Added(
                item or _("nobody judged, counts as 0"),
                tuple(_piece(marks.get((group, item)), rules) for group in groups),
                _sum(part for (_group, own), part in marks.items() if own == item),
            )
            for item in known
        ),
        others=tuple(
            Added(_name(part), (_whole(part, rules),), _signed(part.points))
            for part in result.contributions
            if part.kind != "mark"
        ),
        total=result.score,
    )


def _sum(parts: Iterable[Contribution]) -> str:
    return _signed(str(sum((Decimal(part.points) for part in parts), Decimal(0))))


def _signed(number: str) -> str:
    """Return a number with a true minus."""
    return number.replace("-", "−")


def _piece(part: Contribution | None, rules: Rules) -> Piece | None:
    return None if part is None else Piece(_signed(part.points), _product(part, rules))


def _whole(part: Contribution, rules: Rules) -> Piece:
    return Piece(_signed(part.points), _product(part, rules) if part.kind == "component" else "")


def _product(part: Contribution, rules: Rules) -> str:
    value = printed(Fraction(part.value), rules.places, cast("Mode", rules.mode))
    return f"{_signed(value)} × {printed(100 * Fraction(part.weight), shares.PRINTED_PLACES)}%"


def _name(part: Contribution) -> str:
    if part.kind == "limit":
        limits: dict[str, str] = {
            "max_bonus": _("above the most that bonuses may add"),
            "max_deduction": _("above the most that deductions may take"),
            "cap": _("above the highest score"),
            "floor": _("below the lowest score"),
        }
        return limits.get(part.item, part.item)
    if part.kind == "adjustment":
        unnamed: dict[str, str] = {"bonus": _("Bonus"), "deduction": _("Deduction")}
        return unnamed.get(part.item, part.item)
    return part.item or str(_("what the ballots give by the scheme's rule"))


def left_out(result: TargetResult) -> list[str]:
    """Return what has no part in the score, and why: a sentence for each group and reason."""
    together: dict[tuple[str, str], list[str]] = {}
    for each in result.left_out if result.contributions else ():
        together.setdefault((each.group, each.reason), []).append(each.item)
    return [
        _said(LeftOut(group=group, item="、".join(filter(None, items)), reason=reason))
        for (group, reason), items in together.items()
    ]


def _said(out: LeftOut) -> str:
    who, items = out.group or out.item, out.item
    words: dict[str, str] = {
        "not asked": _("%(group)s was not asked %(items)s; its other items share the weight", group=who, items=items),
        "no judgement": _(
            "%(group)s judged nothing on %(items)s; its other items share the weight", group=who, items=items
        ),
        "turnout": _("%(group)s does not count: too few ballots came back", group=who),
        "empty group": _("%(group)s does not count: nobody judged", group=who),
        "weight 0": _("%(group)s has no weight: it is only for information", group=who),
    }
    return words.get(out.reason, who)

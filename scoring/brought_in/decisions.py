"""What people decided about a target beside the ballots: ``target,decision,item,value,reason,document``.

bonus, deduction
    Points in ``value``; ``item`` names one of the scheme's adjustment items, if it has any.
veto
    一票否决: with a grade in ``value`` no better grade is given, without one the target is left out of the ranking.
ineligible
    The grade in ``value`` is not given.
no_grade, not_assessed
    不定等次 and 不参加考核: no grade (and no rank), and out of the quotas' base.
unit_grade
    The grade of a unit, named as the target, which moves its members' quota.
final_grade
    What the meeting decided; it stands beside the computed grade.
order
    The place among equals, in a tie that is decided by hand.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import get_args

from scoring.document.exact import parse_ratio
from scoring.document.problems import Problem
from scoring.document.scheme import Scheme
from scoring.document.tables import Table, open_table
from scoring.outcome.results import Decided, DecisionKind

Decisions = Mapping[str, Sequence[Decided]]
"""Target, or unit, → what was decided about it."""

COLUMNS = ("target", "decision", "item", "value", "reason", "document")
KINDS: tuple[DecisionKind, ...] = get_args(DecisionKind)
REASONED = ("bonus", "deduction", "veto", "ineligible", "no_grade", "not_assessed")
MANY = ("bonus", "deduction", "ineligible")
"""What may stand more than once about one target."""


def of_kind(decisions: Decisions, target: str, kind: DecisionKind) -> list[Decided]:
    """Return the decisions of one kind about a target."""
    return [each for each in decisions.get(target, ()) if each.decision == kind]


def barred_grades(scheme: Scheme, decisions: Decisions, target: str) -> frozenset[str]:
    """Return the grades that a target may not get: those it isn't eligible for, and those better than a veto's."""
    names = scheme.grade_names()
    barred = {each.value for each in of_kind(decisions, target, "ineligible")}
    for each in of_kind(decisions, target, "veto"):
        if each.value:
            barred |= set(names[: names.index(each.value)])
    return frozenset(barred)


def is_out(decisions: Decisions, target: str) -> bool:
    """Return whether a target is left out of the ranking: by a veto without a grade, or as not assessed."""
    vetoed = any(not each.value for each in of_kind(decisions, target, "veto"))
    return vetoed or bool(of_kind(decisions, target, "not_assessed"))


def leaves_base(decisions: Decisions, target: str) -> bool:
    """Return whether a target does not count in the quotas' base."""
    return any(each.decision in {"no_grade", "not_assessed"} for each in decisions.get(target, ()))


def read_decisions(
    data: bytes, file: str, scheme: Scheme, targets: Iterable[str], elsewhere: Collection[str] = ()
) -> dict[str, tuple[Decided, ...]]:
    r"""Return what a file says was decided, by target.

    Parameters
    ----------
    elsewhere
        Targets of other schemes, whose rows are passed over; grades of units count everywhere.

    Raises
    ------
    FileError
        Naming the file and, of everything wrong, row, column, what was found and what is allowed.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> scheme = load_scheme("{name: 一项, scale: {好: 1, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> rows = "target,decision,value,reason\n甲,bonus,2,县级表彰\n"
    >>> read_decisions(rows.encode(), "D.csv", scheme, ["甲"])["甲"][0].value
    '2'
    """
    table = open_table(data, file, COLUMNS[:2], COLUMNS[2:])
    known = frozenset(targets)
    found: dict[str, list[Decided]] = {}
    first: dict[tuple[str, str], int] = {}
    for row, (target, kind, item, value, reason, document) in table.rows(*COLUMNS):
        if target in elsewhere and kind != "unit_grade":
            continue
        if kind not in KINDS:
            table.wrong(row, "decision", kind, KINDS)
            continue
        if not target or (target not in known and kind != "unit_grade"):
            table.wrong(row, "target", target, "a target that is rated or listed")
        _check(table, row, scheme, kind, item, value)
        if kind in REASONED and not reason.strip():
            table.wrong(row, "reason", reason, f"a reason for each {kind}")
        if kind not in MANY and (target, kind) in first:
            words = f"the same target and decision as row {first[target, kind]}"
            table.note(Problem(f"row {row}", words, f"one {kind} for each target"))
        first.setdefault((target, kind), row)
        found.setdefault(target, []).append(
            Decided(decision=kind, item=item, value=value, reason=reason, document=document)
        )
    table.check()
    return {target: tuple(decided) for target, decided in found.items()}


def _check(table: Table, row: int, scheme: Scheme, kind: DecisionKind, item: str, value: str) -> None:
    """Note a value or an item that a decision of this kind may not have."""
    adjustments = scheme.document.adjustments
    items = [each.id for each in (adjustments.items or () if adjustments else ()) if each.kind == kind]
    if kind in {"bonus", "deduction"} and items and item not in items:
        table.wrong(row, "item", item, items)
    elif item and not items:
        table.wrong(row, "item", item, "nothing: the scheme names no such items")
    allowed, fits = _values(scheme, kind)
    if not fits(value):
        table.wrong(row, "value", value, allowed)


def _values(scheme: Scheme, kind: DecisionKind) -> tuple[str | Sequence[str], Callable[[str], bool]]:
    """Return what the value of a decision may be, in words and as a test."""
    names = scheme.grade_names()
    if kind in {"bonus", "deduction"}:
        return "points: a number above 0", lambda value: (points_of(value) or 0) > 0
    if kind == "order":
        return "a whole number of 1 or more", lambda value: (points_of(value) or 0) >= 1 and value.isdigit()
    if kind == "veto":
        return ["nothing, or a grade of the scheme", *names], lambda value: not value or value in names
    if kind == "ineligible":
        return names or "no such decision: the scheme has no grades", names.__contains__
    if kind in {"unit_grade", "final_grade"}:
        return "a grade", lambda value: bool(value.strip())
    return "nothing", lambda value: not value


def points_of(text: str) -> Fraction | None:
    """Return the number in a text; ``None`` if it is none or a ratio.

    Examples
    --------
    >>> points_of("2.5"), points_of("1/3"), points_of("two")
    (Fraction(5, 2), None, None)
    """
    try:
        return None if "/" in text else parse_ratio(text)
    except ValueError:
        return None

"""The roster as its pages show it: the tree of units, targets in lines, a dry run change by change."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from survey.prepare.roster_plan import FieldChange, PostRecord, RosterPlan, TargetRecord, UnitRecord

KINDS: dict[str, LazyString] = {
    "person": lazy_gettext("person"),
    "unit": lazy_gettext("unit"),
    "leading_body": lazy_gettext("leading body"),
    "party_organisation": lazy_gettext("party organisation"),
    "project": lazy_gettext("project"),
    "member": lazy_gettext("party member"),
}
FIELDS: dict[str, LazyString] = {
    "name": lazy_gettext("name"),
    "parent": lazy_gettext("unit above"),
    "class": lazy_gettext("class"),
    "duties": lazy_gettext("duties"),
    "active": lazy_gettext("active"),
    "unit": lazy_gettext("unit"),
    "title": lazy_gettext("title"),
    "layer": lazy_gettext("layer"),
    "posts": lazy_gettext("posts"),
}
STATUSES: dict[str, LazyString] = {
    "added": lazy_gettext("added"),
    "changed": lazy_gettext("changed"),
    "left": lazy_gettext("left as it is"),
}


@dataclass(frozen=True)
class UnitLine:
    """A unit at its depth in the tree, with how many targets stand in it."""

    code: str
    name: str
    class_: str
    depth: int
    targets: int


@dataclass(frozen=True)
class TargetLine:
    """A target: its main post, and its other posts in one line."""

    code: str
    name: str
    kind: str
    unit: str
    title: str
    class_: str
    layer: str
    duties: str
    active: bool
    others: str


@dataclass(frozen=True)
class ChangeLine:
    """One unit or target of a file: what would happen to it, and what in it would change."""

    rows: str
    code: str
    made: bool
    name: str
    kind: str
    status: str
    word: str
    fields: tuple[str, ...]


def tree(units: Sequence[UnitRecord], targets: Iterable[TargetRecord]) -> list[UnitLine]:
    """Return the units below each other, in the order of their codes."""
    count = Counter(target.main_post.unit_code for target in targets if target.active)
    below: dict[str | None, list[UnitRecord]] = {}
    for unit in units:
        below.setdefault(unit.parent_code, []).append(unit)

    def lines_of(parent: str | None, depth: int) -> list[UnitLine]:
        found = []
        for unit in below.get(parent, []):
            found.append(UnitLine(unit.code, unit.name, unit.class_, depth, count[unit.code]))
            found += lines_of(unit.code, depth + 1)
        return found

    return lines_of(None, 0)


def lines(units: Sequence[UnitRecord], targets: Iterable[TargetRecord]) -> list[TargetLine]:
    """Return the targets as lines; those that are no longer active come last."""
    names = {unit.code: unit for unit in units}
    found = [_line(target, names) for target in targets]
    return sorted(found, key=lambda line: (not line.active, line.code))


def changes(plan: RosterPlan) -> list[ChangeLine]:
    """Return what would be added or changed, units first; what is left as it is isn't listed."""
    units = [
        (change.rows, change.after.code, change.code_made, change.after.name, "unit", change.status, change.fields)
        for change in plan.units
    ]
    targets = [
        (change.rows, change.after.code, change.code_made, change.after.name, change.after.kind, change.status,
         change.fields)
        for change in plan.targets
    ]  # fmt: skip
    return [
        ChangeLine(
            rows="、".join(str(row) for row in rows),
            code=code,
            made=made,
            name=name,
            kind=str(KINDS[kind]) if kind != "unit" else _("unit"),
            status=status,
            word=str(STATUSES[status]),
            fields=tuple(_field(field) for field in fields),
        )
        for rows, code, made, name, kind, status, fields in (*units, *targets)
        if status != "left"
    ]


def _field(field: FieldChange) -> str:
    nothing = _("nothing")
    words = _(
        "%(field)s: %(old)s → %(new)s",
        field=str(FIELDS[field.field]),
        old=field.old or nothing,
        new=field.new or nothing,
    )
    return str(words)


def _line(target: TargetRecord, units: dict[str, UnitRecord]) -> TargetLine:
    post = target.main_post
    return TargetLine(
        code=target.code,
        name=target.name,
        kind=str(KINDS[target.kind]),
        unit=_unit(post, units),
        title=post.title,
        class_=post.class_ or (units[post.unit_code].class_ if post.unit_code in units else ""),
        layer=post.layer,
        duties=target.duties,
        active=target.active,
        others="；".join(f"{_unit(each, units)}{each.title}" for each in target.posts if not each.main),
    )


def _unit(post: PostRecord, units: dict[str, UnitRecord]) -> str:
    return units[post.unit_code].name if post.unit_code in units else post.unit_code

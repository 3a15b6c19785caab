"""The targets of a roster file against those of the roster: matched by code; who bears a known name is asked about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from survey.errors import Notice, Problem
from survey.interchange import cells
from survey.interchange.roster import KIND_WORDS, RosterFile, TargetRow
from survey.models import TargetKind
from survey.prepare.roster_codes import CodeMaker
from survey.prepare.roster_namesakes import Matching, match
from survey.prepare.roster_plan import Change, PostRecord, Question, TargetRecord, target_changes
from survey.prepare.roster_units import UnitsPlan

HOLD_SEVERAL_POSTS = {TargetKind.PERSON, TargetKind.MEMBER}


@dataclass
class TargetsPlan:
    """What would become of the targets."""

    changes: list[Change[TargetRecord]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def plan_targets(
    known: Mapping[str, TargetRecord],
    units: UnitsPlan,
    file: RosterFile,
    decisions: Mapping[int, str],
    taken: Iterable[str] = (),
) -> TargetsPlan:
    """Return what would become of the targets; problems with their units are noted in `units`.

    No code is made that is among `taken`.
    """
    names = {unit.code: unit.name for unit in units.after.values()}
    matching: Matching = match(known, names, file, decisions)
    plan = TargetsPlan(questions=matching.questions, problems=matching.problems)
    maker = CodeMaker([*known, *taken, *(row.code for row in file.targets)])
    for key, rows in matching.groups.items():
        made = key not in known and not rows[0].code
        code = maker.make_for_target(rows[0].kind) if made else key
        before = known.get(code)
        wrong = _disagreements(rows, before)
        posts = _posts(rows, before, units, plan.problems)
        plan.problems += wrong
        if wrong or not posts:
            continue
        after = TargetRecord(code, rows[0].kind.value, rows[0].name, _duties(rows, before), active=True, posts=posts)
        numbers = tuple(row.number for row in rows)
        plan.changes.append(Change(before, after, numbers, made, target_changes(before, after, names)))
    return plan


def _disagreements(rows: list[TargetRow], before: TargetRecord | None) -> list[Problem]:
    """Return where the rows of one target contradict each other or the roster."""
    first, wrong = rows[0], []
    if before and before.kind != first.kind.value:
        allowed = Notice("%(kind)s, as in the roster; a code never changes its kind", {"kind": KIND_WORDS[before.kind]})
        wrong.append(Problem(first.at("kind"), KIND_WORDS[first.kind.value], allowed))
    for row in rows[1:]:
        for column, found, said in (
            ("name", row.name, first.name),
            ("kind", KIND_WORDS[row.kind.value], KIND_WORDS[first.kind.value]),
        ):
            if found != said:
                allowed = Notice("%(said)s, as row %(row)s says of this code", {"said": said, "row": first.number})
                wrong.append(Problem(row.at(column), found, allowed))
    if len(rows) > 1 and first.kind not in HOLD_SEVERAL_POSTS:
        allowed = Notice("one row: only persons and members hold several posts")
        wrong.append(Problem(rows[1].at("code"), rows[1].code, allowed))
    elif len(rows) > 1 and sum(row.main for row in rows) != 1:
        numbers = ", ".join(str(row.number) for row in rows)
        found = ", ".join(str(row.number) for row in rows if row.main)
        wrong.append(
            Problem(first.at("main"), found, Notice("是 in exactly one of the rows %(rows)s", {"rows": numbers}))
        )
    return wrong


def _posts(
    rows: list[TargetRow], before: TargetRecord | None, units: UnitsPlan, problems: list[Problem]
) -> tuple[PostRecord, ...]:
    """Return the posts that the rows say, the main one first; empty where one has no unit."""
    posts: list[PostRecord] = []
    seen: dict[tuple[str, str], int] = {}
    lost = False
    for row in rows:
        unit = _unit(row, units, problems)
        if unit is None:
            lost = True
            continue
        post = _post(row, unit, before, main=row.main or len(rows) == 1)
        if (other := seen.setdefault((unit, post.title), row.number)) != row.number:
            allowed = Notice("another unit or title than row %(row)s", {"row": other})
            problems.append(Problem(row.at("title"), post.title, allowed))
        posts.append(post)
    return () if lost else tuple(sorted(posts, key=lambda post: not post.main))


def _unit(row: TargetRow, units: UnitsPlan, problems: list[Problem]) -> str | None:
    if row.get("unit") or row.get("unit_name"):
        return units.find(row, "unit", "unit_name")
    own = units.named(row.name) if row.kind is TargetKind.UNIT else []
    if len(own) == 1:
        return own[0]
    column = "unit" if row.get("unit") is not None else "unit_name"
    problems.append(Problem(row.at(column), "", Notice("the unit that the target belongs to")))
    return None


def _post(row: TargetRow, unit: str, before: TargetRecord | None, *, main: bool) -> PostRecord:
    """Return the row's post; what the file has no column for stays as it was."""
    there = _same_post(row, unit, before, main=main)

    def said(column: str, kept: str) -> str:
        value = row.get(column)
        return kept if value is None else cells.line(value)

    return PostRecord(unit, said("title", there.title), said("class", there.class_), said("layer", there.layer), main)


def _same_post(row: TargetRow, unit: str, before: TargetRecord | None, *, main: bool) -> PostRecord:
    posts = before.posts if before else ()
    title = row.get("title")
    likeness = [
        [post for post in posts if post.unit_code == unit and post.title == title],
        [post for post in posts if post.unit_code == unit],
        [post for post in posts if post.main and main],
    ]
    return next((found[0] for found in likeness if found), PostRecord(unit))


def _duties(rows: list[TargetRow], before: TargetRecord | None) -> str:
    if rows[0].get("duties") is None:
        return before.duties if before else ""
    said = [row.values["duties"] for row in sorted(rows, key=lambda row: not row.main)]
    return cells.line(next(filter(None, said), ""))

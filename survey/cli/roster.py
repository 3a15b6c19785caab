"""``gongping roster``: units and targets, from a spreadsheet and back to one."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from exports.delimited import write_rows
from exports.roster_template import TARGET_HEADS, roster_template
from survey.cli.aligned import aligned
from survey.cli.installation import Installation, acting, installed, now
from survey.errors import GongpingError
from survey.interchange.roster import KIND_WORDS
from survey.interchange.spreadsheets import MOST_BYTES
from survey.office import audit
from survey.prepare import roster
from survey.prepare.roster_plan import NEW, FieldChange, Question, RosterPlan, TargetRecord

MARKS = {"added": "+", "changed": "~"}


@click.group(name="roster")
def command() -> None:
    """Units and the people and bodies that are rated."""


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace FILE if it is there.")
def template(file: Path, *, overwrite: bool) -> None:
    """Write an empty roster workbook (.xlsx) to fill in."""
    if file.exists() and not overwrite:
        raise GongpingError("%(file)s is there already; --overwrite replaces it.", file=file)
    file.write_bytes(roster_template())
    click.echo(f"{file}: fill in the sheets 单位 and 对象, then: gongping roster import {file} --dry-run")


@command.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be added, changed and left; change nothing.")
@click.option("--namesake", "namesakes", multiple=True, metavar="ROW=CODE",
              help="Who a row without a code means: a code, row7, or new; may be given more than once.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask; open questions end with status 2.")
@acting
def import_(file: Path, namesakes: tuple[str, ...], by: str, *, dry_run: bool, yes: bool) -> None:
    """Bring units and targets in from FILE (.xlsx, .xls or .csv).

    Rows are matched by code, missing codes are made, and what FILE does not speak of stays as it is. All bad rows are
    named, and nothing is half-imported.
    """
    installation = installed()
    with file.open("rb") as stream:
        content = stream.read(MOST_BYTES + 1)
    decisions = dict(_decision(text) for text in namesakes)
    plan = _plan(installation, content, file.name, decisions)
    if plan.questions and not dry_run and not yes:
        decisions |= {question.row: _ask(question) for question in plan.questions}
        plan = _plan(installation, content, file.name, decisions)
    click.echo("\n".join(_plan_lines(plan)))
    if dry_run:
        return
    if not yes and not plan.questions:
        click.confirm("Carry this out?", abort=True)
    with installation.writing() as session:
        counts = roster.carry_out(session, plan)
        audit.record(session, by, "import roster", None, vars(counts), now())
    click.echo("The roster is imported.")


@command.command(name="list")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV with the template's headings, to edit and import again.")
def list_(*, as_csv: bool) -> None:
    """List the targets with their posts; those that are no longer active are marked."""
    with installed().sessions() as session:
        targets = roster.targets(session)
        names = {unit.code: unit.name for unit in roster.units(session)}
    if as_csv:
        write_rows(sys.stdout, [TARGET_HEADS, *_csv_rows(targets)], line_end="\n")
    elif targets:
        click.echo("\n".join(aligned([_listed(target, names) for target in targets])))
    else:
        click.echo("The roster is empty. Fill one in: gongping roster template roster.xlsx")


@command.command()
@click.argument("code")
@acting
def retire(code: str, by: str) -> None:
    """Leave the target CODE out of new rounds; it stays in old results, and importing it again brings it back."""
    with installed().writing() as session:
        roster.retire(session, code)
        audit.record(session, by, "retire target", None, {"target": code}, now())
    click.echo(f"{code} is left out of new rounds.")


def _plan(installation: Installation, content: bytes, file: str, decisions: dict[int, str]) -> RosterPlan:
    with installation.sessions() as session:
        return roster.plan_import(session, content, file, decisions)


def _decision(text: str) -> tuple[int, str]:
    row, _, said = text.partition("=")
    if not row.isdecimal() or not said:
        raise GongpingError("--namesake is %(text)s; allowed: ROW=CODE, such as 12=P0003 or 12=new", text=text)
    return int(row), said


def _ask(question: Question) -> str:
    click.echo(f"Row {question.row}: {question.name} ({question.words}) has no code, and the name is known:")
    for choice in question.choices:
        click.echo(f"  {choice.value}  {question.name} ({choice.words}){'' if choice.active else ', no longer active'}")
    said: str = click.prompt(f"Which is it, or is it {NEW}", type=click.Choice(question.answers), show_choices=False)
    return said


def _plan_lines(plan: RosterPlan) -> Iterator[str]:
    names = plan.unit_names
    units = [
        [MARKS[change.status], change.after.code, "单位", change.after.name, change.after.class_, _said(change.fields)]
        for change in plan.units
        if change.status != "left"
    ]
    targets = [
        [MARKS[change.status], *_listed(change.after, names)[:-1], _said(change.fields)]
        for change in plan.targets
        if change.status != "left"
    ]
    for rows in filter(None, (units, targets)):
        yield from aligned(rows)
    for notice in plan.ignored:
        yield f"not read: {notice}"
    if plan.codes_made:
        yield f"codes made: {', '.join(plan.codes_made)}"
    counts = plan.counts()
    yield f"units: {counts.units_added} added, {counts.units_changed} changed, {counts.units_left} left as they are"
    yield (
        f"targets: {counts.targets_added} added, {counts.targets_changed} changed, {counts.targets_left} left as they "
        f"are, {plan.absent} not in the file and left as they are"
    )
    for question in plan.questions:
        answers = " or ".join(f"--namesake {question.row}={answer}" for answer in question.answers)
        yield f"who is meant in row {question.row}, {question.name} ({question.words})? {answers}"


def _said(fields: Iterable[FieldChange]) -> str:
    return "; ".join(f"{change.field}: {change.old or '–'} → {change.new or '–'}" for change in fields)


def _listed(target: TargetRecord, names: Mapping[str, str]) -> list[str]:
    post = target.main_post
    unit = names.get(post.unit_code, post.unit_code)
    return [
        target.code,
        KIND_WORDS[target.kind],
        target.name,
        unit,
        post.title,
        post.class_,
        post.layer,
        "" if target.active else "no longer active",
    ]


def _csv_rows(targets: Iterable[TargetRecord]) -> Iterator[list[str]]:
    for target in targets:
        for post in target.posts if target.active else ():
            yield [
                target.code,
                KIND_WORDS[target.kind],
                target.name,
                post.unit_code,
                post.title,
                post.class_,
                post.layer,
                target.duties if post.main else "",
                "是" if post.main else "否",
            ]

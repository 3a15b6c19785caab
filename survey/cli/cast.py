"""``gongping cast``: hand in one ballot from a file, exactly as the ballot page does."""

import secrets
from pathlib import Path

import click
import yaml

from survey.cli.installation import installed, now, read_text
from survey.collect.ballots import Slip, cast, find
from survey.collect.receipts import words
from survey.errors import BadDocumentError, Problem
from survey.manifest.marks import BLANK, SELF, UNKNOWN
from survey.manifest.reading import parse

WHOLE_PERSON = {"不了解此人": UNKNOWN, "本人不评": SELF}


@click.command(name="cast")
@click.option(
    "--marks", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="YAML: target → item → level."
)
@click.option("--template", is_flag=True, help="Print the sheet's YAML to fill in, and hand nothing in.")
@click.option("--comment", default="", help="The comment, where the sheet asks for one.")
@click.option("--door", type=click.Choice(["phone", "paper"]), default="phone", show_default=True)
@click.option("--code", prompt="Code", hide_input=True, help="Asked for when left out, so that no shell keeps it.")
def command(marks: Path | None, comment: str, door: str, code: str, *, template: bool) -> None:
    """Hand in one ballot and print its receipt.

    An item that is left out stays blank; instead of its items a target may be given 不了解此人 or 本人不评.
    """
    with installed().sessions() as session:
        slip = find(session, code)
        if template:
            click.echo(_template(slip), nl=False)
            return
        if marks is None:
            raise click.UsageError("give --marks FILE, or --template to see what to fill in")
        chosen = _read(slip, read_text(marks), marks.name)
        session.rollback()
        receipt = cast(session, code, secrets.token_bytes(16), chosen, comment, door, now())
    click.echo(words(receipt.receipt))


def _template(slip: Slip) -> str:
    lines: dict[str, dict[str, str]] = {}
    for cell in slip.manifest.cells(slip.sheet):
        lines.setdefault(cell.target, {})[cell.item] = " | ".join(cell.levels)
    return yaml.safe_dump(lines, allow_unicode=True, sort_keys=False)


def _read(slip: Slip, text: str, file: str) -> bytes:
    document = parse(text, file)
    cells = slip.manifest.cells(slip.sheet)
    known = {cell.target: [c.item for c in cells if c.target == cell.target] for cell in cells}
    problems = [
        Problem(target, "", "a target of this sheet: " + ", ".join(known)) for target in document if target not in known
    ]
    for target, given in document.items():
        if isinstance(given, dict):
            strange = [item for item in given if item not in known.get(target, given)]
            problems += [Problem(f"{target}.{item}", item, "an item: " + ", ".join(known[target])) for item in strange]
        elif given not in WHOLE_PERSON:
            problems.append(Problem(target, str(given), "its items, or one of: " + ", ".join(WHOLE_PERSON)))
    marks = bytearray()
    for cell in cells:
        given = document.get(cell.target, {})
        level = given.get(cell.item) if isinstance(given, dict) else None
        if isinstance(given, str):
            marks.append(WHOLE_PERSON.get(given, BLANK))
        elif level is None:
            marks.append(BLANK)
        elif level in cell.levels:
            marks.append(cell.levels.index(level))
        else:
            marks.append(BLANK)
            problems.append(Problem(f"{cell.target}.{cell.item}", str(level), ", ".join(cell.levels)))
    if problems:
        raise BadDocumentError(file, problems)
    return bytes(marks)

"""`gongping trend`: what changed between two results of `gongping score --json`."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from scoring.comparing.changes import TargetTrend
from scoring.comparing.result_files import read_results
from scoring.comparing.trend import Trend, trend
from survey.cli.aligned import aligned

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON alone.")
def command(*, before: Path, after: Path, as_json: bool) -> None:
    """Compare the results BEFORE and AFTER, two outputs of `gongping score --json`, gzipped or not.

    Rounds that did not measure the same thing are "not comparable", with the first rule that differs. Bad input
    ends with status 2 and names the file and the key.
    """
    earlier, later = (read_results(file.read_bytes(), file.name) for file in (before, after))
    found = trend(earlier, later)
    if as_json:
        click.echo(found.model_dump_json(by_alias=True))
    else:
        sys.stdout.writelines(f"{line}\n" for line in table_lines(found))
        sys.stdout.flush()


def table_lines(found: Trend) -> Iterator[str]:
    """Yield the comparison as a table for each class."""
    if not found.comparable:
        yield f"not comparable: {found.reason}"
        return
    for class_ in dict.fromkeys(each.class_ for each in found.targets.values()):
        members = [each for each in found.targets.values() if each.class_ == class_]
        drift = found.drift.get(class_)
        yield from filter(None, [class_])
        if drift is not None:
            yield f"drift {_signed(drift.change)} over {drift.targets} targets{_marked(drift.by)}"
        yield from aligned(_kept([_HEAD, *map(_row, members)]))
        yield ""
    for when, targets in (("before", found.only_before), ("after", found.only_after)):
        if targets:
            yield f"{when} alone: {', '.join(targets)}"


_HEAD = ["target", "name", "before", "after", "change", "se", "against drift", "notes"]


def _row(each: TargetTrend) -> list[str]:
    if each.score is None:
        return [each.target, each.name, "-", "-", "-", "", "", f"not compared: {each.reason}"]
    score = each.score
    notes = [*each.notes, *(["printed scores"] if score.by == "printed" else [])]
    return [
        each.target,
        each.name,
        score.before,
        score.after,
        _signed(score.change),
        "" if score.se is None else f"{score.se:.2f}",
        "" if each.against_drift is None else _signed(each.against_drift),
        "; ".join(notes),
    ]


def _kept(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the rows without the columns that hold nothing."""
    return list(zip(*(column for column in zip(*rows, strict=True) if any(column[1:])), strict=True))


def _signed(text: str) -> str:
    return text if text.startswith("-") else f"+{text}"


def _marked(by: str) -> str:
    return ", of printed scores" if by == "printed" else ""

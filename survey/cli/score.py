"""`gongping score`: score files of ratings or counts, without a server or a database."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from scoring.ballots.ballot_rules import apply_ballot_rules
from scoring.ballots.counts import read_counts
from scoring.ballots.denominators import EntitledError
from scoring.ballots.marks import Marks, tally_marks
from scoring.ballots.ratings import read_ratings
from scoring.ballots.tally import Tally
from scoring.brought_in.decisions import read_decisions
from scoring.brought_in.lists import misfit, read_components, read_entitled, read_targets
from scoring.comparing.what_if import Move
from scoring.document.problems import FileError, Problem, SchemeError
from scoring.document.scheme import Scheme, load_scheme
from scoring.other_weights import moves_under, read_changes
from scoring.outcome.results import Results, TargetResult
from scoring.precision import DRAWS
from scoring.score import score
from scoring.working import Known
from survey.cli.score_beside import move_lines
from survey.cli.score_sample import SampleFiles, sample_files
from survey.cli.score_table import table_lines

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.option("--scheme", "scheme_file", type=_FILE, required=True, help="Scheme document (YAML).")
@click.option("--ratings", type=_FILE, help="CSV: ballot,group,target,item,mark. One row a mark.")
@click.option("--tally", type=_FILE, help="CSV: target,item,group,level,count. Counts instead of ratings.")
@click.option("--targets", type=_FILE, help="CSV: target,name,kind,class,layer,unit. Who may be rated.")
@click.option("--entitled", type=_FILE, help="CSV: group,target,entitled. An empty target stands for all.")
@click.option("--components", type=_FILE, help="CSV: target,component,score. Scores brought in beside the ballots.")
@click.option("--decisions", type=_FILE, help="CSV: target,decision,item,value,reason,document. What people decided.")
@click.option("--sample", type=_FILE, help="CSV: ballot,group,variables… What is known of a sample's ballots.")
@click.option("--margins", type=_FILE, help="CSV: variable,level,population; or variables…,population. Of SAMPLE.")
@click.option("--weights-out", type=_OUT, help="CSV to write: ballot,group,weight, as worked out for SAMPLE.")
@click.option(
    "--bootstrap",
    type=click.IntRange(min=0),
    default=DRAWS,
    show_default=True,
    help="Draws that sets of ranks are made of.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="What the draws start from.")
@click.option("--under", "changes_file", type=_FILE, help="Changes (YAML): who would move under other weights, points.")
@click.option("--release", is_flag=True, help="Withhold what could give single ballots away.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON alone.")
def command(  # noqa: PLR0913 - one parameter an option
    *,
    scheme_file: Path,
    ratings: Path | None,
    tally: Path | None,
    targets: Path | None,
    entitled: Path | None,
    components: Path | None,
    decisions: Path | None,
    sample: Path | None,
    margins: Path | None,
    weights_out: Path | None,
    bootstrap: int,
    seed: int,
    changes_file: Path | None,
    release: bool,
    as_json: bool,
) -> None:
    """Score RATINGS or a TALLY under a SCHEME and print a table, or the JSON with --json.

    Files are UTF-8 with or without BOM, gzipped or not. Whoever holds the ballots sees everything; --release
    shows what may be handed on. Bad input ends with status 2 and names the file, the place, and what is allowed.
    """
    if (ratings is None) == (tally is None):
        raise click.UsageError("Give either --ratings or --tally.")
    scheme = load_scheme(_text(scheme_file), scheme_file.name)
    information = None if targets is None else read_targets(*_read(targets))
    listed = None if information is None else tuple(information)
    sampled = sample_files(ratings, sample, margins, weights_out)
    counted, known = _read_ballots(scheme, ratings, tally, listed, sampled)
    known |= {"information": information, "draws": bootstrap, "seed": seed}
    if entitled is not None:
        known["entitled"] = read_entitled(*_read(entitled), scheme, counted.targets)
    if components is not None:
        known["imported"] = read_components(*_read(components), scheme, counted.targets)
    if decisions is not None:
        known["decisions"] = read_decisions(*_read(decisions), scheme, counted.targets)
    try:
        results = score(scheme, counted, release=release, **known)
    except EntitledError as error:
        raise misfit(error, "--entitled" if entitled is None else entitled.name) from error
    moves = None
    if changes_file is not None:
        changes = read_changes(_text(changes_file), changes_file.name)
        moves = moves_under(scheme, counted, changes, results, release=release, **known)
    if as_json:
        _print(json_lines(results, moves))
    else:
        _print([*table_lines(results), *([] if moves is None else move_lines(results, moves))])


def _print(lines: Iterable[str]) -> None:
    if sys.stdout is None:
        raise click.ClickException("There is no standard output to print to.")
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def _read(file: Path) -> tuple[bytes, str]:
    return file.read_bytes(), file.name


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemeError(file.name, [Problem("file", f"byte {error.start}", "UTF-8 text")]) from error


def _read_ballots(
    scheme: Scheme,
    ratings: Path | None,
    tally: Path | None,
    targets: Sequence[str] | None,
    sampled: SampleFiles | None,
) -> tuple[Tally, Known]:
    """Return the tally of valid ballots, and what is known of them beside it."""
    if ratings is not None:
        read = read_ratings(*_read(ratings), scheme, targets)
        _check_weights(scheme, read.marks, ratings.name, "row 1, column weight")
        marks, checks = apply_ballot_rules(scheme, read.tally, read.marks)
        if sampled is not None:
            marks, samples = sampled.weigh(scheme, read, marks)
            _check_weights(scheme, marks, sampled.sample.name, "file")
            return tally_marks(read.tally, marks), {"marks": marks, "checks": checks, "samples": samples}
        counted = read.tally if marks is read.marks else tally_marks(read.tally, marks)
        return counted, {"marks": marks, "checks": checks}
    if tally is None:
        raise click.UsageError("Give either --ratings or --tally.")
    if scheme.document.ballot_rules is not None:
        raise click.UsageError("--tally: the scheme's ballot_rules need whole ballots; give --ratings.")
    return read_counts(*_read(tally), scheme, targets), {}


def _check_weights(scheme: Scheme, marks: Marks, file: str, place: str) -> None:
    """Refuse weights where the scheme's rules are about ballots as they came."""
    document = scheme.document
    if marks.weights is not None and (document.denominator == "entitled" or document.extremes is not None):
        rule = "denominator: entitled" if document.denominator == "entitled" else "extremes"
        raise FileError(file, [Problem(place, "weights", f"no sampling weights with {rule}")])


def json_lines(results: Results, moves: Sequence[Move] | None = None) -> Iterator[str]:
    """Yield the JSON document, a line for each target: nothing is held twice however many there are.

    What would move under other weights stands beside the results, under a key of its own.
    """
    yield '{"results": ['
    last = len(results.results) - 1
    for place, result in enumerate(results.results):
        yield _json(_result(result)) + ("" if place == last else ",")
    rest = results.model_dump(mode="json", by_alias=True, exclude={"results"})
    if moves is not None:
        rest["under"] = [{**asdict(move), "up": move.up} for move in moves]
    yield "], " + _json(rest).removeprefix("{")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _result(result: TargetResult) -> dict[str, Any]:
    """Return a result: ``groups`` and ``criteria`` hold no more than their score (and n) unless withheld."""
    document = result.model_dump(mode="json", by_alias=True)
    document["groups"] = {group: _cell(cell, "score", "n") for group, cell in document["groups"].items()}
    document["criteria"] = {name: _cell(cell, "score") for name, cell in document["criteria"].items()}
    return document


def _cell(cell: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in cell.items() if name in names or (name == "withheld" and value)}

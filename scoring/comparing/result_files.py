"""Read results back from the JSON of ``gongping score --json``, and say of what does not fit where it stands."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scoring.document.exact import Mode
from scoring.document.problems import COLLECTED, FileError, Problem, visible
from scoring.document.tables import file_text, unpacked
from scoring.outcome.results import Cell, Results
from scoring.outcome.stated_rules import GroupNode

_NUMBER = re.compile(r"-?\d+(\.\d+)?(/0*[1-9]\d*)?", re.ASCII)
_PRINTED = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_LONGEST = 4000
_SHOWN_AT_LEAST = "a number as it is printed"
_MOST_PLACES = 10


def read_results(data: bytes, file: str) -> Results:
    """Return the results in a document, checked as far as comparing them needs it.

    Raises
    ------
    FileError
        Naming the file and, of everything wrong, the key, what was found and what is allowed.

    Examples
    --------
    >>> from scoring.document.problems import FileError
    >>> try:
    ...     read_results(b'{"results": []}', "2026.json")
    ... except FileError as error:
    ...     print(str(error).splitlines()[1])
      rules: found nothing; allowed: a value; this key must be there
    """
    try:
        document = json.loads(file_text(unpacked(data, file), file), parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise FileError(file, [Problem(place, error.msg, "JSON as `gongping score --json` prints it")]) from error
    except (ValueError, RecursionError) as error:
        raise FileError(file, [Problem("document", str(error), "JSON as `gongping score --json` prints it")]) from error
    if isinstance(document, dict):
        document.pop("under", None)  # what would move under other weights is no part of the results
    try:
        results = Results.model_validate(document)
    except ValidationError as error:
        raise FileError(file, [_problem(each) for each in error.errors()[:COLLECTED]]) from error
    problems = [*_misprinted(results), *_misfits(results)]
    if problems:
        raise FileError(file, problems)
    return results


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _problem(error: ErrorDetails) -> Problem:
    place = visible(".".join(str(step) for step in error["loc"])) or "document"
    if error["type"] == "missing":
        return Problem(place, "", "a value; this key must be there")
    if error["type"] == "extra_forbidden":
        return Problem(place, "a key", "no such key")
    found = error["input"]
    shown = "a list" if isinstance(found, list) else "an object" if isinstance(found, dict) else visible(str(found))
    return Problem(place, shown, error["msg"])


def _misprinted(results: Results) -> Iterator[Problem]:
    """Yield the texts that should be numbers and are not."""
    for place, text in _printed(results):
        if text is not None and not (len(text) <= _LONGEST and _PRINTED.fullmatch(text)):
            yield Problem(place, visible(text), _SHOWN_AT_LEAST)
    for place, text in _ratios(results):
        if text is not None and not (len(text) <= _LONGEST and _NUMBER.fullmatch(text)):
            yield Problem(place, visible(text), 'a number or ratio, e.g. "0.4" or "443/5"')


def _printed(results: Results) -> Iterator[tuple[str, str | None]]:
    for number, result in enumerate(results.results):
        yield f"results.{number}.score", result.score
        for kind, cells in (("groups", result.groups), ("criteria", result.criteria)):
            yield from _cells(f"results.{number}.{kind}", cells)


def _cells(place: str, cells: Mapping[str, Cell]) -> Iterator[tuple[str, str | None]]:
    for name, cell in cells.items():
        yield f"{place}.{visible(name)}.score", cell.score


def _ratios(results: Results) -> Iterator[tuple[str, str | None]]:
    rules = results.rules
    for number, result in enumerate(results.results):
        yield f"results.{number}.exact", result.exact
    yield from _texts("rules.scale", rules.scale)
    yield from _groups("rules.groups", rules.groups)
    yield from _texts("rules.criteria", rules.criteria)
    for name, items in rules.items.items():
        yield from _texts(f"rules.items.{visible(name)}", items)


def _texts(place: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    for name, value in values.items():
        yield f"{place}.{visible(name)}", value


def _groups(place: str, groups: tuple[GroupNode, ...]) -> Iterator[tuple[str, str | None]]:
    for number, group in enumerate(groups):
        here = f"{place}.{number}"
        yield f"{here}.weight", group.weight
        yield from _texts(f"{here}.scale", group.scale or {})
        yield from _groups(f"{here}.groups", group.groups)


def _misfits(results: Results) -> Iterator[Problem]:
    rules = results.rules
    for target, times in Counter(result.target for result in results.results).items():
        if times > 1:
            yield Problem("results", f"target {visible(target)} {times} times", "each target once")
    if rules.mode not in get_args(Mode):
        yield Problem("rules.mode", visible(rules.mode), ", ".join(get_args(Mode)))
    if not 0 <= rules.places <= _MOST_PLACES:
        yield Problem("rules.places", str(rules.places), f"a whole number from 0 to {_MOST_PLACES}")
    for key in ("item", "share"):
        if rules.overall is not None and key not in rules.overall:
            yield Problem(f"rules.overall.{key}", "", "a value; this key must be there")

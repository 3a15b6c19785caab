"""The same round under other weights and points: who would rise and who would fall, beside the official result."""

from collections.abc import Iterator, Mapping
from typing import Unpack

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scoring.ballots.tally import Tally
from scoring.comparing.what_if import Changes, Move, moved, recounted, shown_in_full, under
from scoring.document.problems import Problem, SchemeError, visible
from scoring.document.scheme import Scheme
from scoring.document.scheme_shape import shape_problems
from scoring.document.scheme_values import Ratio, Share, Weight
from scoring.document.yaml_text import Value, read_yaml
from scoring.outcome.results import Results
from scoring.score import score
from scoring.working import Known

_ABSENT: Known = {"marks": None, "blocks": None, "samples": {}, "shared": (), "draws": 0}
"""Errors and sets of ranks are those of the official result; nothing is worked out twice."""


class _Document(BaseModel):
    """Changes as a file holds them."""

    model_config = ConfigDict(frozen=True)

    groups: dict[str, Weight] = Field(default_factory=dict)
    criteria: dict[str, Weight] = Field(default_factory=dict)
    items: dict[str, Weight] = Field(default_factory=dict)
    points: dict[str, Ratio] = Field(default_factory=dict)
    group_points: dict[str, dict[str, Ratio]] = Field(default_factory=dict)
    overall_share: Share | None = None


def read_changes(text: str, file: str) -> Changes:
    """Return the changes in a YAML text: its keys are those of ``what_if.Changes``, and any may be absent.

    Raises
    ------
    SchemeError
        Naming the file and, of everything wrong, the key, what was found and what is allowed.

    Examples
    --------
    >>> changes = read_changes("{groups: {群众: 1/2}, points: {基本称职: 70}}", "U.yaml")
    >>> changes.groups, changes.points
    ({'群众': Fraction(1, 2)}, {'基本称职': Fraction(70, 1)})
    """
    document = read_yaml(text, file)
    problems = list(_strange(document))
    known = {key: value for key, value in document.items() if key in _Document.model_fields}
    try:
        changes = _Document.model_validate(known)
    except ValidationError as error:
        raise SchemeError(file, problems + shape_problems(error.errors())) from error
    if problems:
        raise SchemeError(file, problems)
    return Changes(**dict(changes), file=file)


def _strange(document: Mapping[str, Value]) -> Iterator[Problem]:
    allowed = ", ".join(_Document.model_fields)
    for key in document:
        if key not in _Document.model_fields:
            yield Problem(visible(key), visible(key), allowed)


def moves_under(
    scheme: Scheme, tally: Tally, changes: Changes, official: Results, *, release: bool, **beside: Unpack[Known]
) -> list[Move]:
    r"""Return how places would differ under other weights and points; it is a comparison and never a result.

    Parameters
    ----------
    official
        The results of the tally under its scheme.
    release
        Whether something may be withheld: then only targets shown in full take part, and where scores hang on those
        of other targets (members, units, points by place, a ratio to the best) none does unless all are shown.
    beside
        As the official results were made with.

    Raises
    ------
    SchemeError
        If a change names what the scheme does not have, or the changed scheme cannot be used.

    Examples
    --------
    >>> from scoring.ballots.ratings import read_ratings
    >>> from scoring.document.scheme import load_scheme
    >>> scheme = load_scheme(
    ...     "{name: 一项, scale: {好: 100, 差: 0}, groups: [{id: 村民, weight: 3}, {id: 代表}], criteria: [{id: 态度}]}"
    ... )
    >>> marks = ["甲,村民,好", "乙,村民,差", "甲,代表,差", "乙,代表,好"]
    >>> rows = ["1,{1},{0},态度,{2}".format(*mark.split(",")) for mark in marks]
    >>> tally = read_ratings("\n".join(["ballot,group,target,item,mark", *rows]).encode(), "R.csv", scheme).tally
    >>> official = score(scheme, tally, release=False)
    >>> moves = moves_under(scheme, tally, Changes(groups={"村民": "1/2"}), official, release=False)
    >>> [(move.target, move.score_before, move.score_after, move.up) for move in moves]
    [('甲', '75.00', '33.33', -1), ('乙', '25.00', '66.67', 1)]
    """
    other = under(scheme, changes)
    targets = shown_in_full(official) if release else tally.targets
    if len(targets) < len(tally.targets) and _relative(scheme):
        return []
    known: Known = {**beside, **_ABSENT}
    return moved(official, score(other, recounted(tally, other, targets), release=False, **known))


def _relative(scheme: Scheme) -> bool:
    """Return whether scores hang on the ballots about other targets."""
    mode, components = scheme.document.mode, scheme.document.components or ()
    compared = mode is not None and mode.steps is None
    return compared or any(each.source in {"members", "unit"} for each in components)

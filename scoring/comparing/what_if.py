"""The same ballots under other weights and points, to be printed beside the official result, never instead of it.

Counts do not change, so a tally is scored again as it is. Where parts of a target's result are withheld, nothing
under other weights may be given for it: each would be one more equation about what is withheld.
:func:`shown_in_full` names the targets that may be.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from scoring.ballots.tally import Tally
from scoring.document.problems import Problem, SchemeError, visible
from scoring.document.scheme import Scheme, scheme_from_document
from scoring.outcome.results import Results, TargetResult

Number = Fraction | int | str
"""A whole number, a ratio, or the text of a decimal or ratio: ``"0.4"``, ``"1/3"``."""


@dataclass(frozen=True)
class Changes:
    """What is different from the official scheme; what is not named stays.

    Attributes
    ----------
    groups, criteria, items
        Weights by id; a group may be an inner one.
    points
        Points by level of the scheme's own scale.
    group_points
        Group with a scale of its own → points by level.
    overall_share
        Share of the overall mark.
    file
        What errors call the changes.
    """

    groups: Mapping[str, Number] = field(default_factory=dict)
    criteria: Mapping[str, Number] = field(default_factory=dict)
    items: Mapping[str, Number] = field(default_factory=dict)
    points: Mapping[str, Number] = field(default_factory=dict)
    group_points: Mapping[str, Mapping[str, Number]] = field(default_factory=dict)
    overall_share: Number | None = None
    file: str = "changes"


def under(scheme: Scheme, changes: Changes) -> Scheme:
    """Return the scheme with other weights and points, checked as any scheme is.

    Raises
    ------
    SchemeError
        If a change names what the scheme does not have, or the changed scheme cannot be used.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> scheme = load_scheme("{name: 一项, scale: {好: 100, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> under(scheme, Changes(points={"差": "30"})).points
    {'好': Fraction(100, 1), '差': Fraction(30, 1)}
    """
    document = scheme.canonical()
    problems = [
        *_weigh("groups", list(_nodes(document["groups"])), changes.groups),
        *_weigh("criteria", document["criteria"], changes.criteria),
        *_weigh("items", [item for each in document["criteria"] for item in each.get("items", ())], changes.items),
        *_point("points", document["scale"], changes.points),
        *_scales(document, changes.group_points),
        *_overall(document, changes.overall_share),
    ]
    if problems:
        raise SchemeError(changes.file, problems)
    return scheme_from_document(document, changes.file)


def _nodes(groups: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for group in groups:
        yield group
        yield from _nodes(group.get("groups", ()))


def _weigh(place: str, parts: Iterable[dict[str, Any]], weights: Mapping[str, Number]) -> Iterator[Problem]:
    """Put weights into the parts of a document and yield what it does not have."""
    known = {part["id"]: part for part in parts}
    for name, weight in weights.items():
        if name in known:
            known[name]["weight"] = weight
        else:
            yield Problem(place, visible(name), ", ".join(known) or "nothing: there are none")


def _point(place: str, scale: dict[str, Any], points: Mapping[str, Number]) -> Iterator[Problem]:
    """Put points into a scale; what is no judgement stays none, since denominators go by that."""
    judged = {} if "min" in scale else {level: value for level, value in scale.items() if value is not None}
    for level, value in points.items():
        if level in judged:
            scale[level] = value
        else:
            yield Problem(place, visible(level), ", ".join(judged) or "nothing: a direct score is its own points")


def _scales(document: dict[str, Any], points: Mapping[str, Mapping[str, Number]]) -> Iterator[Problem]:
    scales = {node["id"]: node["scale"] for node in _nodes(document["groups"]) if "scale" in node}
    for group, changed in points.items():
        if group in scales:
            yield from _point(f"group_points.{visible(group)}", scales[group], changed)
        else:
            yield Problem("group_points", visible(group), ", ".join(scales) or "nothing: no group has its own scale")


def _overall(document: dict[str, Any], share: Number | None) -> Iterator[Problem]:
    if share is not None and "overall" not in document:
        yield Problem("overall_share", str(share), "nothing: there is no overall mark")
    elif share is not None:
        document["overall"]["share"] = share


def recounted(tally: Tally, scheme: Scheme, targets: Sequence[str] | None = None) -> Tally:
    """Return a tally as one of another scheme with the same groups, items and levels, to be scored under it.

    Parameters
    ----------
    targets
        The targets to keep, in this order; ``None`` for all.

    Raises
    ------
    ValueError
        If the tally does not fit the scheme, or a target is not in it.
    """
    judged = [[leaf.points.get(level) is not None for level in tally.levels] for leaf in scheme.leaves()]
    fits = (
        tally.items == scheme.item_ids()
        and tally.groups == tuple(leaf.id for leaf in scheme.leaves())
        and set(scheme.levels()) <= set(tally.levels)
        and np.array_equal(judged, tally.judged)
    )
    if not fits:
        raise ValueError("the tally does not fit a scheme with other groups, items or levels")
    kept = tally.targets if targets is None else tuple(targets)
    rows = [tally.targets.index(target) for target in kept]
    n = None if tally.n is None else tally.n[rows]
    weighted = None if tally.weighted is None else tally.weighted[rows]
    return replace(
        tally, scheme_sha256=scheme.sha256(), targets=kept, counts=tally.counts[rows], n=n, weighted=weighted
    )


def shown_in_full(results: Results) -> tuple[str, ...]:
    """Return the targets of which nothing is withheld: for these alone other weights give nothing more away.

    They are known by their exact score, which stands only where everything does.
    """
    return tuple(result.target for result in results.results if result.exact is not None)


@dataclass(frozen=True)
class Move:
    """A target's place in two results, among the targets that have one in both; ``up`` is negative for a fall."""

    target: str
    score_before: str
    score_after: str
    rank_before: int
    rank_after: int

    @property
    def up(self) -> int:
        """How many places it rose."""
        return self.rank_before - self.rank_after


def moved(before: Results, after: Results) -> list[Move]:
    """Return how places differ, pool by pool, in the order of ``before``.

    Only targets that have a rank in both results are placed, anew and among themselves, within the class and layer
    (or whatever the ranking of ``before`` goes by); equal ranks stay equal.
    """
    then = {result.target: result for result in after.results if result.rank is not None}
    pools: dict[tuple[str, ...], list[TargetResult]] = defaultdict(list)
    for result in before.results:
        if result.rank is not None and result.target in then:
            pools[tuple(_trait(result, name) for name in before.rules.ranking)].append(result)
    return [
        Move(
            target=result.target,
            score_before=result.score or "",
            score_after=then[result.target].score or "",
            rank_before=_place(result.rank, [each.rank for each in pool]),
            rank_after=_place(then[result.target].rank, [then[each.target].rank for each in pool]),
        )
        for pool in pools.values()
        for result in pool
    ]


def _trait(result: TargetResult, name: str) -> str:
    return str(getattr(result, "class_" if name == "class" else name))


def _place(rank: int | None, ranks: Iterable[int | None]) -> int:
    return 1 + sum(each is not None and rank is not None and each < rank for each in ranks)

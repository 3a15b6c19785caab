"""What changed between two rounds under the same rules, and how much of it all targets of a class have in common.

Two results are compared only where they measured the same thing: the same scale and points, groups, criteria and
items, denominator and weights. Where something of that differs, the answer is "not comparable" and what it is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from pydantic import Field

from scoring.comparing.changes import By, Difference, Pair, TargetTrend, Value
from scoring.comparing.comparable import first_difference
from scoring.outcome.results import Results

FEWEST = 2
"""Targets that a class needs in both rounds to have a drift: that of a single one would be its own change."""


class Drift(Value):
    """The mean change of a class's targets, each counting the same, and how many they are."""

    change: str
    by: By
    exact: str | None = None
    targets: int


class Trend(Value):
    """Two rounds compared: targets in the order of the later one, and the drift of each class.

    Attributes
    ----------
    reason
        The first rule by which the rounds are not comparable.
    only_before, only_after
        Targets of one round alone.
    """

    comparable: bool
    reason: str | None = None
    targets: dict[str, TargetTrend] = Field(default_factory=dict)
    drift: dict[str, Drift] = Field(default_factory=dict)
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()


def trend(before: Results, after: Results) -> Trend:
    """Return how the scores of the targets that two rounds share differ.

    The standard error is √(se₁² + se₂²), as for independent rounds, with the degrees of freedom of Welch 1947
    (*Biometrika* 34). Where the same people rate in both rounds, as a party committee does, their marks go together:
    var(a − b) = var a + var b − 2 cov(a, b) is smaller, and the error that is given is conservative. The drift of a
    class, the mean change of its targets, is what a milder year or other raters do to all; what a target did beside
    that is its change less the drift.

    Parameters
    ----------
    before, after
        Released or not; nothing is given that does not follow from the two documents.

    Examples
    --------
    >>> from scoring.outcome.definitions import rules
    >>> from scoring.outcome.results import TargetResult
    >>> from scoring.document.scheme import load_scheme
    >>> scheme = load_scheme("{name: 一项, scale: {好: 100, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> def year(**scores):
    ...     results = [TargetResult(target=name, score=score, exact=score + "/1") for name, score in scores.items()]
    ...     return Results(results=results, rules=rules(scheme), tally_sha256="", scheme_sha256="")
    >>> found = trend(year(甲="80", 乙="90"), year(甲="84", 乙="92"))
    >>> found.targets["甲"].score.change, found.drift[""].change, found.targets["甲"].against_drift
    ('4.00', '3.00', '1.00')
    """
    difference = first_difference(before.rules, after.rules)
    if difference is not None:
        return Trend(comparable=False, reason=difference)
    then = {result.target: result for result in before.results}
    places, mode = after.rules.places, after.rules.mode
    pairs = {
        result.target: Pair(then[result.target], result, places, mode)
        for result in after.results
        if result.target in then
    }
    changes = {target: pair.change() for target, pair in pairs.items() if pair.reason() is None}
    drifts = _drifts(pairs, changes)
    return Trend(
        comparable=True,
        targets={
            target: pair.trend(changes.get(target), drifts.get(pair.after.class_)) for target, pair in pairs.items()
        },
        drift={
            name: Drift(change=drift.text(mode), by=drift.by, exact=drift.exact, targets=drift.of)
            for name, drift in drifts.items()
        },
        only_before=tuple(target for target in then if target not in {each.target for each in after.results}),
        only_after=tuple(each.target for each in after.results if each.target not in then),
    )


def _drifts(pairs: Mapping[str, Pair], changes: Mapping[str, Difference]) -> dict[str, Difference]:
    classes: dict[str, list[Difference]] = defaultdict(list)
    for target, change in changes.items():
        classes[pairs[target].after.class_].append(change)
    return {name: _mean(found) for name, found in classes.items() if len(found) >= FEWEST}


def _mean(changes: Sequence[Difference]) -> Difference:
    mean = sum((each.value for each in changes), Fraction(0)) / len(changes)
    by: By = "exact" if all(each.by == "exact" for each in changes) else "printed"
    return Difference(mean, by, min(each.places for each in changes), len(changes))

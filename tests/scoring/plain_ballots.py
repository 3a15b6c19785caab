"""Rules about whole ballots, worked out from the definitions alone; see `plainly`."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.scoring.plainly import Row, leaves_of, number, points, tree_of

Checks = dict[str, list[tuple[str, str, int]]]


def heard(document: Mapping[str, Any], rows: Sequence[Row]) -> tuple[list[Row], Checks]:
    """Return the rows with the marks of void ballots voided, and group → (rule, action, ballots that broke it)."""
    rules = document.get("ballot_rules", ())
    leaves = {leaf["id"]: leaf for leaf in leaves_of(tree_of(document))}
    ballots: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        ballots.setdefault((row[1], row[0]), []).append(row)
    void: set[tuple[str, str]] = set()
    broken: dict[tuple[str, int], int] = {}
    for action in ("void", "flag"):
        for place, rule in enumerate(rules):
            if rule.get("action", "flag") != action:
                continue
            found = {each for each, own in ballots.items() if each not in void and _breaks(document, rule, leaves, own)}
            for group, _ in found:
                broken[group, place] = broken.get((group, place), 0) + 1
            void |= found if action == "void" else set()
    checks = {
        group: [
            (
                ": ".join([rule["rule"], *([rule["level"]] if "level" in rule else [])]),
                rule.get("action", "flag"),
                count,
            )
            for place, rule in enumerate(rules)
            for count in [broken.get((group, place), 0)]
        ]
        for group, _ in ballots
        if rules
    }
    return [(*row[:4], "#voided" if (row[1], row[0]) in void else row[4]) for row in rows], checks


def _breaks(document: Mapping[str, Any], rule: Mapping[str, Any], leaves: Mapping[str, Any], ballot: list[Row]) -> bool:
    """Return whether a ballot breaks a rule; one about a level says nothing of a scale without it."""
    leaf, level = leaves[ballot[0][1]], rule.get("level")
    if level is not None and level not in leaf["scale"]:
        return False
    if rule["rule"] == "min_marked":
        return Fraction(sum(row[4] not in ("", "#spoiled") for row in ballot), len(ballot)) < number(rule["share"])
    overall = document.get("overall") if rule["rule"] != "uniform" else None
    judged = [
        row[4] for row in ballot if points(leaf, row[4]) is not None and (not overall or row[3] == overall["item"])
    ]
    if rule["rule"] == "uniform":
        return len(judged) > 1 and set(judged) == {level or judged[0]}
    if not judged:
        return False
    share, line = Fraction(judged.count(str(level)), len(judged)), number(rule["share"])
    return share > line if rule["rule"] == "max_share" else share < line

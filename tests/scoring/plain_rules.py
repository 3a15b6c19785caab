"""What the rules of a scheme make of ballots, worked out from the definitions alone; see `plainly`.

A decision is a dict of `decision`, `item`, `value`; a target is known by a dict of its class, layer, unit and kind.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Any

from tests.scoring.plainly import Rated, Row, average, leaves_of, number, tree_of

COMPARED = {"<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass
class Round:
    """One round: its scheme, its marks and what else is known."""

    document: Mapping[str, Any]
    rows: Sequence[Row]
    targets: Mapping[str, Mapping[str, str]]
    entitled: Mapping[tuple[str, str], int] = field(default_factory=dict)
    imported: Mapping[tuple[str, str], Fraction] = field(default_factory=dict)
    decisions: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)

    def decided(self, target: str, *kinds: str) -> list[Mapping[str, str]]:
        return [each for each in self.decisions.get(target, ()) if each["decision"] in kinds]

    def pool(self, target: str, within: Sequence[str] | None = None) -> tuple[str, ...]:
        """Return what a target has in common with those it is ranked among."""
        if within is None:
            within = self.document.get("ranking", {}).get("within", ["class", "layer"])
        return tuple(self.targets[target].get(trait, "") for trait in within)


def holds(condition: str, rated: Rated) -> bool:
    """Return whether a condition such as "share(优秀, group=政府) < 2/3 or share(不称职) >= 1/3" holds."""
    return any(
        all(_holds_one(share.strip(), rated) for share in both.split(" and ")) for both in condition.split(" or ")
    )


def _holds_one(condition: str, rated: Rated) -> bool:
    found = re.fullmatch(r"share\((.*)\) (<=|>=|<|>) (.*)", condition)
    assert found
    arguments = [each.strip() for each in found[1].split(",")]
    narrowed = dict(each.split("=") for each in arguments if "=" in each)
    if not any(rated.marks(*cell) for cell in rated.cells(**narrowed)):
        return False
    marked, over = rated.share([each for each in arguments if "=" not in each], **narrowed)
    return bool(over) and COMPARED[found[2]](Fraction(marked, over), number(found[3]))


def short_turnout(round_: Round, target: str) -> list[str]:
    """Return the leaf groups, or "" for the whole, of which too few ballots came back."""
    rule = round_.document.get("turnout")
    if rule is None:
        return []
    leaves = [leaf["id"] for leaf in leaves_of(tree_of(round_.document))]
    parts = [("", leaves)] if rule.get("scope", "group") == "whole" else [(leaf, [leaf]) for leaf in leaves]
    return [name for name, groups in parts if not _enough(round_, rule, target, groups)]


def _enough(round_: Round, rule: Mapping[str, Any], target: str, groups: Sequence[str]) -> bool:
    returned = sum(_returned(round_, target, group) for group in groups)
    entitled = sum(round_.entitled.get((group, target), 0) for group in groups)
    if not returned and not entitled:
        return True
    if returned < rule.get("min_count", 0):
        return False
    if "min_share" not in rule:
        return True
    return (gt if rule.get("strict") else ge)(returned, number(rule["min_share"]) * entitled)


def _returned(round_: Round, target: str, group: str) -> int:
    """Return how many ballots came back: the most marks on one item."""
    items = [row[3] for row in round_.rows if row[1] == group and row[2] == target]
    return max((items.count(item) for item in items), default=0)


def ballot_scores(round_: Round, means: Mapping[str, Fraction | None], rated: Mapping[str, Rated]) -> dict[str, Any]:
    """Return what the ballots give each target, after the mode."""
    mode = round_.document.get("mode", "points")
    return {
        target: None if mean is None else _moded(mode, mean, _rivals(round_, means, target), rated[target])
        for target, mean in means.items()
    }


def _rivals(round_: Round, means: Mapping[str, Fraction | None], target: str) -> list[Fraction]:
    pool = round_.pool(target)
    return [mean for other, mean in means.items() if mean is not None and round_.pool(other) == pool]


def _moded(mode: Any, mean: Fraction, rivals: Sequence[Fraction], rated: Rated) -> Fraction | None:
    if mode == "points":
        return mean
    if "steps" in mode:
        return next(number(row["points"]) for row in mode["steps"] if "when" not in row or holds(row["when"], rated))
    if "ranks" in mode:
        ranks = mode["ranks"]
        further = sum(rival > mean for rival in rivals)
        full = number(ranks["full"])
        return max(full - further * number(ranks["less"]) * full, number(ranks.get("least", 0)))
    return mean / max(rivals) * number(mode["ratio"].get("full", 100)) if max(rivals) > 0 else None


def parts_of(round_: Round, target: str, ballots: Mapping[str, Fraction | None]) -> list[tuple[str, Fraction, Any]]:
    """Return (component, weight, score) of those that have a part in the score; None where it is missing."""
    parts = []
    for each in round_.document.get("components", ()):
        if each["source"] == "members":
            scores = [score for other, score in ballots.items() if round_.targets[other].get("unit") == target]
            if not scores:
                continue
            value = average((Fraction(1), score) for score in scores)
        elif each["source"] == "unit":
            unit = round_.targets[target].get("unit", "")
            if unit not in ballots:
                continue
            value = ballots[unit]
        elif each["source"] == "imported":
            value = round_.imported.get((target, each["id"]))
        else:
            value = ballots[target]
        parts.append((each["id"], number(each.get("weight", 1)), value))
    return parts


def mixed(round_: Round, target: str, ballots: Mapping[str, Fraction | None]) -> Fraction | None:
    """Return the weighted score of a target, its adjustments included; None while a part of it is missing."""
    if ballots[target] is None or missing(round_, target, ballots):
        return None
    parts = parts_of(round_, target, ballots)
    score = average((weight, value) for _, weight, value in parts) if parts else ballots[target]
    return None if score is None else adjusted(round_, target, score)


def missing(round_: Round, target: str, ballots: Mapping[str, Fraction | None]) -> list[str]:
    """Return the components beside the ballots that are not there yet."""
    own = [each["id"] for each in round_.document.get("components", ()) if each["source"] == "ballots"]
    return [name for name, _, value in parts_of(round_, target, ballots) if value is None and name not in own]


def adjusted(round_: Round, target: str, score: Fraction) -> Fraction:
    rules = round_.document.get("adjustments", {})
    sums = {"bonus": Fraction(0), "deduction": Fraction(0)}
    for kind in sums:
        points: dict[str, Fraction] = {}
        for each in round_.decided(target, kind):
            points[each["item"]] = points.get(each["item"], Fraction(0)) + number(each["value"])
        most = {item["id"]: number(item["max"]) for item in rules.get("items", ()) if "max" in item}
        whole = sum((min(value, most.get(item, value)) for item, value in points.items()), Fraction(0))
        sums[kind] = min(whole, number(rules.get(f"max_{kind}", whole)))
    score += sums["bonus"] - sums["deduction"]
    score = max(score, number(rules.get("floor", score)))
    return min(score, number(rules.get("cap", score)))


def key_of(round_: Round, score: Fraction, rated: Rated) -> tuple[Any, ...]:
    """Return what targets are ranked by, the greatest first: the score, then what breaks ties."""
    ranking = round_.document.get("ranking", {})
    key: list[Any] = [Fraction(printed(round_.document, score)) if ranking.get("on") == "printed" else score]
    criteria = {each["id"]: each for each in round_.document["criteria"]}
    for each in ranking.get("break_ties_by", ()):
        if isinstance(each, str):
            marked, over = rated.share([each])
            key.append(Fraction(marked, over or 1))
            continue
        by_group = "group" in each
        value = rated.groups()[each["group"]] if by_group else _criterion(rated, criteria[each["criterion"]])
        key.append((value is not None, value or Fraction(0)))
    return tuple(key)


def _criterion(rated: Rated, criterion: Mapping[str, Any]) -> Fraction | None:
    items = criterion.get("items") or [{"id": criterion["id"]}]
    return rated.whole([(item["id"], number(item.get("weight", 1))) for item in items])


def in_order(
    round_: Round, keys: Mapping[str, tuple[Any, ...]], within: Sequence[str] | None = None
) -> tuple[dict[str, tuple[Any, ...]], list[str]]:
    """Return the keys after people have put equals in order, and those whom they still have to put in order.

    Equals are those of one pool, the ranking's if not said.
    """
    if round_.document.get("ranking", {}).get("ties", "shared") != "hand":
        return dict(keys), []
    places = {target: [int(each["value"]) for each in round_.decided(target, "order")] for target in keys}
    decided, open_ = {}, []
    for target, key in keys.items():
        pool = round_.pool(target, within)
        equals = [other for other in keys if keys[other] == key and round_.pool(other, within) == pool]
        orders = [tuple(places[other]) for other in equals]
        if len(equals) > 1 and (() in orders or len(set(orders)) < len(orders)):
            open_.append(target)
        decided[target] = (*key, -places[target][0] if len(equals) > 1 and target not in open_ else 0)
    return decided, open_


def printed(document: Mapping[str, Any], value: Fraction) -> str:
    """Return a value with the scheme's decimal places, rounded once."""
    rounding = document.get("rounding", {})
    places = int(rounding.get("places", 2))
    whole = rounded(abs(value) * 10**places, rounding.get("mode", "half_up"))
    digits = f"{whole:0{places + 1}d}"
    sign = "-" if value < 0 and whole else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def shares_printed(document: Mapping[str, Any], shares: Mapping[str, Fraction]) -> list[tuple[str, str]]:
    """Return (level, share in per cent), each rounded by itself or the row by the largest remainder."""
    rounding = document.get("rounding", {})
    cents = {level: 100 * share for level, share in shares.items()}
    if rounding.get("shares", "separate") == "separate":
        return [(level, printed(document, cent)) for level, cent in cents.items()]
    unit = Fraction(1, 10 ** int(rounding.get("places", 2)))
    down = {level: cent // unit * unit for level, cent in cents.items()}
    left = (Fraction(printed(document, sum(cents.values(), Fraction(0)))) - sum(down.values())) / unit
    by_remainder = sorted(down, key=lambda level: (down[level] - cents[level], -cents[level]))
    return [
        (level, printed(document, value + unit * (by_remainder.index(level) < left))) for level, value in down.items()
    ]


def rounded(value: Fraction, mode: str) -> int:
    """Return a value of 0 or more as a whole number."""
    below = value.numerator // value.denominator
    rest = value - below
    half = Fraction(1, 2)
    up = {"half_up": rest >= half, "half_even": rest > half or (rest == half and below % 2 == 1), "up": rest > 0}
    return below + up.get(mode, False)

"""Small random rounds that use every rule of a scheme, often several at once, with many equals and many gaps."""

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tests.scoring.plain_rules import Round
from tests.scoring.plainly import Row, leaves_of, tree_of
from tests.scoring.random_schemes import UNIT_GRADES, Document, random_scheme

NAMES = "甲乙丙丁戊"


def random_round(random: Random) -> Round:
    """Return one round; the same random numbers give the same round."""
    document = random_scheme(random)
    targets = {
        name: {
            "class": random.choice(("一类", "一类", "二类")),
            "layer": random.choice(("", "", "正")),
            "unit": random.choice(("", "甲局", "乙局")) if name != "甲局" else "",
            "kind": random.choice(("", "村")),
        }
        for name in (*NAMES[: random.choice((1, 2, 2, 2, 3, 3, 4))], *random.choice(((), (), ("甲局",))))
    }
    rows = [row for rows in _marks(random, document, list(targets)) for row in rows]
    round_ = Round(document, rows, targets, imported=_imported(random, document, targets))
    by_hand = document["ranking"].get("ties") == "hand"
    often = 0.9 if by_hand else 0.3
    round_.decisions = {name: _decisions(random, document) for name in (*targets, "乙局") if random.random() < often}
    if document.get("denominator") == "entitled" or "turnout" in document or random.random() < 0.1:
        round_.entitled = _entitled(random, round_)
    return round_


def _marks(random: Random, document: Document, targets: list[str]) -> Iterator[list[Row]]:
    """Yield the marks of each target; some are those of another, so that there are equals."""
    rows: list[Row] = []
    gaps, alike = random.choice((0, 0, 0.1, 0.3)), random.choice((0.2, 0.2, 0.8))
    for target in targets:
        if rows and random.random() < alike:
            rows = [(ballot, group, target, item, mark) for ballot, group, _, item, mark in rows]
        else:
            rows = [
                (str(ballot), leaf["id"], target, item, _mark(random, leaf, gaps))
                for leaf in leaves_of(tree_of(document))
                for ballot in range(random.choice((1, 2, 3, 4, 6)) if random.random() >= gaps else 0)
                for item in leaf["asks"]
                if random.random() >= gaps / 3
            ]
        yield rows


def _mark(random: Random, leaf: Document, gaps: float) -> str:
    if random.random() < gaps:
        return random.choice(("", "#unknown", "#self", "#spoiled"))
    if "min" in leaf["scale"]:
        return random.choice(("0", "2.5", "7", "10", "9.99", str(random.randint(0, 10))))
    return random.choice([*leaf["scale"], *list(leaf["scale"])[:2]])


def _imported(random: Random, document: Document, targets: Document) -> dict[tuple[str, str], Fraction]:
    return {
        (target, each["id"]): Fraction(random.choice(("88", "90.25", "7.5", "-1.125")))
        for target in targets
        for each in document.get("components", ())
        if each["source"] == "imported" and random.random() < 0.9
    }


def _decisions(random: Random, document: Document) -> list[dict[str, str]]:
    """Return what was decided about one target; some of it once, some as often as one likes."""
    grades = document.get("grades", {})
    names = [each["grade"] for each in grades.get("bands") or grades.get("quotas") or ()]
    items = document.get("adjustments", {}).get("items", ())
    values = {
        "veto": ["", *names],
        "no_grade": [""],
        "not_assessed": [""],
        "unit_grade": list(UNIT_GRADES),
        "final_grade": list(UNIT_GRADES),
        "order": ["1", "2", "3"],
    }
    once = ["order"] * (random.random() < 0.8) + random.sample(list(values)[:-1], random.choice((0, 0, 1, 2)))
    found = [{"decision": kind, "item": "", "value": random.choice(values[kind])} for kind in once]
    for kind in ("bonus", "deduction") * random.choice((0, 0, 1, 2)):
        item = next((each["id"] for each in items if each["kind"] == kind), "")
        found.append({"decision": kind, "item": item, "value": random.choice(("1", "2.25", "0.5"))})
    if names and random.random() < 0.3:
        found += [{"decision": "ineligible", "item": "", "value": name} for name in random.sample(names, 1)]
    return found


def _entitled(random: Random, round_: Round) -> dict[tuple[str, str], int]:
    """Return entitled numbers that hold the ballots; none for some groups of which nothing came back."""
    found = {}
    for target in round_.targets:
        for leaf in leaves_of(tree_of(round_.document)):
            items = [row[3] for row in round_.rows if row[1] == leaf["id"] and row[2] == target]
            returned = max((items.count(item) for item in items), default=0)
            if returned or random.random() < 0.7:
                found[leaf["id"], target] = returned + random.choice((0, 0, 1, 2, 3))
    return found

"""Random schemes that use every key there is, often several at once."""

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

from tests.scoring.plainly import items_of, leaves_of, nodes_of, tree_of

Document = dict[str, Any]
FOUR = {"优": "100", "良": "80", "中": "60", "差": "0", "不了解": None}
SCALES = (
    FOUR,
    FOUR,
    {"好": "1", "差": "0"},
    {"高": "10", "不知": None, "中": "10/3", "低": "-2.5"},
    {"min": 0, "max": "10", "step": "0.5"},
)
OWN_SCALES = ({"满意": "100", "不满意": "1/3", "不清楚": None}, FOUR, {"min": "0", "max": "100", "step": "1"})
WEIGHTS = ("1", "1", "2", "3", "1/3", "0.15", "0")
SHARES = ("1/5", "0.3", "1/2", "2/3", "1/4", "1")
TRAITS = ([], ["class"], ["class", "layer"], ["layer", "kind"], ["unit"])
GRADES = ("优秀", "称职", "基本称职", "不称职")
UNIT_GRADES = {"优秀": "0.5", "一般": "1/4", "称职": "0.4"}


def random_scheme(random: Random) -> Document:
    """Return one scheme document; the same random numbers give the same one."""
    document = _ballots(random)
    document |= {key: value for key, value in _rules(random, document) if random.random() < 0.25}
    return document | {"ranking": _ranking(random, document)}


def _ballots(random: Random) -> Document:
    """Return a scheme without rules: its scale, groups and criteria."""
    scale = random.choice(SCALES)
    document: Document = {"name": "随机", "scale": scale, "criteria": _criteria(random)}
    if random.random() < 0.4:
        document["overall"] = {"item": "总体", "share": random.choice(("0.4", "0", "1", "1/3"))}
    document["groups"] = _groups(random, document)
    return document


def _criteria(random: Random) -> list[Document]:
    inner = [{"id": "实绩", "weight": random.choice(WEIGHTS)}, {"id": "效率"}]
    return random.choice(
        (
            [{"id": "德"}],
            [{"id": "德", "weight": random.choice(WEIGHTS)}, {"id": "能", "weight": "2"}],
            [{"id": "德", "weight": random.choice(WEIGHTS)}, {"id": "绩", "weight": "30", "items": inner}],
        )
    )


def _groups(random: Random, document: Document) -> list[Document]:
    def leaf(name: str) -> Document:
        node = {"id": name, "weight": random.choice(WEIGHTS)}
        if random.random() < 0.15:
            node["asks"] = [item for item in items_of(document) if item not in ("德", "实绩")] or items_of(document)
        return node | ({"scale": random.choice(OWN_SCALES)} if random.random() < 0.1 else {})

    inner = {"id": "群众", "weight": random.choice(WEIGHTS), "groups": [leaf("居民"), leaf("代表")]}
    groups = random.choice(([leaf("政府")], [leaf("政府"), leaf("党委")], [leaf("政府"), inner]))
    for nodes in (groups, inner["groups"]):
        _weigh(nodes, document)
    if inner in groups and random.random() < 0.1:
        inner["scale"], inner["asks"] = random.choice(OWN_SCALES), items_of(document)[::-1]
    return groups


def _weigh(nodes: list[Document], document: Document) -> None:
    """Give a weight to one of the nodes at least, and none to leaves that are asked nothing of weight."""
    share = Fraction(document["overall"]["share"]) if "overall" in document else Fraction(0)
    for node in nodes:
        asks = node.get("asks", items_of(document))
        if not ((share < 1 and {"能", "效率", "德"} & set(asks)) or (share and "总体" in asks)):
            del node["asks"]
    if all(node["weight"] == "0" for node in nodes):
        nodes[0]["weight"] = "1"
    for criterion in document["criteria"]:
        if share < 1 and criterion["id"] == "德" and len(document["criteria"]) > 1 and criterion["weight"] == "0":
            criterion["weight"] = "1/2"


def _rules(random: Random, document: Document) -> Iterator[tuple[str, Any]]:
    yield "denominator", random.choice(("judgements", "valid", "returned", "entitled"))
    yield "denominator", random.choice(("valid", "returned", "entitled"))
    yield "empty_group", random.choice(("fail", "renormalise", "zero"))
    yield "empty_group", random.choice(("renormalise", "zero"))
    yield "ballot_rules", _ballot_rules(random, document)
    yield (
        "extremes",
        random.choice(
            (
                {"drop_high": 1, "drop_low": 1, "above": 2},
                {"drop_low": 1},
                {"trim": "0.25"},
                {"drop_high": 2, "above": 3},
            )
        ),
    )
    yield (
        "mode",
        random.choice(
            (
                "points",
                {"ranks": {"full": "20", "less": random.choice(("0.02", "1/3")), "least": random.choice(("0", "15"))}},
                {"ratio": random.choice(({}, {"full": "1/2"}))},
                {"ratio": random.choice(({}, {"full": "1/2"}))},
                {"steps": _steps(random, document)},
            )
        ),
    )
    yield (
        "turnout",
        random.choice(({"min_share": random.choice(SHARES)}, {"min_count": 2}))
        | {
            "strict": random.random() < 0.5,
            "scope": random.choice(("group", "group", "whole")),
            "action": random.choice(("flag", "void")),
        },
    )
    yield "components", _components(random)
    yield "adjustments", _adjustments(random)
    yield (
        "triggers",
        [{"flag": name, "when": when} for name in ("约谈", "复核") if (when := _condition(random, document))],
    )
    levels = [level for level, points in document["scale"].items() if points is not None]
    if "min" not in levels:
        yield "favourable", random.sample(levels, random.randint(1, 2))
    yield "grades", _grades(random, document)
    yield "grades", _grades(random, document)
    yield "rounding", {"places": random.choice((0, 1, 2, 4)), "mode": random.choice(("half_up", "half_even"))}
    yield "rounding", {"places": random.choice((0, 1, 3)), "mode": random.choice(("up", "down"))}
    yield "rounding", {"shares": random.choice(("whole", "separate")), "places": random.choice((0, 1, 2))}


def _ballot_rules(random: Random, document: Document) -> list[Document]:
    levels = [
        level for level, points in document["scale"].items() if points is not None and "min" not in document["scale"]
    ]
    rules: list[Document] = [{"rule": "uniform"}, {"rule": "min_marked", "share": random.choice(SHARES)}]
    for level in random.sample(levels, min(2, len(levels))):
        rules += [{"rule": "uniform", "level": level}]
        rules += [{"rule": name, "level": level, "share": random.choice(SHARES)} for name in ("max_share", "min_share")]
    chosen = random.sample(rules, random.randint(1, 2))
    return [rule | random.choice(({}, {"action": "flag"}, {"action": "void"}, {"action": "void"})) for rule in chosen]


def _condition(random: Random, document: Document) -> str:
    """Return a condition on shares; none where no group has levels."""
    tree = tree_of(document)
    leaves = [leaf for leaf in leaves_of(tree) if "min" not in leaf["scale"]]
    if not leaves:
        return ""

    def share() -> str:
        leaf, own = random.choice(leaves), "min" not in document["scale"] and random.random() < 0.6
        levels = list(document["scale"] if own else leaf["scale"])
        named = random.sample(levels, random.randint(1, len(levels) - 1))
        alike = [
            node["id"] for node in nodes_of(tree) if all(each["scale"] == leaf["scale"] for each in leaves_of([node]))
        ]
        named += [] if own else [f"group={random.choice(alike)}"]
        named += [f"item={random.choice(items_of(document))}"] if random.random() < 0.3 else []
        return f"share({', '.join(named)}) {random.choice(('<', '<=', '>', '>='))} {random.choice(SHARES)}"

    return random.choice(("{}", "{}", "{} and {}", "{} or {}", "{} and {} or {}")).format(share(), share(), share())


def _steps(random: Random, document: Document) -> list[Document]:
    whens = [when for _ in range(2) if (when := _condition(random, document))]
    return [{"when": when, "points": points} for when, points in zip(whens, ("20", "15.5"), strict=False)] + [
        {"points": "7/3"}
    ]


def _components(random: Random) -> list[Document]:
    others = [
        {"id": "实绩", "source": "imported"},
        {"id": "成员", "source": "members"},
        {"id": "单位", "source": "unit"},
    ]
    chosen = [{"id": "测评", "source": "ballots"}, *random.sample(others, random.randint(1, 3))]
    return [each | {"weight": random.choice(WEIGHTS[:-1])} for each in chosen]


def _adjustments(random: Random) -> Document:
    items = [{"id": "表彰", "kind": "bonus", "max": "2"}, {"id": "通报", "kind": "deduction", "max": "1.5"}]
    rules = {
        "max_bonus": "3",
        "max_deduction": "5/2",
        "items": items,
        "floor": "1",
        "cap": random.choice(("9.5", "90")),
    }
    return {key: rules[key] for key in random.sample(list(rules), random.randint(1, 5))}


def _ranking(random: Random, document: Document) -> Document:
    breakers: list[Any] = [level for level, points in document["scale"].items() if points is not None]
    breakers = [] if "min" in breakers else breakers[:2]
    breakers += [{"criterion": random.choice(document["criteria"])["id"]}]
    breakers += [{"group": random.choice(document["groups"])["id"]}]
    rules = {
        "within": random.choice(TRAITS),
        "ties": random.choice(("shared", "hand", "hand")),
        "break_ties_by": random.sample(breakers, random.randint(1, 2)),
        "on": random.choice(("exact", "printed")),
    }
    return {key: value for key, value in rules.items() if random.random() < 0.4}


def _grades(random: Random, document: Document) -> Document:
    top = max(Fraction(points) for level, points in document["scale"].items() if points is not None and level != "step")
    lines = [top * Fraction(part) for part in ("0.9", "0.75", "0.5", "-1")]
    bands = [{"grade": grade, "from": str(line)} for grade, line in zip(GRADES, lines, strict=True)]
    random.shuffle(bands)
    quotas = [
        {
            "grade": grade,
            "share": random.choice(SHARES),
            "rounding": random.choice(("half_up", "up", "down")),
            **({"per": random.choice(TRAITS)} if random.random() < 0.4 else {}),
            **({"by_unit_grade": UNIT_GRADES} if random.random() < 0.3 else {}),
        }
        for grade in GRADES[: random.randint(1, 3)]
    ]
    return random.choice(({"bands": bands}, {"bands": bands, "quotas": quotas}, {"quotas": quotas}))

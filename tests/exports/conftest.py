"""A round's result built from counts alone: twenty cadres, four leaf groups, every kind of withheld cell."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from exports.heading import GroupTurnout, Heading
from scoring.outcome.results import Cell, Distribution, Results, TargetResult, Turnout
from scoring.outcome.stated_rules import GroupNode, Rules

LEVELS = {"优秀": 100, "称职": 80, "基本称职": 60, "不称职": 0}
WEIGHTS = {"德": 20, "能": 15, "勤": 15, "绩": 30, "廉": 20}
OVERALL = "总体评价"
LEAVES = {"居民": 180, "代表": 24, "政府": 35, "党委": 11}
NAMES = [
    "潘志远",
    "严佩玲",
    "方若兰",
    "韩素梅",
    "毛晓东",
    "褚建业",
    "许良才",
    "欧阳秀英",
    "石宝山",
    "贺云飞",
    "冯国栋",
    "秦月华",
    "魏长青",
    "陶雪琴",
    "姜立新",
    "戚小满",
    "谢春生",
    "邹凤霞",
    "喻德胜",
    "柏长河",
]
POSTS = [
    "党政办公室",
    "财政所",
    "社会事务办公室",
    "规划建设办公室",
    "生态环境办公室",
    "综合行政执法队",
    "社区事务受理中心",
    "农业服务中心",
    "文化体育服务中心",
    "退役军人服务站",
]


def printed(value: Fraction) -> str:
    """Round half-up to two places with integers only."""
    units = (value * 200 + 1) // 2
    return f"{units // 100}.{units % 100:02d}"


def mean(counts: dict[str, int]) -> Fraction:
    return Fraction(sum(LEVELS[level] * count for level, count in counts.items()), sum(counts.values()))


def marks(position: int, leaf: str, item: str) -> dict[str, int]:
    """Counts that fall from the first cadre to the last, a little differently for each group and item."""
    spread = {"居民": 0, "代表": 2, "政府": 9, "党委": -4}[leaf] + {"能": 12, "绩": 8, "勤": 3}.get(item, 0)
    judged = LEAVES[leaf] - (LEAVES[leaf] * (position % 3 + 1)) // 12
    best = max(0, judged * (78 - 3 * position - spread) // 100)
    worst = max(0, judged * (spread + position - 14) // 100)
    low = min(judged - best - worst, judged * (position + spread) // 200)
    return {"优秀": best, "称职": judged - best - worst - low, "基本称职": low, "不称职": worst}


def make_target(position: int, name: str) -> TargetResult:
    tally = {leaf: {item: marks(position, leaf, item) for item in (*WEIGHTS, OVERALL)} for leaf in LEAVES}
    points = {leaf: {item: mean(counts) for item, counts in asked.items()} for leaf, asked in tally.items()}
    points["群众"] = {item: (points["居民"][item] * 2 + points["代表"][item]) / 3 for item in (*WEIGHTS, OVERALL)}
    groups = {
        group: sum((asked[item] * weight for item, weight in WEIGHTS.items()), Fraction(0)) / 100 * Fraction(3, 5)
        + asked[OVERALL] * Fraction(2, 5)
        for group, asked in points.items()
    }
    score = (groups["群众"] + groups["政府"] + groups["党委"]) / 3
    whole = {
        item: (points["群众"][item] + points["政府"][item] + points["党委"][item]) / 3 for item in (*WEIGHTS, OVERALL)
    }
    order = ("群众", "居民", "代表", "政府", "党委")
    judged = {leaf: sum(tally[leaf][OVERALL].values()) for leaf in LEAVES}
    judged["群众"] = judged["居民"] + judged["代表"]
    distributions = {item: spread([tally[leaf][item] for leaf in LEAVES]) for item in (OVERALL, *WEIGHTS)}
    return TargetResult(
        target=f"C{position + 1:03d}",
        score=printed(score),
        exact=str(score),
        groups={group: Cell(score=printed(groups[group]), n=judged[group]) for group in order},
        criteria={item: Cell(score=printed(whole[item])) for item in WEIGHTS},
        items={item: Cell(score=printed(whole[item])) for item in (OVERALL, *WEIGHTS)},
        group_items={
            group: {item: Cell(score=printed(points[group][item]), n=judged[group]) for item in (OVERALL, *WEIGHTS)}
            for group in order
        },
        distributions=distributions,
        shares=dict(distributions[OVERALL].shares),
        name=name,
        kind="person",
        class_="机关办公室与所队站",
        layer="中层正职" if position < 12 else "中层副职",
        unit=POSTS[position % len(POSTS)],
        duties=f"{POSTS[position % len(POSTS)]}负责人，分管窗口服务和来信来访",
        turnout={
            leaf: Turnout(entitled=size + 30, issued=size + 10, returned=size + 1, valid=size)
            for leaf, size in LEAVES.items()
        },
    )


def spread(parts: list[dict[str, int]]) -> Distribution:
    counts = {level: sum(part[level] for part in parts) for level in LEVELS}
    judged = sum(counts.values())
    valid = sum(LEAVES.values())
    return Distribution(
        counts=counts,
        shares={level: printed(Fraction(100 * count, judged)) for level, count in counts.items()},
        denominator=judged,
        judgements=judged,
        valid=valid,
        returned=valid + 4,
        not_judged={"不了解": valid - judged - 2, "blank": 2, "unknown": 0, "self": 0, "spoiled": 0},
    )


def make_rules(**changes: object) -> Rules:
    groups = (
        GroupNode(
            id="群众",
            weight="1",
            share="1/3",
            groups=(
                GroupNode(id="居民", weight="2", share="2/3"),
                GroupNode(id="代表", weight="1", share="1/3"),
            ),
        ),
        GroupNode(id="政府", weight="1", share="1/3"),
        GroupNode(id="党委", weight="1", share="1/3"),
    )
    values: dict[str, object] = {
        "scheme": "三三制",
        "scale": {**{level: str(points) for level, points in LEVELS.items()}, "不了解": None},
        "groups": groups,
        "criteria": {name: str(weight) for name, weight in WEIGHTS.items()},
        "items": {name: {name: "1"} for name in WEIGHTS},
        "overall": {"item": OVERALL, "share": "2/5"},
        "denominator": "judgements",
        "empty_group": "fail",
        "ranking": ("class", "layer"),
        "ties": "shared",
        "bands": (("优秀", "85"), ("称职", "80"), ("基本称职", "60"), ("不称职", "0")),
        "quotas": ({"grade": "优秀", "share": "1/5", "rounding": "half_up", "per": "class"},),
        "places": 2,
        "mode": "half_up",
        "disclosure": {"score": 5, "items": 10, "distribution": 10, "comments": 10},
        **changes,
    }
    return Rules.model_validate(values)


def withhold_small_groups(target: TargetResult) -> TargetResult:
    """Hide the items of a group of nine, and of a second group so that nobody can solve for the first."""
    items = {
        "党委": {item: Cell(withheld="few") for item in (OVERALL, *WEIGHTS)},
        "政府": {item: Cell(withheld="complementary") for item in (OVERALL, *WEIGHTS)},
    }
    return target.model_copy(update={"group_items": {**target.group_items, **items}})


def withhold_groups(target: TargetResult) -> TargetResult:
    """Hide a group of three with everything that would give it away."""
    few, second = Cell(withheld="few"), Cell(withheld="complementary")
    hidden = Distribution(withheld="few")
    return target.model_copy(
        update={
            "exact": None,
            "groups": {**target.groups, "党委": few, "政府": second},
            "group_items": {
                group: {item: {"党委": few, "政府": second}.get(group, cell) for item, cell in asked.items()}
                for group, asked in target.group_items.items()
            },
            "criteria": {**target.criteria, "绩": Cell(withheld="few"), "廉": Cell(withheld="complementary")},
            "items": {**target.items, "绩": Cell(withheld="few"), "廉": Cell(withheld="complementary")},
            "distributions": {**target.distributions, "绩": hidden, "廉": hidden},
            "turnout": {**target.turnout, "党委": Turnout(), "政府": Turnout()},
        }
    )


def withhold_all(target: TargetResult) -> TargetResult:
    """Hide the total as well: its places would leave too few possibilities."""
    hidden = Distribution(withheld="few")
    nothing = Cell(withheld="solvable")
    return target.model_copy(
        update={
            "score": None,
            "exact": None,
            "rank": None,
            "grade": None,
            "shares": {},
            "withheld": "solvable",
            "groups": dict.fromkeys(target.groups, nothing),
            "criteria": dict.fromkeys(target.criteria, nothing),
            "items": dict.fromkeys(target.items, nothing),
            "group_items": {group: dict.fromkeys(asked, nothing) for group, asked in target.group_items.items()},
            "distributions": dict.fromkeys(target.distributions, hidden),
            "turnout": dict.fromkeys(target.turnout, Turnout()),
        }
    )


def ranked(targets: list[TargetResult]) -> list[TargetResult]:
    """Rank within the layer on the printed scores; the provisional and the withheld get none."""
    placed = []
    for layer in ("中层正职", "中层副职"):
        pool = sorted((t for t in targets if t.layer == layer), key=lambda t: (-float(t.score or -1), t.target))
        finals = [t for t in pool if t.score is not None and t.provisional is None]
        for target in [*finals, *(t for t in pool if t not in finals)]:
            better = sum(float(t.score or 0) > float(target.score or 0) for t in finals)
            same = sum(t.score == target.score for t in finals)
            final = target in finals
            placed.append(
                target.model_copy(
                    update={
                        "rank": better + 1 if final else None,
                        "tied": final and same > 1,
                        "pool": len(finals),
                        "grade": ("优秀" if better < 2 else "称职") if final else None,
                    }
                )
            )
    return placed


@pytest.fixture
def rules() -> Rules:
    return make_rules()


@pytest.fixture
def with_rules() -> Callable[..., Rules]:
    """A maker of the same rules with some of them changed."""
    return make_rules


@pytest.fixture
def results(rules: Rules) -> Results:
    targets = [make_target(position, name) for position, name in enumerate(NAMES)]
    targets[4] = targets[4].model_copy(
        update={key: getattr(targets[3], key) for key in ("score", "exact")} | {"flags": ("不参评优秀",)}
    )
    targets[5] = targets[5].model_copy(update={"provisional": "有一项复核未结"})
    targets[6] = withhold_small_groups(targets[6])
    targets[7] = withhold_groups(targets[7])
    targets[13] = withhold_all(targets[13])
    return Results(
        results=tuple(ranked(targets)), rules=rules, tally_sha256="a1b2" * 16, scheme_sha256="9c417be052fd88a3" * 4
    )


@pytest.fixture
def by_name(results: Results) -> dict[str, TargetResult]:
    return {target.name: target for target in results.results}


@pytest.fixture
def peers(results: Results) -> list[TargetResult]:
    return [target for target in results.results if target.layer == "中层正职"]


@pytest.fixture
def heading() -> Heading:
    turnout = (
        GroupTurnout("居民", 300, 250, 184, 180, 4),
        GroupTurnout("代表", 40, 34, 24, 24, 0),
        GroupTurnout("政府", 48, 45, 36, 35, 1),
        GroupTurnout("党委", 15, 12, None, None, None),
    )
    return Heading(
        round_name="2026年度云陂镇中层干部民主测评",
        office="云陂镇",
        snapshot=2,
        created_at="2026-12-09T12:05:00+00:00",
        manifest_hash="0f1e2d3c4b5a6978" * 4,
        software="gongping 0.1.0",
        turnout=turnout,
    )

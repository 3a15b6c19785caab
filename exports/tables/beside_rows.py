"""Columns and sheets of what stands beside a score: intervals, components, how it adds up, what people decided."""

from collections.abc import Callable
from fractions import Fraction
from typing import cast

from exports.beside import chance, decision, sign
from exports.explanation import part_name
from exports.numbers import per_cent
from exports.remarks import in_order
from exports.tables.values import Figure, Value
from scoring.document.exact import Mode, printed
from scoring.outcome.results import Contribution, Results, TargetResult
from scoring.outcome.stated_rules import Rules

Column = Callable[[TargetResult], Value]

_DECIDED = frozenset({"会议等次", "决定"})
"""What people decided is no part of what ballots say, so it may stand beside a withheld result."""


def columns(results: Results) -> dict[str, Column]:
    """Return the columns of which at least one target has a value; the others would be empty."""
    places = results.rules.places
    found: dict[str, Column] = {
        "标准误": lambda each: None if each.se is None else Figure(f"{each.se:.{places}f}"),
        "95%区间下限": lambda each: _end(each.interval, 0, places),
        "95%区间上限": lambda each: _end(each.interval, 1, places),
        "名次范围（最好）": lambda each: each.rank_interval[0] if each.rank_interval else None,
        "名次范围（最差）": lambda each: each.rank_interval[1] if each.rank_interval else None,
        "进名额的机会（参考）": lambda each: None if each.quota_chance is None else chance(each.quota_chance),
        "会议等次": lambda each: each.final_grade,
        **{f"组成：{part['id']}": _component(part["id"]) for part in results.rules.components},
        "测评得分": lambda each: None if each.components else _figure(each.ballot_score),
        "可能最低": lambda each: _figure(each.bounds[0]) if each.bounds else None,
        "可能最高": lambda each: _figure(each.bounds[1]) if each.bounds else None,
        "好评率%": lambda each: _figure(each.favourable),
        "多数评级": lambda each: f"{each.majority.grade}{sign(each.majority.sign)}" if each.majority else None,
        "决定": lambda each: "；".join(map(decision, each.decisions)) or None,
    }
    return {head: column for head, column in found.items() if any(column(each) is not None for each in results.results)}


def cells(target: TargetResult, own: dict[str, Column]) -> dict[str, Value]:
    """Return a target's values in those columns; a word where it has none."""
    cells_ = (*target.groups.values(), *target.items.values())
    absent = "不显示" if target.withheld or any(cell.withheld for cell in cells_) else "没有"
    values = {
        head: None if target.withheld and head not in _DECIDED else column(target) for head, column in own.items()
    }
    return {head: absent if value is None else value for head, value in values.items()}


def contribution_rows(results: Results) -> list[dict[str, Value]]:
    """Return the parts of each score, a row a part; the points of a target add up to its score as printed."""
    return [
        {
            "类别": target.class_,
            "层次": target.layer,
            "编码": target.target,
            "名称": target.name,
            "部分": _KINDS[part.kind],
            "评价主体": part.group,
            "项目": part_name(part),
            "平均分": Figure(_value(part, results.rules)),
            "占总分": per_cent(part.weight),
            "计分": Figure(part.points),
        }
        for target in in_order(results.results)
        for part in target.contributions
    ]


_KINDS = {"mark": "评价", "component": "组成", "adjustment": "加减分", "limit": "限额"}


def _value(part: Contribution, rules: Rules) -> str:
    return printed(Fraction(part.value), rules.places, cast("Mode", rules.mode))


def _end(interval: tuple[float, float] | None, end: int, places: int) -> Value:
    return Figure(f"{interval[end]:.{places}f}") if interval else None


def _figure(text: str | None) -> Value:
    return None if text is None else Figure(text)


def _component(name: str) -> Column:
    return lambda each: _figure(each.components.get(name))

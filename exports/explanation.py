"""How a target's score comes about, in plain Chinese: a sentence a part, then the total that they add up to."""

from collections.abc import Iterable
from fractions import Fraction
from typing import cast

from exports.reasons import spelled_out
from exports.withheld import sentence
from scoring.document.exact import Mode, printed
from scoring.outcome.results import Contribution, LeftOut, TargetResult
from scoring.outcome.stated_rules import Rules

_PER_CENT_PLACES = 2
_GROUPS_OUT = {
    "weight 0": "不计权，只作参考",
    "turnout": "来的人不够规定数，不计入",
    "empty group": "没有人作出评价，不计入",
}
_ITEMS_OUT = {
    "not asked": "没有被问{items}，所问各项按原来的比例分担",
    "no judgement": "对{items}没有人作出评价，其余各项按原来的比例分担",
    "weight 0": "不计权，只作参考",
}
_ADJUSTMENTS = {"bonus": "加分", "deduction": "扣分"}
_LIMITS = {"max_bonus": "加分超过上限", "max_deduction": "扣分超过上限", "cap": "总分超过上限", "floor": "总分低于下限"}


def in_words(result: TargetResult, rules: Rules) -> list[str]:
    """Return the sentences by which a score can be added up by hand, without the closing full stop.

    Nothing is said but what the result holds. Where parts of it are withheld there are no contributions, and the
    one sentence says so.
    """
    if result.withheld is not None:
        return [sentence(result.withheld, "total", rules)]
    if result.score is None:
        return [f"没有得分：{spelled_out(result.provisional)}" if result.provisional else "没有得分"]
    if not result.contributions and result.exact is None:
        return [f"得分 {result.score} 分；有的格不显示，为免倒推，不列得分的构成"]
    said = [_part(each, rules) for each in result.contributions]
    return [*said, f"合计 {result.score} 分", *_left_out(result.left_out)]


def part_name(part: Contribution) -> str:
    """Return what a part of a score is called: its item, component or adjustment, or which limit acted."""
    if part.kind == "limit":
        return _LIMITS.get(part.item, "限额")
    if part.kind == "adjustment":
        return _ADJUSTMENTS.get(part.item, part.item)
    return part.item or ("测评按规则折算" if part.kind == "component" else "没有人作出评价，按0分计")


def _part(part: Contribution, rules: Rules) -> str:
    if part.kind == "adjustment":
        return f"{part_name(part)} {_added(part.points)}"
    if part.kind == "limit":
        return f"{part_name(part)}，{_added(part.points)}"
    weight = printed(Fraction(part.weight) * 100, _PER_CENT_PLACES)
    ending = f"占 {weight}%，计 {part.points} 分"
    if part.kind == "mark" and not part.item:
        return f"{part.group} 没有人作出评价，按 0 分计，{ending}"
    value = printed(Fraction(part.value), rules.places, cast("Mode", rules.mode))
    if part.kind == "component":
        return f"{part_name(part)} {value} 分，{ending}"
    return f"{part.group} 对 {part.item} 平均 {value} 分，{ending}"


def _added(points: str) -> str:
    return f"减 {points.removeprefix('-')} 分" if points.startswith("-") else f"加 {points} 分"


def _left_out(parts: Iterable[LeftOut]) -> list[str]:
    """Return a sentence for each group and reason, naming its items together."""
    together: dict[tuple[str, str], list[str]] = {}
    for each in parts:
        together.setdefault((each.group, each.reason), []).append(each.item)
    return [_out(group, reason, "、".join(filter(None, items))) for (group, reason), items in together.items()]


def _out(group: str, reason: str, items: str) -> str:
    words = (_ITEMS_OUT if items else _GROUPS_OUT).get(reason, reason)
    return f"{group or items} {words.format(items=items)}"

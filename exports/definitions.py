"""The definitions that stand beside the numbers: a scheme's rules as Chinese sentences."""

from collections.abc import Sequence
from fractions import Fraction

from exports import rule_sentences
from exports.numbers import number, per_cent
from exports.shares import is_direct, left_out, not_judgements
from exports.withheld import least
from scoring.outcome.stated_rules import GroupNode, QuotaRule, Rules

_NUMERALS = "零一两三四五六七八九十"
_FRACTIONS = "零一二三四五六七八九十"
_PLACES = {0: "取整", 1: "保留一位小数", 2: "保留两位小数", 3: "保留三位小数", 4: "保留四位小数"}
_MODES = {"half_up": "四舍五入", "half_even": "四舍六入五成双", "up": "进一", "ceil": "进一", "down": "舍去尾数"}
_WITHIN = {"class": "同一类别", "layer": "同一层次", "unit": "同一单位", "kind": "同一类型"}
_DENOMINATORS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "judgements": ("作出判断的票", (), "不进分母"),
    "valid": ("有效票", (), "进分母、按0分计"),
    "returned": ("收回的票", ("无效票",), "进分母、按0分计"),
    "entitled": ("应到人数", ("无效票", "没有交的票"), "都进分母、按0分计"),
}
_EMPTY_GROUP = {
    "renormalise": "某组没有人作出评价时，其余各组按原来的比例分担它的权",
    "zero": "某组没有人作出评价时，该组按0分计",
    "fail": "某组没有人作出评价时，该对象不出得分",
}


def definitions(rules: Rules) -> list[str]:
    """Return the sentences by which every printed number can be worked out by hand.

    Returns
    -------
    Without the closing full stop; join them with ``。`` or set each on a line of its own.
    """
    sentences = [
        _total(rules),
        _group_score(rules),
        _scales(rules),
        _extremes(rules),
        _denominator(rules),
        rule_sentences.ballot_rules(rules),
        rule_sentences.turnout(rules),
        _EMPTY_GROUP.get(rules.empty_group, "") if len(rules.groups) > 1 else "",
        rule_sentences.score_mode(rules),
        rule_sentences.components(rules),
        rule_sentences.adjustments(rules),
        _rounding(rules),
        _ranking(rules),
        _grades(rules),
        _quotas(rules),
        rule_sentences.triggers(rules),
        rule_sentences.favourable(rules),
        rule_sentences.lonely(rules),
        _disclosure(rules),
    ]
    return [sentence for sentence in sentences if sentence]


def paragraph(rules: Rules) -> str:
    """Return the same as one paragraph."""
    return "".join(f"{sentence}。" for sentence in definitions(rules))


def _total(rules: Rules) -> str:
    groups = rules.groups
    mode = rules.steps or rules.rank_points or rules.ratio_to_best
    what = "平均分" if mode else "测评得分" if rules.components else "得分"
    if len(groups) == 1:
        return f"{what}＝{groups[0].id}组得分{_nested(groups)}"
    names = "、".join(group.id for group in groups)
    shares = {Fraction(group.share) for group in groups}
    if len(shares) == 1 and len(groups) < len(_NUMERALS):
        head = f"{names}{_NUMERALS[len(groups)]}组得分各占{_FRACTIONS[len(groups)]}分之一"
    else:
        head = "、".join(f"{group.id}{_part(group)}" for group in groups) + "，各组得分按此加权"
    return f"{what}＝{head}{_nested(groups)}"


def _part(group: GroupNode) -> str:
    share = per_cent(group.share)
    return share if share.endswith("%") else f"占{share}"


def _nested(groups: Sequence[GroupNode]) -> str:
    inner = [f"{group.id}＝{_ratio(group.groups)}" for group in _inner(groups)]
    return f"（{'；'.join(inner)}）" if inner else ""


def _inner(groups: Sequence[GroupNode]) -> list[GroupNode]:
    found = []
    for group in groups:
        if group.groups:
            found += [group, *_inner(group.groups)]
    return found


def _ratio(groups: Sequence[GroupNode]) -> str:
    return "：".join(f"{group.id}{number(group.weight)}" for group in groups)


def _group_score(rules: Rules) -> str:
    parts = _weighted(rules)
    if rules.overall is None:
        return f"组得分＝{parts}"
    share = Fraction(rules.overall["share"])
    item = rules.overall["item"]
    if share == 1 or not parts:
        return f"组得分＝“{item}”一项的平均分"
    if share == 0:
        return f"组得分＝{parts}；“{item}”单列，不进得分"
    return f"组得分＝{parts} × {number(str(1 - share))} ＋ {item} × {number(str(share))}"


def _weighted(rules: Rules) -> str:
    named = list(rules.criteria.items())
    if not named:
        return ""
    if len(named) == 1:
        head = f"“{named[0][0]}”一项的平均分"
    elif len({Fraction(weight) for _, weight in named}) == 1:
        head = f"{'、'.join(name for name, _ in named)}的简单平均"
    else:
        head = f"{len(named)}项加权平均（{' '.join(f'{name}{number(weight)}' for name, weight in named)}）"
    inner = [
        f"{name}＝{'：'.join(f'{item}{number(weight)}' for item, weight in rules.items[name].items())}"
        for name, _ in named
        if len(rules.items.get(name, {})) > 1
    ]
    return f"{head}（{'；'.join(inner)}）" if inner else head


def _scales(rules: Rules) -> str:
    own = [f"{group.id}组：{_scale(group.scale)}" for group in _all(rules.groups) if group.scale]
    return "；".join([_scale(rules.scale), *own])


def _all(groups: Sequence[GroupNode]) -> list[GroupNode]:
    return [node for group in groups for node in (group, *_all(group.groups))]


def _scale(scale: dict[str, str | None]) -> str:
    if "min" in scale and "max" in scale:
        return f"直接打分，{number(scale['min'] or '0')}到{number(scale['max'] or '100')}分"
    return "、".join(f"{level}{number(points)}分" for level, points in scale.items() if points is not None)


def _extremes(rules: Rules) -> str:
    rule = rules.extremes
    if rule is None:
        return ""
    if "trim" in rule:
        return f"每组每项去掉两端各{per_cent(rule['trim'])}的评价（个数取整数部分）再平均"
    high, low = int(rule["drop_high"]), int(rule["drop_low"])
    dropped = [f"{count}个{name}" for count, name in ((high, "最高"), (low, "最低")) if count]
    return f"每组每项评价超过{max(int(rule['above']), high + low)}个时，去掉{'、'.join(dropped)}再平均"


def _denominator(rules: Rules) -> str:
    whole, more, how = _DENOMINATORS[rules.denominator]
    empty = [*(f"“{level}”" for level in not_judgements(rules)), "空白", *more]
    named = "和".join(part for part in ("、".join(empty[:-1]), empty[-1]) if part)
    sentence = f"分母是{whole}，{named}{how}"
    if is_direct(rules):
        return sentence
    others = "、".join(left_out(rules))
    return f"{sentence}；各等次的票数和份额也用这个分母" + (f"，{others}用的是另一套等次，不在其中" if others else "")


def _rounding(rules: Rules) -> str:
    places = _PLACES.get(rules.places, f"保留{rules.places}位小数")
    shares = "；一行份额用最大余数法凑足100%" if rules.shares == "whole" else ""
    return f"{places}，{_MODES.get(rules.mode, rules.mode)}，只在最后一步舍入{shares}"


def _ranking(rules: Rules) -> str:
    within = "、".join(_WITHIN.get(name, name) for name in rules.ranking)
    place = f"名次在{within}内排" if within else "名次在全部对象中排"
    printed, by_hand = "printed" in rules.ties, "hand" in rules.ties
    equal = "印出的得分相等" if printed else "精确得分相等"
    ending = "由人决定先后" if by_hand else "名次并列"
    if rules.break_ties_by:
        return f"{place}；{equal}的，依次比{'、'.join(map(_breaker, rules.break_ties_by))}，仍相等的{ending}"
    return f"{place}；{equal}的{ending}"


def _breaker(breaker: str) -> str:
    kind, _, name = breaker.partition(": ")
    return f"{name}的得分" if kind in {"criterion", "group"} else f"{breaker}的占比"


def _grades(rules: Rules) -> str:
    if not rules.bands:
        return ""
    bands = "，".join(f"{number(start)}分以上{grade}" for grade, start in rules.bands)
    return f"等次：{bands}"


def _quotas(rules: Rules) -> str:
    return "；".join(_quota(quota) for quota in rules.quotas)


def _quota(quota: QuotaRule) -> str:
    per = [_WITHIN.get(name.strip(), name.strip()) for name in quota.per.split(",") if name.strip()]
    base = f"{'、'.join(per)}人数" if per else "参评人数"
    rounding = _MODES.get(quota.rounding, "")
    ending = f"，名额{rounding}取整" if rounding else ""
    units = "、".join(f"{grade}的按{per_cent(share)}" for grade, share in quota.by_unit_grade.items())
    by_unit = f"（所在单位的等次是{units}）" if units else ""
    return f"{quota.grade}不超过{base}的{per_cent(quota.share)}{by_unit}{ending}"


def _disclosure(rules: Rules) -> str:
    total, group, item = (least(view, rules) for view in ("total", "score", "items"))
    return (
        f"全部票不足{total}票的不显示得分；有一组不足{group}票、或者有一组的票几乎一样的，只显示总分；"
        f"某一项上有组不足{item}票的，不显示分项得分和等次份额；为免倒推，隐去一格时同类的格一起隐去，必要时总分少印几位小数"
    )

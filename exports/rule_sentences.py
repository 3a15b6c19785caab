"""The rules of a scheme beside its weights, each as one Chinese sentence; empty where a scheme has no such rule."""

from collections.abc import Iterable, Mapping

from exports.numbers import number, per_cent
from scoring.document.conditions import Condition, read_condition
from scoring.outcome.stated_rules import Rules

_SIGNS = {"<": "低于", "<=": "不高于", ">": "高于", ">=": "不低于"}
_SOURCES = {
    "ballots": "就是上面票的得分",
    "imported": "另行导入",
    "members": "是本单位成员测评得分的平均",
    "unit": "是所在单位的测评得分",
}
_LONELY = {
    "fail": "某组只收回一张票、又不是全组的，不给区间",
    "remove": "某组只收回一张票的，算区间时不计该组的误差",
    "certainty": "某组只收回一张票的，算区间时不计该组的误差",
    "adjust": "某组只收回一张票的，算区间时用这张票与总分的差代替组内差异",
    "average": "某组只收回一张票的，算区间时用其他各组误差的平均代替",
}

_LIMITS = {"max_bonus": "加分最多", "max_deduction": "扣分最多", "floor": "总分不低于", "cap": "总分不高于"}


def condition_words(text: str) -> str:
    """Return a condition on shares as it is read aloud.

    Examples
    --------
    >>> condition_words("share(优秀, 称职) < 2/3"), condition_words("share(不称职, item=德, group=党委) >= 0.3")
    ('优秀、称职合计低于2/3', '党委组“德”的不称职率不低于30%')
    """
    ways = ["且".join(_one(each) for each in way) for way in read_condition(text).ways]
    return "，或".join(ways)


def _one(condition: Condition) -> str:
    where = f"{condition.group}组" if condition.group else ""
    where += f"“{condition.item}”" if condition.item else ""
    levels = f"{'、'.join(condition.levels)}{'合计' if len(condition.levels) > 1 else '率'}"
    return f"{where}{'的' if where else ''}{levels}{_SIGNS[condition.sign]}{per_cent(str(condition.line))}"


def score_mode(rules: Rules) -> str:
    """Return what becomes of the mean of points, where it isn't itself the score."""
    if rules.steps:
        rows = [f"{condition_words(when) if when else '其余'}得{number(points)}分" for when, points in rules.steps]
        if len(rows) == 1:
            return f"赋分方式：一律{rows[0].removeprefix('其余')}"
        return f"赋分方式（看各等次的份额，从前往后，先符合的算）：{'，'.join(rows)}"
    if rules.rank_points:
        given = rules.rank_points
        least = f"，最少{number(given['least'])}分"
        return (
            f"赋分方式：同排名次的对象里平均分第一得{number(given['full'])}分，"
            f"每低一名少得满分的{per_cent(given['less'])}{least}；平均分相等的按较好的名次"
        )
    if rules.ratio_to_best:
        return f"赋分方式：平均分÷同排名次的对象里最高的平均分×{number(rules.ratio_to_best)}分"
    return ""


def ballot_rules(rules: Rules) -> str:
    """Return what is wrong with a ballot as a whole, and what is done about it."""
    named = [
        f"{ballot_rule(rule)}的{ {'void': '作废'}.get(rule['action'], '只统计张数') }" for rule in rules.ballot_rules
    ]
    return f"整票规则：一张票{'，'.join(named)}" if named else ""


def ballot_rule(rule: Mapping[str, str]) -> str:
    """Return one rule of whole ballots in a few characters, such as ``“优秀”超过30%``.

    Parameters
    ----------
    rule
        As of the rules; from a check, which holds no share, the words are without one.
    """
    level = f"“{rule['level']}”" if "level" in rule else ""
    share = per_cent(rule["share"]) if "share" in rule else "规定"
    words = {
        "uniform": f"全部是{level}" if level else "全部同一等次",
        "max_share": f"{level}超过{share}",
        "min_share": f"{level}不足{share}",
        "min_marked": f"打了的不足应打的{share}" if "share" in rule else "打得太少",
    }
    return words.get(rule["rule"], rule["rule"])


def turnout(rules: Rules) -> str:
    """Return how many must have come, and what follows where they have not."""
    rule = rules.turnout
    if rule is None:
        return ""
    strict = rule.get("strict") == "true"
    needed = [f"{'超过' if strict else '达到'}应到的{per_cent(rule['min_share'])}"] if "min_share" in rule else []
    needed += [f"不少于{number(rule['min_count'])}张"] if "min_count" in rule else []
    whole = rule["scope"] == "whole"
    void = "不出得分" if whole else "不计入，按没有人作出评价处理"
    after = f"不足的{'' if whole else '组'}{void}" if rule["action"] == "void" else "不足的标出来"
    return f"到会率：{'各组合计' if whole else '每组'}收回的票须{'，且'.join(needed)}，{after}"


def components(rules: Rules) -> str:
    """Return of what the final score is made."""
    if not rules.components:
        return ""
    parts = [f"{part['id']}{_share(part['share'])}" for part in rules.components]
    sources = [f"{part['id']}{_SOURCES[part['source']]}" for part in rules.components]
    drops = "；没有成员、或所在单位没有参评的，其余部分按原来的比例分担"
    more = drops if {part["source"] for part in rules.components} & {"members", "unit"} else ""
    return f"综合得分＝{'＋'.join(parts)}（{'，'.join(sources)}{more}）"


def _share(share: str) -> str:
    words = per_cent(share)
    return words if words.endswith("%") else f"×{words}"


def adjustments(rules: Rules) -> str:
    """Return how far bonuses and deductions may move the score."""
    limits, items = rules.adjustments or {}, rules.adjustment_items
    words = {
        "max_bonus": "加分最多{}分",
        "max_deduction": "扣分最多{}分",
        "floor": "总分不低于{}分",
        "cap": "总分不高于{}分",
    }
    said = [words[name].format(number(points)) for name, points in limits.items() if name in words]
    kinds = {"bonus": "加", "deduction": "扣"}
    said += [f"“{item['id']}”最多{kinds[item['kind']]}{number(item['max'])}分" for item in items]
    return f"加减分在加权之后：{'，'.join(said)}" if said else ""


def triggers(rules: Rules) -> str:
    """Return which shares raise which flag."""
    said = "；".join(f"{condition_words(when)}的标“{flag}”" for flag, when in rules.triggers)
    return f"提示线（只提示，由人决定）：{said}" if said else ""


def favourable(rules: Rules) -> str:
    """Return which levels are favourable."""
    return f"好评率＝{_together(rules.favourable)}" if rules.favourable else ""


def _together(levels: Iterable[str]) -> str:
    names = list(levels)
    return "、".join(names) + ("的份额合计" if len(names) > 1 else "的份额")


def lonely(rules: Rules) -> str:
    """Return what stands in for the spread of a group with one ballot, where the scheme says so."""
    return _LONELY.get(rules.lonely or "", "")

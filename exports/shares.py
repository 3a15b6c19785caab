"""How the marks on a target are spread: levels, counts, and the shares that follow from them exactly."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from scoring.outcome.results import Distribution, TargetResult
from scoring.outcome.stated_rules import GroupNode, Rules

PRINTED_PLACES = 2
NOT_JUDGED_NAMES = {
    "blank": "空白",
    "unknown": "不了解此人",
    "self": "本人不评",
    "spoiled": "涂改无效",
    "voided": "整票作废",
}


def is_direct(rules: Rules) -> bool:
    """Tell whether raters write points themselves instead of choosing a level."""
    return "min" in rules.scale and "max" in rules.scale


def levels(rules: Rules) -> tuple[str, ...]:
    """Return the levels that are judgements, best first; none under a direct score."""
    if is_direct(rules):
        return ()
    judged = [(level, Fraction(points)) for level, points in rules.scale.items() if points is not None]
    return tuple(level for level, _ in sorted(judged, key=lambda pair: -pair[1]))


def not_judgements(rules: Rules) -> tuple[str, ...]:
    """Return the levels that are no judgement, such as 不了解."""
    return () if is_direct(rules) else tuple(lv for lv, points in rules.scale.items() if points is None)


def items(rules: Rules) -> tuple[str, ...]:
    """Return what is marked on a ballot: the overall mark first, then each criterion's items."""
    parts = [item for criterion in rules.criteria for item in rules.items.get(criterion) or (criterion,)]
    overall = [rules.overall["item"]] if rules.overall else []
    return tuple(dict.fromkeys([*overall, *parts]))


def criteria(rules: Rules) -> tuple[str, ...]:
    """Return the criteria in the scheme's order, then the overall mark."""
    overall = [rules.overall["item"]] if rules.overall else []
    return tuple(dict.fromkeys([*rules.criteria, *overall]))


def left_out(rules: Rules) -> tuple[str, ...]:
    """Return the leaf groups that mark on another scale than the scheme's, so no distribution counts them.

    Examples
    --------
    Residents who mark 满意 on criteria that the others mark 优秀 on give points, but no 优秀.
    """

    def leaves(nodes: Sequence[GroupNode], *, own: bool) -> list[str]:
        found = []
        for node in nodes:
            differs = own if node.scale is None else node.scale != rules.scale
            found += leaves(node.groups, own=differs) if node.groups else [node.id] * differs
        return found

    return tuple(leaves(rules.groups, own=False))


def pooled(target: TargetResult, rules: Rules) -> Distribution | None:
    """Return the distribution that a target's shares are taken from.

    It is that of the overall mark where there is one, else all items together, as the scheme's ``share(…)``
    counts; a withheld part withholds the whole.
    """
    asked = (rules.overall["item"],) if rules.overall else items(rules)
    parts = [target.distributions[item] for item in asked if item in target.distributions]
    if len(parts) <= 1:
        return parts[0] if parts else None
    reason = next((part.withheld for part in parts if part.withheld), None)
    return Distribution(withheld=reason) if reason else _together(parts)


def _together(parts: Sequence[Distribution]) -> Distribution:
    names = dict.fromkeys(name for part in parts for name in part.counts)
    others = dict.fromkeys(name for part in parts for name in part.not_judged)
    return Distribution(
        counts={name: sum(part.counts.get(name, 0) for part in parts) for name in names},
        denominator=sum(part.denominator or 0 for part in parts),
        not_judged={name: sum(part.not_judged.get(name, 0) for part in parts) for name in others},
    )


def share(distribution: Distribution | None, counted: Sequence[str], places: int) -> str | None:
    """Return the share of the `counted` levels together in per cent, rounded half-up once.

    ``None`` where the distribution is withheld, has no counts or an empty denominator.

    Examples
    --------
    >>> share(Distribution(counts={"满意": 25, "基本满意": 3, "不满意": 0}, denominator=28), ["满意"], 2)
    '89.29'
    """
    if distribution is None or distribution.withheld or not distribution.counts or not distribution.denominator:
        return None
    marks = sum(distribution.counts.get(level, 0) for level in counted)
    return printed(Fraction(100 * marks, distribution.denominator), places)


def printed(value: Fraction, places: int) -> str:
    """Return `value` with `places` decimals, half away from zero.

    Examples
    --------
    >>> printed(Fraction(127 * 100, 160), 2), printed(Fraction(-1, 8), 2), printed(Fraction(7), 0)
    ('79.38', '-0.13', '7')
    """
    doubled = abs(value) * 2 * 10**places
    units = int((doubled + 1) // 2)
    with localcontext() as context:
        context.prec = 60
        number = Decimal(-units if value < 0 else units).scaleb(-places)
        return str(number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def rate_names(rules: Rules) -> tuple[str, str] | None:
    """Return what the share of the first level, and of the first two, is called.

    Examples
    --------
    Levels 优秀 and 称职 give 优秀率 and 优称率; 满意 and 基本满意 give 满意率 and 满意＋基本满意.
    """
    names = levels(rules)
    if len(names) < 2:  # noqa: PLR2004 - two rates need two levels
        return None
    both = "优称率" if names[:2] == ("优秀", "称职") else f"{names[0]}＋{names[1]}"
    return f"{names[0]}率", both

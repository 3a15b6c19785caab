"""Where numbers fall on a drawn axis: round ends, round ticks, medians of a class."""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import median

from exports import shares
from exports.withheld import shown
from scoring.outcome.results import Cell, TargetResult
from scoring.outcome.stated_rules import GroupNode, Rules

SMALLEST_CLASS = 5
"""A class median is given from this many shown scores on: below it, it would tell single ones apart."""

_STEPS = (1, 2, 5, 10)


def points_range(rules: Rules) -> tuple[float, float]:
    """Return the lowest and highest points that a mark can earn under any group's scale."""
    found = [float(Fraction(points)) for scale in _scales(rules) for points in _ends(scale)]
    return min(found, default=0), max(found, default=100)


def _scales(rules: Rules) -> list[dict[str, str | None]]:
    def own(groups: Sequence[GroupNode]) -> Iterable[dict[str, str | None]]:
        for group in groups:
            if group.scale:
                yield group.scale
            yield from own(group.groups)

    return [rules.scale, *own(rules.groups)]


def _ends(scale: dict[str, str | None]) -> list[str]:
    named = [scale["min"], scale["max"]] if "min" in scale and "max" in scale else list(scale.values())
    return [points for points in named if points is not None]


def round_step(span: float, parts: int) -> float:
    """Return the smallest of 1, 2, 5 × 10^k that cuts `span` into at most `parts`.

    Examples
    --------
    >>> round_step(25, 5), round_step(0.3, 5)
    (5.0, 0.1)
    """
    if span <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / parts))
    return next(float(f"{step * power:.9g}") for step in _STEPS if step * power * parts >= span * (1 - 1e-9))


def ticks(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of `step` from `low` to `high`, both included."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{count * step:.9g}") for count in range(first, last + 1)]


def around(values: Sequence[float], top: float, parts: int = 5) -> tuple[float, float, float]:
    """Return round ends and step of an axis that holds `values`: never shorter than a tenth of `top`.

    Examples
    --------
    >>> around([78.29, 97.78], 100)
    (75.0, 100.0, 5.0)
    """
    if not values:
        return 0.0, top, round_step(top, parts)
    low, high = min(values), max(values)
    step = round_step(max(high - low, top / 10), parts)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        first -= 1
    return float(f"{first * step:.9g}"), float(f"{last * step:.9g}"), step


def class_median(cells: Iterable[Cell | None], rules: Rules) -> str | None:
    """Return the median of the shown scores, printed; ``None`` for fewer than five."""
    values = sorted(Fraction(score) for cell in cells if (score := shown(cell)) is not None)
    if len(values) < SMALLEST_CLASS:
        return None
    return shares.printed(median(values), rules.places)


def score_median(peers: Iterable[TargetResult], rules: Rules) -> str | None:
    """Return the median of the targets' printed scores, as :func:`class_median` does."""
    return class_median((Cell(score=peer.score, withheld=peer.withheld) for peer in peers), rules)


def plain(value: float) -> str:
    """Return a tick's label without needless zeros."""
    return f"{Decimal(f'{value:.9g}').normalize():f}"

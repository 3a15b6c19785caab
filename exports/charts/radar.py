"""One target's criteria beside its class: a web of 3 to 12 spokes, rows for fewer or more."""

import math
from collections.abc import Sequence

from exports import shares, withheld
from exports.charts import palette, scale
from exports.charts.drawing import Drawing, Form, notice
from exports.charts.rows import Axis, Column, Row, draw_rows
from exports.charts.web import Spoke, Web
from scoring.outcome.results import Cell, TargetResult
from scoring.outcome.stated_rules import Rules

_FEWEST, _MOST = 3, 12


def radar(target: TargetResult, peers: Sequence[TargetResult], rules: Rules, form: Form = "svg") -> bytes:
    """Draw the target's score on each criterion and on the overall mark over the median of its class.

    Parameters
    ----------
    peers
        All targets ranked together with this one; whether it is among them doesn't matter. They also fix the
        centre of the web, so that the pictures of one class can be laid side by side.
    """
    return _draw(target, peers, rules).render(form)


def radar_words(target: TargetResult, peers: Sequence[TargetResult], rules: Rules) -> str:
    """Return what the picture shows, as text for those who can't see it."""
    spokes = _spokes(target, peers, rules)
    if not spokes:
        return "没有分项得分"
    parts = [
        f"{spoke.name} {spoke.text}" + (f"（同类中位 {spoke.median}）" if spoke.median else "") for spoke in spokes
    ]
    return f"{target.name}各项得分：{'；'.join(parts)}"


def _draw(target: TargetResult, peers: Sequence[TargetResult], rules: Rules) -> Drawing:
    spokes = _spokes(target, peers, rules)
    if not spokes:
        return notice(["没有分项得分"])
    centre, top = _centre(_pool(target, peers), rules), scale.points_range(rules)[1]
    hidden = [(spoke.name, spoke.cell.withheld if spoke.cell else None) for spoke in spokes]
    reasons = withheld.named(hidden, "criteria", rules)
    if all(spoke.value is None for spoke in spokes):
        return notice(reasons or [withheld.NOT_JUDGED])
    foot = [_caption(target, spokes, centre, top), *reasons]
    if _FEWEST <= len(spokes) <= _MOST:
        return Web(spokes, centre, top, foot).draw()
    return _as_rows(spokes, centre, top, foot)


def _pool(target: TargetResult, peers: Sequence[TargetResult]) -> list[TargetResult]:
    return list({each.target: each for each in (*peers, target)}.values())


def _cell(target: TargetResult, criterion: str) -> Cell | None:
    return target.criteria.get(criterion) or target.items.get(criterion)


def _spokes(target: TargetResult, peers: Sequence[TargetResult], rules: Rules) -> list[Spoke]:
    pool = _pool(target, peers)
    return [
        Spoke(
            name=name,
            cell=cell,
            text=withheld.cell_text(cell, "criteria", rules),
            median=scale.class_median((_cell(each, name) for each in pool), rules),
        )
        for name in shares.criteria(rules)
        if (cell := _cell(target, name)) is not None
    ]


def _centre(pool: Sequence[TargetResult], rules: Rules) -> float:
    """Return the number at the centre: a fifth of the range that leaves a tenth below the lowest score."""
    low, high = scale.points_range(rules)
    scores = [withheld.shown(_cell(each, name)) for each in pool for name in shares.criteria(rules)]
    lowest = min((float(score) for score in scores if score is not None), default=low)
    fifth = (high - low) / 5 or 1.0
    steps = math.floor((lowest - (high - low) / 10 - low) / fifth + 1e-9)
    return max(low, low + fifth * steps)


def _caption(target: TargetResult, spokes: Sequence[Spoke], centre: float, top: float) -> str:
    own = "本人" if target.kind in {"person", "member"} else "本单位" if target.kind == "unit" else "本对象"
    ends = f"{scale.plain(centre)}分，最外{scale.plain(top)}分"
    if not _FEWEST <= len(spokes) <= _MOST:
        return f"圆点是{own}，竖线是同类中位；左端{ends.replace('最外', '右端')}。"
    if any(spoke.median for spoke in spokes):
        return f"实线是{own}，虚线是同类中位；圆心{ends}。"
    return f"实线是{own}；同类不足{scale.SMALLEST_CLASS}个，不画中位；圆心{ends}。"


def _as_rows(spokes: Sequence[Spoke], centre: float, top: float, foot: Sequence[str]) -> Drawing:
    columns = [Column("得分", palette.DEEP, "circle"), Column("中位", palette.SOFT, "tick")]
    rows = [
        Row(
            spoke.name,
            (spoke.value, None if spoke.median is None else float(spoke.median)),
            ("不显示" if spoke.cell and spoke.cell.withheld else spoke.text, spoke.median or "不画"),
        )
        for spoke in spokes
    ]
    return draw_rows(rows, columns, Axis(centre, top, scale.round_step(top - centre, 5)), foot)

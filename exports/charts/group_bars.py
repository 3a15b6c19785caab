"""How far apart the evaluator groups are on each item: their marks on one axis, the numbers beside them."""

from collections.abc import Sequence

from exports import shares, withheld
from exports.charts import palette, scale
from exports.charts.drawing import Drawing, Form, notice
from exports.charts.rows import Axis, Column, Row, draw_rows
from scoring.outcome.results import Cell, TargetResult
from scoring.outcome.stated_rules import GroupNode, Rules

TOTAL = "总分"
_NO_MARKS = "没有分组得分"


def group_bars(target: TargetResult, rules: Rules, form: Form = "svg") -> bytes:
    """Draw what each group gave the target in total and on each item; a group keeps its shape throughout."""
    return _draw(target, rules).render(form)


def group_bars_words(target: TargetResult, rules: Rules) -> str:
    """Return what the picture shows, as text for those who can't see it."""
    groups = group_columns(target, rules)
    lines = []
    for name, cells in _lines(target, groups, rules):
        view: withheld.View = "score" if name == TOTAL else "items"
        said = [f"{group}{withheld.cell_text(cell, view, rules)}" for group, cell in zip(groups, cells, strict=True)]
        lines.append(f"{name}：{'，'.join(said)}")
    return f"{target.name}各组评价：{'；'.join(lines)}" if lines else _NO_MARKS


def group_columns(target: TargetResult, rules: Rules) -> list[str]:
    """Return the groups to compare: the scheme's outer ones, or an outer one's leaves where only they have items."""
    return [name for node in rules.groups for name in _columns(node, target)]


def _columns(node: GroupNode, target: TargetResult) -> list[str]:
    inner = [name for child in node.groups for name in _columns(child, target)]
    if node.groups and node.id not in target.group_items and any(name in target.group_items for name in inner):
        return inner
    return [node.id] if node.id in target.groups or node.id in target.group_items else inner


def _lines(target: TargetResult, groups: Sequence[str], rules: Rules) -> list[tuple[str, list[Cell | None]]]:
    if not groups:
        return []
    lines: list[tuple[str, list[Cell | None]]] = [(TOTAL, [target.groups.get(group) for group in groups])]
    for item in shares.items(rules):
        cells = [target.group_items.get(group, {}).get(item) for group in groups]
        if any(cell is not None for cell in cells):
            lines.append((item, cells))
    return lines


def _draw(target: TargetResult, rules: Rules) -> Drawing:
    groups = group_columns(target, rules)
    lines = _lines(target, groups, rules)
    if not lines:
        return notice([_NO_MARKS])
    columns = [Column(group, *palette.group_mark(position)) for position, group in enumerate(groups)]
    rows = [_row(name, cells, rules) for name, cells in lines]
    values = [value for row in rows for value in row.values if value is not None]
    notes = withheld.notes(
        [(cell, "score" if name == TOTAL else "items") for name, cells in lines for cell in cells], rules
    )
    if not values:
        return notice([f"{'、'.join(groups)}的得分都不显示。" if notes else withheld.NOT_JUDGED, *notes])
    low, high, step = scale.around(values, scale.points_range(rules)[1])
    return draw_rows(rows, columns, Axis(low, high, step), notes)


def _row(name: str, cells: Sequence[Cell | None], rules: Rules) -> Row:
    view: withheld.View = "score" if name == TOTAL else "items"
    scores = [withheld.shown(cell) for cell in cells]
    return Row(
        label=name,
        values=tuple(None if score is None else float(score) for score in scores),
        texts=tuple(withheld.short_text(cell, view, rules) for cell in cells),
        bold=name == TOTAL,
    )

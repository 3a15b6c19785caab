"""Charts that the spreadsheet draws itself from the ranking, so they follow when someone sorts or filters it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from exports import shares
from exports.charts import palette, scale
from exports.remarks import sections
from exports.tables.sheets import FONT
from exports.tables.values import Figure, Table
from scoring.outcome.results import Results

_MARKERS = {
    "circle": "circle",
    "square": "square",
    "triangle": "triangle",
    "diamond": "diamond",
    "wedge": "x",
    "cross": "plus",
}
_WIDTH, _HEIGHT = 880, 310
_CHART_ROWS = 16
_PAGE_ROWS = 2 * _CHART_ROWS


@dataclass(frozen=True)
class Block:
    """Rows of the ranking sheet that belong to one class and layer and have a score."""

    title: str
    first: int
    last: int
    hidden: int


def blocks(results: Results, first_row: int) -> list[Block]:
    """Return the rows of each class and layer; those without a shown score stand last and are left out."""
    found, row = [], first_row
    for section in sections(results.results):
        scored = sum(target.score is not None for target in section.targets)
        if scored:
            hidden = len(section.targets) - scored
            found.append(Block(section.title, row, row + scored - 1, hidden))
        row += len(section.targets)
    return found


def draw(book: Workbook, sheet: Worksheet, source: str, table: Table, results: Results, place: tuple[int, int]) -> int:
    """Draw two charts for each class and layer of `results`; return the next free row of `sheet`.

    Parameters
    ----------
    source, table
        Name and content of the ranking sheet that the charts read.
    place
        First row in the ranking sheet that holds these results, first free row of `sheet`.
    """
    first, free = place
    for block in blocks(results, first):
        sheet.insert_chart(free, 0, _scores(book, source, table, results, block))
        if _has_figures(table, [f"{level}%" for level in shares.levels(results.rules)], block):
            sheet.insert_chart(free + _CHART_ROWS, 0, _levels(book, source, table, results, block))
        free += _PAGE_ROWS
    return free


def page_breaks(rows: int) -> list[int]:
    """Return the rows before which a printed page ends: one class and layer to a page."""
    return list(range(_PAGE_ROWS, rows, _PAGE_ROWS))


def _scores(book: Workbook, source: str, table: Table, results: Results, block: Block) -> Any:  # noqa: ANN401 - untyped library
    chart = book.add_chart({"type": "line"})
    rules = results.rules
    marks = [(f"{group.id}得分", *palette.group_mark(position)) for position, group in enumerate(rules.groups)]
    series = [(head, colour, _MARKERS[shape]) for head, colour, shape in marks]
    series.append(("得分", palette.INK, "long_dash"))
    for head, colour, marker in [each for each in series if _has_figures(table, [each[0]], block)]:
        chart.add_series(
            _range(source, table, head, block)
            | {
                "line": {"none": True},
                "marker": {"type": marker, "size": 9, "fill": {"color": colour}, "border": {"color": colour}},
            }
        )
    shown = [float(target.score) for target in results.results if target.score is not None]
    shown += [
        float(cell.score)
        for target in results.results
        for group in rules.groups
        if (cell := target.groups.get(group.id)) is not None and cell.score is not None
    ]
    low, high, _ = scale.around(shown, scale.points_range(rules)[1])
    chart.set_y_axis({"min": low, "max": high, "num_font": _font(9), "major_gridlines": _GRID})
    return _finish(chart, f"{block.title}：得分和各组得分{_left_out(block)}")


def _levels(book: Workbook, source: str, table: Table, results: Results, block: Block) -> Any:  # noqa: ANN401
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    levels = shares.levels(results.rules)
    colours = palette.level_colours(len(levels))
    for position, (level, colour) in enumerate(zip(levels, colours, strict=True)):
        worst = position == len(levels) - 1 and len(levels) > 1
        look: dict[str, Any] = (
            {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#ffffff", "bg_color": colour}}
            if worst
            else {"fill": {"color": colour}}
        )
        chart.add_series(_range(source, table, f"{level}%", block) | look | {"gap": 60})
    chart.set_y_axis({"min": 0, "max": 100, "num_font": _font(9), "major_gridlines": _GRID})
    return _finish(chart, f"{block.title}：各等次的份额，%{_left_out(block)}")


def _has_figures(table: Table, heads: Sequence[str], block: Block) -> bool:
    """Tell whether any number stands under `heads`; a series of words alone would be an empty legend."""
    columns = [table.heads.index(head) for head in heads]
    rows = table.rows[block.first - 1 : block.last]
    return any(isinstance(row[column], Figure) for row in rows for column in columns)


_GRID = {"visible": True, "line": {"color": palette.LINE, "width": 0.75}}


def _left_out(block: Block) -> str:
    return f"（{block.hidden}个不显示）" if block.hidden else ""


def _font(size: int) -> dict[str, Any]:
    return {"name": FONT, "size": size, "color": palette.INK}


def _range(source: str, table: Table, head: str, block: Block) -> dict[str, Any]:
    column, names = table.heads.index(head), table.heads.index("名称")
    return {
        "name": _words(head.removesuffix("%").removesuffix("得分") or "得分"),
        "categories": [source, block.first, names, block.last, names],
        "values": [source, block.first, column, block.last, column],
    }


def _words(text: str) -> str:
    """Return `text` as the library takes it for words: with ! it could be a reference, to another file too."""
    return text.replace("!", "！")


def _finish(chart: Any, title: str) -> Any:  # noqa: ANN401
    chart.set_title({"name": _words(title), "name_font": _font(12) | {"bold": True}, "overlay": False})
    chart.set_x_axis({"num_font": _font(9)})
    chart.set_legend({"position": "bottom", "font": _font(9)})
    chart.set_size({"width": _WIDTH, "height": _HEIGHT})
    chart.show_blanks_as("gap")
    return chart

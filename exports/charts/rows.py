"""Rows of marks on one axis with the numbers in columns beside them: the plain form of a comparison."""

from collections.abc import Sequence
from dataclasses import dataclass

from exports.charts import palette, scale
from exports.charts.drawing import NORMAL, SMALL, WIDTH, Drawing, text_width, wrapped
from exports.charts.palette import Shape

_LABEL_MOST = 118
_COLUMN = 56
_PLOT_LEAST = 150
_TOP = 26
_MANY_ROWS = 10


@dataclass(frozen=True)
class Column:
    """One series: its name, its mark on the axis."""

    name: str
    colour: str
    shape: Shape


@dataclass(frozen=True)
class Row:
    """One thing compared: a value per column (``None``: nothing to place) and what is printed for it."""

    label: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    bold: bool = False


@dataclass(frozen=True)
class Axis:
    """Ends and step of the numbers."""

    low: float
    high: float
    step: float


def draw_rows(rows: Sequence[Row], columns: Sequence[Column], axis: Axis, foot: Sequence[str]) -> Drawing:
    """Draw one line per row: marks joined by a line on a shared axis, then the numbers; `foot` stands below."""
    return _Rows(rows, columns, axis, foot).draw()


class _Rows:
    def __init__(self, rows: Sequence[Row], columns: Sequence[Column], axis: Axis, foot: Sequence[str]) -> None:
        self.rows, self.columns, self.axis = rows, columns, axis
        label = min(_LABEL_MOST, max(text_width(row.label) for row in rows))
        self.label_end = 8 + label
        numbers = _COLUMN * len(columns)
        self.width = max(WIDTH, self.label_end + 16 + _PLOT_LEAST + 24 + numbers)
        self.left, self.right = self.label_end + 16, self.width - numbers - 24
        self.pitch = 34 if len(rows) > _MANY_ROWS else 46
        self.names = [wrapped(column.name, _COLUMN - 4, 2) for column in columns]
        self.top = _TOP + 17 * max(len(lines) for lines in self.names)
        self.bottom = self.top + self.pitch * len(rows)
        self.foot = [line for words in foot for line in wrapped(words, self.width - 16, 3, SMALL)]
        height = self.bottom + 26 + 18 * len(self.foot) + (8 if self.foot else 0)
        self.sheet = Drawing(self.width, height)

    def draw(self) -> Drawing:
        self._grid()
        self._heads()
        for position, row in enumerate(self.rows):
            self._row(row, self.top + self.pitch * (position + 0.5))
            if row.bold:
                y = self.top + self.pitch * (position + 1)
                self.sheet.line([(8, y), (self.width, y)], colour=palette.LINE)
        for position, words in enumerate(self.foot):
            y = self.bottom + 42 + 18 * position
            self.sheet.text(8, y, words, size=SMALL, colour=palette.SOFT)
        return self.sheet

    def _x(self, value: float) -> float:
        part = (value - self.axis.low) / (self.axis.high - self.axis.low)
        return self.left + part * (self.right - self.left)

    def _column_x(self, position: int) -> float:
        return self.width - _COLUMN * (len(self.columns) - position - 0.5)

    def _grid(self) -> None:
        for value in scale.ticks(self.axis.low, self.axis.high, self.axis.step):
            x = self._x(value)
            self.sheet.line([(x, self.top), (x, self.bottom)], colour=palette.LINE)
            label = scale.plain(value)
            self.sheet.text(x, self.bottom + 19, label, size=SMALL, colour=palette.SOFT, anchor="center")

    def _heads(self) -> None:
        for position, column in enumerate(self.columns):
            x = self._column_x(position)
            self.sheet.mark(x, 12, column.shape, fill=column.colour, scale=0.86)
            for line, words in enumerate(self.names[position]):
                self.sheet.text(x, 36 + 17 * line, words, bold=True, anchor="center")

    def _row(self, row: Row, y: float) -> None:
        lines = wrapped(row.label, self.label_end - 8, 2)
        for line, words in enumerate(lines):
            base = y + 5 + 15 * line - 7.5 * (len(lines) - 1)
            self.sheet.text(self.label_end, base, words, bold=row.bold, anchor="right")
        placed = [(self._x(value), position) for position, value in enumerate(row.values) if value is not None]
        if len(placed) > 1:
            ends = (min(placed)[0], y), (max(placed)[0], y)
            self.sheet.line(ends, colour=palette.EDGE, thickness=2)
        for x, position in _unhidden(placed):
            self.sheet.mark(x, y, self.columns[position].shape, fill=self.columns[position].colour)
        for position, words in enumerate(row.texts):
            missing = row.values[position] is None
            self.sheet.text(
                self._column_x(position),
                y + 5,
                words,
                size=SMALL if missing else NORMAL,
                colour=palette.SOFT if missing else palette.INK,
                bold=row.bold and not missing,
                anchor="center",
            )


def _unhidden(placed: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    """Return the marks in drawing order: squares and circles first, pointed shapes over them."""
    order = {0: 1, 1: 0}
    return sorted(placed, key=lambda mark: order.get(mark[1], mark[1]))

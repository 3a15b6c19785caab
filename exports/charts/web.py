"""The web of a radar chart: rings, spokes, one line of the target's own and one of its class."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from exports import withheld
from exports.charts import palette, scale
from exports.charts.drawing import SMALL, WIDTH, Anchor, Drawing, Point, text_width, wrapped
from scoring.outcome.results import Cell

_RADIUS = 140.0
_LABEL_GAP = 15.0
_LINE = 17.0
_STRAIGHT_UP = 0.2
_MOST_RINGS = 6


@dataclass(frozen=True)
class Spoke:
    """One criterion: the target's cell, what is printed for it, the printed median of its class."""

    name: str
    cell: Cell | None
    text: str
    median: str | None

    @property
    def value(self) -> float | None:
        """The shown score as a number."""
        score = withheld.shown(self.cell)
        return None if score is None else float(score)


@dataclass(frozen=True)
class _Label:
    x: float
    top: float
    anchor: Anchor
    names: tuple[str, ...]
    under: tuple[str, ...]

    @property
    def bottom(self) -> float:
        return self.top + _LINE * (len(self.names) + len(self.under))


class Web:
    """A drawing of three spokes or more; a spoke without a shown score breaks the line there."""

    def __init__(self, spokes: Sequence[Spoke], centre: float, top: float, foot: Sequence[str]) -> None:
        self.spokes, self.low, self.high = spokes, centre, top
        labels = [self._label(position) for position in range(len(spokes))]
        above = min(-_RADIUS, *(label.top for label in labels))
        below = max(_RADIUS, *(label.bottom for label in labels))
        self.foot = [line for words in foot for line in wrapped(words, WIDTH - 16, 3, SMALL)]
        self.x, self.y = WIDTH / 2, 10 - above
        self.labels = labels
        self.foot_top = self.y + below + 26
        self.sheet = Drawing(WIDTH, self.foot_top + 18 * len(self.foot) - 8)

    def draw(self) -> Drawing:
        """Return the finished sheet."""
        self._rings()
        self._median()
        self._own()
        self._ring_labels()
        for label in self.labels:
            self._write(label)
        for line, words in enumerate(self.foot):
            self.sheet.text(8, self.foot_top + 18 * line, words, size=SMALL, colour=palette.SOFT)
        return self.sheet

    def _way(self, position: float) -> Point:
        turn = 2 * math.pi * position / len(self.spokes)
        return math.sin(turn), -math.cos(turn)

    def _at(self, position: float, value: float) -> Point:
        radius = _RADIUS * (value - self.low) / (self.high - self.low)
        across, down = self._way(position)
        return self.x + radius * across, self.y + radius * down

    def _ring_values(self) -> list[float]:
        step = scale.round_step(self.high - self.low, _MOST_RINGS)
        found = scale.ticks(self.low, self.high, step)
        return [value for value in found if value > self.low]

    def _rings(self) -> None:
        values = self._ring_values()
        for value in values:
            ring = [self._at(position, value) for position in range(len(self.spokes) + 1)]
            self.sheet.line(ring, colour=palette.EDGE if value == self.high else palette.LINE)
        for position in range(len(self.spokes)):
            self.sheet.line([(self.x, self.y), self._at(position, self.high)], colour=palette.LINE)

    def _ring_labels(self) -> None:
        gap = self._rightmost_gap()
        values = self._ring_values()
        for value in (values[(len(values) - 1) // 2], values[-1]) if len(values) > 1 else values:
            ends = [self._at(gap - 0.5, value), self._at(gap + 0.5, value)]
            x, y = sum(x for x, _ in ends) / 2, sum(y for _, y in ends) / 2
            words = scale.plain(value)
            wide = text_width(words, SMALL) + 4
            self.sheet.rectangle(x - wide / 2, y - 8, wide, 16, fill=palette.WHITE)
            self.sheet.text(x, y + 4.5, words, size=SMALL, colour=palette.SOFT, anchor="center")

    def _rightmost_gap(self) -> float:
        gaps = [position + 0.5 for position in range(len(self.spokes))]
        return max(gaps, key=lambda gap: (round(self._way(gap)[0], 6), -gap))

    def _median(self) -> None:
        values = [None if spoke.median is None else float(spoke.median) for spoke in self.spokes]
        for run in self._runs(values):
            self.sheet.line(run, colour=palette.SOFT, thickness=1.5, dashed=True)

    def _own(self) -> None:
        values = [spoke.value for spoke in self.spokes]
        placed = [self._at(position, value) for position, value in enumerate(values) if value is not None]
        if len(placed) == len(values):
            self.sheet.area(placed, fill=palette.ACCENT, opacity=0.12)
        for run in self._runs(values):
            self.sheet.line(run, colour=palette.ACCENT, thickness=2.5)
        for x, y in placed:
            self.sheet.dot(x, y, 5, fill=palette.DEEP)

    def _runs(self, values: Sequence[float | None]) -> list[list[Point]]:
        """Return the sides of the web between neighbours that both have a value; a gap stays a gap."""
        around = [*values, values[0]]
        points = [None if value is None else self._at(place, value) for place, value in enumerate(around)]
        runs: list[list[Point]] = [[]]
        for point in points:
            if point is None:
                runs.append([])
            else:
                runs[-1].append(point)
        return [run for run in runs if len(run) > 1]

    def _label(self, position: int) -> _Label:
        spoke = self.spokes[position]
        across, down = self._way(position)
        x, y = (_RADIUS + _LABEL_GAP) * across, (_RADIUS + _LABEL_GAP) * down
        straight = abs(across) < _STRAIGHT_UP
        room = WIDTH * 0.6 if straight else WIDTH / 2 - abs(x) - 4
        score = "不显示" if spoke.cell and spoke.cell.withheld else spoke.text
        names = _with_score(spoke.name, score, room)
        under = (f"中位 {spoke.median}",) if spoke.median else ()
        high = _LINE * (len(names) + len(under))
        top = (y - high + 6 if down < 0 else y - 4) if straight else y - high / 2
        anchor: Anchor = "center" if straight else "left" if across > 0 else "right"
        return _Label(x, top, anchor, names, under)

    def _write(self, label: _Label) -> None:
        base = self.y + label.top + 13
        for words in label.names:
            self.sheet.text(self.x + label.x, base, words, bold=True, anchor=label.anchor)
            base += _LINE
        for words in label.under:
            where = self.x + label.x
            self.sheet.text(where, base, words, size=SMALL, colour=palette.SOFT, anchor=label.anchor)
            base += _LINE


def _with_score(name: str, score: str, room: float) -> tuple[str, ...]:
    """Return a spoke's name and score in as few lines as `room` allows, three at most."""
    if text_width(f"{name} {score}") <= room:
        return (f"{name} {score}",)
    return (*wrapped(name, room, 2), score)

"""A sheet to draw on in pixels from the top left, which becomes SVG or PNG, byte for byte the same each time."""

import io
import unicodedata
from collections.abc import Sequence
from typing import Literal

from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from exports.charts.palette import INK, SOFT, WHITE, Shape
from exports.charts.svg import compact
from exports.fonts import chart_font, printable

Form = Literal["svg", "png"]
Anchor = Literal["left", "center", "right"]
Point = tuple[float, float]

SMALL = 12
NORMAL = 13
WIDTH = 540
_UNITS_PER_INCH = 72
_PNG_DOTS_PER_INCH = 144
_BOLD_SHIFT = 0.28
_HATCH_STEP = 8
_NO_METADATA = {"svg": {"Date": None, "Creator": None, "Format": None, "Type": None}, "png": {"Software": None}}

# Element ids are made from hashes of what is drawn; a fixed salt keeps them the same from run to run.
rcParams["svg.hashsalt"] = "gongping"
rcParams["svg.fonttype"] = "path"

_TICK = (1.25, 10.0)
_SHAPES: dict[Shape, tuple[Point, ...]] = {
    "square": ((-6.5, -6.5), (6.5, -6.5), (6.5, 6.5), (-6.5, 6.5)),
    "triangle": ((0, -8), (8, 6), (-8, 6)),
    "diamond": ((0, -8.5), (8.5, 0), (0, 8.5), (-8.5, 0)),
    "wedge": ((0, 8), (8, -6), (-8, -6)),
    "tick": ((-_TICK[0], -_TICK[1]), (_TICK[0], -_TICK[1]), _TICK, (-_TICK[0], _TICK[1])),
    "cross": tuple(
        (x * 2.6, y * 2.6)
        for x, y in (
            *((-1, -3), (1, -3), (1, -1), (3, -1), (3, 1), (1, 1)),
            *((1, 3), (-1, 3), (-1, 1), (-3, 1), (-3, -1), (-1, -1)),
        )
    ),
}


class Drawing:
    """A white sheet of `width` × `height` pixels; y grows downwards."""

    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.height = height
        self._figure = Figure(figsize=(width / _UNITS_PER_INCH, height / _UNITS_PER_INCH), dpi=_UNITS_PER_INCH)
        self._place = Affine2D().scale(1, -1).translate(0, height).scale(1 / _UNITS_PER_INCH)
        self._font = FontProperties(family=chart_font())

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = NORMAL,
        colour: str = INK,
        anchor: Anchor = "left",
        bold: bool = False,
    ) -> None:
        """Write `words` with the base line at `y`.

        The typeface comes in one weight: bold is the same glyphs set twice, a fraction of a pixel apart.
        """
        for shift in (-_BOLD_SHIFT, _BOLD_SHIFT) if bold else (0,):
            label = Text(
                x + shift,
                y,
                printable(words),
                color=colour,
                fontproperties=self._font,
                fontsize=size,
                horizontalalignment=anchor,
                verticalalignment="baseline",
                parse_math=False,
            )
            self._add(label)

    def line(self, points: Sequence[Point], *, colour: str, thickness: float = 1, dashed: bool = False) -> None:
        """Draw a line through `points`."""
        # Dashes are counted in line widths; 4 and 3 pixels are meant.
        style = (0, (4 / thickness, 3 / thickness)) if dashed else "solid"
        patch = PathPatch(Path(points), fill=False, edgecolor=colour, linewidth=thickness, linestyle=style)
        self._add(patch)

    def area(self, points: Sequence[Point], *, fill: str, opacity: float = 1, edge: str | None = None) -> None:
        """Fill the polygon with the corners `points`."""
        closed = Path([*points, points[0]], closed=True)
        patch = PathPatch(closed, facecolor=fill, alpha=opacity, edgecolor=edge or "none", linewidth=1 if edge else 0)
        self._add(patch)

    def rectangle(self, x: float, y: float, width: float, height: float, *, fill: str) -> None:
        """Fill a rectangle from its top left corner."""
        self.area([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], fill=fill)

    def hatched(self, x: float, y: float, width: float, height: float, *, fill: str) -> None:
        """Fill a rectangle and strike it with white lines at 45°, so that it is told apart without colour."""
        self.rectangle(x, y, width, height, fill=fill)
        strokes = [
            stroke
            for offset in range(_HATCH_STEP, int(width + height), _HATCH_STEP)
            if (stroke := _stroke(offset, width, height))
        ]
        if not strokes:
            return
        corners = [(x + a, y + b) for stroke in strokes for a, b in stroke]
        path = Path(corners, [Path.MOVETO, Path.LINETO] * len(strokes))
        self._add(PathPatch(path, fill=False, edgecolor=WHITE, linewidth=1.6))

    def mark(self, x: float, y: float, shape: Shape, *, fill: str, scale: float = 1) -> None:
        """Set a group's mark, ringed in white so that marks that overlap stay apart."""
        if shape == "circle":
            self.dot(x, y, 7 * scale, fill=fill)
            return
        self.area([(x + a * scale, y + b * scale) for a, b in _SHAPES[shape]], fill=fill, edge=WHITE)

    def dot(self, x: float, y: float, radius: float, *, fill: str) -> None:
        """Set a filled circle ringed in white."""
        circle = Path.circle((x, y), radius)
        self._add(PathPatch(circle, facecolor=fill, edgecolor=WHITE, linewidth=1))

    def render(self, form: Form) -> bytes:
        """Return the picture: SVG with its text as outlines, or PNG at two dots a pixel."""
        sheet = io.BytesIO()
        dots = _UNITS_PER_INCH if form == "svg" else _PNG_DOTS_PER_INCH
        self._figure.savefig(sheet, format=form, dpi=dots, facecolor=WHITE, metadata=_NO_METADATA[form])
        return compact(sheet.getvalue()) if form == "svg" else sheet.getvalue()

    def _add(self, artist: Artist) -> None:
        artist.set_transform(self._place + self._figure.dpi_scale_trans)
        artist.set_clip_on(False)
        self._figure.add_artist(artist)


def notice(sentences: Sequence[str]) -> Drawing:
    """Return a low sheet with words in place of a chart that has nothing to draw."""
    lines = [line for words in sentences for line in wrapped(words, WIDTH - 40, 3)]
    sheet = Drawing(WIDTH, 56 + 22 * len(lines))
    for position, line in enumerate(lines):
        sheet.text(20, 42 + 22 * position, line, colour=SOFT)
    return sheet


def text_width(words: str, size: float = NORMAL) -> float:
    """Return about how wide `words` is: a Chinese character is as wide as high, a digit little over half."""
    return sum(size if unicodedata.east_asian_width(c) in "WF" else 0.56 * size for c in words)


def wrapped(words: str, width: float, lines: int, size: float = NORMAL) -> list[str]:
    """Break `words` into at most `lines` lines of `width`; what doesn't fit ends in an ellipsis.

    Examples
    --------
    >>> wrapped("问题解决与反馈情况", 60, 2)
    ['问题解决', '与反馈…']
    """
    rows = [""]
    for character in words:
        if rows[-1] and text_width(rows[-1] + character, size) > width:
            rows.append("")
        rows[-1] += character
    if len(rows) > lines:
        rows = rows[:lines]
        rows[-1] = rows[-1][:-1] + "…"
    return rows


def _stroke(offset: int, width: float, height: float) -> tuple[Point, Point] | None:
    """Return the part of the line x + y = offset that lies in the rectangle (0, 0, width, height)."""
    left, right = max(0.0, offset - height), min(width, float(offset))
    return ((left, offset - left), (right, offset - right)) if left < right else None

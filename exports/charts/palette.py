"""Colours of the charts: told apart by lightness first, with a shape or a hatch beside each."""

from typing import Literal

Shape = Literal["circle", "square", "triangle", "diamond", "wedge", "cross", "tick"]

INK = "#1a2327"
SOFT = "#535d63"
LINE = "#dddbd4"
EDGE = "#78828a"
ACCENT = "#0b5563"
DEEP = "#073d48"
WHITE = "#ffffff"

WORST = "#97251a"
_BEST_TO_PALE = ((0x0B, 0x46, 0x53), (0x5B, 0x9A, 0xA5), (0xCF, 0xE0, 0xE2))
_DARK_BELOW = 128

GROUPS: tuple[tuple[str, Shape], ...] = (
    ("#0b4653", "circle"),
    ("#b87514", "square"),
    ("#a2402b", "triangle"),
    ("#6d68a8", "diamond"),
    ("#4d5a2f", "wedge"),
    ("#78828a", "cross"),
)


def group_mark(position: int) -> tuple[str, Shape]:
    """Return colour and shape of the evaluator group at `position`."""
    return GROUPS[position % len(GROUPS)]


def level_colours(levels: int) -> tuple[str, ...]:
    """Return one fill per level, best first; the last of two or more is the worst level's, which is hatched.

    Examples
    --------
    >>> level_colours(4)
    ('#0b4653', '#5b9aa5', '#cfe0e2', '#97251a')
    """
    calm = levels - 1
    if calm < 1:
        return (_hexadecimal(_BEST_TO_PALE[0]),) * levels
    if calm <= len(_BEST_TO_PALE):
        return (*(_hexadecimal(colour) for colour in _BEST_TO_PALE[:calm]), WORST)
    return (*(_hexadecimal(_between(2 * step / (calm - 1))) for step in range(calm)), WORST)


def on_dark(colour: str) -> bool:
    """Tell whether text on `colour` must be white."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < _DARK_BELOW


def _between(place: float) -> tuple[int, int, int]:
    start = min(int(place), 1)
    low, high = _BEST_TO_PALE[start], _BEST_TO_PALE[start + 1]
    red, green, blue = (round(a + (b - a) * (place - start)) for a, b in zip(low, high, strict=True))
    return red, green, blue


def _hexadecimal(colour: tuple[int, int, int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)

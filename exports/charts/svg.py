"""Matplotlib's SVG made fit for a strict page: no inline styles for a content policy to refuse, a third the size."""

import re

_COMMAND = re.compile(r"([MLCQZz])([^MLCQZz]*)")
_GLYPH = re.compile(r'<path id="NotoSansCJKsc-Regular-(\w+)"(?: d="([^"]*)")? transform="scale\(0\.015625\)"/>')
_GLYPH_ID = re.compile(r'"#NotoSansCJKsc-Regular-(\w+)"')
_PATH = re.compile(r' d="([^"]*)"')
_STYLE = re.compile(r' style="([^"]*)"')
_PLACE = re.compile(r"translate\([^)]*\)")
_SHIFT = re.compile(r'(<use [^>]*) transform="translate\(([-\d.]+) 0\)"')
_LONG_FRACTION = re.compile(r"-?\d+\.\d{3,}")
_ROOT = "stroke-linejoin: round; stroke-linecap: butt"
_COARSER = 8
"""A glyph is drawn on 6,400 units to its size; 800 are finer than any screen or printer shows it here."""


def compact(svg: bytes) -> bytes:
    """Return the same picture with styles as attributes, two decimals, and without names nobody refers to.

    Parameters
    ----------
    svg
        As matplotlib writes it, with text as outlines.
    """
    text = svg.decode()
    text = re.sub(r"<!DOCTYPE[^>]*>|<!--.*?-->|<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.DOTALL)
    text = text.replace('<g id="figure_1">', f'<g style="{_ROOT}">', 1)
    text = re.sub(r' id="(patch|text)_\d+"', "", text)
    text = _GLYPH.sub(_outline, text)
    text = _GLYPH_ID.sub(r'"#n\1"', text)
    text = _PATH.sub(lambda found: f' d="{_short(found[1])}"', text)
    text = _SHIFT.sub(r'\1 x="\2"', text)
    text = _PLACE.sub(lambda found: _LONG_FRACTION.sub(_rounded, found[0]), text)
    text = _STYLE.sub(lambda found: _attributes(found[1]), text)
    return re.sub(r"\s*\n\s*", "\n", text).encode()


def _short(path: str) -> str:
    return re.sub(r"\s*([MLCQZz])\s*", r"\1", _LONG_FRACTION.sub(_rounded, path)).strip()


def _rounded(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _outline(found: re.Match[str]) -> str:
    """Return a glyph on a coarser grid with each point counted from the one before."""
    words, x, y = [], 0, 0
    for command, numbers in _COMMAND.findall(found[2] or ""):
        places = [round(float(number) / _COARSER) for number in numbers.split()]
        steps = [place - (y if index % 2 else x) for index, place in enumerate(places)]
        # After "z" a relative "m" would count from where the figure began, so figures start at an absolute point.
        words.append(f"M{places[0]} {places[1]}" if command == "M" else command.lower() + _joined(steps))
        if places:
            x, y = places[-2:]
    return f'<path id="n{found[1]}" d="{"".join(words)}" transform="scale({_COARSER / 64})"/>'


def _joined(numbers: list[int]) -> str:
    return " ".join(str(number) for number in numbers).replace(" -", "-")


def _attributes(style: str) -> str:
    pairs = [part.split(":", 1) for part in style.split(";") if part.strip()]
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in pairs)

"""The one typeface of charts and documents: Noto Sans CJK SC, from a wheel, so Chinese never becomes boxes."""

from functools import cache
from pathlib import Path

import typst
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font
from noto_cjk_sans_otc import FONT_PATH

FAMILY = "Noto Sans CJK SC"


@cache
def chart_font() -> str:
    """Make the family known to matplotlib once and return its name."""
    font_manager.fontManager.addfont(str(FONT_PATH))
    return FAMILY


@cache
def typesetting_fonts() -> typst.Fonts:
    """Return the fonts that documents are set with: this family alone, so each machine sets the same page."""
    folder = str(Path(str(FONT_PATH)).parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


@cache
def _covered() -> frozenset[int]:
    found = font_manager.findfont(chart_font())
    return frozenset(FT2Font(found.path, face_index=found.face_index).get_charmap())


def printable(text: str) -> str:
    """Return `text` with each character that the typeface lacks written as its code point.

    A rare character of a name would otherwise print as an empty box that nobody can read back.

    Examples
    --------
    >>> printable("王𫝎"), printable("龑䶮")
    ('王〔U+2B74E〕', '龑䶮')
    """
    covered = _covered()
    return "".join(c if ord(c) in covered or c == "\n" else _code_point(c) for c in text)


def _code_point(character: str) -> str:
    return " " if character.isspace() or not character.isprintable() else f"〔U+{ord(character):04X}〕"

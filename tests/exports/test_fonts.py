"""Chinese text is drawn with glyphs, never as empty boxes."""

import io

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font
from PIL import Image

from exports.charts.drawing import Drawing
from exports.fonts import FAMILY, chart_font, printable, typesetting_fonts


def test_the_simplified_face_is_found_inside_the_collection():
    found = font_manager.findfont(chart_font(), fallback_to_default=False)

    assert FT2Font(found.path, face_index=found.face_index).family_name == FAMILY == "Noto Sans CJK SC"


def test_documents_are_set_with_this_family_and_no_other():
    families = typesetting_fonts().families()

    assert {"Noto Sans CJK SC", "Noto Sans Mono CJK SC"} <= set(families)
    assert all("CJK" in family for family in families)


def test_two_characters_are_drawn_differently():
    """Were the face missing, every character would be the same box."""
    assert drawn("群") != drawn("众")


def test_a_character_that_the_face_lacks_is_written_as_its_code_point():
    assert printable("王𫝎") == "王〔U+2B74E〕"
    assert drawn("𫝎") == drawn("〔U+2B74E〕")


def test_common_rare_characters_of_names_are_there():
    assert printable("龑䶮喆堃犇玥") == "龑䶮喆堃犇玥"


def drawn(words: str) -> bytes:
    sheet = Drawing(120, 30)
    sheet.text(5, 20, words)
    return Image.open(io.BytesIO(sheet.render("png"))).convert("L").tobytes()

"""The cards of a ballot as HTML; those of an untouched ballot are kept for the next rater of the same sheet."""

from dataclasses import dataclass

from flask import render_template, request
from flask_babel import get_locale
from markupsafe import Markup

from survey.manifest.manifest import Manifest, Sheet
from survey.manifest.marks import BLANK
from survey.web import ballot_page
from survey.web.ballot_page import Progress

MOST_KEPT = 64
_kept: dict[tuple[bytes, str, str, str], "Cards"] = {}


@dataclass(frozen=True)
class Cards:
    """Every card of a ballot, how far it is, and whether a desk may show it as a grid."""

    html: Markup
    progress: Progress
    grid: bool


def cards(manifest: Manifest, sheet: Sheet, marks: bytes, opened: int | None) -> Cards:
    """Return the cards with `marks`; the card numbered `opened` stands open, else the first unfinished one."""
    if opened is not None or marks.count(BLANK) < len(marks):
        return _make(manifest, sheet, marks, opened)
    # Almost every page that is asked for is an untouched one, and making it takes longer than all the rest.
    key = (manifest.digest(), sheet.id, str(get_locale()), request.script_root)
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = _make(manifest, sheet, marks, None)
    return _kept[key]


def _make(manifest: Manifest, sheet: Sheet, marks: bytes, opened: int | None) -> Cards:
    parts = ballot_page.sections(manifest, sheet, marks)
    progress, grid = ballot_page.progress(parts, opened), ballot_page.fits_grid(parts)
    html = render_template("ballot/cards.html", sheet=sheet, parts=parts, progress=progress, grid=grid)
    return Cards(Markup(html), progress, grid)  # noqa: S704 - a template of ours, escaped where it was made

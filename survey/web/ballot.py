"""The ballot's pages: no cookie, no sign-in; the code on the slip is the credential and travels in bodies only."""

import re
import sys
from typing import TYPE_CHECKING, cast

import segno
from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from survey.collect import ballots, receipts
from survey.collect.ballots import Slip
from survey.collect.refusals import (
    AlreadyUsedError,
    BadCodeError,
    NotYetOpenError,
    OtherMarksError,
    RoundNotOpenError,
    WindowOverError,
)
from survey.errors import GongpingError, UnavailableError
from survey.manifest import marks as ballot_marks
from survey.web import ballot_cards, ballot_page, ballot_review, database, filled, padding
from survey.web.access import now, open_to_all
from survey.web.filled import Filled

if TYPE_CHECKING:
    from survey.config import Settings

DOOR = "phone"
Page = tuple[str, int]
NOT_HANDED_IN = "The server is busy. Nothing was handed in yet. Press the button again in a moment."
UNKNOWN_FATE = "We do not know yet whether your ballot was recorded. Press the button again: it counts once."
SORRY = _("This form cannot be used")
HEADINGS: dict[type[GongpingError], str] = {
    AlreadyUsedError: _("This code has been used"),
    OtherMarksError: _("Your first hand-in counts"),
    NotYetOpenError: _("Not open yet"),
    WindowOverError: _("The time is over"),
    RoundNotOpenError: _("No ballots are taken here"),
    UnavailableError: _("Please press again"),
}
bp = Blueprint("ballot", __name__)


@bp.get("/b")
@open_to_all
def ask_code() -> str:
    """Show the one code box of all rounds; a script fills it from the slip's QR."""
    return render_template("ballot/code.html", typed="", words=None, large=False)


@bp.post("/b")
@open_to_all
def fill() -> Page:
    """Show the ballot that a code opens, or show it again with the marks that came along."""
    form, large = request.form, filled.wants_large(request.form)
    if form.get("do") in {"large", "normal"} and "attempt" not in form:
        return render_template("ballot/code.html", typed=form.get("code", ""), words=None, large=large), 200
    slip = _open_slip()
    if "attempt" in form:
        return _ballot(slip, *_edited(slip))
    if slip.used:
        raise AlreadyUsedError
    cells = len(slip.manifest.cells(slip.sheet))
    return _ballot(slip, filled.fresh(form.get("code", ""), cells, large=large))


@bp.post("/b/review")
@open_to_all
def review() -> Page:
    """Show what is about to be handed in and what is still blank."""
    slip = _open_slip()
    paper = filled.read(request.form, slip.manifest, slip.sheet)
    try:
        ballot_marks.check(slip.manifest, slip.sheet, paper.marks, paper.comment)
    except ballot_marks.BadMarksError as error:
        return _ballot(slip, paper, error=error)
    parts = ballot_page.sections(slip.manifest, slip.sheet, paper.marks)
    page = render_template(
        "ballot/review.html",
        manifest=slip.manifest,
        paper=paper,
        large=paper.large,
        check=ballot_review.check(parts),
    )
    return page, 200


@bp.post("/b/cast")
@open_to_all
def cast_ballot() -> Page:
    """Hand the ballot in; every answer says whether it is recorded, and pressing again is always safe."""
    form = request.form
    attempt, marks = filled.hand_in(form)
    code, comment = form.get("code", ""), filled.comment(form)
    receipt = ballots.cast(database.session(), code, attempt, marks, comment, DOOR, now())
    words = receipts.words(receipt.receipt)
    name = receipts.look_up(database.session(), words).round_name
    page = render_template(
        "ballot/receipt.html", words=words, round_name=name, qr=_qr(words), large=filled.wants_large(form)
    )
    return page, 201 if receipt.new else 200


@bp.errorhandler(BadCodeError)
def bad_code(error: BadCodeError) -> Page:
    """Show the code box again with what was typed; the words are the same for every bad code."""
    typed, large = request.form.get("code", ""), filled.wants_large(request.form)
    return render_template("ballot/code.html", typed=typed, words=error, large=large), error.status


@bp.errorhandler(GongpingError)
def refuse(error: GongpingError) -> Page:
    """Say what happened and what to do; where pressing again helps, offer the same form with every field."""
    again = list(request.form.items(multi=True)) if isinstance(error, UnavailableError) else []
    page = render_template(
        "ballot/refused.html",
        heading=next((words for kind, words in HEADINGS.items() if isinstance(error, kind)), SORRY),
        error=error,
        used=isinstance(error, AlreadyUsedError),
        receipt=receipts.words(error.receipt) if isinstance(error, OtherMarksError) else None,
        fields=again,
        large=filled.wants_large(request.form),
    )
    return page, error.status


@bp.errorhandler(SQLAlchemyError)
def unavailable(_error: SQLAlchemyError) -> Page:
    """Answer a database in trouble around a hand-in (the hand-in itself answers for itself), and log it."""
    current_app.log_exception(sys.exc_info())
    database.session().rollback()
    return refuse(UnavailableError(UNKNOWN_FATE if request.endpoint == "ballot.cast_ballot" else NOT_HANDED_IN))


@bp.after_request
def one_size(response: Response) -> Response:
    """Send every page in steps of one size, compressed where the browser can read that."""
    page = response.get_data()
    response.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings["gzip"]:
        response.headers["Content-Encoding"] = "gzip"
        response.set_data(padding.compressed(page))
    else:
        response.set_data(padding.plain(page))
    return response


def _open_slip() -> Slip:
    """Return what the code in the form opens, unless its window is not now."""
    slip = ballots.find(database.session(), request.form.get("code", ""))
    ballots.check_door(slip.round, slip.sheet, DOOR, now())
    return slip


def _edited(slip: Slip) -> tuple[Filled, int | None]:
    """Return the ballot in the form after what its button asks: a card cleared, or a card to go back to."""
    paper = filled.read(request.form, slip.manifest, slip.sheet)
    act = re.fullmatch(r"(clear|at)-(\d{1,4})", request.form.get("do", ""), re.ASCII)
    if act is None:
        return paper, None
    number = int(act[2])
    return filled.cleared(paper, slip.manifest, slip.sheet, number) if act[1] == "clear" else paper, number


def _ballot(slip: Slip, paper: Filled, opened: int | None = None, error: GongpingError | None = None) -> Page:
    manifest, sheet = slip.manifest, slip.sheet
    page = render_template(
        "ballot/ballot.html",
        manifest=manifest,
        pieces=ballot_page.breakable(manifest.name, manifest.office),
        sheet=sheet,
        closes=sheet.windows[DOOR].closes,
        clock=_clock(),
        comment_most=manifest.comment_bytes // 3,
        paper=paper,
        large=paper.large,
        cards=ballot_cards.cards(manifest, sheet, paper.marks, opened),
        error=error,
    )
    return page, error.status if error else 200


def _clock() -> str:
    """Return the name of the clock that the page's times are told by."""
    zone = cast("Settings", current_app.config["GONGPING"]).timezone
    return str(gettext("Beijing time")) if zone == "Asia/Shanghai" else zone


def _qr(words: str) -> Markup:
    """Return the QR of the receipt as SVG, none without an address; the words stand behind # and never reach a log."""
    address = cast("Settings", current_app.config["GONGPING"]).public_address
    if not address:
        return Markup()
    code = segno.make(f"{address}/r#{words.replace(' ', '-')}", error="m")
    return Markup(code.svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None))  # noqa: S704 - our own drawing

"""Pages for everyone: the front page, the promise in plain words, and the look-up of a receipt."""

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _

from survey.collect import receipts
from survey.errors import NotFoundError
from survey.web import database, forms
from survey.web.access import open_to_all

# Why an opened envelope did not count, as the opening names it: see survey/reveal/envelopes.py.
REASONS = {
    "signature": _("it was not signed with the code of a slip"),
    "receipt": _("its seal was changed after it was handed in"),
    "slip": _("its slip was not on the list"),
    "seal": _("its seal could not be opened"),
    "content": _("what was in it is no ballot of this round"),
    "voided batch": _("its slip belongs to a batch that was declared void"),
    "void": _("the whole round was voided, and its ballots were destroyed unopened"),
}
bp = Blueprint("public", __name__)
forms.csrf.exempt(bp)  # no cookie and no sign-in here: there is nothing that a foreign page could borrow


@bp.get("/")
@open_to_all
def home() -> str:
    """Show the ways in: for raters, for who holds a receipt, for staff."""
    return render_template("public/home.html", large=False)


@bp.get("/promise")
@open_to_all
def promise() -> str:
    """Say what sealing a ballot protects from, and what it does not."""
    return render_template("public/promise.html", large=False)


@bp.get("/r")
@open_to_all
def receipt() -> str:
    """Show the box for the words of a receipt; a script fills it from the receipt's QR."""
    return render_template("public/receipt.html", typed="", status=None, error=None, large=False)


@bp.post("/r")
@open_to_all
def look_up() -> tuple[str, int]:
    """Say what became of the ballot that a receipt names."""
    typed = request.form.get("code", "")
    try:
        status = receipts.look_up(database.session(), typed)
    except NotFoundError as error:
        page = render_template("public/receipt.html", typed=typed, status=None, error=error, large=False)
        return page, error.status
    page = render_template(
        "public/receipt.html",
        typed=typed,
        status=status,
        reason=REASONS.get(status.state, status.state),
        error=None,
        large=False,
    )
    return page, 200

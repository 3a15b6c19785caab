"""The audit log as a page: what staff did, never what a rater did."""

from flask import Blueprint, render_template, request

from survey.office import audit
from survey.web import database, paging
from survey.web.access import allowed, current_account
from survey.web.scope import visible_round, visible_rounds

bp = Blueprint("log", __name__, url_prefix="/log")


@bp.get("/")
@allowed("see audit log")
def index() -> str:
    """List what was done, the latest first: everything, or one round's (``?round=``).

    Who is tied to a unit sees what was done in the rounds of that unit and those below it.
    """
    round_id = request.args.get("round") or None
    chosen = _rounds(round_id)
    shown = paging.asked(audit.count(database.session(), round_ids=chosen))
    entries = audit.entries(database.session(), round_ids=chosen, limit=shown.size, offset=shown.offset)
    return render_template("log/index.html", entries=entries, shown=shown, round_id=round_id)


def _rounds(asked: str | None) -> list[str] | None:
    """Return the rounds whose entries are meant and may be seen; nothing where it is all of them."""
    if current_account().unit_code is None:
        return [asked] if asked else None  # a round that was deleted keeps its entries
    return [visible_round(asked).id] if asked else [each.id for each in visible_rounds()]

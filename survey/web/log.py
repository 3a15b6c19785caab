"""The audit log as a page: what staff did, never what a rater did."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from survey.office import audit
from survey.web import database, paging
from survey.web.access import allowed, current_account
from survey.web.attachments import attachment
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
    head = audit.head(database.session())
    digits = " ".join(head.hash[start : start + 4] for start in range(0, 16, 4))
    return render_template("log/index.html", entries=entries, shown=shown, round_id=round_id, head=head, digits=digits)


@bp.get("/export")
@allowed("see audit log")
def export() -> Response:
    """Hand out the log with its chain: everything, or one round's entries (``?round=``)."""
    round_id = request.args.get("round") or None
    if current_account().unit_code is not None:
        round_id = visible_round(round_id or "").id
    lines = b"".join(audit.export(database.session(), round_id))
    return attachment(lines, f"log-{round_id or 'all'}.jsonl", "application/jsonl")


def _rounds(asked: str | None) -> list[str] | None:
    """Return the rounds whose entries are meant and may be seen; nothing where it is all of them."""
    if current_account().unit_code is None:
        return [asked] if asked else None  # a round that was deleted keeps its entries
    return [visible_round(asked).id] if asked else [each.id for each in visible_rounds()]

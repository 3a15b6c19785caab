"""The audit log as a page: what staff did, never what a rater did."""

from flask import Blueprint, render_template, request

from survey.office import audit
from survey.web import database, paging
from survey.web.access import allowed

bp = Blueprint("log", __name__, url_prefix="/log")


@bp.get("/")
@allowed("see audit log")
def index() -> str:
    """List what was done, the latest first: everything, or one round's (``?round=``)."""
    round_id = request.args.get("round") or None
    shown = paging.asked(audit.count(database.session(), round_id=round_id))
    entries = audit.entries(database.session(), round_id=round_id, limit=shown.size, offset=shown.offset)
    return render_template("log/index.html", entries=entries, shown=shown, round_id=round_id)

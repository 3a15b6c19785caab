"""The desk of clerks and interviewers: the one round that they work for, and what is to be done in it."""

from flask import Blueprint, render_template

from survey.web.access import allowed, current_account
from survey.web.console_progress import STATES
from survey.web.scope import visible_rounds

bp = Blueprint("doors", __name__, url_prefix="/door")


@bp.get("/")
@allowed("work at the door")
def index() -> str:
    """Say for which round the person works, and that nothing is to be done yet."""
    return render_template("doors/index.html", rounds=visible_rounds(), states=STATES, role=current_account().role)

"""The desk of who runs a round: every round, and one from its preparation to its end. It shows no result."""

from flask import Blueprint, render_template
from sqlalchemy import func, select

from survey.collect import turnout
from survey.manifest.amended import amended
from survey.manifest.states import RoundState
from survey.models import Round, Target
from survey.prepare import codes
from survey.prepare.freezing import freeze_check
from survey.web import (
    console_amendments,
    console_codes,
    console_documents,
    console_plans,
    console_progress,
    console_sheets,
    console_steps,
)
from survey.web.access import allowed, now, permitted
from survey.web.database import session
from survey.web.scope import visible_round, visible_rounds

bp = Blueprint("console", __name__, url_prefix="/desk")
for _part in (console_plans, console_documents, console_codes, console_amendments, console_steps):
    bp.register_blueprint(_part.bp)


@bp.get("/")
@allowed("see rounds")
def index() -> str:
    """List the rounds, or say what to do first where there is none."""
    targets = session().scalar(select(func.count()).select_from(Target).where(Target.active)) or 0
    return render_template(
        "console/rounds.html",
        rounds=[console_progress.line(round_) for round_ in visible_rounds()],
        states=console_progress.STATES,
        targets=targets,
        tasks=console_progress.first_tasks(targets),
    )


@bp.get("/rounds/<round_id>")
@allowed("see rounds")
def round_page(round_id: str) -> str:
    """Show where one round stands and what is to be done next."""
    round_ = visible_round(round_id)
    state = RoundState(round_.state)
    frozen = round_.manifest_hash is not None
    batches = codes.batches(session(), round_) if frozen else []
    counted = turnout.coarse(session(), round_) if state is RoundState.OPEN and permitted("see turnout") else []
    report = None if frozen else freeze_check(session(), round_, console_steps.settings().zone, now())
    missing = report.missing if report else ()
    trials = _children(round_, trial=True)
    return render_template(
        "console/round.html",
        round=round_,
        state=console_progress.STATES[state],
        steps=console_progress.steps(round_, now()),
        tasks=console_progress.tasks(round_, batches, missing, now(), tried=bool(trials)),
        holds=amended(round_) if frozen else None,
        report=report,
        doors=console_amendments.DOORS,
        counts=console_sheets.by_sheet(round_, batches) if frozen else [],
        turnout=[console_sheets.turnout_line(sheet) for sheet in counted],
        trials=trials,
        repeats=_children(round_, trial=False),
        parent=visible_round(round_.parent_id) if round_.parent_id else None,
        fingerprint=console_progress.fingerprint(round_),
    )


def _children(round_: Round, *, trial: bool) -> list[Round]:
    query = select(Round).where(Round.parent_id == round_.id, Round.trial == trial).order_by(Round.created_at, Round.id)
    return list(session().scalars(query))

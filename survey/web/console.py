"""The desk of who runs a round: every round, and one from its preparation to its end. It shows no result."""

from flask import Blueprint, render_template

from survey.collect import turnout
from survey.manifest.amended import amended
from survey.manifest.states import RoundState
from survey.prepare import codes
from survey.prepare.freezing import freeze_check
from survey.web import (
    console_amendments,
    console_approvals,
    console_box,
    console_codes,
    console_documents,
    console_keys,
    console_people,
    console_plans,
    console_progress,
    console_sheets,
    console_steps,
    key_tasks,
    second_person,
)
from survey.web.access import allowed, now, permitted
from survey.web.database import session
from survey.web.scope import targets, visible_children, visible_parent, visible_round, visible_rounds

bp = Blueprint("console", __name__, url_prefix="/desk")
for _part in (
    console_plans,
    console_documents,
    console_people,
    console_codes,
    console_amendments,
    console_keys,
    console_box,
    console_steps,
    console_approvals,
):
    bp.register_blueprint(_part.bp)


@bp.get("/")
@allowed("see rounds")
def index() -> str:
    """List the rounds, or say what to do first where there is none."""
    rated = sum(target.active for target in targets())
    return render_template(
        "console/rounds.html",
        rounds=[console_progress.line(round_) for round_ in visible_rounds()],
        states=console_progress.STATES,
        targets=rated,
        tasks=console_progress.first_tasks(rated),
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
    trials = visible_children(round_, trial=True)
    return render_template(
        "console/round.html",
        round=round_,
        state=console_progress.STATES[state],
        steps=console_progress.steps(round_, now()),
        tasks=[
            *key_tasks.key_tasks(round_),
            *console_progress.tasks(round_, batches, missing, now(), tried=bool(trials)),
        ],
        lost=key_tasks.too_many_lost(round_),
        holds=amended(round_) if frozen else None,
        report=report,
        doors=console_amendments.DOORS,
        counts=console_sheets.by_sheet(round_, batches) if frozen else [],
        turnout=[console_sheets.turnout_line(sheet) for sheet in counted],
        trials=trials,
        repeats=visible_children(round_, trial=False),
        parent=visible_parent(round_),
        fingerprint=console_progress.fingerprint(round_),
        requests=second_person.requests(round_),
    )

"""Where the second person agrees or declines, and who asked withdraws; what is agreed to is done at once."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from survey.errors import GongpingError, NotFoundError
from survey.manifest.amended import manifest_of
from survey.manifest.states import TwoPersonAct
from survey.models import Round
from survey.office import approvals, round_key
from survey.prepare import lifecycle
from survey.reveal import publication
from survey.web import console_steps, second_person
from survey.web.access import allowed, current_account, now
from survey.web.confirmation import recently_confirmed
from survey.web.database import session, writing
from survey.web.forms import Form
from survey.web.scope import visible_round

bp = Blueprint("approvals", __name__, url_prefix="/rounds/<round_id>")

Answer = str | tuple[str, int] | Response
DECLINED = lazy_gettext("You have declined. Who asked sees your reason in the log.")


class DecisionForm(Form):
    """Which request is decided, and why it is declined."""

    asked = HiddenField()
    reason = StringField(lazy_gettext("Reason, if you decline; it is kept"), validators=[Length(max=300)])


@bp.get("/freeze/agreement")
@allowed("freeze round")
def freeze(round_id: str) -> Answer:
    """Show a request to freeze the round."""
    return _page(visible_round(round_id), TwoPersonAct.FREEZE)


@bp.post("/freeze/agreement")
@allowed("freeze round")
def decide_freeze(round_id: str) -> Answer:
    """Agree, and the round is frozen; or decline."""
    answer = _decide(
        round_id,
        TwoPersonAct.FREEZE,
        lambda round_: lifecycle.freeze(session(), round_, console_steps.settings(), current_account().login, now()),
    )
    console_steps.shred()
    return answer


@bp.get("/close/agreement")
@allowed("agree to early close")
def close(round_id: str) -> Answer:
    """Show a request to close the round before its last window is over."""
    return _page(visible_round(round_id), TwoPersonAct.CLOSE)


@bp.post("/close/agreement")
@allowed("agree to early close")
def decide_close(round_id: str) -> Answer:
    """Agree, and the round is closed; or decline."""
    return _decide(
        round_id,
        TwoPersonAct.CLOSE,
        lambda round_: lifecycle.close(session(), round_, current_account().login, now()),
    )


@bp.get("/reveal/agreement")
@allowed("reveal round")
@recently_confirmed
def reveal(round_id: str) -> Answer:
    """Show a request to reveal the round."""
    return _page(visible_round(round_id), TwoPersonAct.REVEAL)


@bp.post("/reveal/agreement")
@allowed("reveal round")
@recently_confirmed
def decide_reveal(round_id: str) -> Answer:
    """Agree, and the round is revealed, once the codes are given where it has three keys; or decline."""
    answer = _decide(round_id, TwoPersonAct.REVEAL, lambda _round: None)
    agreed = second_person.agreed(visible_round(round_id), TwoPersonAct.REVEAL)
    if not agreed or request.form.get("decision") != "agree":
        return answer
    if manifest_of(visible_round(round_id)).seal == round_key.THREE_KEYS:
        return redirect(url_for("console.steps.ask_reveal", round_id=round_id), code=303)
    return console_steps.reveal_now(round_id)


@bp.get("/publish/agreement")
@allowed("publish results")
@recently_confirmed
def publish(round_id: str) -> Answer:
    """Show a request to publish a result."""
    return _page(visible_round(round_id), TwoPersonAct.PUBLISH)


@bp.post("/publish/agreement")
@allowed("publish results")
@recently_confirmed
def decide_publish(round_id: str) -> Answer:
    """Agree, and the result that was named is published; or decline."""

    def carry_out(round_: Round) -> None:
        waiting = approvals.waiting(session(), round_, TwoPersonAct.PUBLISH)
        number = int(waiting.what) if waiting else 0
        publication.publish(session(), round_, number, current_account().login, now())

    return _decide(round_id, TwoPersonAct.PUBLISH, carry_out)


@bp.post("/requests/<approval_id>/withdraw")
@allowed("see rounds")
def withdraw(round_id: str, approval_id: str) -> Answer:
    """Withdraw one's own request."""
    writing()
    round_ = visible_round(round_id)
    approval = approvals.get(session(), round_, approval_id)
    approvals.withdraw(session(), round_, approval, current_account(), now())
    session().commit()
    flash(_("The request is withdrawn."))
    return redirect(url_for("console.round_page", round_id=round_id), code=303)


def _decide(round_id: str, act: TwoPersonAct, carry_out: Callable[[Round], None]) -> Answer:
    writing()
    round_, form = visible_round(round_id), DecisionForm()
    try:
        approval = approvals.get(session(), round_, form.asked.data or "")
        if approval.act != act:
            raise NotFoundError("This round has no such request.")
        decided = session(), round_, approval, second_person.what_now(round_, approval), current_account()
        if request.form.get("decision") == "agree":
            approvals.agree(*decided, now())
            carry_out(round_)
            words = second_person.DONE[act]
        else:
            approvals.decline(*decided, form.reason.data or "", now())
            words = DECLINED
    except GongpingError as refusal:
        session().rollback()
        return _page(visible_round(round_id), act, refusal)
    session().commit()
    flash(str(words))
    return redirect(url_for("console.round_page", round_id=round_id), code=303)


def _page(round_: Round, act: TwoPersonAct, refusal: GongpingError | None = None) -> Answer:
    found = next((each for each in second_person.requests(round_) if each.act is act), None)
    page = render_template(
        "console/agreement.html",
        round=round_,
        name=str(second_person.NAMES[act]),
        found=found,
        form=DecisionForm(formdata=None),
        refusal=refusal,
        report=console_steps.freeze_report(round_) if act is TwoPersonAct.FREEZE else None,
    )
    return (page, refusal.status) if refusal else page

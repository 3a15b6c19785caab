"""The numbered results of a round: made with a reason, never changed, one of them published."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from survey.errors import GongpingError
from survey.manifest.states import TwoPersonAct
from survey.models import Round
from survey.reveal import publication, results
from survey.web import second_person
from survey.web.access import allowed, current_account, now
from survey.web.confirmation import recently_confirmed
from survey.web.database import session, writing
from survey.web.forms import Form
from survey.web.personnel_context import context, find
from survey.web.scope import visible_round

bp = Blueprint("snapshots", __name__, url_prefix="/<round_id>")

Answer = str | tuple[str, int] | Response


class ReasonForm(Form):
    """Why another result is made."""

    reason = StringField(lazy_gettext("Reason, which is kept"), validators=[InputRequired(), Length(max=300)])


class PublishForm(Form):
    """Nothing but the press of the button."""


@bp.get("/snapshots")
@allowed("see unpublished results")
def index(round_id: str) -> Answer:
    """List the results of a round."""
    return _page(visible_round(round_id), ReasonForm())


@bp.post("/snapshots")
@allowed("score round")
def make(round_id: str) -> Answer:
    """Make one more result over the same opened ballots."""
    writing()
    round_ = visible_round(round_id)
    form = ReasonForm()
    if not form.validate():
        return _page(round_, form, status=422)
    try:
        made = results.make_result(session(), round_, form.reason.data, current_account().login, now())
    except GongpingError as error:
        session().rollback()
        return _page(visible_round(round_id), form, error)
    session().commit()
    flash(_("Result number %(number)s is made.", number=made.number))
    return redirect(url_for("personnel.ranking", round_id=round_id, number=made.number), code=303)


@bp.get("/<int:number>/publish")
@allowed("publish results")
@recently_confirmed
def ask_publish(round_id: str, number: int) -> Answer:
    """Ask before a result is published."""
    return _publish_page(round_id, number)


@bp.post("/<int:number>/publish")
@allowed("publish results")
@recently_confirmed
def publish(round_id: str, number: int) -> Answer:
    """Publish one result: from here on nothing about the round changes. Or ask for a second person."""
    writing()
    round_ = visible_round(round_id)
    try:
        if second_person.second(round_, TwoPersonAct.PUBLISH) is not None:
            publication.check_publishable(session(), round_, number)
            second_person.ask(round_, TwoPersonAct.PUBLISH, number)
        else:
            publication.publish(session(), round_, number, current_account().login, now())
            flash(_("Result number %(number)s is published.", number=number))
    except GongpingError as error:
        session().rollback()
        return _publish_page(round_id, number, error)
    session().commit()
    return redirect(url_for("personnel.snapshots.index", round_id=round_id), code=303)


def _page(round_: Round, form: ReasonForm, refusal: GongpingError | None = None, status: int = 200) -> Answer:
    page = render_template(
        "personnel/snapshots.html",
        round=round_,
        form=form,
        refusal=refusal,
        results=results.snapshots(session(), round_),
        published=publication.published_number(session(), round_),
        requests=second_person.requests(round_),
    )
    return page, refusal.status if refusal else status


def _publish_page(round_id: str, number: int, refusal: GongpingError | None = None) -> Answer:
    round_, snapshot = find(round_id, number)
    second = second_person.second(round_, TwoPersonAct.PUBLISH)
    page = render_template(
        "personnel/publish.html", **context(round_, snapshot), form=PublishForm(), refusal=refusal, second=second
    )
    return page, refusal.status if refusal else 200

"""Drafting a round: its plan typed or uploaded, tried out, corrected, repeated, thrown away."""

from datetime import timedelta

import yaml
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from survey.errors import BadDocumentError, ConflictError, GongpingError, Problem
from survey.manifest.states import REFUSALS, RoundState
from survey.models import Round
from survey.prepare import lifecycle, rounds
from survey.web.access import allowed, current_account, now
from survey.web.attachments import text_file
from survey.web.console_steps import settings, shred
from survey.web.database import session, writing
from survey.web.forms import Form
from survey.web.scope import visible_round

bp = Blueprint("plans", __name__)

Answer = str | tuple[str, int] | Response


class PlanForm(Form):
    """A plan, typed or as a file; a file wins."""

    text = TextAreaField(lazy_gettext("Plan of the round (YAML)"))
    file = FileField(
        lazy_gettext("or a file with the plan"),
        description=lazy_gettext("A chosen file takes the place of what stands above."),
    )


class RepeatForm(Form):
    """Which groups a void round is repeated for."""

    groups = SelectMultipleField(
        lazy_gettext("Groups to repeat"),
        description=lazy_gettext("Tick none to repeat the whole round."),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )


@bp.get("/new")
@allowed("prepare round")
def ask_new() -> Answer:
    """Offer a plan to start from."""
    return _plan_page(None, PlanForm(text=example()))


@bp.post("/new")
@allowed("prepare round")
def new() -> Answer:
    """Make a draft round; where the plan has faults, keep what was typed and list them."""
    writing()
    form = PlanForm()
    try:
        text, file = given(form, _("the plan"))
        round_ = rounds.create(session(), text, file, _by(), now(), current_account().unit_code)
    except BadDocumentError as error:
        return _plan_page(None, form, error)
    session().commit()
    flash(_("The round is drafted. Next: what the freeze check lists."))
    return redirect(url_for("console.round_page", round_id=round_.id), code=303)


@bp.get("/rounds/<round_id>/plan")
@allowed("prepare round")
def ask_revise(round_id: str) -> Answer:
    """Show the draft's plan for correction."""
    round_ = visible_round(round_id)
    return _plan_page(round_, PlanForm(text=round_.plan_source))


@bp.post("/rounds/<round_id>/plan")
@allowed("prepare round")
def revise(round_id: str) -> Answer:
    """Replace the draft's plan."""
    writing()
    round_ = visible_round(round_id)
    form = PlanForm()
    try:
        text, file = given(form, _("the plan"))
        rounds.revise(session(), round_, text, file, _by(), now())
    except GongpingError as error:
        session().rollback()
        return _plan_page(visible_round(round_id), form, error)
    session().commit()
    flash(_("The plan is replaced."))
    return redirect(url_for("console.round_page", round_id=round_id), code=303)


@bp.get("/rounds/<round_id>/plan.yaml")
@allowed("see rounds")
def download(round_id: str) -> Response:
    """Hand out the plan as it was written."""
    round_ = visible_round(round_id)
    return text_file(round_.plan_source, f"{round_.name}.yaml", "application/yaml")


@bp.post("/rounds/<round_id>/trial")
@allowed("prepare round")
def make_trial(round_id: str) -> Answer:
    """Make a trial round from the draft."""
    writing()
    trial = rounds.make_trial(session(), visible_round(round_id), _by(), now())
    session().commit()
    flash(_("The trial round is drafted. Freeze it, print a few slips and open it; it never counts."))
    return redirect(url_for("console.round_page", round_id=trial.id), code=303)


@bp.get("/rounds/<round_id>/repeat")
@allowed("prepare round")
def ask_repeat(round_id: str) -> Answer:
    """Ask for which groups a void round is repeated."""
    return _repeat_page(visible_round(round_id), RepeatForm())


@bp.post("/rounds/<round_id>/repeat")
@allowed("prepare round")
def repeat(round_id: str) -> Answer:
    """Draft the round again, with new codes to come."""
    writing()
    round_ = visible_round(round_id)
    form = RepeatForm()
    form.groups.choices = _groups(round_)
    try:
        again = rounds.repeat(session(), round_, form.groups.data or [], _by(), now())
    except GongpingError as error:
        session().rollback()
        return _repeat_page(visible_round(round_id), form, error)
    session().commit()
    flash(_("The round is drafted again. Correct its windows in the plan, then freeze it."))
    return redirect(url_for("console.round_page", round_id=again.id), code=303)


@bp.get("/rounds/<round_id>/delete")
@allowed("prepare round")
def ask_delete(round_id: str) -> Answer:
    """Ask before a draft is thrown away."""
    return render_template("console/delete.html", round=visible_round(round_id))


@bp.post("/rounds/<round_id>/delete")
@allowed("prepare round")
def delete(round_id: str) -> Answer:
    """Throw a draft away, with its trials."""
    writing()
    lifecycle.delete_draft(session(), visible_round(round_id), _by(), now())
    session().commit()
    shred()  # the keys of its trials
    flash(_("The draft is deleted."))
    return redirect(url_for("console.index"), code=303)


def example() -> str:
    """Return a plan with comments that works as it stands once the roster has people."""
    today = now().astimezone(settings().zone)
    return render_template(
        "console/plan.yaml",
        year=today.year,
        opens=(today + timedelta(days=7)).date().isoformat(),
        closes=(today + timedelta(days=14)).date().isoformat(),
        paper_closes=(today + timedelta(days=15)).date().isoformat(),
        office=yaml.safe_dump(settings().office, allow_unicode=True).splitlines()[0],
    )


def _by() -> str:
    return current_account().login


def given(form: Form, typed: str) -> tuple[str, str]:
    """Return a document's text and the name of where it stands; what a file holds fills the field from here on."""
    upload = form.file.data
    if not upload or not upload.filename:
        return form.text.data or "", typed
    try:
        text = upload.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadDocumentError(
            upload.filename, [Problem("the whole file", "bytes that are no text", "a text file in UTF-8")]
        ) from error
    form.text.data = text
    return text, upload.filename


def _plan_page(round_: Round | None, form: PlanForm, refusal: GongpingError | None = None) -> Answer:
    if round_ is not None and round_.state != RoundState.DRAFT and refusal is None:
        refusal = ConflictError(REFUSALS[RoundState(round_.state)])
    page = render_template("console/plan.html", round=round_, form=form, refusal=refusal)
    return (page, refusal.status) if refusal else page


def _groups(round_: Round) -> list[SelectChoice]:
    groups = dict.fromkeys(sheet.group for sheet in rounds.plan_of(round_).sheets)
    return [SelectChoice(group, group) for group in groups]


def _repeat_page(round_: Round, form: RepeatForm, refusal: GongpingError | None = None) -> Answer:
    form.groups.choices = _groups(round_)
    page = render_template("console/repeat.html", round=round_, form=form, refusal=refusal)
    return (page, refusal.status) if refusal else page

"""The steps of a round, each asked once more before it is taken: freeze, open, close, void, reveal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from survey.config import Settings
from survey.errors import GongpingError
from survey.manifest.amended import amended, manifest_of
from survey.manifest.states import RoundState, TwoPersonAct
from survey.models import Round
from survey.office import round_key, shredding
from survey.prepare import lifecycle
from survey.prepare.freezing import FreezeReport, freeze_check
from survey.reveal import opening, results
from survey.web import second_person
from survey.web.access import allowed, current_account, now
from survey.web.confirmation import recently_confirmed
from survey.web.database import session, session_factory, writing
from survey.web.errors import words_of
from survey.web.forms import Form
from survey.web.key_forms import CodesForm
from survey.web.scope import visible_round

bp = Blueprint("steps", __name__)

Answer = str | tuple[str, int] | Response


class StepForm(Form):
    """What a step may ask for beside the press of a button."""

    reason = StringField(lazy_gettext("Reason, which is kept"), validators=[Length(max=300)])


@dataclass(frozen=True)
class Step:
    """A step as its page asks for it.

    Attributes
    ----------
    template
        The page that says what the step means.
    done
        The words once it is taken.
    act
        What the round may ask two people for.
    """

    template: str
    done: LazyString
    act: TwoPersonAct | None = None


FREEZE = Step(
    "console/freeze.html", lazy_gettext("The round is frozen. Its rules no longer change."), TwoPersonAct.FREEZE
)
OPEN = Step("console/open.html", lazy_gettext("The round is open. Ballots are taken within the windows."))
CLOSE = Step(
    "console/close.html", lazy_gettext("The round is closed. No ballot is taken any more."), TwoPersonAct.CLOSE
)
VOID = Step("console/void.html", lazy_gettext("The round is void. Its ballots and its key are destroyed."))
REVEAL = Step(
    "console/reveal.html", lazy_gettext("The round is revealed and scored. The key is destroyed."), TwoPersonAct.REVEAL
)


def settings() -> Settings:
    """Return the installation's settings."""
    return cast("Settings", current_app.config["GONGPING"])


@bp.get("/rounds/<round_id>/freeze")
@allowed("freeze round")
def ask_freeze(round_id: str) -> Answer:
    """Show what the freeze would fix, and what still stands in its way."""
    return _ask(FREEZE, _round(round_id))


@bp.post("/rounds/<round_id>/freeze")
@allowed("freeze round")
def freeze(round_id: str) -> Answer:
    """Freeze the round: from here on its rules stay as they are, and its trials are gone."""
    answer = _take(FREEZE, round_id, lambda round_, _form: lifecycle.freeze(session(), round_, settings(), by(), now()))
    shred()
    return answer


@bp.get("/rounds/<round_id>/open")
@allowed("open round")
def ask_open(round_id: str) -> Answer:
    """Ask before the round is opened."""
    return _ask(OPEN, _round(round_id))


@bp.post("/rounds/<round_id>/open")
@allowed("open round")
def open_(round_id: str) -> Answer:
    """Open the round: its doors take ballots within their windows."""
    return _take(OPEN, round_id, lambda round_, _form: lifecycle.open_(session(), round_, by(), now()))


@bp.get("/rounds/<round_id>/close")
@allowed("close round")
def ask_close(round_id: str) -> Answer:
    """Ask before the round is closed; before the last window is over, for a second person too."""
    return _ask(CLOSE, _round(round_id))


@bp.post("/rounds/<round_id>/close")
@allowed("close round")
def close(round_id: str) -> Answer:
    """Close the round: no ballot is accepted from here on."""
    return _take(CLOSE, round_id, lambda round_, _form: lifecycle.close(session(), round_, by(), now()))


@bp.get("/rounds/<round_id>/void")
@allowed("void round")
def ask_void(round_id: str) -> Answer:
    """Say what is destroyed before the round is voided."""
    return _ask(VOID, _round(round_id))


@bp.post("/rounds/<round_id>/void")
@allowed("void round")
def void(round_id: str) -> Answer:
    """Void the round: its ballots and its key are destroyed, the counts and the reason stay."""
    answer = _take(
        VOID,
        round_id,
        lambda round_, form: lifecycle.void(session(), round_, form.reason.data or "", by(), now()),
    )
    shred()
    return answer


@bp.get("/rounds/<round_id>/reveal")
@allowed("reveal round")
@recently_confirmed
def ask_reveal(round_id: str) -> Answer:
    """Say what the reveal does before it is done."""
    return _ask(REVEAL, _round(round_id))


@bp.post("/rounds/<round_id>/reveal")
@allowed("reveal round")
@recently_confirmed
def reveal(round_id: str) -> Answer:
    """Open every envelope, destroy the key, and make the first result; or ask for a second person."""
    if second_person.second(_round(round_id), TwoPersonAct.REVEAL) is not None:
        return _take(REVEAL, round_id, lambda round_, _form: second_person.ask(round_, TwoPersonAct.REVEAL))
    return reveal_now(round_id)


def reveal_now(round_id: str) -> Answer:
    """Open every envelope, destroy the key, and make the first result."""
    session().rollback()  # a reader would keep what is deleted in the database's log
    try:
        opening.reveal(session_factory(), round_id, settings().key_folder, by(), now(), codes=CodesForm().codes())
    except GongpingError as error:
        return _ask(REVEAL, _round(round_id), error)
    try:
        made = results.make_result(writing(), _round(round_id), _("First result after the reveal"), by(), now())
    except GongpingError as error:
        session().rollback()
        flash(_("The round is revealed, but it could not be scored: %(why)s", why=words_of(error)), "bad")
        return redirect(url_for("personnel.snapshots.index", round_id=round_id), code=303)
    session().commit()
    flash(str(REVEAL.done))
    return redirect(url_for("personnel.ranking", round_id=round_id, number=made.number), code=303)


def by() -> str:
    """Return the login of who acts."""
    return current_account().login


def _round(round_id: str) -> Round:
    return visible_round(round_id)


def shred() -> None:
    """Destroy the keys that are due by now."""
    session().rollback()  # a reader would keep what is deleted in the database's log
    shredding.finish(session_factory(), settings().key_folder)


def freeze_report(round_: Round) -> FreezeReport | None:
    """Return what a freeze would meet; nothing once the round is frozen."""
    return freeze_check(session(), round_, settings().zone, now()) if round_.manifest_hash is None else None


def _take(step: Step, round_id: str, act: Callable[[Round, StepForm], None]) -> Answer:
    writing()
    round_ = _round(round_id)
    form = StepForm()
    if not form.validate():
        return _ask(step, round_, form=form)
    try:
        if step.act and second_person.second(round_, step.act) is not None:
            second_person.ask(round_, step.act)
        else:
            act(round_, form)
            flash(str(step.done))
    except GongpingError as error:
        session().rollback()
        return _ask(step, _round(round_id), error, form)
    session().commit()
    return redirect(url_for("console.round_page", round_id=round_id), code=303)


def _ask(step: Step, round_: Round, refusal: GongpingError | None = None, form: StepForm | None = None) -> Answer:
    draft = round_.manifest_hash is None
    page = render_template(
        step.template,
        round=round_,
        form=form or StepForm(),
        refusal=refusal,
        report=freeze_report(round_),
        second=second_person.second(round_, step.act),
        closes=None if draft else amended(round_).last_close(),
        codes=CodesForm(formdata=None),
        three=not draft and manifest_of(round_).seal == round_key.THREE_KEYS,
        early=round_.state == RoundState.OPEN and now() < amended(round_).last_close(),
    )
    return (page, refusal.status) if refusal else page

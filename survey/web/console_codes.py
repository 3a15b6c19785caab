"""Slips: minted per sheet and handed out once as the answer to the request; a failed download is voided."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from survey.errors import ConflictError, GongpingError
from survey.manifest.amended import amended
from survey.models import Round
from survey.prepare import codes
from survey.prepare.slips import draw_slips
from survey.web import console_sheets
from survey.web.access import allowed, current_account, now
from survey.web.attachments import attachment
from survey.web.console_steps import settings
from survey.web.database import session, writing
from survey.web.forms import Form
from survey.web.scope import visible_round

bp = Blueprint("codes", __name__)

Answer = str | tuple[str, int] | Response


class MintForm(Form):
    """How many slips for which sheet; ``seen`` is how many batches there were when the form was shown."""

    sheet = SelectField(lazy_gettext("Sheet"), validators=[InputRequired()])
    kind = RadioField(
        lazy_gettext("What the slips are for"),
        choices=[
            SelectChoice("issue", lazy_gettext("to hand out, counted against the entitled number")),
            SelectChoice("reserve", lazy_gettext("sealed reserve, replaces lost slips")),
        ],
        default="issue",
        validators=[InputRequired()],
    )
    size = IntegerField(lazy_gettext("How many slips"), validators=[InputRequired(), NumberRange(min=1, max=5000)])
    seen = HiddenField()


class VoidForm(Form):
    """Why a batch is voided."""

    reason = StringField(lazy_gettext("Reason, which is kept"), validators=[InputRequired(), Length(max=300)])


@bp.get("/rounds/<round_id>/codes")
@allowed("see rounds")
def index(round_id: str) -> Answer:
    """Show the batches of a round and offer to mint one more."""
    return _page(visible_round(round_id), None)


@bp.post("/rounds/<round_id>/codes")
@allowed("mint codes")
def mint(round_id: str) -> Answer:
    """Mint a batch and hand out its slips; they are drawn in memory and exist only in this answer."""
    writing()
    round_ = visible_round(round_id)
    form = MintForm()
    form.sheet.choices = _sheets(round_)
    if not form.validate():
        return _page(round_, form, status=422)
    try:
        _not_twice(round_, form)
        minted = codes.mint(
            session(),
            round_,
            form.sheet.data,
            form.size.data,
            form.kind.data,
            reachable=settings().demonstration or not settings().loopback_address(),
            by=current_account().login,
            now=now(),
        )
    except GongpingError as error:
        session().rollback()
        return _page(visible_round(round_id), form, error)
    session().commit()  # drawing takes long, and no ballot should wait for it
    try:
        pdf = draw_slips(round_, minted, settings())
    except Exception:
        codes.void_batch(writing(), minted.batch, _("The slips could not be drawn."), current_account().login, now())
        session().commit()
        raise
    label = amended(round_).sheet(minted.batch.sheet).label
    return attachment(pdf, f"{round_.name}-{label}-{minted.batch.id[:6]}.pdf", "application/pdf")


@bp.get("/rounds/<round_id>/codes/<batch_id>/void")
@allowed("mint codes")
def ask_void(round_id: str, batch_id: str) -> Answer:
    """Ask why a batch that was never handed out is voided."""
    return _void_page(visible_round(round_id), batch_id, VoidForm())


@bp.post("/rounds/<round_id>/codes/<batch_id>/void")
@allowed("mint codes")
def void(round_id: str, batch_id: str) -> Answer:
    """Void a whole batch whose slips were never handed out."""
    writing()
    round_ = visible_round(round_id)
    form = VoidForm()
    if not form.validate():
        return _void_page(round_, batch_id, form, status=422)
    try:
        batch = codes.get_batch(session(), round_, batch_id)
        codes.void_batch(session(), batch, form.reason.data, current_account().login, now())
    except GongpingError as error:
        session().rollback()
        return _void_page(visible_round(round_id), batch_id, form, error)
    session().commit()
    flash(_("The batch is void; its slips open nothing. Destroy what was printed, and mint again."))
    return redirect(url_for("console.codes.index", round_id=round_id), code=303)


def _not_twice(round_: Round, form: MintForm) -> None:
    """Refuse a form that was sent before: a double click must not mint a batch whose slips nobody gets."""
    if form.seen.data != _seen(round_):
        raise ConflictError(
            "A batch was minted after this page was shown. Look at the batches below: if its download failed, "
            "void it; then mint again."
        )


def _seen(round_: Round) -> str:
    return str(len(codes.batches(session(), round_)))


def _sheets(round_: Round) -> list[SelectChoice]:
    return [SelectChoice(sheet.id, sheet.label) for sheet in amended(round_).sheets.values()]


def _page(round_: Round, form: MintForm | None, refusal: GongpingError | None = None, status: int = 200) -> Answer:
    form = form or MintForm()
    form.sheet.choices = _sheets(round_)
    form.seen.data = _seen(round_)
    batches = codes.batches(session(), round_)
    page = render_template(
        "console/codes.html",
        round=round_,
        form=form,
        refusal=refusal,
        counts=console_sheets.by_sheet(round_, batches),
        batches=batches,
        labels={sheet.id: sheet.label for sheet in amended(round_).sheets.values()},
        loopback=settings().loopback_address(),
        demonstration=settings().demonstration,
        address=settings().public_address,
    )
    return page, refusal.status if refusal else status


def _void_page(
    round_: Round, batch_id: str, form: VoidForm, refusal: GongpingError | None = None, status: int = 200
) -> Answer:
    batch = codes.get_batch(session(), round_, batch_id)
    page = render_template(
        "console/void_batch.html",
        round=round_,
        batch=batch,
        label=amended(round_).sheet(batch.sheet).label,
        form=form,
        refusal=refusal,
    )
    return page, refusal.status if refusal else status

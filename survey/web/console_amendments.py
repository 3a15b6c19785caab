"""Amendments of a frozen round: the three numbered acts, each with its reason, beside the manifest."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import DateTimeLocalField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from survey.errors import GongpingError
from survey.manifest.amended import Amended, amended
from survey.models import Round
from survey.prepare import amendments
from survey.web.access import allowed, current_account, now
from survey.web.console_steps import settings
from survey.web.database import session, writing
from survey.web.forms import Form
from survey.web.scope import visible_round

bp = Blueprint("amendments", __name__)

Answer = str | tuple[str, int] | Response
DOORS = {"phone": lazy_gettext("phone"), "paper": lazy_gettext("paper")}


class AmendmentForm(Form):
    """What every amendment has: its reason."""

    reason = StringField(lazy_gettext("Reason, which is kept"), validators=[InputRequired(), Length(max=300)])


class ExtendForm(AmendmentForm):
    """A later close for one door of one sheet."""

    door = SelectField(lazy_gettext("Sheet and door"), validators=[InputRequired()])
    closes = DateTimeLocalField(lazy_gettext("Closes at"), validators=[InputRequired()])


class RaiseForm(AmendmentForm):
    """A higher entitled number for one sheet."""

    sheet = SelectField(lazy_gettext("Sheet"), validators=[InputRequired()])
    entitled = IntegerField(lazy_gettext("Entitled from now on"), validators=[InputRequired(), NumberRange(min=1)])


class WithdrawForm(AmendmentForm):
    """A target that is to be left out of the results."""

    target = SelectField(lazy_gettext("Target"), validators=[InputRequired()])


FORMS: dict[str, type[AmendmentForm]] = {"extend": ExtendForm, "raise": RaiseForm, "withdraw": WithdrawForm}


@bp.get("/rounds/<round_id>/amendments")
@allowed("see rounds")
def index(round_id: str) -> Answer:
    """List the amendments of a round and offer one more."""
    return _page(visible_round(round_id))


@bp.post("/rounds/<round_id>/amendments/<act>")
@allowed("amend round")
def add(round_id: str, act: str) -> Answer:
    """Make one amendment."""
    writing()
    round_ = visible_round(round_id)
    forms = _forms(amended(round_), act)
    if act not in forms:
        raise GongpingError("This is no amendment: %(act)s.", act=act)
    if not forms[act].validate():
        return _page(round_, forms, status=422)
    try:
        _make(round_, forms[act])
    except GongpingError as error:
        session().rollback()
        return _page(visible_round(round_id), forms, error, act=act)
    session().commit()
    flash(_("Amendment number %(number)s is made.", number=len(round_.amendments)))
    return redirect(url_for("console.amendments.index", round_id=round_id), code=303)


def _make(round_: Round, form: AmendmentForm) -> None:
    by = amendments.By(current_account().login, form.reason.data, now())
    if isinstance(form, ExtendForm):
        sheet, _dot, door = form.door.data.rpartition(".")
        closes = form.closes.data.replace(tzinfo=settings().zone)
        amendments.extend_window(session(), round_, sheet, door, closes, by)
    elif isinstance(form, RaiseForm):
        amendments.raise_entitled(session(), round_, form.sheet.data, form.entitled.data, by)
    elif isinstance(form, WithdrawForm):
        amendments.withdraw_target(session(), round_, form.target.data, by)


def _forms(holds: Amended, sent: str | None = None) -> dict[str, AmendmentForm]:
    """Return the three forms with their choices; only the one that was sent is filled from the request."""
    forms = {act: kind(prefix=act) if act == sent else kind(formdata=None, prefix=act) for act, kind in FORMS.items()}
    sheets = list(holds.sheets.values())
    forms["extend"].door.choices = [
        SelectChoice(f"{sheet.id}.{door}", f"{sheet.label} · {DOORS[door]}")
        for sheet in sheets
        for door in sheet.windows
    ]
    forms["raise"].sheet.choices = [SelectChoice(sheet.id, f"{sheet.label} ({sheet.entitled})") for sheet in sheets]
    forms["withdraw"].target.choices = [
        SelectChoice(target.code, f"{target.name} · {target.unit} {target.title}")
        for target in holds.manifest.targets
        if target.code not in holds.withdrawn
    ]
    return forms


def _page(
    round_: Round,
    forms: dict[str, AmendmentForm] | None = None,
    refusal: GongpingError | None = None,
    *,
    act: str = "",
    status: int = 200,
) -> Answer:
    holds = amended(round_)
    page = render_template(
        "console/amendments.html",
        round=round_,
        holds=holds,
        forms=forms or _forms(holds),
        refusal=refusal,
        refused=act,
        doors=DOORS,
        closing={
            each.number: datetime.fromisoformat(each.body["closes"])
            for each in round_.amendments
            if each.kind == "extend_window"
        },
        names={target.code: target.name for target in holds.manifest.targets},
        labels={sheet.id: sheet.label for sheet in holds.sheets.values()},
    )
    return page, refusal.status if refusal else status

"""After the close: what became of the slips, the ballot box for who opens it by themselves, bundles for who checks."""

import json

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from survey.errors import GongpingError
from survey.manifest.amended import manifest_of
from survey.manifest.statements import SIGNERS
from survey.manifest.states import RoundState, require
from survey.models import Round
from survey.office import round_key, slip_counts
from survey.office.key_slips import PARTY_NAMES
from survey.reveal import agreement, bundles
from survey.reveal.ballot_box import box_of, export_lines
from survey.web.access import allowed, now
from survey.web.attachments import attachment
from survey.web.console_steps import by, settings
from survey.web.database import session, writing
from survey.web.forms import Form
from survey.web.scope import visible_round

bp = Blueprint("box", __name__)

Answer = str | tuple[str, int] | Response


class CountForm(Form):
    """What became of one sheet's slips."""

    handed_out = IntegerField(lazy_gettext("Handed out"), [InputRequired(), NumberRange(min=0)])
    unused = IntegerField(lazy_gettext("Unused"), [InputRequired(), NumberRange(min=0)])
    spoiled = IntegerField(lazy_gettext("Spoiled"), [InputRequired(), NumberRange(min=0)])


class TallyForm(Form):
    """The file that a party's own copy of the software wrote."""

    file = FileField(lazy_gettext("Signed tally (JSON)"), [InputRequired()])


@bp.get("/rounds/<round_id>/box")
@allowed("see rounds")
def index(round_id: str) -> Answer:
    """Show what is to be done between the close and the reveal, and what others check the round by."""
    return _page(visible_round(round_id))


@bp.post("/rounds/<round_id>/box/slips/<sheet>")
@allowed("count slips")
def count(round_id: str, sheet: str) -> Answer:
    """Note what became of a sheet's slips."""
    form = CountForm()
    writing()
    round_ = visible_round(round_id)
    try:
        slip_counts.record_count(session(), round_, sheet, _found(form), by(), now())
    except GongpingError as error:
        session().rollback()
        return _page(visible_round(round_id), error)
    session().commit()
    flash(_("The count is kept."))
    return redirect(url_for(".index", round_id=round_id), code=303)


@bp.get("/rounds/<round_id>/box/envelopes.jsonl")
@allowed("take ballot box")
def envelopes(round_id: str) -> Answer:
    """Give out the closed round's envelopes, for who opens them with a copy of this software of their own."""
    round_ = visible_round(round_id)
    require(RoundState(round_.state), RoundState.CLOSED)
    lines = "".join(export_lines(box_of(session(), round_), settings().key_folder))
    return attachment(lines.encode(), f"{round_.name}-票箱.jsonl", "application/jsonl")


@bp.post("/rounds/<round_id>/box/tally")
@allowed("take ballot box", megabytes=1)
def take_tally(round_id: str) -> Answer:
    """Take the signed tally of a party that opened the box by itself."""
    uploaded = request.files.get("file")
    writing()
    round_ = visible_round(round_id)
    try:
        party = agreement.accept(session(), round_, _read(uploaded.read() if uploaded else b""), by(), now())
    except GongpingError as error:
        session().rollback()
        return _page(visible_round(round_id), error)
    session().commit()
    flash(_("The tally is kept: %(party)s.", party=_(PARTY_NAMES[party])))
    return redirect(url_for(".index", round_id=round_id), code=303)


@bp.get("/rounds/<round_id>/bundle/<any(public, auditor):kind>.zip")
@allowed("take bundles")
def bundle(round_id: str, kind: str) -> Answer:
    """Give out a bundle of the published round: ``public``, or ``auditor``."""
    round_ = visible_round(round_id)
    made = bundles.auditor_bundle if kind == "auditor" else bundles.public_bundle
    name = _("for the auditor") if kind == "auditor" else _("for everybody")
    return attachment(made(session(), round_), f"{round_.name}-{name}.zip", "application/zip")


def _found(form: CountForm) -> slip_counts.SlipsFound:
    if not form.validate():
        raise GongpingError("Give three numbers: handed out, unused, spoiled.")
    return slip_counts.SlipsFound(form.handed_out.data, form.unused.data, form.spoiled.data)


def _read(content: bytes) -> object:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _page(round_: Round, refusal: GongpingError | None = None) -> Answer:
    manifest = manifest_of(round_)
    page = render_template(
        "console/box.html",
        round=round_,
        refusal=refusal,
        sheets=manifest.sheets,
        counted=bool(manifest.parties),
        printed=slip_counts.printed_by_sheet(session(), round_),
        counts=slip_counts.counts(session(), round_),
        three=manifest.seal == round_key.THREE_KEYS,
        tallies=agreement.handed_in(session(), round_),
        signers=[(party, PARTY_NAMES[party]) for party in SIGNERS[agreement.KIND]],
        count=CountForm(formdata=None),
        tally=TallyForm(formdata=None),
    )
    return page, refusal.status if refusal else 200

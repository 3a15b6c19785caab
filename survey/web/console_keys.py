"""Key slips on the pages: a party makes its own, tries it, signs with it; everybody sees what is still missing."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from survey.crypto.key_slips import printed
from survey.crypto.shares import PARTIES
from survey.errors import ForbiddenError, GongpingError
from survey.manifest.amended import manifest_of
from survey.manifest.states import RoundState
from survey.models import Round
from survey.office import key_slips, round_key, signatures
from survey.office.key_slips import PARTY_NAMES, PARTY_OF_ROLE
from survey.prepare.rounds import plan_of
from survey.web.access import allowed, current_account, now
from survey.web.console_steps import by, settings
from survey.web.database import session, writing
from survey.web.forms import Form
from survey.web.key_forms import CodesForm, SignForm
from survey.web.scope import visible_round

bp = Blueprint("keys", __name__)

Answer = str | tuple[str, int] | Response


class LostForm(Form):
    """How a key slip was lost."""

    reason = StringField(lazy_gettext("How it was lost; this is kept"), [InputRequired(), Length(max=300)])


@bp.get("/rounds/<round_id>/keys")
@allowed("see rounds")
def index(round_id: str) -> Answer:
    """Show the key slips of a round, what was tried, and what is signed."""
    return _page(visible_round(round_id))


@bp.get("/rounds/<round_id>/keys/new")
@allowed("hold key slip")
def ask_make(round_id: str) -> Answer:
    """Say what a key slip is before it is made."""
    round_ = visible_round(round_id)
    before = key_slips.slips(session(), round_).get(_party())
    return render_template("console/key_make.html", round=round_, party=PARTY_NAMES[_party()], before=before)


@bp.post("/rounds/<round_id>/keys/new")
@allowed("hold key slip")
def make(round_id: str) -> Answer:
    """Make the own key slip and show it, this once."""
    writing()
    round_ = visible_round(round_id)
    try:
        code = key_slips.make(session(), round_, _party(), by(), now())
    except GongpingError as error:
        session().rollback()
        return _page(visible_round(round_id), error)
    session().commit()
    return render_template("console/key_slip.html", round=round_, party=PARTY_NAMES[_party()], code=printed(code))


@bp.post("/rounds/<round_id>/keys/try")
@allowed("hold key slip")
def try_(round_id: str) -> Answer:
    """Let two parties open the test envelope."""
    form = CodesForm()
    writing()
    round_ = visible_round(round_id)
    try:
        round_key.try_slips(session(), round_, settings().key_folder, form.codes(), by(), now())
    except GongpingError as error:
        session().rollback()
        return _page(visible_round(round_id), error)
    session().commit()
    flash(_("These two key slips open the round."))
    return redirect(url_for(".index", round_id=round_id), code=303)


@bp.post("/rounds/<round_id>/keys/sign")
@allowed("hold key slip")
def sign(round_id: str) -> Answer:
    """Sign all that the own party has to sign."""
    form = SignForm()
    writing()
    round_ = visible_round(round_id)
    try:
        signed = signatures.sign(session(), round_, _party(), form.code.data or "", by(), now())
    except GongpingError as error:
        session().rollback()
        return _page(visible_round(round_id), error)
    session().commit()
    flash(_("Signed: %(count)s.", count=len(signed)))
    return redirect(url_for(".index", round_id=round_id), code=303)


@bp.get("/rounds/<round_id>/keys/lost")
@allowed("hold key slip")
def ask_lost(round_id: str) -> Answer:
    """Ask before the own key slip is given up."""
    return render_template("console/key_lost.html", round=visible_round(round_id), form=LostForm(), refusal=None)


@bp.post("/rounds/<round_id>/keys/lost")
@allowed("hold key slip")
def lost(round_id: str) -> Answer:
    """Note that the own key slip is lost."""
    form = LostForm()
    writing()
    round_ = visible_round(round_id)
    try:
        key_slips.declare_lost(session(), round_, _party(), form.reason.data or "", by(), now())
    except GongpingError as error:
        session().rollback()
        page = render_template("console/key_lost.html", round=visible_round(round_id), form=form, refusal=error)
        return page, error.status
    session().commit()
    flash(_("The key slip is noted as lost. The other two still open the round."))
    return redirect(url_for(".index", round_id=round_id), code=303)


def _party() -> str:
    party = PARTY_OF_ROLE.get(current_account().role)
    if party is None:
        raise ForbiddenError("Your role does not allow this.")
    return party


def _page(round_: Round, refusal: GongpingError | None = None) -> Answer:
    frozen = round_.manifest_hash is not None
    mine = PARTY_OF_ROLE.get(current_account().role)
    three = (manifest_of(round_).seal if frozen else plan_of(round_).seal) == round_key.THREE_KEYS
    needed = tuple(manifest_of(round_).parties) if frozen else () if round_.trial else plan_of(round_).parties()
    page = render_template(
        "console/keys.html",
        round=round_,
        refusal=refusal,
        three=three,
        needed=[(party, PARTY_NAMES[party]) for party in PARTIES if party in needed],
        slips=key_slips.slips(session(), round_),
        mine=mine if mine in needed else None,
        names=PARTY_NAMES,
        kinds=signatures.KIND_NAMES,
        tried=round_key.tried_pairs(session(), round_),
        tries=three and round_.state == RoundState.FROZEN,
        signed=signatures.signed_statements(session(), round_) if frozen else [],
        due=signatures.pending(session(), round_, mine) if frozen and mine else [],
        sign=SignForm(formdata=None),
        codes=CodesForm(formdata=None),
    )
    return page, refusal.status if refusal else 200

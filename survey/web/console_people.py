"""Who has to do with a round: the third party that runs it, its unit, and the clerks and interviewers of its doors."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from survey.errors import GongpingError, NotFoundError
from survey.models import Account, Round
from survey.office import accounts, assignments, audit, resets, sessions
from survey.office.permissions import DOOR_ROLES
from survey.web import scope
from survey.web.access import allowed, current_account, now
from survey.web.accounts import LoginField
from survey.web.database import session, writing
from survey.web.errors import words_of
from survey.web.forms import Form
from survey.web.navigation import ROLE_NAMES
from survey.web.resets import where
from survey.web.scope import visible_round

bp = Blueprint("people", __name__, url_prefix="/rounds/<round_id>/people")

Answer = str | tuple[str, int] | Response
WHOLE_OFFICE = "-"


class EvaluatorForm(Form):
    """Who shall run the round."""

    login = SelectField(lazy_gettext("Third party"), validators=[InputRequired()])


class UnitForm(Form):
    """Which unit the round belongs to."""

    unit = SelectField(
        lazy_gettext("Unit"),
        validators=[InputRequired()],
        description=lazy_gettext("Only people and bodies of this unit and of those below it are rated."),
    )


class DoorForm(Form):
    """A new account for one of the round's doors."""

    login = LoginField()
    name = StringField(
        lazy_gettext("Name"),
        [InputRequired(), Length(max=60)],
        description=lazy_gettext("Shown at the head of the desk and in the log: organisation and person."),
    )
    role = RadioField(
        lazy_gettext("Role"), [InputRequired()], choices=[SelectChoice(role, ROLE_NAMES[role]) for role in DOOR_ROLES]
    )


@bp.get("")
@allowed("see rounds")
def index(round_id: str) -> Answer:
    """Show who runs the round and who works at its doors."""
    return _page(visible_round(round_id))


@bp.post("/evaluators")
@allowed("assign round")
def assign(round_id: str) -> Answer:
    """Let an evaluator run the round."""
    writing()
    round_ = visible_round(round_id)
    form = EvaluatorForm()
    form.login.choices = _evaluators(round_)
    if not form.validate():
        return _page(round_, evaluator=form, status=422)
    account = accounts.get(session(), form.login.data)
    assignments.assign(session(), round_, account, current_account().login, now())
    session().commit()
    flash(_("%(name)s now runs this round.", name=account.name))
    return redirect(url_for("console.people.index", round_id=round_id), code=303)


@bp.post("/evaluators/<login>/remove")
@allowed("assign round")
def unassign(round_id: str, login: str) -> Answer:
    """Take the round from an evaluator."""
    writing()
    round_ = visible_round(round_id)
    assignments.unassign(session(), round_, accounts.fold(login), current_account().login, now())
    session().commit()
    flash(_("%(login)s no longer sees this round.", login=accounts.fold(login)))
    return redirect(url_for("console.people.index", round_id=round_id), code=303)


@bp.post("/unit")
@allowed("assign round")
def place(round_id: str) -> Answer:
    """Say which unit the draft belongs to."""
    writing()
    round_ = visible_round(round_id)
    form = UnitForm()
    form.unit.choices = _units()
    if not form.validate():
        return _page(round_, unit=form, status=422)
    unit = None if form.unit.data == WHOLE_OFFICE else form.unit.data
    assignments.place(session(), round_, unit, current_account().login, now())
    session().commit()
    flash(_("The round's unit is set."))
    return redirect(url_for("console.people.index", round_id=round_id), code=303)


@bp.post("/accounts")
@allowed("keep door accounts")
def add(round_id: str) -> Answer:
    """Add a clerk or an interviewer and show the code for the first password."""
    writing()
    round_ = visible_round(round_id)
    form = DoorForm()
    if not form.validate():
        return _page(round_, door=form, status=422)
    given = {"login": form.login.data, "name": form.name.data, "role": form.role.data}
    try:
        account = accounts.add(session(), **given, round_=round_, now=now())
    except GongpingError as refusal:
        session().rollback()
        form.login.errors = [words_of(refusal)]
        return _page(visible_round(round_id), door=form, status=refusal.status)
    _note("add account", round_, account)
    return _code_page(round_, account)


@bp.post("/accounts/<login>/code")
@allowed("keep door accounts")
def new_code(round_id: str, login: str) -> Answer:
    """Give a clerk or an interviewer a code for a new password."""
    writing()
    round_ = visible_round(round_id)
    account = _door_account(round_, login)
    _note("give reset code", round_, account)
    return _code_page(round_, account)


@bp.post("/accounts/<login>/disable")
@allowed("keep door accounts")
def disable(round_id: str, login: str) -> Answer:
    """Let a clerk or an interviewer sign in no more."""
    writing()
    round_ = visible_round(round_id)
    account = _door_account(round_, login)
    accounts.disable(session(), account)
    _note("disable account", round_, account)
    session().commit()
    flash(_("%(login)s can no longer sign in.", login=account.login))
    return redirect(url_for("console.people.index", round_id=round_id), code=303)


@bp.post("/accounts/<login>/enable")
@allowed("keep door accounts")
def enable(round_id: str, login: str) -> Answer:
    """Let a clerk or an interviewer sign in again."""
    writing()
    round_ = visible_round(round_id)
    account = _door_account(round_, login)
    accounts.enable(account)
    _note("enable account", round_, account)
    session().commit()
    flash(_("%(login)s can sign in again, with the password as before.", login=account.login))
    return redirect(url_for("console.people.index", round_id=round_id), code=303)


def _door_account(round_: Round, login: str) -> Account:
    account = session().get(Account, accounts.fold(login))
    if account is None or account.round_id != round_.id:
        raise NotFoundError("There is no account %(login)s.", login=accounts.fold(login))
    return account


def _note(act: str, round_: Round, account: Account) -> None:
    detail = {"account": account.login, "role": account.role}
    audit.record(session(), current_account().login, act, round_.id, detail, now())


def _code_page(round_: Round, account: Account) -> Answer:
    code = resets.give(session(), account, now())
    session().commit()
    back = url_for("console.people.index", round_id=round_.id)
    return render_template("accounts/code.html", account=account, code=code, where=where(), back=back)


def _evaluators(round_: Round) -> list[SelectChoice]:
    free = assignments.free_evaluators(session(), round_)
    return [SelectChoice(account.login, f"{account.name} ({account.login})") for account in free]


def _units() -> list[SelectChoice]:
    whole = [] if scope.visible_units() is not None else [SelectChoice(WHOLE_OFFICE, _("the whole office"))]
    return [*whole, *(SelectChoice(unit.code, f"{unit.name} ({unit.code})") for unit in scope.units())]


def _page(
    round_: Round,
    *,
    evaluator: EvaluatorForm | None = None,
    unit: UnitForm | None = None,
    door: DoorForm | None = None,
    status: int = 200,
) -> Answer:
    evaluator = evaluator or EvaluatorForm(formdata=None)
    evaluator.login.choices = _evaluators(round_)
    unit = unit or UnitForm(formdata=None, unit=round_.unit_code or WHOLE_OFFICE)
    unit.unit.choices = _units()
    page = render_template(
        "console/people.html",
        round=round_,
        evaluators=assignments.evaluators_of(session(), round_),
        evaluator=evaluator,
        unit=unit,
        unit_name=next((each.name for each in scope.units() if each.code == round_.unit_code), None),
        door=door or DoorForm(formdata=None),
        people=accounts.of_round(session(), round_),
        under_way=sessions.under_way(round_),
    )
    return page, status

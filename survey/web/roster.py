"""The roster's pages: what it holds, and a spreadsheet read in with a dry run first."""

import re
from base64 import b64decode, b64encode
from hashlib import sha256

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import HiddenField

from exports.roster_template import roster_template
from survey.errors import GongpingError, NotFoundError
from survey.interchange.spreadsheets import read_tables
from survey.office import audit
from survey.prepare import roster
from survey.prepare.roster_plan import RosterPlan
from survey.web import paging, roster_view
from survey.web.access import allowed, current_account, now
from survey.web.attachments import attachment
from survey.web.database import session, writing
from survey.web.forms import Form
from survey.web.scope import targets, units, visible_units

bp = Blueprint("roster", __name__, url_prefix="/roster")

Answer = str | tuple[str, int] | Response
ROW = re.compile(r"[0-9]{1,7}")
MEGABYTES = 8  # a file of 5 MB travels once more with its dry run, a third longer as base64
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(Form):
    """A spreadsheet with units and targets."""

    file = FileField(
        lazy_gettext("Spreadsheet (.xlsx, .xls or .csv)"),
        description=lazy_gettext("Nothing is changed yet: first you see what the file would do."),
        validators=[FileRequired(lazy_gettext("Choose a file first."))],
    )


class PlanForm(Form):
    """The file of a dry run on its way back, and the digest of what was seen."""

    content = HiddenField()
    name = HiddenField()
    seen = HiddenField()


@bp.get("/")
@allowed("see roster")
def index() -> Answer:
    """Show what the roster holds."""
    return _page(UploadForm())


@bp.get("/template.xlsx")
@allowed("see roster")
def template() -> Response:
    """Hand out a workbook to fill in."""
    return attachment(roster_template(), f"{_('Roster')}.xlsx", XLSX)


@bp.post("/plan")
@allowed("import roster", megabytes=MEGABYTES)
def plan() -> Answer:
    """Say what a file would do, row by row; nothing is changed."""
    form = UploadForm()
    if not form.validate():
        return _page(form, status=422)
    content, name = form.file.data.read(), form.file.data.filename
    try:
        return _plan_page(roster.plan_import(session(), content, name, within=visible_units()), content)
    except GongpingError as error:
        return _page(form, error)


@bp.post("/import")
@allowed("import roster", megabytes=MEGABYTES)
def carry_out() -> Answer:
    """Do what the dry run said; where answers were missing or the roster has changed, show the dry run again."""
    form = PlanForm()
    content, name, decisions = _content(form), form.name.data or "", _decisions()
    try:
        tables = read_tables(content, name)  # before the writer's turn: no ballot should wait for a workbook
        writing()
        planned = roster.plan_import(session(), tables, name, decisions, visible_units())
        if planned.questions or _digest(planned) != form.seen.data:
            return _plan_page(planned, content, decisions)
        counts = roster.carry_out(session(), planned)
    except GongpingError as error:
        session().rollback()
        return _page(UploadForm(formdata=None), error)
    audit.record(session(), current_account().login, "import roster", None, vars(counts), now())
    session().commit()
    flash(
        _(
            "The roster is imported: %(added)s added, %(changed)s changed.",
            added=counts.units_added + counts.targets_added,
            changed=counts.units_changed + counts.targets_changed,
        )
    )
    return redirect(url_for("roster.index"), code=303)


@bp.get("/targets/<code>/retire")
@allowed("import roster")
def ask_retire(code: str) -> Answer:
    """Ask before a target is left out of new rounds."""
    return render_template("roster/retire.html", target=_target(code))


@bp.post("/targets/<code>/retire")
@allowed("import roster")
def retire(code: str) -> Answer:
    """Leave a target out of new rounds; it stays in old results."""
    writing()
    name = _target(code).name
    roster.retire(session(), code)
    audit.record(session(), current_account().login, "retire target", None, {"target": code}, now())
    session().commit()
    flash(_("%(name)s is left out of new rounds.", name=name))
    return redirect(url_for("roster.index"), code=303)


def _target(code: str) -> roster_view.TargetLine:
    for line in roster_view.lines(units(), targets()):
        if line.code == code:
            return line
    raise NotFoundError("The roster has no target %(code)s.", code=code)


def _content(form: PlanForm) -> bytes:
    try:
        return b64decode(form.content.data or "", validate=True)
    except ValueError as error:
        raise GongpingError("The file did not come back whole. Choose it again.") from error


def _decisions() -> dict[int, str]:
    """Return the answers to the questions about namesakes: row → who is meant."""
    answers = {name.removeprefix("row-"): value for name, value in request.form.items() if name.startswith("row-")}
    return {int(row): value for row, value in answers.items() if ROW.fullmatch(row) and value}


def _digest(planned: RosterPlan) -> str:
    return sha256(repr(planned).encode()).hexdigest()


def _page(form: UploadForm, refusal: GongpingError | None = None, status: int = 200) -> Answer:
    lines = roster_view.lines(units(), targets())
    shown = paging.asked(len(lines))
    page = render_template(
        "roster/index.html",
        form=form,
        refusal=refusal,
        tree=roster_view.tree(units(), targets()),
        lines=lines[shown.offset : shown.offset + shown.size],
        shown=shown,
    )
    return page, refusal.status if refusal else status


def _plan_page(planned: RosterPlan, content: bytes, decisions: dict[int, str] | None = None) -> Answer:
    form = PlanForm(formdata=None, content=b64encode(content).decode(), name=planned.file, seen=_digest(planned))
    return render_template(
        "roster/plan.html",
        form=form,
        plan=planned,
        counts=planned.counts(),
        changes=roster_view.changes(planned),
        kinds=roster_view.KINDS,
        decisions=decisions or {},
    )

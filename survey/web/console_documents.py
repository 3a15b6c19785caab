"""Questionnaires and schemes: the presets and the versions that were stored, to read, to take home, to add to."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from survey.errors import BadDocumentError, GongpingError, NotFoundError
from survey.models import StoredDocument
from survey.prepare import documents
from survey.web.access import allowed, current_account, now
from survey.web.attachments import text_file
from survey.web.console_plans import given
from survey.web.database import session, writing
from survey.web.forms import Form

bp = Blueprint("documents", __name__, url_prefix="/documents")

Answer = str | tuple[str, int] | Response


class DocumentForm(Form):
    """A questionnaire or a scheme, typed or as a file; a file wins."""

    text = TextAreaField(lazy_gettext("Questionnaire or scheme (YAML)"))
    file = FileField(
        lazy_gettext("or a file with it"),
        description=lazy_gettext("A chosen file takes the place of what stands above."),
    )


@bp.get("/")
@allowed("see rounds")
def index() -> Answer:
    """List the presets and the stored versions, with a form for one more."""
    return _page(DocumentForm())


@bp.post("/")
@allowed("prepare round")
def add() -> Answer:
    """Store a document as a new version of its name; where it has faults, keep what was typed and list them."""
    writing()
    form = DocumentForm()
    try:
        text, file = given(form, _("the document"))
        stored = documents.add(session(), text, file, current_account().login, now())
    except GongpingError as error:
        session().rollback()
        return _page(form, error)
    session().commit()
    flash(_("Stored: %(name)s, version %(version)s.", name=stored.name, version=stored.version))
    return redirect(url_for("console.documents.index"), code=303)


@bp.get("/preset/<kind>/<name>.yaml")
@allowed("see rounds")
def preset(kind: str, name: str) -> Answer:
    """Hand out a preset as it was written."""
    for each in documents.presets():
        if (each.kind, each.name) == (kind, name):
            return text_file(each.text, f"{name}.yaml", "application/yaml")
    raise NotFoundError("There is no such document.")


@bp.get("/stored/<digest>.yaml")
@allowed("see rounds")
def stored(digest: str) -> Answer:
    """Hand out a stored version as it was written."""
    found = session().get(StoredDocument, digest)
    if found is None:
        raise NotFoundError("There is no such document.")
    return text_file(found.source, f"{found.name}-{found.version}.yaml", "application/yaml")


def _page(form: DocumentForm, refusal: GongpingError | None = None) -> Answer:
    page = render_template(
        "console/documents.html",
        form=form,
        refusal=refusal,
        presets=documents.presets(),
        stored=documents.stored(session()),
        faulty=isinstance(refusal, BadDocumentError),
    )
    return (page, refusal.status) if refusal else page

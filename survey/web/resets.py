"""Setting a new password with a code that an administrator handed over. No cookie: the code is all it takes."""

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import lazy_gettext
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from survey.office import accounts, audit, resets
from survey.web import database, forms
from survey.web.access import now, open_to_all
from survey.web.auth import guesses
from survey.web.errors import words_of

bp = Blueprint("resets", __name__, url_prefix="/reset")
forms.csrf.exempt(bp)  # no cookie and no sign-in here: there is nothing that a foreign page could borrow


class ResetForm(forms.Form):
    """A code and a new password."""

    class Meta:
        """No token: see above."""

        csrf = False

    login = StringField(lazy_gettext("Login"), [InputRequired(), Length(max=100)])
    code = StringField(
        lazy_gettext("Code that you were given"),
        [InputRequired(), Length(max=40)],
        description=lazy_gettext("Sixteen letters and digits. It works once, for a day."),
    )
    new = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(), Length(accounts.SHORTEST, accounts.LONGEST)],
        description=lazy_gettext("At least 10 characters. Three or four words that only you put together are good."),
    )


def where() -> str:
    """Return the address of this page, for who hands a code over."""
    return f"{current_app.config['GONGPING'].public_address}{url_for('resets.page')}"


@bp.get("")
@open_to_all
def page() -> str:
    """Ask for the code and a new password."""
    return render_template("auth/reset.html", form=ResetForm(), failed=False, done=False)


@bp.post("")
@open_to_all
def take() -> tuple[str, int]:
    """Set the password; whatever is wrong with login or code, the words are the same."""
    form = ResetForm()
    if not form.validate():
        return _failed(form, failed=False)
    name, address = accounts.fold(form.login.data), request.remote_addr or ""
    guesses().check(name, address, now())
    try:
        account = resets.use(database.writing(), name, form.code.data, form.new.data, now())
    except accounts.BadAccountError as refusal:
        form.new.errors = [words_of(refusal)]
        return _failed(form, failed=False)
    if account is None:
        database.session().rollback()
        guesses().fail(name, address, now())
        return _failed(form, failed=True)
    audit.record(database.session(), account.login, "set password with a code", None, {}, now())
    database.session().commit()
    return render_template("auth/reset.html", form=form, failed=False, done=True), 200


def _failed(form: ResetForm, *, failed: bool) -> tuple[str, int]:
    return render_template("auth/reset.html", form=form, failed=failed, done=False), 422

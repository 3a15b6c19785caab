"""Forms for the codes of key slips."""

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from survey.crypto.shares import PARTIES
from survey.web.forms import Form


class SignForm(Form):
    """The code of the own key slip."""

    code = StringField(lazy_gettext("Code of your key slip"), [InputRequired(), Length(max=100)])


class CodesForm(Form):
    """The codes of two parties that are there together; the third stays empty."""

    organiser = StringField(lazy_gettext("Key slip of the organiser"), [Length(max=100)])
    third_party = StringField(lazy_gettext("Key slip of the third party"), [Length(max=100)])
    supervisor = StringField(lazy_gettext("Key slip of the supervisor"), [Length(max=100)])

    def codes(self) -> dict[str, str]:
        """Return party → what was typed."""
        return {party: self[party].data or "" for party in PARTIES if (self[party].data or "").strip()}

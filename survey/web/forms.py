"""Staff forms: each carries a token of the browser that asked for it; ballots use none, the code is theirs."""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf import CSRFProtect, FlaskForm

from survey.config import Settings
from survey.web.access import signed_in

csrf = CSRFProtect()


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF is untyped
    """A staff form."""


class StaffCookie(SecureCookieSessionInterface):
    """Flask's signed cookie, for staff and the sign-in alone; no other page can set one, whatever it does."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Return whether this answer may set the cookie, and needs to."""
        return (signed_in() or request.blueprint == "auth") and super().should_set_cookie(app, session)


def init_app(app: Flask, settings: Settings) -> None:
    """Have `app` refuse a staff form without its token."""
    prefix = "__Host-" if settings.secure_cookies else ""
    app.config.update(
        SESSION_COOKIE_NAME=f"{prefix}gongping-form",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # a form lives as long as the sign-in, whose limits are in office/sessions.py
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which our own headers keep back
    )
    app.session_interface = StaffCookie()
    csrf.init_app(app)

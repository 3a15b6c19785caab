"""Staff forms: each carries a token of the browser that asked for it; ballots use none, the code is theirs."""

from flask import Flask
from flask_wtf import CSRFProtect, FlaskForm

from survey.config import Settings

csrf = CSRFProtect()


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF is untyped
    """A staff form."""


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
    csrf.init_app(app)

"""The application put together: settings, shell, and the blueprints of each audience."""

from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from survey.config import Settings
from survey.office import shredding
from survey.web import (
    access,
    accounts,
    auth,
    ballot,
    console,
    database,
    errors,
    forms,
    headers,
    language,
    log,
    navigation,
    personnel,
    public,
    roster,
)

PACKAGE = Path(__file__).parents[1]
MEGABYTE = 1024 * 1024


def make(settings: Settings) -> Flask:
    """Return the application on `settings`; nothing is read from the environment."""
    app = errors.QuietFlask("survey", template_folder=template_folder())
    app.config.from_mapping(
        GONGPING=settings,
        SECRET_KEY=settings.secret,
        MAX_CONTENT_LENGTH=MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies)  # type: ignore[method-assign]
    database.init_app(app, settings)
    shredding.finish(app.extensions[database.FACTORY], settings.key_folder)  # what a crash left undone
    language.init_app(app, settings)
    headers.init_app(app, settings)
    access.init_app(app, settings)
    forms.init_app(app, settings)
    navigation.init_app(app, settings)
    errors.init_app(app)
    for bp in (public.bp, ballot.bp, auth.bp, accounts.bp, log.bp, console.bp, roster.bp, personnel.bp):
        app.register_blueprint(bp)
    forms.csrf.exempt(ballot.bp)
    return app


def template_folder() -> Path:
    """Return where the templates are: inside the installed package, beside it in a checkout."""
    installed = PACKAGE / "templates"
    return installed if installed.is_dir() else PACKAGE.parent / "templates"

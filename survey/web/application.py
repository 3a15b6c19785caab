"""The application put together: settings, shell, and the blueprints of each audience."""

from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from survey.config import Settings
from survey.office import start_up
from survey.web import (
    access,
    accounts,
    auth,
    ballot,
    bodies,
    confirmation,
    console,
    database,
    doors,
    errors,
    forms,
    headers,
    hosts,
    language,
    log,
    navigation,
    own_account,
    personnel,
    public,
    quiet,
    resets,
    roster,
    second_factor,
)

STAFF = (auth, resets, own_account, second_factor, confirmation, accounts, log, console, roster, personnel, doors)
PACKAGE = Path(__file__).parents[1]


class SmallInteger(IntegerConverter):
    """A number in an address: one that no database could hold names nothing."""

    regex = "[0-9]{1,9}"


def make(settings: Settings) -> Flask:
    """Return the application on `settings`; nothing is read from the environment."""
    app = errors.QuietFlask("survey", template_folder=template_folder())
    app.config.from_mapping(GONGPING=settings, SECRET_KEY=settings.secret)
    app.url_map.converters["int"] = SmallInteger
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies)  # type: ignore[method-assign]
    quiet.hush(*quiet.DATABASE)
    database.init_app(app, settings)
    for notice in start_up.start(app.extensions[database.FACTORY], settings.key_folder):
        app.logger.warning(notice)
    language.init_app(app, settings)
    headers.init_app(app, settings)
    hosts.init_app(app, settings)
    access.init_app(app, settings)
    bodies.init_app(app)
    forms.init_app(app, settings)
    confirmation.init_app(app)
    navigation.init_app(app, settings)
    errors.init_app(app)
    for audience in (public, ballot, *STAFF):
        app.register_blueprint(audience.bp)
    forms.csrf.exempt(ballot.bp)
    return app


def template_folder() -> Path:
    """Return where the templates are: inside the installed package, beside it in a checkout."""
    installed = PACKAGE / "templates"
    return installed if installed.is_dir() else PACKAGE.parent / "templates"

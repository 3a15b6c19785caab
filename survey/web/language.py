"""The language and the clock of pages: set once for the installation."""

from datetime import datetime
from pathlib import Path

from flask import Flask
from flask_babel import Babel, format_datetime, get_locale

from survey.config import Settings

TRANSLATIONS = Path(__file__).parents[1] / "translations"
PATTERNS = {
    "zh": {"moment": "y年M月d日 HH:mm", "day": "y年M月d日", "short": "M月d日 HH:mm"},
    "en": {"moment": "d MMM y, HH:mm", "day": "d MMM y", "short": "d MMM, HH:mm"},
}


def init_app(app: Flask, settings: Settings) -> None:
    """Have `app` speak the language and show the clock of `settings`.

    Babel reads ``zh_CN`` as ``zh_Hans_CN``, and finds its translations in the folder ``zh``.
    """
    Babel(
        app,
        default_locale=settings.locale,
        default_timezone=settings.timezone,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=lambda: settings.locale,
    )
    app.jinja_env.globals["lang"] = settings.locale.replace("_", "-")
    app.jinja_env.filters.update(moment=moment, day=day, short_moment=short_moment)


def moment(at: datetime) -> str:
    """Return `at` on the installation's clock: ``2026年12月8日 20:00``."""
    return _format(at, "moment")


def day(at: datetime) -> str:
    """Return the day of `at` on the installation's clock: ``2026年12月8日``."""
    return _format(at, "day")


def short_moment(at: datetime) -> str:
    """Return `at` without its year: ``12月8日 20:00``."""
    return _format(at, "short")


def _format(at: datetime, pattern: str) -> str:
    return str(format_datetime(at, PATTERNS[get_locale().language][pattern]))

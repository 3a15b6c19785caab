"""Gongping's Flask application: who asks, what is allowed, what is stored."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Return the application on `settings` (read from the environment where none are given).

    Raises
    ------
    SetupError
        When the installation is half-configured; the message says what to run.
    """
    import survey.config  # noqa: PLC0415 - a use of the scoring or the command line needs no web
    from survey.web import application  # noqa: PLC0415

    return application.make(settings or survey.config.load())

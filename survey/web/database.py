"""The database as a request sees it: one session, closed when the answer is out."""

from typing import cast

from flask import Flask, current_app, g
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

import survey.db
from survey.config import Settings

FACTORY = "gongping_sessions"


def init_app(app: Flask, settings: Settings) -> None:
    """Give `app` its sessions on the database that `settings` name."""
    app.extensions[FACTORY] = survey.db.make_session(survey.db.make_engine(settings.database))
    app.teardown_appcontext(_close)


def session_factory() -> sessionmaker[Session]:
    """Return the application's factory, for work that needs a session of its own."""
    return cast("sessionmaker[Session]", current_app.extensions[FACTORY])


def session() -> Session:
    """Return the request's session. Who changes something commits; what is not committed is undone."""
    if "session" not in g:
        g.session = session_factory()()
    return cast("Session", g.session)


def writing() -> Session:
    """Return the request's session with the writer's turn taken, so that no ballot cast meanwhile can make it fail.

    What the session had read is forgotten: it may have changed until the turn came.
    """
    opened = session()
    opened.rollback()
    survey.db.begin_writing(opened)
    return opened


def dispose(app: Flask) -> None:
    """Close the connections that `app` holds."""
    app.extensions[FACTORY].kw["bind"].dispose()


def _close(_error: BaseException | None) -> None:
    opened: Session | None = g.pop("session", None)
    if opened is None:
        return
    try:
        opened.close()
    except DBAPIError:
        opened.invalidate()  # the database went away after the last answer: nothing is left to undo

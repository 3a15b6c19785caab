"""The steps of a round's life that a crash may cut off, and what each of them starts from."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from survey import migrate
from survey.collect import ballots
from survey.config import Settings
from survey.db import begin_writing, make_engine, make_session
from survey.models import Round
from survey.office import shredding
from survey.prepare import codes, documents, lifecycle, rounds
from survey.reveal import opening
from survey.reveal.opening import reveal
from tests import hall
from tests.hall import NOON, OPENS
from tests.trust.grounds import Place
from tests.trust.rounds import PLAN, open_round

CAST = 8
OLDEST = "0002"  # the form of the tables that migrating starts from


@contextmanager
def sessions_of(settings: Settings) -> Iterator[sessionmaker[Session]]:
    """Lend sessions on an installation's database."""
    engine = make_engine(settings.database)
    try:
        yield make_session(engine)
    finally:
        engine.dispose()


def only_round(session: Session) -> Round:
    """Return the one round of an installation that is no trial."""
    return session.scalars(select(Round).where(Round.parent_id.is_(None))).one()


def _freeze(settings: Settings) -> None:
    with sessions_of(settings) as sessions:
        with sessions() as session:
            begin_writing(session)
            lifecycle.freeze(session, only_round(session), settings, "tester", OPENS)
            session.commit()
        shredding.finish(sessions, settings.key_folder)


def _close(settings: Settings) -> None:
    with sessions_of(settings) as sessions, sessions() as session:
        begin_writing(session)
        lifecycle.close(session, only_round(session), "tester", NOON, "other")
        session.commit()


def _reveal(settings: Settings) -> None:
    with sessions_of(settings) as sessions:
        with sessions() as session:
            round_id = only_round(session).id
        reveal(sessions, round_id, settings.key_folder, "tester", NOON)


def _void(settings: Settings) -> None:
    with sessions_of(settings) as sessions:
        with sessions() as session:
            begin_writing(session)
            lifecycle.void(session, only_round(session), "停电", "tester", NOON)
            session.commit()
        shredding.finish(sessions, settings.key_folder)


def _shred(settings: Settings) -> None:
    with sessions_of(settings) as sessions:
        shredding.finish(sessions, settings.key_folder)


def _migrate(settings: Settings) -> None:
    migrate.upgrade(settings.database)


STEPS: dict[str, Callable[[Settings], None]] = {
    "freeze": _freeze,
    "close": _close,
    "reveal": _reveal,
    "shred": _shred,
    "void": _void,
    "migrate": _migrate,
}


def _draft(place: Place) -> None:
    """Make a draft with a trial that was tried, which the freeze has to delete."""
    with place.sessions() as session:
        hall.fill_roster(session)
        for document in (hall.QUESTIONNAIRE, hall.SCHEME):
            documents.add(session, document, "document.yaml", "tester", OPENS)
        round_ = rounds.create(session, PLAN % {"residents": 20}, "plan.yaml", "tester", OPENS)
        trial = rounds.make_trial(session, round_, "tester", OPENS)
        lifecycle.freeze(session, trial, place.settings, "tester", OPENS)
        codes.mint(session, trial, "S1", 20, "issue", reachable=True, by="tester", now=OPENS)
        session.commit()


def _open(place: Place) -> None:
    opened = open_round(place, 20)
    for number, code in enumerate(opened.codes[:CAST]):
        with place.sessions() as session:
            marks = bytes([number % 3]) * opened.cells
            ballots.cast(session, code, number.to_bytes(16, "big"), marks, "好", "phone", NOON)


def _closed(place: Place) -> None:
    _open(place)
    _close(place.settings)


def _revealed(place: Place) -> None:
    """Open the round and stop before anything is destroyed, as a crash would."""
    _closed(place)
    finish, opening.shredding.finish = shredding.finish, _cut_off
    try:
        _reveal(place.settings)
    except KeyboardInterrupt:
        pass
    finally:
        opening.shredding.finish = finish


def _cut_off(*_: object) -> None:
    raise KeyboardInterrupt


def _old_form(place: Place) -> None:
    migrate.upgrade(place.settings.database, OLDEST)
    with place.sessions.kw["bind"].begin() as connection:
        connection.execute(text("INSERT INTO unit (code, name, class) VALUES ('U01', '财政所', '机关')"))


PREPARED: dict[str, Callable[[Place], None]] = {
    "freeze": _draft,
    "close": _open,
    "reveal": _closed,
    "shred": _revealed,
    "void": _open,
    "migrate": _old_form,
}

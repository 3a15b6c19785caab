"""What tests of the application stand on: a migrated database of their own, and signed-in browsers.

The tests of the rooms that touch the database run on SQLite and on PostgreSQL, and so do those of a whole round by
pages and by commands, and those marked ``both_databases``. Other pages are made from the same rooms, so their tests run
on SQLite: everything twice would take twice as long and find nothing more. ``sqlite_only`` marks what is true of
SQLite's files only.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from build_translations import compile_catalogues
from survey import create_app, migrate
from survey.config import Settings
from survey.db import make_engine, make_session
from survey.models import Account, Round
from survey.office import accounts, sessions
from survey.office.permissions import DOOR_ROLES
from survey.web import database as web_database
from tests.databases import MISSING, PostgreSQL, binaries

# A law that holds slowly holds; speed is measured in bench/.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")

ON_BOTH = {
    "prepare",
    "collect",
    "reveal",
    "office",
    "test_ballot.py",
    "test_console.py",
    "test_round.py",
    "test_serve.py",
}
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
PASSWORD = "correct horse battery"  # noqa: S105 - the password of accounts that live for one test


class Browser(FlaskClient):
    """A browser: it keeps cookies, and sends a staff form with the token that a form needs."""

    def open(self, *request: Any, buffered: bool = True, **more: Any) -> TestResponse:
        """Ask for a page, and let go of the file that it may come from."""
        return super().open(*request, buffered=buffered, **more)

    def submit(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Post `data` with this browser's form token."""
        return self.post(path, data={"csrf_token": self.token(), **(data or {})}, **more)

    def token(self) -> str:
        """Return the form token, read from a page as a person's browser would."""
        page = self.get("/account")
        found = TOKEN.search((page if page.status_code == 200 else self.get("/login")).text)
        assert found is not None
        return found[1]


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    """Have the pages speak what the catalogues say now."""
    compile_catalogues(Path(__file__).parents[1] / "survey" / "translations")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file without rows, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Return this worker's PostgreSQL server."""
    programs = binaries()
    if programs is None:
        pytest.fail(MISSING)
    server = PostgreSQL(programs)
    yield server
    server.remove()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on one database or on both."""
    if "database" not in metafunc.fixturenames:
        return
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    both = "both_databases" in marks or ON_BOTH & set(metafunc.definition.path.parts)
    names = ["sqlite", "postgresql"] if both and "sqlite_only" not in marks else ["sqlite"]
    if "postgresql_only" in marks:
        names = ["postgresql"]
    metafunc.parametrize("database", names, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of an empty PostgreSQL database, or nothing for SQLite in the installation's folder."""
    if request.param == "sqlite":
        yield ""
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    with server.copy() as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of an installation of its own, with an empty database."""
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    (home / "secret").write_bytes(b"only for one test" * 2)
    if database:
        monkeypatch.setenv("GONGPING_DATABASE_URL", database)  # commands of a test find the same database
    else:
        (home / "database").mkdir()
        shutil.copy(empty_database, home / "database" / "gongping.db")
    return Settings(home=home, database_url=database, public_address="https://cp.example.gov.cn", secure_cookies=False)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """Return an engine on the installation's database."""
    engine = make_engine(settings.database)
    yield engine
    engine.dispose()


@pytest.fixture
def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Return a factory of sessions on the installation's database."""
    return make_session(engine)


@pytest.fixture
def session(session_factory: sessionmaker[Session]) -> Iterator[Session]:
    """Return a session on the installation's database."""
    with session_factory() as session:
        yield session


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Return the application on the installation."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = Browser
    yield app
    web_database.dispose(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser that nobody signed in with."""
    return app.test_client()


def _round_with_doors(session: Session, now: datetime) -> Round:
    """Return the round that a clerk or an interviewer works for."""
    there = session.scalars(select(Round)).first()
    return there or Round(id="d0", name="某轮", state="draft", plan_source="", created_at=now, created_by="nobody")


@pytest.fixture
def sign_in(app: Flask, session_factory: sessionmaker[Session]) -> Callable[..., FlaskClient]:
    """Return a way to get a browser that is signed in under a role; the login is the role's name.

    It has just proved again who it is, unless it is asked for otherwise.
    """

    def browser(role: str, *, confirmed: bool = True) -> FlaskClient:
        now = datetime.now(UTC)
        with session_factory.begin() as session:
            round_ = _round_with_doors(session, now) if role in DOOR_ROLES else None
            account = session.get(Account, role) or accounts.add(
                session, login=role, name=f"{role} 某", role=role, password=PASSWORD, now=now, round_=round_
            )
            token = sessions.start(session, account, now)
            if confirmed:
                sessions.confirm(session, sessions.token_hash(token), now)
        client = app.test_client()
        client.set_cookie(app.config["GONGPING_COOKIE"], token)
        return client

    return browser

"""A county with two towns: each has its people, its rounds in every state, and somebody for every role."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from survey import create_app, migrate
from survey.config import Settings
from survey.db import make_engine, make_session
from survey.manifest.amended import manifest_of
from survey.models import Account, Batch, Post, Round, Target, Unit
from survey.office import accounts, assignments, sessions
from survey.prepare import codes, documents, lifecycle, rounds
from survey.reveal.opening import reveal
from survey.reveal.publication import publish
from survey.reveal.results import make_result
from survey.web import database
from tests.conftest import PASSWORD, Browser
from tests.hall import PLAN as HALL_PLAN
from tests.hall import QUESTIONNAIRE, SCHEME, Hall, ahead, cast_all

TOWNS = {"A": "青石镇", "B": "白沙镇"}
MAKERS = {"A": "evaluator", "B": "rival"}
CAST_AT = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)  # when tests.hall casts
PEOPLE = {"A": ("柳青甲", "柳青乙", "柳青丙"), "B": ("白晨丁", "白晨戊", "白晨己")}


@dataclass(frozen=True)
class Town:
    """What one town has: a round in each state that pages differ by, and what hangs on it."""

    draft: str
    open: str
    published: str
    batch: str
    sheet: str
    clerk: str
    target: str
    name: str


@dataclass
class Office:
    """The installation, and how it is brought back to what it was."""

    app: Flask
    home: Path
    towns: dict[str, Town]
    digest: str
    preset: str
    tokens: dict[str, str] = field(default_factory=dict)

    def browser(self, login: str) -> Browser:
        """Return a browser that is signed in as `login`, nobody where it is empty."""
        client: Browser = self.app.test_client()
        if login:
            client.set_cookie(self.app.config["GONGPING_COOKIE"], self.tokens[login])
        return client

    def mark(self, login: str) -> str:
        """Return what names the session of `login` on its owner's page."""
        return sessions.token_hash(self.tokens[login])[:8].hex()

    def restore(self) -> None:
        """Undo whatever was done since the office was made."""
        kept, live = self.home / "kept.db", self.home / "database" / "gongping.db"
        with closing(sqlite3.connect(kept)) as source, closing(sqlite3.connect(live)) as target:
            source.backup(target)
        shutil.rmtree(self.home / "keys")
        shutil.copytree(self.home / "kept-keys", self.home / "keys")

    def close(self) -> None:
        """Let go of the database."""
        database.dispose(self.app)


def make_office(home: Path) -> Office:
    """Make the county in an empty folder, sign everybody in, and keep a copy to go back to."""
    for folder in ("keys", "database"):
        (home / folder).mkdir(parents=True)
    (home / "secret").write_bytes(b"only for one test" * 2)
    settings = Settings(home=home, public_address="https://cp.example.gov.cn", secure_cookies=False)
    migrate.upgrade(settings.database)
    engine = make_engine(settings.database)
    factory = make_session(engine)
    with factory.begin() as session:
        _fill_roster(session)
        for text in (SCHEME, QUESTIONNAIRE):
            stored = documents.add(session, text, "document.yaml", "evaluator", CAST_AT)
        _add_accounts(session)
    towns = {town: _make_town(factory, settings, town) for town in TOWNS}
    tokens = _sign_in(factory)
    engine.dispose()
    with (
        closing(sqlite3.connect(home / "database" / "gongping.db")) as live,
        closing(sqlite3.connect(home / "kept.db")) as kept,
    ):
        live.backup(kept)
    shutil.copytree(home / "keys", home / "kept-keys")
    app = create_app(settings)
    app.testing = True
    app.test_client_class = Browser
    preset = next(each.name for each in documents.presets() if each.kind == "questionnaire")
    return Office(app, home, towns, stored.digest, preset, tokens)


def _fill_roster(session: Session) -> None:
    session.add(Unit(code="X", name="清河县", class_="县"))
    session.flush()
    for town, name in TOWNS.items():
        session.add(Unit(code=town, name=name, parent_code="X", class_="镇"))
        session.flush()
        session.add(Unit(code=f"{town}1", name=f"{name}财政所", parent_code=town, class_="所"))
        session.flush()
        for number, person in enumerate(PEOPLE[town], 1):
            post = Post(position=1, unit_code=f"{town}1", title="主任", layer="正职", main=True)
            session.add(Target(code=f"{town}C{number}", kind="person", name=person, posts=[post]))
    session.flush()


def _add_accounts(session: Session) -> None:
    given = [
        ("administrator", "administrator", None), ("personnel", "personnel", None), ("county", "personnel", "X"),
        ("town", "personnel", "A"), ("evaluator", "evaluator", None), ("rival", "evaluator", None),
        ("idle", "evaluator", None), ("supervisor", "supervisor", None), ("warden", "supervisor", "A"),
        ("leader", "leader", None), ("mayor", "leader", "A"),
    ]  # fmt: skip
    for login, role, unit in given:
        accounts.add(
            session, login=login, name=f"{login} 某", role=role, password=PASSWORD, unit_code=unit, now=CAST_AT
        )


def _make_town(factory: sessionmaker[Session], settings: Settings, town: str) -> Town:
    now = datetime.now(UTC)
    with factory.begin() as session:
        draft = _draft(session, town, "草稿", now)
        assignments.assign(session, draft, accounts.get(session, "idle"), "personnel", now)
        running, _codes = _open(session, settings, town, "开放")
        batch = session.scalars(select(Batch).where(Batch.round_id == running.id)).first()
        for role in ("clerk", "interviewer"):
            given = {"login": f"{role}-{town.lower()}", "name": "某", "role": role, "password": PASSWORD}
            accounts.add(session, **given, round_=running, now=now)
    counted = _count(factory, settings, town, "公布")
    with factory.begin() as session:
        publish(session, session.get_one(Round, counted), 1, "personnel", now)
    return Town(
        draft=draft.id, open=running.id, published=counted, batch=batch.id, sheet="S1",
        clerk=f"clerk-{town.lower()}", target=f"{town}C1", name=TOWNS[town],
    )  # fmt: skip


def _draft(session: Session, town: str, name: str, now: datetime, plan: str = "") -> Round:
    text = (plan or ahead(HALL_PLAN)).replace("小镇民主测评", f"{TOWNS[town]}{name}") % {"residents": 12}
    return rounds.create(session, text, "plan.yaml", MAKERS[town], now, town)


def _open(session: Session, settings: Settings, town: str, name: str) -> tuple[Round, dict[str, list[str]]]:
    opens, closes = CAST_AT - timedelta(hours=4), datetime.now(UTC) + timedelta(days=7)
    plan = HALL_PLAN.replace("2026-12-01 08:00", opens.isoformat()).replace("2026-12-08 12:00", closes.isoformat())
    round_ = _draft(session, town, name, opens, plan)
    lifecycle.freeze(session, round_, settings, MAKERS[town], opens)
    minted = {
        sheet: codes.mint(session, round_, sheet, size, "issue", reachable=True, by=MAKERS[town], now=opens).codes
        for sheet, size in (("S1", 12), ("S2", 10))
    }
    lifecycle.open_(session, round_, MAKERS[town], opens)
    return round_, {sheet: list(each) for sheet, each in minted.items()}


def _count(factory: sessionmaker[Session], settings: Settings, town: str, name: str) -> str:
    """Carry a round of the town to two results."""
    with factory() as session:
        round_, handed_out = _open(session, settings, town, name)
        hall = Hall(round_.id, manifest_of(round_), handed_out)
        session.commit()
    cast_all(factory, hall)
    after = datetime.now(UTC) + timedelta(days=8)
    with factory.begin() as session:
        lifecycle.close(session, session.get_one(Round, hall.round_id), MAKERS[town], after)
    reveal(factory, hall.round_id, settings.key_folder, "personnel", after)
    with factory.begin() as session:
        for reason in ("开封", "复核"):
            make_result(session, session.get_one(Round, hall.round_id), reason, "personnel", after)
    return hall.round_id


def _sign_in(factory: sessionmaker[Session]) -> dict[str, str]:
    """Return a session's token for each account; each has just proved again who it is."""
    now, tokens = datetime.now(UTC), {}
    with factory.begin() as session:
        for account in session.query(Account).all():
            token = tokens[account.login] = sessions.start(session, account, now)
            sessions.confirm(session, sessions.token_hash(token), now)
    return tokens

"""Nothing leaks while open: two rounds that differ in their marks alone look the same to everybody until the reveal.

An installation with an open round, an account of every role and their signed-in sessions is copied; then the same codes
hand in the same forms in both, with other marks and other comments. Every page and file that the URL map has is asked
for in both, by every role and by nobody, at the same moment. Form tokens, the nonces of scripts and the number of a
fresh ballot form are random by nature and covered; everything else has to be the same byte for byte, headers too. Of
the sealed envelopes, which a closed round hands out, the length has to be the same.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product

from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from survey import create_app
from survey.collect import ballots
from survey.models import Batch, Round, StoredDocument
from survey.office import accounts, assignments, sessions
from survey.office.permissions import DOOR_ROLES, EVALUATOR, PERSONNEL, ROLES
from survey.prepare import lifecycle, rounds
from survey.reveal.opening import reveal
from survey.reveal.results import make_result
from survey.web import database
from tests.trust.figures import Line
from tests.trust.grounds import Ground, Place
from tests.trust.rounds import Opened, open_round
from tests.trust.sizes import Size

ENTITLED, CAST = 40, 23
NOBODY, PASSWORD = "nobody", "a long one for one test"
COVERED = (
    re.compile(rb'(name="csrf_token"[^>]*value=")[^"]*'),
    re.compile(rb'(nonce[=-]["\']?)[A-Za-z0-9_-]{16,}'),
    re.compile(rb'(name="attempt"[^>]*value=")[^"]*'),
)
SEALED = "/box/envelopes.jsonl"
LEFT_OUT = {"Date", "Set-Cookie"}


@dataclass
class Compared:
    """What two installations answered.

    Attributes
    ----------
    asked
        How many pages and files were asked for, in all.
    shown
        How many of them were answered with a page or file.
    unlike
        Those that differ: who asked, for what.
    missed
        Rules of the URL map that nothing was asked of.
    """

    asked: int = 0
    shown: int = 0
    unlike: list[str] = field(default_factory=list)
    missed: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Looks:
    """How the two compared while the round was open, when it was closed, and after the reveal: the control."""

    open: Compared
    closed: Compared
    revealed: Compared


@dataclass(frozen=True)
class _Both:
    one: Place
    other: Place
    opened: Opened
    tokens: dict[str, str]
    now: datetime


def attack(_size: Size, ground: Ground) -> list[Line]:
    """Compare everything that anybody can see of two rounds with different marks."""
    looks = compare(ground)
    control = f"after the reveal {len(looks.revealed.unlike)} of {looks.revealed.shown} differ"
    return [
        Line(
            attack=f"two rounds with different marks, {state}",
            database=ground.database,
            times=f"{compared.asked:,} requests by {len(ROLES)} roles and by nobody, {compared.shown} pages and files",
            found=f"{len(compared.unlike)} differ; {len(compared.missed)} routes not asked",
            control=control,
            holds=not compared.unlike and not compared.missed and bool(looks.revealed.unlike),
        )
        for state, compared in (("open", looks.open), ("closed, not yet revealed", looks.closed))
    ]


def compare(ground: Ground, *, when_closed: bool = True) -> Looks:
    """Return how two rounds compare that differ in their marks alone; to everybody also when closed, if so wished."""
    with ground.empty() as one:
        opened = open_round(one, ENTITLED)
        now = datetime.now(UTC)
        tokens = dict(_sign_in(one, opened, now))
        with ground.copy(one) as other:
            both = _Both(one, other, opened, tokens, now)
            for place, level in ((one, 0), (other, 2)):
                _cast(place, opened, level, now)
            everybody = (*ROLES, NOBODY)
            while_open = _compare(both, everybody)
            for place in (one, other):
                _close(place, opened, now)
            closed = _compare(both, everybody if when_closed else (PERSONNEL,))
            for place in (one, other):
                _reveal(place, opened, now)
            return Looks(while_open, closed, _compare(both, (PERSONNEL,)))


def _sign_in(place: Place, opened: Opened, now: datetime) -> Iterator[tuple[str, str]]:
    with place.sessions.begin() as session:
        round_ = session.get_one(Round, opened.round_id)
        for role in ROLES:
            own = round_ if role in DOOR_ROLES else None
            account = accounts.add(session, login=role, name=role, role=role, password=PASSWORD, now=now, round_=own)
            if role == EVALUATOR:
                assignments.assign(session, round_, account, "tester", now)
            token = sessions.start(session, account, now)
            sessions.confirm(session, sessions.token_hash(token), now)
            yield role, token


def _cast(place: Place, opened: Opened, level: int, now: datetime) -> None:
    for number, code in enumerate(opened.codes[:CAST]):
        marks = bytes((level + number + cell) % 3 for cell in range(opened.cells))
        with place.sessions() as session:
            ballots.cast(session, code, number.to_bytes(16, "big"), marks, "好" * level, "phone", now)


def _close(place: Place, opened: Opened, now: datetime) -> None:
    with place.sessions.begin() as session:
        lifecycle.close(session, rounds.get(session, opened.round_id), "tester", now, "other")


def _reveal(place: Place, opened: Opened, now: datetime) -> None:
    reveal(place.sessions, opened.round_id, place.settings.key_folder, "tester", now)
    with place.sessions.begin() as session:
        make_result(session, rounds.get(session, opened.round_id), "首次计分", "tester", now)


def _compare(both: _Both, roles: Sequence[str]) -> Compared:
    compared = Compared()
    apps = [_app(place, both.now) for place in (both.one, both.other)]
    values = _values(both)
    rules = [rule for rule in apps[0].url_map.iter_rules() if "GET" in (rule.methods or ())]
    for role in roles:
        browsers = [_browser(app, both.tokens.get(role)) for app in apps]
        for rule in rules:
            paths = list(_paths(apps[0], rule, values))
            if not paths:
                compared.missed.add(rule.rule)
            for path in paths:
                _ask(compared, browsers, role, path)
        for code in (both.opened.codes[0], both.opened.codes[-1], "0" * 16):
            for path, form in (("/b", {"code": code}), ("/r", {"receipt": code})):
                _ask(compared, browsers, role, path, form)
    for app in apps:
        database.dispose(app)
    return compared


def _app(place: Place, now: datetime) -> Flask:
    app = create_app(place.settings)
    app.testing = True
    # Both installations answer at the same moment.
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: setattr(g, "now", now + timedelta(seconds=1)))
    return app


def _browser(app: Flask, token: str | None) -> FlaskClient:
    browser = app.test_client()
    if token:
        browser.set_cookie(app.config["GONGPING_COOKIE"], token)
    return browser


def _values(both: _Both) -> dict[str, list[str]]:
    """Return what can stand for each part of an address."""
    with both.one.sessions() as session:
        return {
            "round_id": [both.opened.round_id],
            "batch_id": list(session.scalars(select(Batch.id).order_by(Batch.id).limit(1))),
            "digest": list(session.scalars(select(StoredDocument.digest))),
            "kind": ["questionnaire", "scheme", "public", "auditor"],
            "name": ["干部年度测评"],
            "login": [EVALUATOR],
            "number": ["1"],
            "target": [both.opened.manifest.targets[0].code],
            "code": [both.opened.manifest.targets[0].code],
            "chart": ["distribution"],
            "filename": ["desk.css"],
        }


def _paths(app: Flask, rule: Rule, values: dict[str, list[str]]) -> Iterator[str]:
    names = sorted(rule.arguments)
    if any(name not in values for name in names):
        return
    adapter = app.url_map.bind("")
    for chosen in product(*(values[name] for name in names)):
        try:
            yield adapter.build(rule.endpoint, dict(zip(names, chosen, strict=True)))
        except (ValueError, LookupError):
            continue  # not a value of this rule


def _ask(
    compared: Compared, browsers: list[FlaskClient], role: str, path: str, form: dict[str, str] | None = None
) -> None:
    said = []
    for browser in browsers:
        answer = browser.open(path, method="GET" if form is None else "POST", data=form, buffered=True)
        headers = sorted((name, text.encode()) for name, text in answer.headers if name not in LEFT_OUT)
        content = b"" if path.endswith(SEALED) else _cover(answer.data)
        said.append((answer.status_code, [(name, _cover(text)) for name, text in headers], content, len(answer.data)))
    compared.asked += 1
    compared.shown += said[0][0] == 200
    if said[0] != said[1]:
        compared.unlike.append(f"{role}: {path}")


def _cover(content: bytes) -> bytes:
    for pattern in COVERED:
        content = pattern.sub(rb"\1", content)
    return content

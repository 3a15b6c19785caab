"""A round in which every word that people write was written by an attacker, carried as far as its result."""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from survey.collect.ballots import cast
from survey.config import Settings
from survey.manifest.amended import manifest_of
from survey.models import Post, Target, Unit
from survey.office import accounts
from survey.prepare import codes, documents, lifecycle, rounds
from survey.reveal.opening import reveal
from survey.reveal.results import make_result

SCRIPT = "<script>alert(1)</script>"
IMAGE = "\"'><img src=x onerror=alert(1)>"
TYPESET = '甲#read("/etc/passwd")*b*$x$@r<l>`c`\\'
MATHS = "$\\frac{1}{$^_{"
TEMPLATE = "{{7*7}}{%x%}%(x)s"
ALL = SCRIPT + IMAGE + TYPESET + MATHS + TEMPLATE
COMMENT = ALL + "\u202e好"


@dataclass(frozen=True)
class Hostile:
    """What the round's pages are asked for by."""

    round_id: str
    batch_id: str
    digest: str
    code: str


def hostile_round(settings: Settings, sessions: sessionmaker[Session]) -> Hostile:
    """Make the round, take twelve ballots, reveal it, score it; one slip is left."""
    now = datetime.now(UTC)
    with sessions.begin() as session:
        accounts.add(session, login="attacker", name=ALL, role="personnel", password="p" * 20, now=now)
        stored = _prepare(session, now)
        round_ = rounds.create(session, _plan(now), f"{SCRIPT}.yaml", "attacker", now)
        lifecycle.freeze(session, round_, settings, "attacker", now)
        sheet = manifest_of(round_).sheets[0]
        minted = codes.mint(session, round_, sheet.id, 40, "issue", reachable=True, by="attacker", now=now)
        lifecycle.open_(session, round_, "attacker", now)
        round_id, cells = round_.id, manifest_of(round_).cells(sheet)
        batch_id = minted.batch.id
    rng = random.Random(1)  # noqa: S311 - invented marks
    for number, code in enumerate(minted.codes[:25]):
        with sessions() as session:
            marks = bytes(rng.choice((0, 0, 1, 2)) for _ in cells)
            cast(session, code, number.to_bytes(16, "big"), marks, COMMENT, "phone", datetime.now(UTC))
    with sessions.begin() as session:
        lifecycle.close(session, rounds.get(session, round_id), "attacker", datetime.now(UTC), second="other")
    reveal(sessions, round_id, settings.key_folder, "attacker", datetime.now(UTC))
    with sessions.begin() as session:
        make_result(session, rounds.get(session, round_id), ALL, "attacker", datetime.now(UTC))
    return Hostile(round_id, batch_id, stored, minted.codes[-1])


def _prepare(session: Session, now: datetime) -> str:
    session.add(Unit(code="U1", name=ALL, class_=IMAGE))
    session.flush()
    for number in range(4):
        post = Post(position=1, unit_code="U1", title=TYPESET, layer=MATHS, main=True)
        name = (SCRIPT, IMAGE, TYPESET, MATHS)[number]
        session.add(Target(code=f"C{number}", kind="person", name=name, duties=ALL, posts=[post]))
    session.flush()
    levels = [IMAGE, MATHS, TYPESET]
    items = [{"id": SCRIPT, "label": ALL, "hint": ALL[:200]}, {"id": MATHS, "label": IMAGE, "hint": TYPESET}]
    questionnaire = {"name": IMAGE + MATHS, "scale": levels, "items": items, "comment": True}
    scheme = {
        "name": MATHS + IMAGE,
        "scale": dict(zip(levels, (100, 60, 0), strict=True)),
        "groups": [{"id": IMAGE, "weight": 1}],
        "criteria": [{"id": SCRIPT, "weight": 1}, {"id": MATHS, "weight": 1}],
        "grades": {"bands": [{"grade": IMAGE, "from": 50}, {"grade": TYPESET, "from": 0}]},
    }
    for document in (questionnaire, scheme):
        stored = documents.add(session, json.dumps(document), f"{SCRIPT}.yaml", "attacker", now)
    return str(stored.digest)


def _plan(now: datetime) -> str:
    window = {"opens": (now - timedelta(hours=1)).isoformat(), "closes": (now + timedelta(hours=9)).isoformat()}
    return json.dumps(
        {
            "name": SCRIPT + TYPESET,
            "office": IMAGE,
            "comment_bytes": 600,
            "programme": [{"scheme": MATHS + IMAGE, "ask": {"default": IMAGE + MATHS}}],
            "sheets": [{"group": IMAGE, "label": SCRIPT + MATHS, "rates": "all", "entitled": 40}],
            "windows": {"phone": window},
        }
    )

"""A small hall: three offices, three cadres, residents and a party committee, carried as far as a test needs."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from survey.collect.ballots import Receipt, cast
from survey.config import Settings
from survey.manifest.amended import manifest_of
from survey.manifest.manifest import Manifest
from survey.models import Post, Round, Target, Unit
from survey.prepare import codes, documents, lifecycle, rounds

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
OPENS = NOON - timedelta(hours=4)
CLOSES = NOON + timedelta(days=7)
AFTER = CLOSES + timedelta(minutes=1)
MAKER = "evaluator"  # whose round it is: the account that the fixture sign_in makes for this role

QUESTIONNAIRE = """
name: 小测评
scale: [优秀, 称职, 不称职, 不了解]
not_a_judgement: [不了解]
items: [{id: 德}, {id: 绩}, {id: 总体评价}]
comment: true
"""
SCHEME = """
name: 小方案
scale: {优秀: 100, 称职: 80, 不称职: 0, 不了解: null}
groups: [{id: 居民, weight: 2}, {id: 党委, weight: 1}]
criteria: [{id: 德, weight: 1}, {id: 绩, weight: 1}]
overall: {item: 总体评价, share: 0.4}
empty_group: renormalise
"""
PLAN = """
name: 小镇民主测评
office: 小镇
comment_bytes: 120
programme: [{scheme: 小方案, ask: {default: 小测评}}]
sheets:
  - {group: 居民, rates: all, entitled: %(residents)s}
  - {group: 党委, rates: all, entitled: 10}
windows:
  phone: {opens: 2026-12-01 08:00, closes: 2026-12-08 12:00}
"""


@dataclass
class Hall:
    """An open round and the codes that were handed out, by sheet."""

    round_id: str
    manifest: Manifest
    codes: dict[str, list[str]] = field(default_factory=dict)

    def marks(self, sheet: str = "S1", seed: int = 0) -> bytes:
        """Return plausible marks for a sheet."""
        rng = random.Random(seed)  # noqa: S311 - invented marks
        return bytes(rng.choice((0, 0, 1, 2, 3, 255)) for _ in self.manifest.cells(self.manifest.sheet(sheet)))


def fill_roster(session: Session) -> None:
    """Add three offices and three cadres."""
    session.add_all([Unit(code=f"U{n}", name=f"第{n}办公室", class_="机关") for n in (1, 2, 3)])
    session.flush()
    for number, name in enumerate(("甲一", "乙二", "丙三"), 1):
        post = Post(position=1, unit_code=f"U{number}", title="主任", layer="正职", main=True)
        session.add(Target(code=f"C{number}", kind="person", name=name, duties="管一摊事", posts=[post]))
    session.flush()


def ahead(plan: str = PLAN) -> str:
    """Return `plan` with a window that opens tomorrow, for what goes by the real clock."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    closes = tomorrow + timedelta(days=7)
    return plan.replace("2026-12-01 08:00", tomorrow.isoformat()).replace("2026-12-08 12:00", closes.isoformat())


def draft_round(
    session: Session,
    residents: int = 60,
    plan: str = PLAN,
    questionnaire: str = QUESTIONNAIRE,
    scheme: str = SCHEME,
) -> Round:
    """Make a draft on a filled roster."""
    fill_roster(session)
    for text in (questionnaire, scheme):
        documents.add(session, text, "document.yaml", "tester", NOON)
    return rounds.create(session, plan % {"residents": residents}, "plan.yaml", MAKER, NOON)


def open_round(
    session: Session,
    settings: Settings,
    residents: int = 60,
    plan: str = PLAN,
    questionnaire: str = QUESTIONNAIRE,
    scheme: str = SCHEME,
) -> Hall:
    """Make, freeze, mint and open a round, and commit it."""
    round_ = draft_round(session, residents, plan, questionnaire, scheme)
    lifecycle.freeze(session, round_, settings, "tester", OPENS)
    hall = Hall(round_.id, manifest_of(round_))
    for sheet in hall.manifest.sheets:
        minted = codes.mint(session, round_, sheet.id, sheet.entitled, "issue", reachable=True, by="tester", now=OPENS)
        hall.codes[sheet.id] = list(minted.codes)
    lifecycle.open_(session, round_, "tester", OPENS)
    session.commit()
    return hall


def cast_all(sessions: sessionmaker[Session], hall: Hall, comment: str = "") -> list[Receipt]:
    """Cast one ballot with every code that was handed out."""
    receipts = []
    for sheet, handed_out in hall.codes.items():
        for number, code in enumerate(handed_out):
            with sessions() as session:
                marks = hall.marks(sheet, number)
                receipts.append(cast(session, code, number.to_bytes(16, "big"), marks, comment, "phone", NOON))
    return receipts


def close_round(session: Session, hall: Hall) -> Round:
    """Close the round after its last window and commit it."""
    round_ = rounds.get(session, hall.round_id)
    lifecycle.close(session, round_, "tester", AFTER)
    session.commit()
    return round_

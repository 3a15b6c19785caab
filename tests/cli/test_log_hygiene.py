"""What a server writes down at its most talkative, while a whole round with every kind of trouble goes through it."""

import io
import re
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from survey.config import Settings
from survey.models import Account, Envelope
from survey.office import accounts, sessions
from survey.prepare import rounds
from survey.reveal.opening import reveal
from survey.reveal.results import make_result
from tests.conftest import PASSWORD, TOKEN
from tests.pages import read
from tests.served import VERBOSE, Served, serving
from tests.township import Township, close_township, open_township

HERE = {"GONGPING_DEMONSTRATION": "1", "GONGPING_SECURE_COOKIES": "0"}  # slips and cookies for this machine
COMMENT = "希望窗口早点开门"
CRASHING = "这句话让系统出错"
RECEIPT = re.compile(r"(?:[0-9A-Z]{4} ){4}[0-9A-Z]{4}")
PRINTED = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\b")
BALLOT_PATH = re.compile(r"/(?:b|r)(?:/(?:cast|review))?(?![\w/.-])")
# Where staff type what opens a round or an account: codes of key slips, passwords, codes of the second factor.
STAFF_SECRETS = (
    "/desk/rounds/ROUND/keys/try",
    "/desk/rounds/ROUND/keys/sign",
    "/desk/rounds/ROUND/reveal",
    "/account/password",
    "/account/confirm",
    "/account/second-factor/confirm",
    "/reset",
    "/login/code",
)
TYPED = "code organiser third_party supervisor old new own_password own_code password login"
SLIP_CODE = "K7Q2-9XJD-4MWA-81ZT"
# A fault of ours in the middle of a hand-in, whose words quote all that was typed.
FAULT = f"""
import survey.web.ballot as pages
given = pages.filled.comment
def faulty(form):
    words = given(form)
    if words == {CRASHING!r}:
        raise ValueError(f"cannot take {{dict(form)}}") from RuntimeError(words)
    return words
pages.filled.comment = faulty
"""
# A control: the same server with nothing to hush it.
LOUD = """
import survey.web.quiet
survey.web.quiet.hush = lambda *names: None
"""


@dataclass
class Secrets:
    """Everything that no log may hold."""

    words: set[str] = field(default_factory=set)

    def add(self, *words: str) -> None:
        """Keep words, in each form that a log could show them in."""
        for each in words:
            bare = re.sub("[ -]", "", each)
            fours = [bare[start : start + 4] for start in range(0, len(bare), 4)]
            self.words |= {each, bare, bare.lower(), "-".join(fours), " ".join(fours), repr(each.encode())[2:-1]}
            self.words.add(each.encode("unicode_escape").decode())

    def told_in(self, log: str) -> set[str]:
        """Return what `log` gives away."""
        return {words for words in self.words if words in log}


def hand_in(served: Served, code: str, comment: str, kept: Secrets) -> int:
    """Fill in and hand in one ballot through its three pages; return the last answer's status."""
    kept.add(code)
    page = read(served.post("/b", {"code": code}).text)
    reviewed = read(served.post("/b/review", page.fields | {"m0": "1", "comment": comment}).text).fields
    if not reviewed.get("attempt"):
        return 0
    kept.add(reviewed["attempt"])
    kept.words.add(reviewed["marks"])
    answer = served.post("/b/cast", reviewed)
    kept.add(*RECEIPT.findall(read(answer.text).words))
    return answer.status


def drive(served: Served, township: Township, staff: "Staff", kept: Secrets) -> list[int]:
    """Go through all that may happen to a ballot; return the statuses."""
    codes = iter(township.residents)
    first, crashing = next(codes), next(codes)
    statuses = [hand_in(served, code, COMMENT, kept) for code in (first, *(next(codes) for _ in range(11)))]
    page = read(served.post("/b", {"code": crashing}).text).fields
    again = page | {"marks": "ff" * township_cells(township), "comment": COMMENT}
    kept.add(crashing, again["attempt"], COMMENT, CRASHING)
    statuses += [
        served.post("/b", {"code": first}).status,  # used
        served.post("/b", {"code": first[:-1] + "!"}).status,  # mistyped
        served.post("/b/cast", again | {"comment": CRASHING}).status,  # a fault of ours
        served.post("/b/cast", again).status,
        served.post("/b/cast", again).status,  # pressed twice
        served.post("/b/cast", again | {"marks": "00" + again["marks"][2:]}).status,  # other marks
        served.post("/b/cast", again | {"attempt": "nonsense"}).status,
        served.post("/r", {"code": "0" * 20}).status,
        served.post("/login", {"login": "personnel", "password": PASSWORD}).status,  # without its token
    ]
    kept.add(PASSWORD)
    staff.mint(served, township.round_id, kept)
    return statuses


def township_cells(township: Township) -> int:
    return len(township.manifest.cells(township.manifest.sheets[0]))


@dataclass
class Staff:
    """Members of staff with a session each."""

    sessions: sessionmaker[Session]

    def cookie(self, role: str) -> str:
        """Return the cookie of somebody who has signed in under `role`."""
        now = datetime.now(UTC)
        with self.sessions.begin() as session:
            account = session.get(Account, role) or accounts.add(
                session, login=role, name=role, role=role, password=PASSWORD, now=now
            )
            return f"gongping={sessions.start(session, account, now)}"

    def mint(self, served: Served, round_id: str, kept: Secrets) -> None:
        """Mint a batch of the reserve, whose codes come as a PDF and nowhere else."""
        cookie = self.cookie("evaluator")
        kept.words.add(cookie.partition("=")[2])
        path = f"/desk/rounds/{round_id}/codes"
        page = served.get(path, Cookie=cookie)
        form = page.headers["Set-Cookie"].partition(";")[0]
        fields = read(page.text).fields | {"csrf_token": TOKEN.search(page.text)[1], "kind": "reserve", "size": "20"}
        typed = dict.fromkeys(TYPED.split(), SLIP_CODE) | {"csrf_token": fields["csrf_token"]}
        for place in STAFF_SECRETS:
            answer = served.post(place.replace("ROUND", round_id), typed, Cookie=f"{cookie}; {form}")
            assert answer.status < 500, place
            kept.add(SLIP_CODE)
        pdf = served.post(path, fields, Cookie=f"{cookie}; {form}")
        assert (pdf.status, pdf.headers["Content-Type"]) == (200, "application/pdf")
        found = PRINTED.findall("".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf.content)).pages))
        assert len(found) == 20
        kept.add(*found)


@pytest.fixture
def township(session: Session, settings: Settings) -> Township:
    return open_township(session, settings)


def receipts_in_hex(session: Session) -> set[str]:
    session.rollback()
    return {receipt.hex() for receipt in session.scalars(select(Envelope.receipt))}


@pytest.mark.both_databases
def test_no_log_holds_a_code_a_receipt_a_mark_a_comment_or_a_ballots_path(
    settings, session, session_factory, township, tmp_path, request
):
    kept, staff = Secrets(), Staff(session_factory)
    with serving(settings, tmp_path, before=VERBOSE + FAULT, **HERE) as served:
        statuses = drive(served, township, staff, kept)
        kept.words |= receipts_in_hex(session)
        close_township(session, township)
        reveal(session_factory, township.round_id, settings.key_folder, "personnel", datetime.now(UTC))
        with session_factory.begin() as opened:
            make_result(opened, rounds.get(opened, township.round_id), "开封", "personnel", datetime.now(UTC))
        comments = served.get(f"/results/{township.round_id}/1/comments", Cookie=staff.cookie("personnel"))
    said = served.said() + database_log(settings, request)

    assert statuses == [*[201] * 12, 409, 404, 500, 201, 200, 409, 422, 404, 400]
    assert comments.text.count(COMMENT) == 13
    assert len(kept.words) > 200
    assert kept.told_in(said) == set()
    assert BALLOT_PATH.findall(said) == []
    assert said.count("127.0.0.1") == 1  # where it listens; nobody's address
    assert "in faulty\nValueError: (its words are kept out of the log)" in said  # whoever mends it learns where


def test_the_same_server_unhushed_tells_comments_and_paths(settings, session, session_factory, township, tmp_path):
    """The control: what the test above looks for is there to be found."""
    kept, staff = Secrets(), Staff(session_factory)
    with serving(settings, tmp_path, before=VERBOSE + LOUD, **HERE) as served:
        for code in township.residents[:12]:
            assert hand_in(served, code, COMMENT, kept) == 201
        close_township(session, township)
        reveal(session_factory, township.round_id, settings.key_folder, "personnel", datetime.now(UTC))
        with session_factory.begin() as opened:
            make_result(opened, rounds.get(opened, township.round_id), "开封", "personnel", datetime.now(UTC))
        served.get(f"/results/{township.round_id}/1/comments", Cookie=staff.cookie("personnel"))
    said = served.said()

    kept.add(COMMENT)
    assert kept.told_in(said)
    assert "INSERT INTO envelope" in said


def database_log(settings: Settings, request: pytest.FixtureRequest) -> str:
    """Return what PostgreSQL wrote in its own log since it was started; SQLite writes none."""
    return request.getfixturevalue("postgresql").log.read_text() if settings.database_url else ""


@pytest.mark.postgresql_only
def test_postgresql_logs_no_value_of_what_it_refuses(settings, session, session_factory, township, tmp_path, request):
    """A unique violation quotes the key in its details, and a failed statement its values, unless it is told not to."""
    kept = Secrets()
    with serving(settings, tmp_path) as served:
        assert hand_in(served, township.residents[0], COMMENT, kept) == 201
    session.rollback()
    taken = session.scalars(select(Envelope)).one()
    with session_factory() as second, pytest.raises(IntegrityError) as caught:
        second.execute(
            Envelope.__table__.insert(),
            {column.name: getattr(taken, attribute_of(column.name)) for column in Envelope.__table__.columns},
        )
    assert taken.receipt.hex() in str(caught.value) or taken.credential.hex() in str(caught.value)  # it could leak

    said = database_log(settings, request)

    assert "duplicate key value violates unique constraint" in said
    for secret in (taken.receipt, taken.credential, taken.seal[:32], taken.signature):
        assert secret.hex() not in said
    assert kept.told_in(said) == set()
    assert "INSERT INTO envelope" not in said


def attribute_of(column: str) -> str:
    return next(each.key for each in Envelope.__mapper__.column_attrs if each.columns[0].name == column)


@pytest.mark.sqlite_only
def test_a_locked_database_is_logged_without_what_it_kept_from_being_recorded(settings, township, tmp_path, session):
    kept = Secrets()
    impatient = "import survey.db; survey.db.SQLITE_PRAGMAS['busy_timeout'] = '100'"
    with serving(settings, tmp_path, before=f"{VERBOSE}\n{impatient}") as served:
        page = read(served.post("/b", {"code": township.residents[0]}).text).fields
        fields = page | {"marks": "00" * township_cells(township), "comment": COMMENT}
        kept.add(township.residents[0], page["attempt"], COMMENT)
        held = sqlite3.connect(settings.home / "database" / "gongping.db", isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        refused = served.post("/b/cast", fields)
        held.execute("ROLLBACK")
        held.close()
        taken = served.post("/b/cast", fields)
    said = served.said()

    assert (refused.status, taken.status) == (503, 201)
    assert len(said) > 100
    assert kept.told_in(said) == set()
    assert BALLOT_PATH.findall(said) == []
    assert session.scalar(select(func.count()).select_from(Envelope)) == 1

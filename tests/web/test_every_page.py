"""Every page of every audience on a round whose every word was written by an attacker, read as a browser reads it."""

import csv
import io
import re
import shutil
from collections import Counter
from pathlib import Path
from urllib.parse import quote, unquote
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from pypdf import PdfReader

from survey.config import Settings
from survey.db import make_engine, make_session
from survey.office.permissions import ROLES
from tests.hostile import ALL, COMMENT, SCRIPT, Hostile, hostile_round
from tests.pages import read

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OURS = re.compile(r"(/(?![/\\])|#|$|data:,$)")  # an address on this site, a place on this page, the empty icon
FORBIDDEN = {"style", "base", "object", "embed", "iframe", "frame", "applet", "link", "meta", "script"}
ALLOWED = {("link", "icon"), ("link", "stylesheet"), ("meta", "viewport"), ("meta", "format-detection"), ("meta", "")}
AT_THE_DOOR = {"clerk", "interviewer"}  # theirs is a round that is open, and one page

REAL = {
    "login": "attacker",
    "number": 1,
    "code": "C0",
    "target": "C0",
    "sheet": "S1",
    "kind": "scheme",
    "name": "三三制",
    "filename": "desk.css",
    "chart": "radar",
}


@pytest.fixture(scope="module")
def hostile_home(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> tuple[Path, Hostile]:
    home = tmp_path_factory.mktemp("hostile")
    for folder in ("keys", "database"):
        (home / folder).mkdir()
    (home / "secret").write_bytes(b"only for one test" * 2)
    shutil.copy(empty_database, home / "database" / "gongping.db")
    settings = Settings(home=home, public_address="https://cp.example.gov.cn", secure_cookies=False)
    engine = make_engine(settings.database)
    hostile = hostile_round(settings, make_session(engine))
    engine.dispose()
    return home, hostile


@pytest.fixture
def hostile(hostile_home, settings) -> Hostile:
    shutil.copytree(hostile_home[0], settings.home, dirs_exist_ok=True)
    return hostile_home[1]


def addresses(app, hostile):
    """Return the address of every page that is asked for with GET, on things that exist."""
    real = REAL | {"round_id": hostile.round_id, "batch_id": hostile.batch_id, "digest": hostile.digest}
    return {rule.endpoint: address_of(rule, real) for rule in app.url_map.iter_rules() if "GET" in rule.methods}


def address_of(rule, values):
    """Return the address of a page with `values` in its places, whatever the page takes there."""
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: quote(str(values.get(found[1], "x")), safe=""), rule.rule)


def unsafe(page, nonce):
    """Return the start tags that could run or load anything but what is ours."""
    found = []
    for tag, given in page.tags:
        if tag == "script" and given.get("nonce") == nonce and given.get("src", "").startswith("/static/"):
            continue
        if tag in FORBIDDEN and (tag, given.get("rel", given.get("name", ""))) not in ALLOWED:
            found.append((tag, given))
        for name, value in given.items():
            runs = name.startswith("on") or name in {"style", "srcdoc", "background", "http-equiv"}
            if runs or (name in {"href", "src", "action", "formaction"} and not OURS.match(value)):
                found.append((tag, given))
    return found


@pytest.mark.parametrize("role", [*(role for role in ROLES if role not in AT_THE_DOOR), ""])
def test_no_page_runs_loads_or_stores_what_an_attacker_wrote(app, client, sign_in, hostile, role):
    app.testing = False
    browser = sign_in(role) if role else client
    statuses = Counter()
    for endpoint, address in addresses(app, hostile).items():
        answer = browser.get(address)
        statuses[answer.status_code] += 1
        kind, headers = answer.content_type, answer.headers
        policy = headers["Content-Security-Policy"]
        assert answer.status_code < 500, address
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cache-Control"] == ("no-cache" if endpoint == "static" else "no-store"), address
        assert not re.search("[\r\n]", str(headers.get("Content-Disposition", "")))
        if kind.startswith("text/html"):
            nonce = re.search("'nonce-([^']+)'", policy)[1]
            assert unsafe(read(answer.text), nonce) == [], address
            assert SCRIPT not in answer.text, address
            assert "49{%" not in answer.text
        elif endpoint != "static" and answer.status_code == 200 and "svg" not in kind:
            saved_as = unquote(headers["Content-Disposition"].removeprefix("attachment; filename*=UTF-8''"))
            assert saved_as
            assert not set(saved_as) & set('/\\:*?"<>|'), address
            assert headers["Content-Disposition"].isascii()
        for cookie in headers.getlist("Set-Cookie"):
            assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
            assert "Domain" not in cookie
    assert statuses[200] > (15 if role == "personnel" else 4)


def test_the_ballots_own_pages_run_nothing_either(client, hostile):
    """The round is over; its slip is refused, with the round's words in the page."""
    for path, form in (
        ("/b", {"code": SCRIPT}),
        ("/r", {"code": ALL}),
        ("/b", {"code": hostile.code}),
        ("/b/cast", {}),
    ):
        answer = client.post(path, data=form)
        nonce = re.search("'nonce-([^']+)'", answer.headers["Content-Security-Policy"])[1]
        assert unsafe(read(answer.text), nonce) == []
        assert SCRIPT not in answer.text
        assert "Set-Cookie" not in answer.headers


def test_the_hostile_words_reach_the_pages_as_words(sign_in, hostile):
    """The control: a page that left the words out would prove nothing."""
    client = sign_in("personnel")

    comments = client.get(f"/results/{hostile.round_id}/1/comments")
    ranking = client.get(f"/results/{hostile.round_id}/1/")

    assert read(comments.text).words.count(COMMENT) == 25
    assert read(ranking.text).words.count(SCRIPT) >= 2


def test_what_is_printed_holds_the_words_and_runs_none(sign_in, hostile):
    client = sign_in("personnel")
    base = f"/results/{hostile.round_id}/1"

    pdfs = [client.get(f"{base}/sign.pdf"), *(client.get(f"{base}/targets/C{n}/sheet.pdf") for n in range(4))]

    for answer in pdfs:
        assert (answer.status_code, answer.content_type) == (200, "application/pdf")
        words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
        assert "root:" not in words
        assert "alert(1)" in words.replace("\n", "")
        assert not re.search(rb"/(JavaScript|JS|Launch|URI|EmbeddedFile|OpenAction)\b", answer.data)


def test_charts_are_drawings_without_scripts_links_or_words_of_markup(sign_in, hostile):
    client = sign_in("personnel")
    drawn = 0
    for number in range(4):
        for chart in ("radar", "groups", "shares"):
            answer = client.get(f"/results/{hostile.round_id}/1/targets/C{number}/{chart}.svg")
            if answer.status_code == 404:
                continue
            drawn += 1
            elements = list(ET.fromstring(answer.data).iter())  # noqa: S314 - drawn by us
            tags = {element.tag.rpartition("}")[2] for element in elements}
            given = {(name.rpartition("}")[2], value) for each in elements for name, value in each.attrib.items()}
            assert tags <= {"svg", "g", "path", "defs", "use", "clipPath", "rect", "title", "desc", "polygon", "text"}
            assert {name for name, _ in given if name == "style" or name.startswith("on")} == set()
            assert {value for name, value in given if name == "href" and not value.startswith("#")} == set()
    assert drawn >= 4


def test_tables_to_take_home_hold_the_words_as_text(sign_in, hostile):
    client = sign_in("personnel")
    base = f"/results/{hostile.round_id}/1"

    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{base}/results.xlsx").data))
    table = list(csv.reader(io.StringIO(client.get(f"{base}/results.csv").data.decode("utf-8-sig"), newline="")))

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert SCRIPT in {cell.value for cell in cells}
    assert SCRIPT in {cell for row in table for cell in row}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_no_template_holds_an_inline_style_script_or_handler(path):
    source = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)

    assert not re.search(r"<style|\bstyle\s*=|<script(?![^>]*\bsrc=)|\son\w+\s*=|javascript:|srcdoc|http-equiv", source)
    assert not re.search(r"(src|href|action)=[\"']?(https?:)?//", source)
    assert not re.search(r"\|\s*safe(?!\s+if)", source)


ODD = [
    ("personnel", "9" * 30),
    ("evaluator", "²"),
    ("personnel", "\x00"),
    ("evaluator", "../../etc/passwd"),
    ("personnel", "\r\nSet-Cookie: a=b"),
    ("evaluator", "\u202e" + "x" * 3000),
]


@pytest.mark.parametrize(("role", "odd"), ODD, ids=[repr(odd[:20]) for _, odd in ODD])
def test_an_odd_value_in_an_address_or_a_field_is_refused_and_is_no_fault(app, sign_in, hostile, role, odd):
    app.testing = False
    browser = sign_in(role)
    fields = (
        "round",
        "page",
        "table",
        "number",
        "content",
        "row-²",
        "row-1",
        "size",
        "seen",
        "sheet",
        "text",
        "reason",
    )
    asked = dict.fromkeys(fields, odd)
    posted = asked | {"csrf_token": browser.token()}
    real = REAL | {"round_id": hostile.round_id}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {"static", "auth.logout"}:
            continue
        for place in {address_of(rule, real), *(address_of(rule, real | {name: odd}) for name in rule.arguments)}:
            for method in rule.methods & {"GET", "POST"}:
                given = {"query_string": asked} if method == "GET" else {"data": posted}
                answer = browser.open(place, method=method, **given)
                assert answer.status_code < 500, (method, rule.endpoint, place[:80])
                assert "a=b" not in str(answer.headers.getlist("Set-Cookie"))

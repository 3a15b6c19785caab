"""The desks in a real browser: the third party from draft to open round, and the results on a small screen."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from sqlalchemy.orm import Session, sessionmaker

from survey.config import Settings
from survey.models import Batch, Round
from survey.office import accounts
from tests.conftest import PASSWORD
from tests.counted import count_township
from tests.hall import ahead, draft_round

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 360, "height": 800}, {"width": 1280, "height": 900}
NAMES = {"evaluator": "衡远民意调查 · 周敏", "personnel": "林静"}
CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")


@contextmanager
def window(chromium: Browser, size: dict[str, int]) -> Iterator[Page]:
    """Open a window of its own; nothing may be refused by the page's own policy or asked of another host."""
    context = chromium.new_context(viewport=size, locale="zh-CN")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith("http://127.") else None)
    yield page
    context.close()
    assert wrong == []


def sign_in(page: Page, address: str, session: Session, role: str) -> None:
    now = datetime.now(UTC)
    accounts.add(session, login=role, name=NAMES[role], role=role, password=PASSWORD, now=now)
    session.commit()
    page.goto(f"{address}/login")
    page.fill("[name=login]", role)
    page.fill("[name=password]", PASSWORD)
    page.locator("main button").click()
    expect(page.locator("nav.nav")).to_be_visible()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def state_of(session: Session, round_id: str) -> str:
    session.rollback()
    found = session.get(Round, round_id)
    assert found is not None
    return found.state


def test_the_third_party_from_draft_to_an_open_round(
    chromium: Browser, address: str, session: Session, picture: Callable[..., None]
) -> None:
    round_id = draft_round(session, plan=ahead()).id
    here = f"{address}/desk/rounds/{round_id}"
    with window(chromium, DESK) as page:
        sign_in(page, address, session, "evaluator")
        page.locator("table tbody th a").first.click()
        page.locator(".btn.go").click()
        page.locator("main form .btn.go").click()
        page.wait_for_url(here)
        assert state_of(session, round_id) == "frozen"

        for sheet, size in (("S1", 60), ("S2", 10)):
            page.goto(f"{here}/codes")
            page.select_option("[name=sheet]", sheet)
            page.fill("[name=size]", str(size))
            with page.expect_download() as download:
                page.locator("form[data-once] button").click()
            pdf = PdfReader(io.BytesIO(Path(download.value.path()).read_bytes()))
            assert len(set(CODE.findall("".join(each.extract_text() for each in pdf.pages)))) == size
            expect(page.locator("form[data-once] button")).to_be_disabled()
            expect(page.locator("[data-sent]")).to_be_visible()
        page.goto(f"{here}/codes")
        expect(page.locator("form[data-once] button")).to_be_enabled()
        picture(page, "slips-desk")
        session.rollback()
        assert sorted(batch.size for batch in session.query(Batch)) == [10, 60]

        page.goto(f"{here}/open")
        page.locator("main form .btn.go").click()
        page.wait_for_url(here)
        assert state_of(session, round_id) == "open"
        expect(page.locator(".turn li")).to_have_count(2)
        assert fits(page)
        picture(page, "console")
        for path in ("", "/codes", "/amendments", "/close", "/void"):
            page.set_viewport_size(PHONE)
            page.goto(f"{here}{path}")
            assert fits(page), path
        picture(page, "console-phone", whole=True)


def test_results_can_be_read_on_a_small_screen(
    chromium: Browser,
    address: str,
    session: Session,
    session_factory: sessionmaker[Session],
    settings: Settings,
    picture: Callable[..., None],
) -> None:
    counted = count_township(settings, session_factory)
    at = f"{address}/results/{counted.round_id}"
    with window(chromium, PHONE) as page:
        sign_in(page, address, session, "personnel")
        for name, path in (
            ("ranking", "/1/"),
            ("units", "/1/units"),
            ("cadre", "/1/targets/C04/"),
            ("withheld", "/1/targets/C01/"),
            ("sign", "/1/sign"),
            ("snapshots", "/snapshots"),
        ):
            page.goto(f"{at}{path}")
            page.wait_for_load_state("networkidle")
            assert fits(page), path
            picture(page, f"{name}-phone", whole=True)
        page.goto(f"{at}/1/targets/C04/")
        page.locator("details.numbers summary").first.click()
        expect(page.locator("details.numbers table").first).to_be_visible()
        assert fits(page)

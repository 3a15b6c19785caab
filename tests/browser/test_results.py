"""The personnel department in a real browser: from the login over ranking and one cadre to the workbook."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from survey import create_app
from survey.cli.demonstration import story
from survey.config import Settings
from survey.web import database

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 860}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return an installation that is not made yet."""
    home = tmp_path_factory.mktemp("demonstration") / "home"
    return Settings(
        home=home, public_address="http://127.0.0.1", office="云陂镇", demonstration=True, secure_cookies=False
    )


@pytest.fixture(scope="module")
def told(settings: Settings) -> story.Told:
    """Return the demonstration, carried through with as many ballots as `make demo` casts."""
    return story.tell(settings, 1600, 2026, lambda _: None)


@pytest.fixture(scope="module")
def address(settings: Settings, told: story.Told) -> Iterator[str]:
    """Return the address at which the demonstration is served."""
    assert told.snapshot.number == 1
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    database.dispose(app)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Return a window in which no script fails and nothing is refused by the page's own policy."""
    context = chromium.new_context(viewport=DESK, locale="zh-CN")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if "Security Policy" in message.text else None)
    yield page
    context.close()
    assert wrong == []


def sign_in(page: Page, address: str, told: story.Told, role: str) -> None:
    [login] = [each for each in told.logins if each.role == role]
    page.goto(f"{address}/login")
    page.locator("input[name=login]").fill(login.login)
    page.locator("input[name=password]").fill(login.password)
    page.locator("main button").click()


def test_personnel_go_from_the_login_over_the_ranking_to_the_workbook(
    page: Page, address: str, told: story.Told, picture: Callable[..., None], tmp_path: Path
) -> None:
    sign_in(page, address, told, "personnel")
    page.get_by_role("link", name=told.snapshot.manifest.name).click()
    page.locator("select[name=layer]").select_option("中层正职")
    page.get_by_role("button", name="显示").click()
    page.wait_for_load_state("networkidle")
    picture(page, "ranking")
    first = page.locator("table.ranking tbody tr").first
    name, score = first.locator("th b").inner_text(), first.locator("td.score").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    workbook = tmp_path / "results.xlsx"
    download.value.save_as(workbook)
    first.get_by_role("link").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator("main")).to_contain_text(score)
    page.wait_for_load_state("networkidle")
    picture(page, "cadre", whole=True)
    [printed] = [result.score for result in told.snapshot.targets() if result.name == name]
    assert score == printed
    cells = [cell for sheet in openpyxl.load_workbook(workbook) for row in sheet.values for cell in row]
    assert name in cells
    assert told.snapshot.manifest.name in "".join(cell for cell in cells if isinstance(cell, str))


def test_every_picture_of_a_cadres_page_is_drawn(page: Page, address: str, told: story.Told) -> None:
    sign_in(page, address, told, "personnel")
    page.get_by_role("link", name=told.snapshot.manifest.name).click()
    page.locator("table.ranking tbody tr").first.get_by_role("link").click()
    page.wait_for_load_state("networkidle")

    widths = page.locator("main img").evaluate_all("pictures => pictures.map(each => each.naturalWidth)")

    assert len(widths) >= 3
    assert min(widths) > 0


def test_the_third_party_finds_no_way_to_a_result(page: Page, address: str, told: story.Told) -> None:
    sign_in(page, address, told, "evaluator")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    links = page.get_by_role("link").evaluate_all("links => links.map(each => each.getAttribute('href'))")

    answer = page.goto(f"{address}/results/")

    assert [link for link in links if link and link.startswith("/results")] == []
    assert answer is not None
    assert answer.status == 403

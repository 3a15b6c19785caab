"""A real browser before a real server: Debian's chromium, Chinese type from the wheel, the application in a thread."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from noto_cjk_sans_otc import FONT_PATH
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

HERE = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a running browser in which Chinese text is text, not boxes."""
    if not Path(CHROMIUM).is_file():
        pytest.fail("chromium is missing. Debian: apt-get install chromium. Elsewhere: put it on the PATH.")
    folder = tmp_path_factory.mktemp("fonts")
    config = folder / "fonts.conf"
    config.write_text(FONTS.format(fonts=Path(str(FONT_PATH)).parent, cache=folder / "cache"), encoding="utf-8")
    with sync_playwright() as playwright:
        environment: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(config)}
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, env=environment)
        yield browser
        browser.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Return the address at which the application is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Return a way to keep a picture of a page: in tests/output, and anew in docs/pictures where that is asked for."""

    def take(page: Page, name: str, *, whole: bool = False) -> None:
        path = HERE / "output" / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        page.screenshot(path=path, full_page=whole, animations="disabled")
        shown = HERE.parent / "docs" / "pictures" / path.name
        if os.environ.get("GONGPING_PICTURES") == "1" and shown.is_file():
            shutil.copy(path, shown)

    return take

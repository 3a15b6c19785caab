"""A ballot in a real browser, from the address in the slip's QR to the receipt, on a phone and on a desk."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.models import Envelope
from tests.township import Township, open_township

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 360, "height": 800}
DESK: ViewportSize = {"width": 1280, "height": 900}
LEVELS = ((0, 1, 0, 1, 1, 0), (0, 0, 1, 1, 0, 0), (1, 1, 0, 2, 4, 1), (1, 0, 1, 1, 2, 1))
TALL: ViewportSize = {"width": 360, "height": 1400}
CLOSES = datetime(2026, 12, 8, 12, 0, tzinfo=UTC)


@pytest.fixture
def township(session: Session, settings: Settings) -> Township:
    """Return an open round of twenty cadres × six items."""
    return open_township(
        session, settings, cadres=20, units=0, closes=max(CLOSES, datetime.now(UTC) + timedelta(days=1))
    )


@contextmanager
def window(chromium: Browser, size: ViewportSize, **more: Any) -> Iterator[Page]:
    """Open a window of its own; nothing may be refused by the page's own policy, no script may fail."""
    context = chromium.new_context(viewport=size, **more)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None
    )
    page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith("http://127.") else None)
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    context.close()
    assert wrong == []


def mark(page: Page, person: int, items: int = 6) -> None:
    for ask, level in enumerate(LEVELS[person % 4][:items]):
        page.locator(f"#p{person} .ask").nth(ask).locator(".chip").nth(level).click()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def envelopes(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Envelope)) or 0


def test_a_ballot_on_a_phone_from_the_slips_qr_to_the_receipt(
    chromium: Browser, address: str, session: Session, township: Township, picture: Callable[..., None]
) -> None:
    code = township.residents[0]
    with window(chromium, PHONE) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/b#{code}")
        expect(page.locator("#ballot")).to_be_visible()
        assert page.url == f"{address}/b"
        assert fits(page)

        for person in range(12):
            mark(page, person)
            page.locator(f"#p{person} .next").click()
        mark(page, 12, 4)
        expect(page.locator("#done")).to_have_text("12")
        expect(page.locator(".finished")).to_be_visible()
        expect(page.locator(".finished .in > .person")).to_have_count(12)
        expect(page.locator("#p12 .badge")).to_have_class("badge live prov")
        assert page.locator("#p12").get_attribute("open") is not None
        page.set_viewport_size(TALL)
        page.evaluate("window.scrollTo(0, 0)")
        picture(page, "ballot-phone")
        page.set_viewport_size(PHONE)

        page.locator(".foot .go").click()
        expect(page.locator("table.table")).to_be_visible()
        assert fits(page)
        picture(page, "review", whole=True)
        page.locator(".links button").first.click()
        expect(page.locator("#c76")).to_be_in_viewport()
        assert page.locator("#p12").get_attribute("open") is not None
        assert page.locator("input:checked").count() == 76

        page.locator(".foot .go").click()
        with page.expect_response("**/b/cast") as answer:
            page.locator("button[value=cast]").click()
        assert answer.value.status == 201
        words = page.locator(".receipt").inner_text()
        assert re.fullmatch(r"([0-9A-Z]{4}\s*){5}", words)
        assert fits(page)
        picture(page, "receipt", whole=True)

        page.goto(f"{address}/r#{'-'.join(words.split())}")
        expect(page.locator("[role=status]")).to_contain_text(township.manifest.name)
        assert not [url for url in asked if code in url.replace(f"#{code}", "")]
    assert envelopes(session) == 1


def test_a_ballot_on_a_desk_is_a_grid_until_the_window_is_narrow(
    chromium: Browser, address: str, session: Session, township: Township, picture: Callable[..., None]
) -> None:
    with window(chromium, DESK) as page:
        page.goto(f"{address}/b#{township.residents[0]}")
        expect(page.locator("html.wide")).to_be_visible()
        for person in range(6):
            mark(page, person, 6 if person != 4 else 3)
        rows = [page.locator(f"#p{person}").bounding_box() for person in range(6)]
        assert all(row is not None and row["height"] < 90 for row in rows)
        expect(page.locator("#done")).to_have_text("5")
        expect(page.locator("#p4 .todo")).to_have_count(3)
        page.locator("#p6 .tick").click()
        expect(page.locator("#done")).to_have_text("6")
        page.evaluate("window.scrollTo(0, 0)")
        assert fits(page)
        picture(page, "ballot-desktop")

        page.set_viewport_size(PHONE)
        expect(page.locator("html.wide")).to_have_count(0)
        expect(page.locator(".finished .in > .person")).to_have_count(6)
        assert fits(page)
        page.set_viewport_size(DESK)
        expect(page.locator("html.wide")).to_be_visible()
        expect(page.locator(".part > .card-of")).to_have_count(20)
        order = page.locator(".part > .card-of").evaluate_all("cards => cards.map(card => card.id)")
        assert order == [f"p{person}" for person in range(20)]

        page.locator("button[value=large]").click()
        expect(page.locator("html.large:not(.wide) #p4")).to_be_visible()
        page.locator("button[value=normal]").click()
        page.locator(".foot .go").click()
        with page.expect_response("**/b/cast") as answer:
            page.locator("button[value=cast]").click()
        assert answer.value.status == 201
    assert envelopes(session) == 1


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_a_ballot_without_script_from_typing_the_code_to_the_receipt(
    chromium: Browser, address: str, session: Session, township: Township, size: ViewportSize
) -> None:
    with window(chromium, size, java_script_enabled=False) as page:
        page.goto(f"{address}/b#{township.residents[0]}")
        page.fill("#code", "not the code")
        page.locator(".go").click()
        expect(page.locator(".notice.bad")).to_be_visible()
        assert page.locator("#code").input_value() == "not the code"
        page.fill("#code", township.residents[0].lower())
        page.keyboard.press("Enter")
        expect(page.locator("#ballot")).to_be_visible()
        assert page.locator(".live").locator("visible=true").count() == 0

        mark(page, 0)
        page.locator("#p1 > summary").click()
        mark(page, 1, 2)
        page.locator("#p1 .clear").click()
        expect(page.locator("#p1")).to_be_in_viewport()
        assert page.locator("input:checked").count() == 6
        page.locator("#p1 .tick").click()
        expect(page.locator("#p1 .ask").first).to_be_hidden()
        page.locator("button[value=large]").click()
        expect(page.locator("html.large")).to_be_visible()
        assert fits(page)

        page.locator(".foot .go").click()
        page.locator(".links button").nth(3).click()
        expect(page.locator("#p5 .chips").first).to_be_visible()
        page.locator(".foot .go").click()
        with page.expect_response("**/b/cast") as answer:
            page.locator("button[value=cast]").click()
        assert answer.value.status == 201
        expect(page.locator("html.large .receipt")).to_be_visible()
        assert fits(page)
    assert envelopes(session) == 1


def test_large_text_breaks_five_chips_into_three_and_two(
    chromium: Browser, address: str, township: Township, picture: Callable[..., None]
) -> None:
    with window(chromium, PHONE) as page:
        page.goto(f"{address}/b#{township.residents[0]}")
        page.locator("button[value=large]").click()
        expect(page.locator("html.large #ballot")).to_be_visible()
        tops = page.locator("#c0 .chip").evaluate_all("chips => chips.map(chip => chip.offsetTop)")

        assert tops[0] == tops[1] == tops[2] < tops[3] == tops[4]
        assert fits(page)
        mark(page, 0, 3)
        page.set_viewport_size(TALL)
        page.evaluate("window.scrollTo(0, 0)")
        picture(page, "ballot-phone-large")


def test_everything_to_touch_on_a_phone_is_large_enough(chromium: Browser, address: str, township: Township) -> None:
    with window(chromium, PHONE) as page:
        page.goto(f"{address}/b#{township.residents[0]}")
        expect(page.locator("#ballot")).to_be_visible()
        touchable = page.locator("button, summary, .chip, .tick, a.btn, textarea").locator("visible=true")
        sizes = touchable.evaluate_all("all => all.filter(one => !one.closest('.vh')).map(one => [one.className, "
                                       "one.getBoundingClientRect().height])")  # fmt: skip

        assert len(sizes) > 40
        assert [size for size in sizes if size[1] < 44] == []
        assert {height >= 56 for name, height in sizes if name.startswith("chip")} == {True}


def test_a_ballot_can_be_filled_with_the_keyboard_alone(chromium: Browser, address: str, township: Township) -> None:
    with window(chromium, PHONE) as page:
        page.goto(f"{address}/b#{township.residents[0]}")
        page.locator("#c0 input").first.focus()
        page.keyboard.press("ArrowRight")
        ring = page.locator("#c0 .chip").nth(1).locator("span").evaluate("span => getComputedStyle(span).outlineStyle")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")

        assert page.locator("#c0 input:checked").get_attribute("value") == "1"
        assert page.locator("#c1 input:checked").get_attribute("value") == "0"
        assert ring == "solid"
        page.keyboard.press("Enter")
        expect(page.locator("button[value=cast]")).to_be_visible()


def test_marking_an_item_and_skipping_the_person_exclude_each_other(
    chromium: Browser, address: str, session: Session, settings: Settings
) -> None:
    township = open_township(session, settings)
    with window(chromium, PHONE) as page:
        page.goto(f"{address}/b#{township.staff[0]}")
        page.locator("#p0 .tick").first.click()
        page.locator("#p0 .tick.two").click()
        assert not page.locator("#u0").is_checked()
        assert page.locator("#s0").is_checked()
        page.locator("#p0 .clear").click()
        assert not page.locator("#s0").is_checked()
        expect(page.locator("#c0 .chips")).to_be_visible()


def test_the_next_unfinished_person_is_one_tap_away(chromium: Browser, address: str, township: Township) -> None:
    with window(chromium, PHONE) as page:
        page.goto(f"{address}/b#{township.residents[0]}")
        mark(page, 0)
        assert page.locator("#p1").get_attribute("open") is not None
        page.locator(".jump").click()
        expect(page.locator("#p1 > summary")).to_be_in_viewport()
        assert page.evaluate("document.activeElement.name") == "m6"

"""The hosted page, in a real browser without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TIMEOUT_MS

pytestmark = pytest.mark.browser


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """A visitor whose browser runs no scripts."""
    context = browser.new_context(java_script_enabled=False, color_scheme="dark")
    context.set_default_timeout(TIMEOUT_MS)
    yield context.new_page()
    context.close()


def test_prices_can_be_read(reader: Page, site_url: str) -> None:
    reader.goto(f"{site_url}/widget")
    expect(reader).to_have_title("Prices at Demo Workspace")
    board = reader.get_by_role("listitem").filter(has=reader.get_by_role("heading", name="Boardroom"))
    expect(board).to_contain_text(re.compile(r"Hourly\s*£45\s*/ hour\s*\+ 20% VAT"))
    expect(reader.locator("time")).to_have_attribute("datetime", "2026-03-01T11:57:00Z")


def test_filters_are_links_that_combine_and_can_be_undone(reader: Page, site_url: str) -> None:
    reader.goto(f"{site_url}/widget?locale=de&theme=light")
    reader.get_by_role("link", name="Demo Workspace – London").click()
    reader.get_by_role("link", name="Büros", exact=True).click()
    expect(reader.locator(".card")).to_have_count(1)
    expect(reader.locator(".card")).to_contain_text("2.450 £")
    expect(reader.locator("a[aria-current]")).to_have_text(["Demo Workspace – London", "Büros"])
    reader.get_by_role("link", name="Alle Standorte").click()
    expect(reader.locator(".place")).to_have_count(2)
    expect(reader.locator("html")).to_have_attribute("data-theme", "light")


def test_the_page_is_styled_by_its_own_files_alone(reader: Page, site_url: str) -> None:
    said: list[str] = []
    reader.on("console", lambda message: said.append(message.text))
    reader.goto(f"{site_url}/widget")
    book = reader.get_by_role("link", name="Book: Boardroom, Hourly")
    expect(book).to_have_css("background-color", "rgb(11, 110, 79)")
    expect(reader.locator(".card").first).to_have_css("background-color", "rgb(26, 29, 33)")
    assert said == []


def test_an_unknown_location_has_a_way_on(reader: Page, site_url: str) -> None:
    answer = reader.goto(f"{site_url}/widget?location=7")
    assert answer is not None
    assert answer.status == 404
    reader.get_by_role("link", name="See all prices").click()
    expect(reader.locator(".place")).to_have_count(2)

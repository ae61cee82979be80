"""The hosted page, in a real browser without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TIMEOUT_MS
from tests.publish.samples import location, public, rate, resource
from tests.serve.site import Site
from widget_server.model import ResourceData

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


def test_nothing_on_the_page_breaks_its_own_policy(page: Page, site_url: str) -> None:
    """With scripts: the JSON-LD block is data, which no policy forbids; the page's script is its own."""
    said: list[str] = []
    page.add_init_script(
        "self.violations = [];"
        "addEventListener('securitypolicyviolation', (e) => self.violations.push(e.effectiveDirective))"
    )
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{site_url}/widget")
    expect(page.locator(".card").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("self.violations") == []
    assert said == []
    data = page.evaluate("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)")
    assert [each["@type"] for each in data["@graph"]] == ["LocalBusiness", "LocalBusiness"]


def test_the_campaign_that_led_here_goes_along_to_the_booking(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/widget?location=1198&utm_source=news&utm_medium=e-mail&other=1")
    book = page.get_by_role("link", name="Book: Boardroom, Hourly")
    expect(book).to_have_attribute("href", "https://demo.example/book/r1?utm_source=news&utm_medium=e-mail")
    mail = page.get_by_role("link", name="Book: Dedicated desk")
    expect(mail).to_have_attribute("href", "mailto:hello@demo.example")
    page.get_by_role("link", name="Meeting rooms").click()
    expect(page).to_have_url(f"{site_url}/widget?location=1198&type=meeting-room&utm_source=news&utm_medium=e-mail")


def test_a_campaign_makes_no_document_of_its_own(page: Page, site_url: str, site: Site) -> None:
    for n in range(5):
        page.goto(f"{site_url}/widget?utm_source=n{n}")
    assert len(site.app._shelf) == 1


def test_long_texts_are_folded_and_open_without_a_script(reader: Page, site_url: str, site: Site) -> None:
    text = " ".join(f"word{n}" for n in range(2_000))
    site.source.public = public(location("1", "L", resource("2", "R", "office", data=ResourceData(description=text))))
    reader.goto(f"{site_url}/widget")
    expect(reader.get_by_text("word1999")).to_be_hidden()
    reader.locator("details.long summary").click()
    expect(reader.get_by_text("word1999")).to_be_visible()


def test_high_contrast_shows_what_is_chosen_and_what_is_a_button(page: Page, site_url: str) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(f"{site_url}/widget?type=meeting-room")
    colour = "(node) => getComputedStyle(node).backgroundColor"
    chosen = page.get_by_role("link", name="Meeting rooms").evaluate(colour)
    assert chosen != page.get_by_role("link", name="Offices").evaluate(colour)
    expect(page.locator(".book").first).to_have_css("border-top-style", "solid")


def test_on_paper_everything_is_there_and_filters_are_not(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/widget?theme=dark")
    page.emulate_media(media="print")
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.get_by_text("Coffee and tea, per person")).to_be_visible()
    expect(page.locator(".card").first).to_have_css("background-color", "rgb(255, 255, 255)")


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_hostile_texts_stay_inside_of_the_page(page: Page, site_url: str, site: Site, width: int) -> None:
    hostile = "</script><img src=x onerror=\"document.title='owned'\">"
    room = resource(
        "2", "🏢" * 300, "meeting-room",
        rate("r", "45.00", "x" * 300, name="y" * 300, booking_url="javascript:document.title='owned'"),
        rate("s", "45.00", "hour", name="\u202edrawkcab"),
        data=ResourceData(description="z" * 10_000),
    )  # fmt: skip
    site.source.public = public(location("1", hostile, room), name="w" * 300)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site_url}/widget")
    expect(page.locator(".place-name")).to_contain_text(hostile)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("img, a[href^=javascript]").count() == 0
    assert "owned" not in page.title()
    for label in page.locator(".label").all():
        box = label.bounding_box()
        assert box is not None
        assert box["width"] > 80  # not a letter a line
    hour = page.locator(".rate").first.locator(".price")
    expect(hour).to_have_text(re.compile(r"^£45\s*/ hour$"))

"""Prices in a real browser: override and withdraw as visitors see it, the chart, small screens, no script."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.test_console import SIZES, log_in, too_small
from tests.console import scene
from tests.serve.site import served
from widget_server import config, create_app, services
from widget_server.clock import system_clock
from widget_server.model import LocationData, Quarantined, RateData, ResourceData
from widget_server.store import counters, places, prices
from widget_server.store.places import Stamp

pytestmark = pytest.mark.browser

RAISES = ("40.00", "42.50", "45.00")
LONG = "An hour with a very long and unbreakable_name_" + "x" * 60


@pytest.fixture
def site(site_env: dict[str, str]) -> Flask:
    """London's boardroom: rate 1 was raised twice, rate 2's newest item was not taken over."""
    made = create_app(config.load(site_env), system_clock)
    parts: services.Services = made.extensions[services.EXTENSION]
    now = datetime.now(UTC)
    with parts.database.write() as connection:
        scene.add_workspace(connection, now)
        stamp = Stamp(counters.next_value(connection, "ticket"), now)
        places.save_location(connection, "1198", LocationData(name="London", timezone="Europe/London"), {}, stamp)
        places.save_resource(connection, "7843", "1198", ResourceData(name="Boardroom"), {}, stamp)
        for weeks, amount in zip((8, 5, 1), RAISES, strict=True):
            stamp = Stamp(counters.next_value(connection, "ticket"), now - timedelta(weeks=weeks))
            hourly = RateData("r1", "r1", "Hourly", Decimal(amount), "GBP", "hour")
            prices.save(connection, "7843", hourly, {"id": "r1", "price": amount, "unit": "hour"}, stamp)
            daily = RateData("r2", "r2", LONG, Decimal("290.00"), "GBP", "day")
            prices.save(connection, "7843", daily, {"id": "r2", "price": "290"}, stamp)
        bad = Quarantined("r2", "its amount is negative", {"id": "r2", "price": -290})
        prices.quarantine(connection, "7843", bad, stamp)
    return made


@pytest.fixture
def url(site: Flask) -> Iterator[str]:
    with served(site) as origin:
        yield origin


def complaints_of(page: Page) -> list[str]:
    """What the browser complains of: a refusal of the content policy is one, an answer of 4xx isn't."""
    found: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            found.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def visitors_see(page: Page, url: str, price: str) -> None:
    """In the data and on the hosted page, as soon as what is in memory was checked."""
    visitor = page.context.new_page()
    visitor.goto(url + "/widget")
    expect(visitor.get_by_text("Boardroom")).to_be_visible()
    for path in ("/widget.json", "/widget"):
        visitor.wait_for_function(
            "async ([path, price]) => (await (await fetch(path, {cache: 'no-store'})).text()).includes(price)",
            arg=[url + path, price if path == "/widget" else f'"{price.removeprefix("£")}'],
        )
    visitor.reload()
    expect(visitor.get_by_text(price, exact=True)).to_be_visible()
    visitor.close()


def test_a_price_is_corrected_and_the_correction_withdrawn(page: Page, url: str) -> None:
    complaints = complaints_of(page)
    log_in(page, url, "/console/prices/")
    page.get_by_role("link", name="Boardroom, Hourly").click()
    page.get_by_label("Amount in GBP").fill("38,")
    page.get_by_label("Reason").fill("Spring offer")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Amount in GBP")).to_have_value("38,")
    expect(page.get_by_label("Reason")).to_have_value("Spring offer")
    page.get_by_label("Amount in GBP").fill("38.50")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="You show your own price")).to_be_visible()
    expect(page.get_by_role("row", name="Spring offer")).to_contain_text("operator@example.com")
    visitors_see(page, url, "£38.50")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("heading", name="You show your own price")).to_have_count(0)
    visitors_see(page, url, "£45")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="You show your own price")).to_be_visible()
    visitors_see(page, url, "£38.50")
    assert complaints == []


def test_a_price_is_hidden_from_the_hosted_page(page: Page, url: str) -> None:
    log_in(page, url, "/console/prices/1")
    page.get_by_label("Nothing: hide this price").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Hidden by you").first).to_be_visible()
    page.wait_for_function("async () => !(await (await fetch('/widget', {cache: 'no-store'})).text()).includes('£45')")


def test_the_chart_tells_exact_values_to_pointer_and_keyboard(page: Page, url: str) -> None:
    complaints = complaints_of(page)
    log_in(page, url, "/console/prices/1")
    chart = page.get_by_role("slider")
    assert str(chart.get_attribute("aria-valuetext")).endswith(": £45 / hour")
    chart.focus()
    page.keyboard.press("ArrowLeft")
    assert str(chart.get_attribute("aria-valuetext")).endswith(": £42.50 / hour")
    page.keyboard.press("Home")
    assert str(chart.get_attribute("aria-valuetext")).endswith(": £40 / hour")
    expect(page.locator(".chart-said")).to_contain_text("£40 / hour")
    box = page.locator(".u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 40)
    expect(page.locator(".chart-said")).to_contain_text("£42.50 / hour")
    assert page.evaluate(
        "performance.getEntriesByType('resource').every(each => each.name.startsWith(location.origin))"
    )
    assert complaints == []


def test_without_scripts_the_table_remains_and_no_empty_chart(browser: Browser, url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, url, "/console/prices/1")
    expect(page.locator(".chart")).to_be_hidden()
    expect(page.get_by_role("row")).to_have_count(4)
    expect(page.get_by_role("row").nth(1)).to_contain_text("£42.50 / hour")
    context.close()


def test_instants_are_in_the_readers_zone_with_the_exact_one_on_hover(browser: Browser, url: str) -> None:
    context = browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB")
    page = context.new_page()
    log_in(page, url, "/console/prices/1")
    time = page.locator("tbody time").first
    assert str(time.get_attribute("title")).endswith("UTC")
    instant = datetime.fromisoformat(str(time.get_attribute("datetime")))
    expect(time).to_contain_text((instant + timedelta(hours=9)).strftime("%H:%M"))
    context.close()


def test_the_history_is_downloaded(page: Page, url: str) -> None:
    log_in(page, url, "/console/prices/1")
    with page.expect_download() as found:
        page.get_by_role("link", name="Download as CSV").click()
    assert found.value.suggested_filename == "price-1-history.csv"
    assert found.value.path().read_text(encoding="utf-8").count("GBP") == 5


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_nothing_is_cut_off_or_too_small_to_touch(browser: Browser, url: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, url, "/console/prices/")
    for path in ("/console/prices/", "/console/prices/1", "/console/prices/2"):
        page.goto(url + path)
        for summary in page.locator("summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert too_small(page) == []
    context.close()

"""What every page of the console does in a real browser: the reader's time, forms that are sent once, the sections."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_console import console, console_url, log_in
from tests.console import scene
from widget_server import services
from widget_server.store import activity
from widget_server.store.engine import Database

pytestmark = pytest.mark.browser
__all__ = ["console", "console_url"]

LONG_AGO = datetime(2026, 1, 5, 20, 30, 12, tzinfo=UTC)
IN_TOKYO = "6 Jan 2026, 05:30"
IN_UTC = "5 Jan 2026, 20:30:12 UTC"


@pytest.fixture
def store(console: Flask) -> Database:
    found: services.Services = console.extensions[services.EXTENSION]
    return found.database


@pytest.fixture
def in_tokyo(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", ["/console/activity/", "/console/deliveries/", "/console/deliveries/3"])
def test_instants_are_in_the_readers_zone_with_the_exact_one_on_hover(
    in_tokyo: Page, console_url: str, store: Database, path: str
) -> None:
    with store.write() as connection:
        activity.record(connection, LONG_AGO, "operator@example.com", "login", detail="Logged in.")
        scene.add_delivery(connection, LONG_AGO, state="done", target_id=1)
    log_in(in_tokyo, console_url, path)
    expect(in_tokyo.locator(f'time[title="{IN_UTC}"]').first).to_have_text(IN_TOKYO)


def test_they_stay_so_when_the_overview_renews_itself(in_tokyo: Page, console_url: str, store: Database) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE listings SET created_at = ? WHERE id = 'new-1'", (str(LONG_AGO)[:19],))
    in_tokyo.clock.install()
    log_in(in_tokyo, console_url)
    expect(in_tokyo.locator("#pending").locator("..").locator("time")).to_have_text(IN_TOKYO)
    in_tokyo.evaluate("document.querySelector('#pending').parentElement.isOld = true")
    in_tokyo.evaluate("document.querySelector('.figures').dataset.old = true")
    in_tokyo.clock.run_for(31_000)
    expect(in_tokyo.locator(".figures[data-old]")).to_have_count(0)
    assert in_tokyo.evaluate("document.querySelector('#pending').parentElement.isOld")


def test_without_scripts_they_are_in_utc(browser: Browser, console_url: str, store: Database) -> None:
    with store.write() as connection:
        activity.record(connection, LONG_AGO, "operator@example.com", "login", detail="Logged in.")
    context = browser.new_context(java_script_enabled=False, timezone_id="Asia/Tokyo")
    page = context.new_page()
    log_in(page, console_url, "/console/activity/")
    expect(page.get_by_text(IN_UTC)).to_be_visible()
    context.close()


@pytest.mark.parametrize(("path", "form", "times"), [("new?kind=location", "main form", 1), ("", "[role=search]", 2)])
def test_a_form_that_changes_something_is_sent_once(
    page: Page, console_url: str, path: str, form: str, times: int
) -> None:
    log_in(page, console_url, f"/console/listings/{path}")
    sent = page.locator(form).evaluate("""form => {
      let count = 0;
      document.addEventListener("submit", event => {
        count += event.defaultPrevented ? 0 : 1;
        event.preventDefault();
      });
      for (const field of form.elements) field.required = false;
      form.requestSubmit();
      form.requestSubmit();
      return count;
    }""")
    assert sent == times


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_section_is_in_view(browser: Browser, console_url: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    log_in(page, console_url, "/console/activity/")
    links = page.get_by_role("navigation", name="Console").get_by_role("link")
    expect(links).to_have_count(7)
    for link in links.all():
        box = link.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width
    context.close()


def test_watching_a_bar_keeps_no_session_alive(page: Page, console_url: str) -> None:
    log_in(page, console_url, "/console/sync/")
    with page.expect_request("**/console/sync/progress") as asked:
        page.get_by_role("button", name="Fetch now").click()
    assert asked.value.headers["x-refresh"] == "automatic"

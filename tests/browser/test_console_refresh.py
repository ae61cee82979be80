"""The overview updates itself in a real browser, without getting in anybody's way."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.test_console import console, console_url, log_in
from tests.console import scene
from widget_server import services
from widget_server.store.engine import Database

pytestmark = pytest.mark.browser
__all__ = ["console", "console_url"]

LONGER_THAN_A_ROUND_MS = 31_000


@pytest.fixture
def store(console: Flask) -> Database:
    found: services.Services = console.extensions[services.EXTENSION]
    return found.database


@pytest.fixture
def overview(page: Page, console_url: str) -> Page:
    """Open, with a clock to wind."""
    page.clock.install()
    log_in(page, console_url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm what Syncaroo says is gone")
    page.wait_for_load_state("load")
    return page


def reconnect(store: Database) -> None:
    with store.write() as connection:
        scene.connect_hub(connection, datetime.now(UTC), "needs_reconnect", "The token is spent.")


def test_a_new_verdict_appears_and_is_announced_and_the_focus_stays(overview: Page, store: Database) -> None:
    button = overview.get_by_role("button", name="Approve")
    button.focus()
    overview.locator("#portal > summary").click()
    was_open = overview.locator("#portal").evaluate("found => found.open")
    button.focus()
    reconnect(store)
    overview.clock.run_for(LONGER_THAN_A_ROUND_MS)
    expect(overview.get_by_role("heading", level=1)).to_have_text("Reconnect to Syncaroo")
    expect(overview.locator("#news")).to_have_text("Now: Reconnect to Syncaroo")
    expect(overview.get_by_role("button", name="Approve")).to_be_focused()
    assert overview.locator("#portal").evaluate("found => found.open") == was_open
    overview.get_by_role("button", name="Approve").click()
    expect(overview.get_by_text("” is public now.")).to_be_visible()


def test_a_section_that_is_over_goes_and_the_focus_lands_on_the_verdict(overview: Page, store: Database) -> None:
    keep = overview.get_by_role("button", name="Keep them")
    keep.focus()
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE targets SET held_since = NULL")
    overview.clock.run_for(LONGER_THAN_A_ROUND_MS)
    expect(keep).to_have_count(0)
    expect(overview.get_by_role("heading", level=1)).to_have_text("1 update failed")
    expect(overview.get_by_role("heading", level=1)).to_be_focused()


def test_what_is_the_same_is_left_alone(overview: Page) -> None:
    """The verdict stays the same node; the figures, which something was done to, are new ones."""
    overview.evaluate(
        "document.querySelector('.verdict').isOld = document.querySelector('.figures').dataset.old = true"
    )
    overview.clock.run_for(LONGER_THAN_A_ROUND_MS)
    expect(overview.locator(".figures[data-old]")).to_have_count(0)
    assert overview.evaluate("document.querySelector('.verdict').isOld")
    expect(overview.locator("#news")).to_have_text("")


def test_it_stops_when_nobody_is_logged_in_any_more(overview: Page, console_url: str) -> None:
    overview.context.clear_cookies()
    with overview.expect_response("**/console/"):
        overview.clock.run_for(LONGER_THAN_A_ROUND_MS)
    expect(overview.locator("#logged-out")).to_be_visible()
    asked: list[str] = []
    overview.on("request", lambda request: asked.append(request.url))
    overview.clock.run_for(5 * LONGER_THAN_A_ROUND_MS)
    assert asked == []
    overview.locator("#logged-out").get_by_role("link").click()
    expect(overview.get_by_role("heading", name="Log in")).to_be_visible()

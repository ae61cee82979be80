"""Deliveries, sync now and activity in a real browser: by clicks, on a phone, in the dark, and without scripts."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from tests.browser.test_console import SIZES, log_in, too_small
from tests.console import scene
from tests.console.deliveries import past
from tests.serve.site import served
from widget_server import config, create_app, services
from widget_server.clock import system_clock
from widget_server.store.engine import Database
from widget_server.store.tables import targets

pytestmark = pytest.mark.browser

LIST, SYNC, ACTIVITY = "/console/deliveries/", "/console/sync/", "/console/activity/"
AWAY = f"{LIST}turned-away/"


@pytest.fixture
def console(site_env: dict[str, str]) -> Flask:
    """A whole site with webhooks of every verdict."""
    made = create_app(config.load(site_env), system_clock)
    now = datetime.now(UTC)
    with own(made).write() as connection:
        scene.add_workspace(connection, now)
        scene.connect_hub(connection, now)
        past.add_deliveries(connection, now)
        past.add_refusals(connection, now)
        long = "unbreakable_" + "x" * 52
        scene.add_delivery(connection, now, state="ignored", location_id=long, resource_id=long, outcome="y" * 200)
    return made


@pytest.fixture
def console_url(console: Flask) -> Iterator[str]:
    with served(console) as origin:
        yield origin


def own(console: Flask) -> Database:
    parts: services.Services = console.extensions[services.EXTENSION]
    return parts.database


def fetched(console: Flask, key: str) -> None:
    """As a worker leaves a target behind."""
    now = datetime.now(UTC)
    values = {"started_at": now, "succeeded_at": now, "problem": None, "due_at": now.replace(year=now.year + 1)}
    with own(console).write() as connection:
        connection.execute(update(targets).where(targets.c.key == key * 64).values(values))


def test_a_failed_delivery_is_found_looked_at_and_replayed(page: Page, console_url: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    log_in(page, console_url)
    page.get_by_role("link", name="Deliveries").click()
    page.get_by_label("Verdict").select_option("Failed")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Prices: Demo Meeting Room - London").click()
    expect(page.get_by_text("The answer is not JSON.").first).to_be_visible()
    expect(page.locator("pre")).to_contain_text('"hash": "•••"')
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("status")).to_have_text("It is fetched again now.")
    expect(page.get_by_text("It waits to be fetched.")).to_be_visible()
    page.get_by_role("link", name="Activity").click()
    expect(page.get_by_text("Replayed webhook 5.")).to_be_visible()
    assert complaints == []


def test_why_a_webhook_was_turned_away_is_found(page: Page, console_url: str) -> None:
    log_in(page, console_url, LIST)
    page.get_by_role("link", name="Turned away 17").click()
    expect(page.get_by_role("heading", name="Expired access token")).to_be_visible()
    page.get_by_label("Whose").select_option("Strangers")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(["No access token"])
    page.get_by_role("link", name="Show all").click()
    page.get_by_label("Search").fill("7843")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Prices: Demo Meeting Room - London, Demo Workspace - London")).to_be_visible()


def test_all_failed_are_replayed_after_a_question(page: Page, console_url: str) -> None:
    log_in(page, console_url, LIST)
    expect(page.get_by_role("button", name="Replay it")).to_be_hidden()
    page.get_by_text("Replay all failed").click()
    page.get_by_role("button", name="Replay it").click()
    expect(page.get_by_role("status")).to_have_text("1 failed webhook is tried again now.")
    expect(page.get_by_text("Replay all failed")).to_have_count(0)


def test_the_bar_moves_by_itself_until_all_is_fetched(page: Page, console: Flask, console_url: str) -> None:
    log_in(page, console_url, LIST)
    page.get_by_role("link", name="Sync now").click()
    page.get_by_role("button", name="Fetch now").click()
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_js_property("max", 2)
    expect(bar).to_have_js_property("value", 0)
    expect(page.get_by_role("link", name="Refresh")).to_be_hidden()
    fetched(console, "a")
    expect(page.get_by_text("1 of 2 fetched.")).to_be_visible()
    expect(bar).to_have_js_property("value", 1)
    fetched(console, "b")
    expect(page.get_by_text("Everything was fetched.")).to_be_visible()
    expect(page.get_by_text("Finished.")).to_be_visible()
    expect(bar).to_have_js_property("value", 2)


def test_without_scripts_the_bar_is_loaded_anew(browser: Browser, console: Flask, console_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, console_url, SYNC)
    page.get_by_label("Location").select_option("Demo Workspace - London (2)")
    page.get_by_role("button", name="Fetch now").click()
    expect(page.get_by_text("0 of 2 fetched.")).to_be_visible()
    fetched(console, "a")
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_text("1 of 2 fetched.")).to_be_visible()
    context.close()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_nothing_is_cut_off_or_too_small_to_touch(browser: Browser, console_url: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, console_url, SYNC)
    page.get_by_role("button", name="Fetch now").click()
    for path in (LIST, AWAY, f"{LIST}1", f"{LIST}7", SYNC, ACTIVITY):
        page.goto(console_url + path)
        if page.locator("details.ask").count():
            page.locator("details.ask > summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert too_small(page) == [], path
    context.close()


def test_the_body_can_be_scrolled_by_keyboard(page: Page, console_url: str) -> None:
    log_in(page, console_url, f"{LIST}1")
    page.locator("pre").focus()
    expect(page.get_by_role("group", name="Body of the webhook")).to_be_focused()

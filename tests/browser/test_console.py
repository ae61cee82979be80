"""The operator's pages in a real browser: logging in, deciding, copying; on a small screen and in the dark."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.console import scene
from tests.console.deliveries import past
from tests.serve.site import served
from widget_server import config, create_app, services
from widget_server.clock import system_clock
from widget_server.store import incidents

pytestmark = pytest.mark.browser

SIZES = [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")]
TOO_SMALL = """() =>
  [...document.querySelectorAll("button, .button, .foot a, .brand, summary, input:not([type=hidden])")]
  .filter(found => found.checkVisibility())
  .filter(found => { const box = found.getBoundingClientRect(); return box.height < 24 || box.width < 24; })
  .map(found => found.outerHTML)"""


def too_small(page: Page) -> list[str]:
    """What is too small for fingers, once the page has its styles: a form's answer is there before them."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(TOO_SMALL)
    return found


@pytest.fixture
def console(site_env: dict[str, str]) -> Flask:
    """A whole site in which everything that the console can show has happened."""
    made = create_app(config.load(site_env), system_clock)
    parts: services.Services = made.extensions[services.EXTENSION]
    now = datetime.now(UTC)
    with parts.database.write() as connection:
        scene.add_workspace(connection, now)
        scene.connect_hub(connection, now)
        target = scene.add_target(connection, problem="Syncaroo answered 503.", due_at=now + timedelta(minutes=1))
        scene.add_delivery(connection, now, state="dead", target_id=target, outcome="The answer is not JSON.")
        scene.add_delivery(connection, now, state="ignored", location_id="4711", resource_id=None)
        scene.add_target(connection, "b" * 64, held_since=now, held_count=4)
        past.add_refusals(connection, now)
        for channel in (incidents.BOOK, "email"):
            incidents.settle(
                connection, channel, {"confirm_removal": "Look.", "updates_failed": "Look."}, now - timedelta(hours=3)
            )
        incidents.note_problem(connection, "email", "mail.example.com didn't take the message: " + "x" * 90)
        name = "A room with a very long and unbreakable_name_" + "x" * 60
        scene.add_listing(connection, now, "new-1", name, status="pending", location_id="1198")
    return made


@pytest.fixture
def console_url(console: Flask) -> Iterator[str]:
    with served(console) as origin:
        yield origin


def log_in(page: Page, url: str, path: str = "/console/") -> None:
    page.goto(url + path)
    page.get_by_label("E-mail address").fill("operator@example.com")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda address: "/login" not in address)  # and for the styles and scripts of what is there


def test_the_operator_logs_in_decides_and_logs_out(page: Page, console_url: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    log_in(page, console_url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm what Syncaroo says is gone")
    page.get_by_role("link", name="Decide").click()
    page.get_by_role("button", name="Keep them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 update failed")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("status").first).to_have_text("It is tried again now.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_contain_text("waiting for approval now.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.goto(console_url + "/console/")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert complaints == []  # a refusal of the content policy would be one


def test_the_snippet_is_copied_by_a_button(browser: Browser, console_url: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    log_in(page, console_url)
    page.locator('[data-copies="snippet"]').click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("<div data-pricing-widget")
    context.close()


def test_without_scripts_the_console_works_and_shows_no_dead_button(browser: Browser, console_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, console_url)
    expect(page.locator("#snippet")).to_contain_text("embed.js")
    expect(page.locator('[data-copies="snippet"]')).to_be_hidden()
    page.get_by_role("button", name="Keep them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 update failed")
    context.close()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_nothing_is_cut_off_or_too_small_to_touch(browser: Browser, console_url: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for path in ("/nope", "/login", "/setup/unknown"):
        page.goto(console_url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert too_small(page) == []
    log_in(page, console_url)
    page.locator("#portal summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert too_small(page) == []
    context.close()


def test_the_keyboard_sees_where_it_is(page: Page, console_url: str) -> None:
    page.goto(console_url + "/login")
    page.keyboard.press("Tab")
    focused = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert focused == "3px"
    page.goto(console_url + "/nope")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()

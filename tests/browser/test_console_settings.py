"""The settings' pages in a real browser: small screens, dark, and the steps that ask once."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import complaints
from tests.browser.test_console import SIZES, log_in, too_small
from tests.serve.site import served
from widget_server import config, create_app, services
from widget_server.clock import system_clock
from widget_server.model import DataKind

pytestmark = pytest.mark.browser

SETTINGS = "/console/settings/"
PAGES = [
    SETTINGS,
    f"{SETTINGS}syncaroo/",
    f"{SETTINGS}tokens/",
    f"{SETTINGS}account/",
    f"{SETTINGS}alerts/",
    f"{SETTINGS}syncaroo/moving?to=https://new.example.com",
]


@pytest.fixture
def settled(site_env: dict[str, str]) -> Flask:
    made = create_app(config.load(site_env), system_clock)
    parts: services.Services = made.extensions[services.EXTENSION]
    parts.platform_keys.make("operator@example.com")
    parts.platform_keys.make("operator@example.com")
    parts.access_tokens.make("operator@example.com", "unbreakable_name_" + "x" * 47, tuple(DataKind))
    return made


@pytest.fixture
def settled_url(settled: Flask) -> Iterator[str]:
    with served(settled) as origin:
        yield origin


def test_the_operator_renames_the_workspace_and_rotates_the_secret(page: Page, settled_url: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    log_in(page, settled_url, SETTINGS)
    page.get_by_label("Name of your workspace").fill("The Mill")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_role("link", name="The Mill")).to_be_visible()
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Syncaroo").click()
    page.get_by_text("Retire", exact=True).last.click()
    page.get_by_role("button", name="Retire the older one").click()
    expect(page.get_by_role("status").first).to_contain_text("Retired")
    page.get_by_role("button", name="Make a new client secret").click()
    expect(page.locator("#made-secret")).to_be_visible()
    assert complaints == []


def test_disconnecting_asks_once(page: Page, settled_url: str) -> None:
    log_in(page, settled_url, f"{SETTINGS}syncaroo/")
    expect(page.get_by_role("button", name="Disconnect now")).to_be_hidden()
    page.get_by_text("Disconnect from Syncaroo", exact=True).click()
    page.get_by_role("button", name="Disconnect now").click()
    expect(page.get_by_role("status").first).to_contain_text("Disconnected.")


def test_the_password_is_changed_and_the_session_goes_on(page: Page, settled_url: str) -> None:
    log_in(page, settled_url, f"{SETTINGS}account/")
    page.get_by_label("Current password").fill("correct horse battery")
    page.get_by_label("New password, 10").fill("another horse entirely")
    page.get_by_label("The new password again").fill("another horse entirely")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("status")).to_contain_text("Your password is changed.")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_what_is_typed_outlives_the_session(
    browser: Browser, settled: Flask, settled_url: str, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, settled_url, SETTINGS)
    page.get_by_label("Name of your workspace").fill("The Mill")
    parts: services.Services = settled.extensions[services.EXTENSION]
    operator = parts.operators.check("operator@example.com", "correct horse battery")
    assert operator
    parts.operators.end_sessions(operator)
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("status")).to_contain_text("nothing was saved. Log in, and what you typed is there again.")
    assert complaints(page) == []
    page.get_by_label("E-mail address").fill("operator@example.com")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("status")).to_contain_text("Check what you typed and send it again.")
    expect(page.get_by_label("Name of your workspace")).to_have_value("The Mill")
    assert complaints(page) == []
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_role("link", name="The Mill")).to_be_visible()
    context.close()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_nothing_is_cut_off_or_too_small_to_touch(browser: Browser, settled_url: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, settled_url)
    for path in PAGES:
        page.goto(settled_url + path)
        for summary in page.locator("summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert too_small(page) == []
    context.close()

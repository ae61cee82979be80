"""Access tokens as the operator and a program meet them: made, tried, revoked."""

import re
from collections.abc import Iterator

import pytest
import requests
from flask import Flask
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.axe import complaints
from tests.browser.test_console import SIZES, log_in, too_small
from tests.serve.site import served
from widget_server import config, create_app, services
from widget_server.clock import system_clock

pytestmark = pytest.mark.browser

TOKENS = "/console/settings/tokens/"
PATIENCE_SECONDS = 30


@pytest.fixture
def site_of_both(settings_env: dict[str, str], database_url: str) -> Iterator[Flask]:
    """The whole site, on each database."""
    made = create_app(config.load(settings_env | {"WIDGET_DATABASE_URL": database_url}), system_clock)
    yield made
    made.extensions[services.EXTENSION].database.close()


@pytest.fixture
def url(site_of_both: Flask) -> Iterator[str]:
    with served(site_of_both) as origin:
        yield origin


@pytest.fixture
def quick_url(site_env: dict[str, str]) -> Iterator[str]:
    """A site on SQLite."""
    with served(create_app(config.load(site_env), system_clock)) as origin:
        yield origin


def tried(url: str, token: str) -> requests.Response:
    return requests.get(f"{url}/api/token", headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_SECONDS)


def make(page: Page, name: str, *kinds: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    for kind in kinds:
        page.get_by_label(kind, exact=True).check()
    page.get_by_role("button", name="Make the token").click()


def test_after_a_refusal_the_keyboard_begins_at_the_first_field_that_is_marked(page: Page, quick_url: str) -> None:
    log_in(page, quick_url, TOKENS)
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    make(page, "Nightly report")
    expect(page.get_by_label("Listings", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your new token")).to_be_visible()


def test_a_token_is_made_used_and_revoked(page: Page, url: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    log_in(page, url, "/console/settings/")
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Access tokens").click()
    expect(page.get_by_text("There is none yet.")).to_be_visible()
    make(page, "Nightly report", "Listings", "Rates")
    token = page.locator("#made-token").inner_text()
    assert re.fullmatch(r"[A-Za-z0-9]{64}", token)
    entry = page.get_by_role("listitem").filter(has_text="Nightly report")
    expect(entry).to_contain_text("Reads listings and rates")
    expect(entry).to_contain_text("never used")
    answer = tried(url, token)
    assert (answer.status_code, answer.json()["kinds"]) == (200, ["listings", "rates"])
    page.goto(url + TOKENS)
    assert token not in page.content()
    expect(entry.locator("time").last).to_have_attribute("title", re.compile("UTC$"))
    expect(entry).to_contain_text("last used")
    revoke = page.get_by_role("button", name="Revoke Nightly report")
    expect(revoke).to_be_hidden()
    entry.get_by_text("Revoke", exact=True).click()
    revoke.click()
    expect(page.get_by_role("status")).to_contain_text("Revoked")
    expect(page.get_by_text("There is none yet.")).to_be_visible()
    refused = tried(url, token)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')
    page.goto(url + "/console/activity/")
    expect(page.get_by_text("Revoked the access token “Nightly report”.")).to_be_visible()
    assert token not in page.content()
    assert complaints == []


def test_the_page_that_shows_a_token_shows_it_to_nobody_who_comes_back(page: Page, quick_url: str) -> None:
    log_in(page, quick_url, TOKENS)
    make(page, "Nightly report", "Rates")
    token = page.locator("#made-token").inner_text()
    page.reload()  # which sends the form once more
    expect(page.get_by_text("There is a token with this name already.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Nightly report")
    expect(page.get_by_role("listitem")).to_have_count(1)
    assert token not in page.content()
    page.goto(quick_url + "/console/")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # kept nowhere: a person is asked before the form is sent again
        page.go_back()


def test_token_and_command_are_copied_by_a_button(browser: Browser, quick_url: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    log_in(page, quick_url, TOKENS)
    make(page, "Nightly report", "Rates")
    token = page.locator("#made-token").inner_text()
    page.get_by_role("button", name="Copy the token").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == token
    page.get_by_text("Try it in a terminal").click()
    page.get_by_role("button", name="Copy the command").click()
    expect(page.get_by_text("Copied", exact=True)).to_have_count(2)
    command = page.evaluate("navigator.clipboard.readText()")
    assert command == f'curl -H "Authorization: Bearer {token}" http://127.0.0.1:8000/api/token'
    context.close()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_a_new_token_fits_and_axe_finds_nothing(browser: Browser, quick_url: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, quick_url, TOKENS)
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_text("Tick at least one kind of data.")).to_be_visible()
    assert complaints(page) == []
    make(page, "unbreakable_name_" + "x" * 47, "Locations", "Resources")
    for summary in page.locator("summary").all():
        summary.click()
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert too_small(page) == []
    context.close()

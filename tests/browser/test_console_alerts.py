"""Alerts as a person sets them up: fill in, save, send a test, read what came of it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.alerts.conftest import ChatTool, Mailbox, chat, mailbox  # noqa: F401  (fixtures)
from tests.alerts.open_door import open_door
from tests.browser.axe import complaints
from tests.browser.test_console import log_in
from tests.serve.site import served
from widget_server import config, create_app
from widget_server.clock import system_clock

pytestmark = pytest.mark.browser

PAGE = "/console/settings/alerts/"


@pytest.fixture
def open_site(site_env: dict[str, str]) -> Flask:
    made = create_app(config.load(site_env), system_clock)
    open_door(made)
    return made


@pytest.fixture
def open_url(open_site: Flask) -> Iterator[str]:
    with served(open_site) as origin:
        yield origin


def test_the_operator_sets_up_alerts_tries_them_and_ends_them(
    page: Page,
    open_url: str,
    mailbox: Mailbox,  # noqa: F811
    chat: ChatTool,  # noqa: F811
) -> None:
    logged: list[str] = []
    page.on("console", lambda message: logged.append(message.text))
    log_in(page, open_url)
    page.get_by_role("link", name="Settings").first.click()
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Alerts").click()
    expect(page.get_by_role("heading", name="Nobody is told yet")).to_be_visible()
    page.get_by_label("Mail server").fill("127.0.0.1")
    page.get_by_label("Port").fill(mailbox.url.rpartition(":")[2])
    page.get_by_label("User").fill("me@example.com")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
    expect(page.get_by_text("Type the password that belongs to the user.")).to_be_visible()
    assert complaints(page) == []
    page.get_by_label("Password").fill("pass-s3cret")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Send a test")
    page.get_by_label("Address of the webhook").fill(chat.url)
    page.locator("#chat ~ form").get_by_role("button", name="Save").click()
    expect(page.get_by_text("One at 127.0.0.1 is set")).to_be_visible()
    chat.status = "500 Internal Server Error"
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("The test was delivered.")).to_be_visible()
    expect(page.get_by_text("127.0.0.1 didn't take the message. It said “500 ok”.")).to_be_visible()
    assert complaints(page) == []
    assert mailbox.mails[0]["To"] == "operator@example.com"
    assert "s3cret" not in page.content()
    page.get_by_text("Send no more e-mails", exact=True).click()
    page.get_by_role("button", name="Stop the e-mails").click()
    expect(page.get_by_role("status").first).to_contain_text("Alerts by e-mail are off.")
    assert [each for each in logged if "422" not in each] == []

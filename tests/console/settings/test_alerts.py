"""The alerts' page over HTTP: what is saved, what is never shown, and a test that really goes out."""

import base64

import pytest
from flask import Flask

from tests.alerts.conftest import ChatTool, Mailbox
from tests.alerts.open_door import open_door
from tests.conftest import Browser, FakeClock
from widget_server import config, create_app, services
from widget_server.site_settings import Source
from widget_server.store import activity, publication

PAGE = "/console/settings/alerts/"
MAIL = {"alert_email": "me@example.com", "smtp_host": "127.0.0.1", "smtp_encryption": "starttls"}
ACCOUNT = {"smtp_user": "me@example.com", "smtp_password": "pass-s3cret"}


@pytest.fixture
def parts(site: Flask) -> services.Services:
    return open_door(site)


def newest_deed(parts: services.Services) -> str:
    with parts.database.read() as connection:
        return activity.latest(connection, 1)[0].detail or ""


def fill_in(browser: Browser, mailbox: Mailbox, chat: ChatTool) -> None:
    port = mailbox.url.rpartition(":")[2]
    assert browser.submit(PAGE, f"{PAGE}email", **MAIL, **ACCOUNT, smtp_port=port).status_code == 303
    assert browser.submit(PAGE, f"{PAGE}chat", alert_url=chat.url).status_code == 303


def test_nobody_is_told_until_somebody_is_named(operator_browser: Browser, parts: services.Services) -> None:
    page = operator_browser.get(PAGE).text
    assert "Nobody is told yet" in page
    assert "Send a test" not in page
    assert 'value="operator@example.com"' in page  # suggested
    assert operator_browser.submit(PAGE, f"{PAGE}test").status_code == 303
    assert "nobody to send it to" in operator_browser.get(PAGE).text


def test_what_is_typed_holds_and_no_secret_ever_comes_back(
    operator_browser: Browser, parts: services.Services, mailbox: Mailbox, chat: ChatTool
) -> None:
    fill_in(operator_browser, mailbox, chat)
    now = parts.site.current()
    assert now.smtp_url == mailbox.url.replace("//", "//me%40example.com:pass-s3cret@")
    assert (now.alert_email, now.alert_url) == ("me@example.com", chat.url)
    tried = operator_browser.submit(PAGE, f"{PAGE}test")
    refused = operator_browser.submit(PAGE, f"{PAGE}email", smtp_password="pass-s3cret", smtp_host="")
    also = operator_browser.submit(PAGE, f"{PAGE}chat", alert_url="nonsense-s3cret")
    assert (tried.status_code, refused.status_code, also.status_code) == (200, 422, 422)
    shown = [operator_browser.get(path).text for path in (PAGE, "/console/", "/console/activity/")]
    for page in (tried.text, refused.text, also.text, *shown):
        assert "s3cret" not in page
    assert "127.0.0.1" in shown[0]


def test_a_test_goes_out_by_every_channel_and_is_written_down(
    operator_browser: Browser, parts: services.Services, mailbox: Mailbox, chat: ChatTool
) -> None:
    fill_in(operator_browser, mailbox, chat)
    page = operator_browser.submit(PAGE, f"{PAGE}test").text
    assert page.count("The test was delivered.") == 2
    assert mailbox.mails[0]["Subject"] == "[Demo Workspace] A test of your alerts"
    assert mailbox.logins == ["\0me@example.com\0pass-s3cret"]
    assert (chat.posts[0]["event"], chat.posts[0]["title"]) == ("test", "A test of your alerts")
    assert newest_deed(parts) == "Sent a test of the alerts. E-mail: delivered. Chat tool: delivered."


def test_what_the_servers_said_is_told_for_each_without_a_secret(
    operator_browser: Browser, parts: services.Services, mailbox: Mailbox, chat: ChatTool
) -> None:
    fill_in(operator_browser, mailbox, chat)
    mailbox.refuses, chat.status = True, "404 Not Found"
    page = operator_browser.submit(PAGE, f"{PAGE}test").text
    assert "127.0.0.1 doesn&#39;t take mail for the recipient. It said “451 later”." in page
    assert (
        "127.0.0.1 doesn&#39;t know this address: it may be mistyped, or was removed there. It said “404 ok”." in page
    )
    assert "s3cret" not in page
    assert "451 later" in newest_deed(parts)


def test_an_empty_password_keeps_the_one_that_is_held(
    operator_browser: Browser, parts: services.Services, mailbox: Mailbox, chat: ChatTool
) -> None:
    fill_in(operator_browser, mailbox, chat)
    fields = MAIL | {"smtp_user": "me@example.com", "smtp_port": "2525", "alert_email": "you@example.com"}
    operator_browser.submit(PAGE, f"{PAGE}email", **fields)
    operator_browser.submit(PAGE, f"{PAGE}chat", alert_url="")
    now = parts.site.current()
    assert now.smtp_url == "smtp://me%40example.com:pass-s3cret@127.0.0.1:2525"
    assert (now.alert_email, now.alert_url) == ("you@example.com", chat.url)
    again = operator_browser.submit(PAGE, f"{PAGE}email", **fields | {"smtp_host": "evil.example.com"})
    assert again.status_code == 422
    assert "Type the password again" in again.text
    assert 'value="evil.example.com"' in again.text


def test_a_channel_is_ended_and_its_secret_forgotten(
    operator_browser: Browser, parts: services.Services, mailbox: Mailbox, chat: ChatTool
) -> None:
    fill_in(operator_browser, mailbox, chat)
    for way in ("email", "chat"):
        operator_browser.submit(PAGE, f"{PAGE}{way}/off")
    now = parts.site.current()
    assert (now.smtp_url, now.alert_email, now.alert_url) == (None, None, None)
    assert "Nobody is told yet" in operator_browser.get(PAGE).text
    operator_browser.submit(PAGE, f"{PAGE}chat/off")
    assert "settled already" in operator_browser.get(PAGE).text


def test_what_was_typed_leads_to_public_servers_only(operator_browser: Browser, site: Flask, chat: ChatTool) -> None:
    """The doors are as they are in earnest: nothing behind the firewall is spoken to."""
    parts: services.Services = site.extensions[services.EXTENSION]
    operator_browser.submit(PAGE, f"{PAGE}email", **MAIL, smtp_port="25")
    operator_browser.submit(PAGE, f"{PAGE}chat", alert_url=chat.url)
    assert parts.site.current().alert_url == chat.url
    page = operator_browser.submit(PAGE, f"{PAGE}test").text
    assert "127.0.0.1 at port 25 can&#39;t be used from here" in page
    assert "a chat tool must be public" in page
    assert chat.paths == []


def test_what_the_environment_names_may_be_anywhere(
    site_env: dict[str, str], clock: FakeClock, chat: ChatTool, mailbox: Mailbox
) -> None:
    env = site_env | {
        "WIDGET_SMTP_URL": mailbox.url,
        "WIDGET_ALERT_EMAIL": "me@example.com",
        "WIDGET_ALERT_URL": chat.url,
    }
    browser = Browser(create_app(config.load(env), clock).test_client())
    browser.log_in()
    page = browser.get(PAGE).text
    for name in ("WIDGET_SMTP_URL", "WIDGET_ALERT_EMAIL", "WIDGET_ALERT_URL"):
        assert f"Set by {name} in the environment" in page
    assert browser.submit(PAGE, f"{PAGE}test").text.count("The test was delivered.") == 2


def test_a_server_that_repeats_the_password_is_not_quoted(
    operator_browser: Browser, parts: services.Services, mailbox: Mailbox, chat: ChatTool
) -> None:
    fill_in(operator_browser, mailbox, chat)
    mailbox.refusal = f"no: {base64.b64encode(b'pass-s3cret').decode()} pass-s3cret"
    mailbox.refuses = True
    assert "s3cret" not in operator_browser.submit(PAGE, f"{PAGE}test").text


def test_the_hours_until_prices_are_old_hold_at_once_in_what_visitors_read(
    operator_browser: Browser, parts: services.Services, clock: FakeClock
) -> None:
    with parts.database.write() as connection:
        publication.set_synced(connection, clock())
        publication.mark_changed(connection)
    assert parts.documents.edition(parts.public.version()).document["staleAfter"] == "2026-03-02T12:00:00Z"
    saved = operator_browser.submit(PAGE, f"{PAGE}when", stale_after_hours="48")
    assert (saved.status_code, saved.headers["Location"]) == (303, PAGE)
    assert parts.documents.edition(parts.public.version()).document["staleAfter"] == "2026-03-03T12:00:00Z"
    assert operator_browser.get("/widget.json").json["staleAfter"] == "2026-03-03T12:00:00Z"  # type: ignore[index]
    assert parts.site.sources()["stale_after_hours"] is Source.CONSOLE
    assert newest_deed(parts) == "Changed settings. Hours until prices count as old: 48."


@pytest.mark.parametrize("hours", ["0", "721", "-1", "1.5", "", "x"])
def test_hours_have_bounds(operator_browser: Browser, parts: services.Services, hours: str) -> None:
    refused = operator_browser.submit(PAGE, f"{PAGE}when", stale_after_hours=hours)
    assert refused.status_code == 422
    assert "aria-invalid" in refused.text
    assert parts.site.current().stale_after_hours == 24


@pytest.mark.parametrize("action", ["email", "chat", "when", "test", "email/off", "chat/off"])
def test_strangers_change_and_send_nothing(browser: Browser, parts: services.Services, action: str) -> None:
    assert browser.submit("/login", f"{PAGE}{action}", **MAIL).headers["Location"].startswith("/login")
    assert browser.client.post(f"{PAGE}{action}").status_code == 400  # without a token
    assert parts.site.current().smtp_url is None

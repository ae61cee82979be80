"""Forms that are sent with an ended session: nothing is done, what was typed comes back, and no secret does."""

import re
from collections.abc import Mapping
from secrets import token_urlsafe

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import Browser, FakeClock
from tests.console import scene
from widget_server import services
from widget_server.model import ListingKind
from widget_server.store import listings

OURS = {"Origin": "http://127.0.0.1:8000"}
SETTINGS, KEYS, ALERTS = "/console/settings/", "/console/settings/syncaroo/", "/console/settings/alerts/"
TOKENS, EMBED = "/console/settings/tokens/", "/console/embed/"
NEW = "/console/listings/new?kind=location"
EDIT = "/console/listings/edit?kind=resource&id=a+b%26%C3%BC"
BACK = "You had been logged out, and nothing was saved yet. Check what you typed and send it again."


@pytest.fixture
def parts(site: Flask, clock: FakeClock) -> services.Services:
    found: services.Services = site.extensions[services.EXTENSION]
    with found.database.write() as connection:
        scene.add_workspace(connection, clock())
        scene.add_listing(connection, clock(), "a b&ü", "Snug", position=9, location_id="1198")
    return found


def token_on(browser: Browser, page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert found
    return found[1]


def sent_late(
    browser: Browser,
    clock: FakeClock,
    page: str,
    action: str,
    typed: Mapping[str, object],
    headers: dict[str, str] | None = None,
) -> TestResponse:
    """Open `page`, leave it over night, then send the form on it."""
    token = token_on(browser, page)
    clock.advance(hours=13)
    return browser.client.post(action, data={"csrf_token": token, **typed}, headers=headers)


def log_in_after(browser: Browser, sent: TestResponse) -> TestResponse:
    """Follow to the log-in, log in there with what its form holds, and follow on."""
    assert sent.status_code == 303
    door = browser.get(sent.headers["Location"])
    wanted = re.search(r'name="next" value="([^"]+)"', door.text)
    fields = {"next": wanted[1].replace("&amp;", "&")} if wanted else {}
    return browser.get(browser.log_in(**fields).headers["Location"])


def value_of(page: str, name: str) -> str | None:
    found = re.search(rf'<input id="{name}" name="{name}"[^>]* value="([^"]*)"', page)
    return found[1] if found else None


def test_what_was_typed_is_there_again_and_nothing_was_saved(
    parts: services.Services, operator_browser: Browser, clock: FakeClock
) -> None:
    typed = {"workspace_name": "The Mill", "currency": ""}
    sent = sent_late(operator_browser, clock, SETTINGS, f"{SETTINGS}workspace", typed)
    assert sent.headers["Location"] == f"/login?next={SETTINGS}"
    assert "what you typed is there again" in operator_browser.get(sent.headers["Location"]).text
    page = log_in_after(operator_browser, sent).text
    assert BACK in page
    assert value_of(page, "workspace_name") == "The Mill"
    assert value_of(page, "currency") == ""
    assert parts.site.newest().workspace_name == "Demo Workspace"
    again = operator_browser.get(SETTINGS).text
    assert BACK not in again
    assert value_of(again, "workspace_name") == "Demo Workspace"


@pytest.mark.parametrize(
    ("page", "action", "typed", "shown"),
    [
        (NEW, "/console/listings/new", {"kind": "location", "name": "Attic", "status": "draft"}, 'value="Attic"'),
        (EDIT, "/console/listings/edit", {"kind": "resource", "id": "a b&ü", "name": "Den"}, 'value="Den"'),
        (TOKENS, TOKENS, {"name": "Till", "kind": ["listings", "rates"]}, 'value="rates" checked'),
        (KEYS, f"{KEYS}portal-keys", {"syncaroo_client_id": "typed-id"}, 'value="typed-id"'),
        (KEYS, f"{KEYS}client-id", {"platform_client_id": "own-id"}, 'value="own-id"'),
        (ALERTS, f"{ALERTS}email", {"smtp_host": "mail.example.com"}, 'value="mail.example.com"'),
        (ALERTS, f"{ALERTS}when", {"stale_after_hours": "7"}, 'value="7"'),
        (EMBED, EMBED, {"url": "https://shop.example/", "theme": "dark"}, 'value="https://shop.example/"'),
    ],
)  # fmt: skip
def test_every_form_comes_back_as_it_was_filled_in(
    parts: services.Services, operator_browser: Browser, clock: FakeClock,
    page: str, action: str, typed: dict[str, object], shown: str,
) -> None:  # fmt: skip
    landed = log_in_after(operator_browser, sent_late(operator_browser, clock, page, action, typed))
    assert landed.request.full_path.rstrip("?") == page + ("?theme=dark" if page == EMBED else "")
    assert shown in landed.text
    assert BACK in landed.text


@pytest.mark.parametrize(
    ("page", "action", "secrets"),
    [
        (KEYS, f"{KEYS}portal-keys", {"syncaroo_client_id": "typed-id", "syncaroo_client_secret": "hush-hush"}),
        (ALERTS, f"{ALERTS}email", {"smtp_host": "mail.example.com", "smtp_password": "hush-hush"}),
        (ALERTS, f"{ALERTS}chat", {"alert_url": "https://hooks.example.com/hush-hush"}),
        (f"{SETTINGS}account/", f"{SETTINGS}account/password", {"current": "hush-hush", "new": "hush-hush2"}),
    ],
)
def test_secrets_are_kept_nowhere_and_the_operator_is_told(
    parts: services.Services, operator_browser: Browser, clock: FakeClock,
    page: str, action: str, secrets: dict[str, str],
) -> None:  # fmt: skip
    sent = sent_late(operator_browser, clock, page, action, secrets)
    with operator_browser.client.session_transaction() as session:
        assert "hush" not in str(dict(session))
    landed = log_in_after(operator_browser, sent).text
    assert "hush" not in landed
    assert "You had been logged out" in landed
    assert ("aren&#39;t kept: give them again" in landed) == (len(secrets) == 2 and "current" not in secrets)


def test_a_button_leads_back_to_its_page_which_says_that_nothing_was_changed(
    parts: services.Services, operator_browser: Browser, clock: FakeClock
) -> None:
    where = "/console/listings/?show=active"
    sent = sent_late(
        operator_browser, clock, where, "/console/listings/status",
        {"kind": "resource", "id": "7843", "status": "private"}, {"Referer": f"{OURS['Origin']}{where}"},
    )  # fmt: skip
    assert sent.headers["Location"] == "/login?next=/console/listings/?show%3Dactive"
    landed = log_in_after(operator_browser, sent)
    assert landed.request.full_path == where
    assert "You had been logged out, so nothing was changed." in landed.text
    with parts.database.read() as connection:
        held = listings.one(connection, ListingKind.RESOURCE, "7843")
    assert held
    assert held.status == "active"


@pytest.mark.parametrize(
    "referer",
    [
        "https://evil.example/console/",
        "http://127.0.0.1:8000/console/listings/status",
        "http://127.0.0.1:8000//evil.example/",
        "",
    ],
)
def test_a_button_on_no_page_of_ours_leads_to_the_overview(
    parts: services.Services, operator_browser: Browser, clock: FakeClock, referer: str
) -> None:
    sent = sent_late(operator_browser, clock, "/console/", "/console/listings/status", {}, {"Referer": referer})
    assert sent.headers["Location"] == "/login"
    assert "nothing was changed" in operator_browser.get("/login").text
    assert log_in_after(operator_browser, sent).request.path == "/console/"


def test_a_form_of_a_browser_that_forgot_its_session_comes_back_too(
    parts: services.Services, operator_browser: Browser
) -> None:
    token = token_on(operator_browser, SETTINGS)
    operator_browser.client.delete_cookie("widget_session")
    typed = {"csrf_token": token, "workspace_name": "The Mill"}
    sent = operator_browser.client.post(f"{SETTINGS}workspace", data=typed, headers=OURS)
    assert value_of(log_in_after(operator_browser, sent).text, "workspace_name") == "The Mill"


def test_after_a_log_in_elsewhere_the_form_comes_back_at_once(
    parts: services.Services, operator_browser: Browser
) -> None:
    token = token_on(operator_browser, SETTINGS)
    operator_browser.client.delete_cookie("widget_session")
    operator_browser.log_in()
    typed = {"csrf_token": token, "workspace_name": "The Mill"}
    sent = operator_browser.client.post(f"{SETTINGS}workspace", data=typed, headers=OURS)
    assert (sent.status_code, sent.headers["Location"]) == (303, SETTINGS)
    page = operator_browser.get(SETTINGS).text
    assert BACK in page
    assert value_of(page, "workspace_name") == "The Mill"
    assert parts.site.newest().workspace_name == "Demo Workspace"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:8000.evil.example", None])
def test_another_site_puts_nothing_into_a_form(
    parts: services.Services, operator_browser: Browser, origin: str | None
) -> None:
    headers = {"Origin": origin} if origin else {}
    refused = operator_browser.client.post(f"{SETTINGS}workspace", data={"workspace_name": "Evil"}, headers=headers)
    assert refused.status_code == 400
    assert value_of(operator_browser.get(SETTINGS).text, "workspace_name") == "Demo Workspace"


def test_the_session_after_the_log_in_takes_over_what_was_typed_and_nothing_else(
    parts: services.Services, operator_browser: Browser, clock: FakeClock
) -> None:
    sent = sent_late(operator_browser, clock, SETTINGS, f"{SETTINGS}workspace", {"workspace_name": "The Mill"})
    door = sent.headers["Location"]
    before = token_on(operator_browser, door)
    operator_browser.log_in("wrong", next=SETTINGS)
    operator_browser.log_in(next=SETTINGS)
    with operator_browser.client.session_transaction() as session:
        assert set(session) == {"operator", "epoch", "since", "seen", "late_form"}
    assert operator_browser.client.post("/logout", data={"csrf_token": before}).status_code == 400
    assert value_of(operator_browser.get(SETTINGS).text, "workspace_name") == "The Mill"


def test_a_form_is_kept_for_an_hour_and_for_its_own_page(
    parts: services.Services, operator_browser: Browser, clock: FakeClock
) -> None:
    sent = sent_late(operator_browser, clock, SETTINGS, f"{SETTINGS}workspace", {"workspace_name": "The Mill"})
    clock.advance(minutes=59)
    operator_browser.log_in(next="/console/")
    assert value_of(operator_browser.get(SETTINGS).text, "workspace_name") == "Demo Workspace"
    sent = sent_late(operator_browser, clock, SETTINGS, f"{SETTINGS}workspace", {"workspace_name": "The Mill"})
    clock.advance(minutes=61)
    assert value_of(log_in_after(operator_browser, sent).text, "workspace_name") == "Demo Workspace"


def test_a_page_that_fetches_itself_takes_nothing_away(
    parts: services.Services, operator_browser: Browser, clock: FakeClock
) -> None:
    sent = sent_late(operator_browser, clock, SETTINGS, f"{SETTINGS}workspace", {"workspace_name": "The Mill"})
    assert sent.status_code == 303
    operator_browser.log_in(next=SETTINGS)
    operator_browser.client.get(SETTINGS, headers={"X-Refresh": "automatic"})
    assert value_of(operator_browser.get(SETTINGS).text, "workspace_name") == "The Mill"


def test_more_than_a_cookie_holds_is_not_kept_and_that_is_said(
    parts: services.Services, operator_browser: Browser, clock: FakeClock
) -> None:
    sent = sent_late(operator_browser, clock, SETTINGS, f"{SETTINGS}websites", {"allowed_origins": "ü" * 2_000})
    cookie = sent.headers["Set-Cookie"]
    assert len(cookie) < 4_000
    assert "so nothing was changed. Do it again" in log_in_after(operator_browser, sent).text


def test_the_largest_form_that_is_kept_fits_into_the_cookie(
    parts: services.Services, operator_browser: Browser, clock: FakeClock
) -> None:

    typed = token_urlsafe(1_700)[:2_200]
    sent = sent_late(operator_browser, clock, SETTINGS, f"{SETTINGS}websites", {"allowed_origins": typed})
    assert len(sent.headers["Set-Cookie"]) < 4_093
    assert typed in log_in_after(operator_browser, sent).text

"""What the overview and the alerts' page say of incidents, over HTTP."""

import re

import pytest
from flask import Flask

from tests.conftest import Browser, FakeClock
from tests.console import scene
from widget_server import services
from widget_server.alerts.channels import Channel
from widget_server.alerts.messages import Message
from widget_server.alerts.watch import AlertWatch
from widget_server.errors import AlertNotSent
from widget_server.store import sightings

PAGE, ALERTS = "/console/", "/console/settings/alerts/"
HINT = "Nobody is told when something needs you"


@pytest.fixture
def parts(site: Flask, clock: FakeClock) -> services.Services:
    """All is set up, and well."""
    found = scene.connected(site, clock)
    sightings.keep(found.database, clock, ["https://www.example.com"])
    return found


def refuses(message: Message, now: object) -> None:
    raise AlertNotSent("<b>It is away.</b>")


def takes(message: Message, now: object) -> None:
    pass


def look(parts: services.Services, **channels: Channel) -> None:
    AlertWatch(parts.database, parts.site.current, parts.clock, lambda _: channels).look()


def lose_connection(parts: services.Services, clock: FakeClock, state: str = "needs_reconnect") -> None:
    with parts.database.write() as connection:
        scene.connect_hub(connection, clock(), state)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def test_what_needs_the_operator_says_since_when_and_whether_that_was_told(
    operator_browser: Browser, parts: services.Services, clock: FakeClock
) -> None:
    assert "Began" not in words(operator_browser.get(PAGE).text)
    lose_connection(parts, clock)
    look(parts, email=takes, webhook=refuses)
    clock.advance(hours=3)
    page = operator_browser.get(PAGE).text
    told = words(page)
    assert "Began 3 hours ago. You were told by e-mail 3 hours ago." in told
    assert "You couldn't be told in the chat tool so far: &lt;b&gt;It is away.&lt;/b&gt; It is tried again." in told
    assert told.count("Began") == 1
    assert "<b>It" not in page


def test_the_same_trouble_is_told_where_it_stands_and_once(
    operator_browser: Browser, parts: services.Services, clock: FakeClock
) -> None:
    with parts.database.write() as connection:
        target = scene.add_target(connection)
        scene.add_delivery(connection, clock(), state="dead", target_id=target)
        scene.add_target(connection, "b" * 64, held_since=clock(), held_count=4)
    look(parts)
    page = words(operator_browser.get(PAGE).text)
    assert page.count("Began") == 2
    assert page.index("Began") < page.index("Last webhook") < page.rindex("Began")


def test_what_is_over_is_on_the_alerts_page_only(
    operator_browser: Browser, parts: services.Services, clock: FakeClock
) -> None:
    assert "Nothing in the last 30 days." in operator_browser.get(ALERTS).text
    lose_connection(parts, clock)
    look(parts, email=takes)
    assert "Needs you" in operator_browser.get(ALERTS).text
    clock.advance(hours=3)
    lose_connection(parts, clock, "connected")
    look(parts, email=takes)
    clock.advance(days=1)
    operator_browser.log_in()
    assert "Began" not in words(operator_browser.get(PAGE).text)
    page = words(operator_browser.get(ALERTS).text)
    assert "Reconnect to Syncaroo Began 1 day ago, over after 3 hours. You were told by e-mail 1 day ago." in page
    assert "Needs you" not in page
    clock.advance(days=30)
    operator_browser.log_in()
    assert "Nothing in the last 30 days." in operator_browser.get(ALERTS).text


def test_what_nobody_was_told_says_so(operator_browser: Browser, parts: services.Services, clock: FakeClock) -> None:
    lose_connection(parts, clock)
    look(parts)
    lose_connection(parts, clock, "connected")
    clock.advance(minutes=5)
    look(parts)
    assert "over after 5 minutes. Nobody was told." in words(operator_browser.get(ALERTS).text)


def test_the_overview_hints_at_alerts_once_until_the_operator_has_decided(
    operator_browser: Browser, parts: services.Services
) -> None:
    assert HINT in operator_browser.get(PAGE).text
    assert operator_browser.submit(PAGE, "/console/without-alerts").headers["Location"] == PAGE
    page = operator_browser.get(PAGE).text
    assert "under Settings whenever you want them" in page
    assert HINT not in page
    assert "Decided to go without alerts for now." in operator_browser.get("/console/activity/").text


def test_it_does_not_hint_where_somebody_is_told_or_before_the_site_is_set_up(
    operator_browser: Browser, parts: services.Services
) -> None:
    operator_browser.submit(ALERTS, f"{ALERTS}chat", alert_url="https://chat.example.com/s3cret")
    assert HINT not in operator_browser.get(PAGE).text
    operator_browser.submit(ALERTS, f"{ALERTS}chat/off")
    assert HINT in operator_browser.get(PAGE).text


def test_a_new_site_is_not_hinted_at(operator_browser: Browser) -> None:
    page = operator_browser.get(PAGE).text
    assert "Setting up" in page
    assert HINT not in page


def test_strangers_decide_nothing(browser: Browser, parts: services.Services) -> None:
    assert browser.submit("/login", "/console/without-alerts").headers["Location"] == "/login"

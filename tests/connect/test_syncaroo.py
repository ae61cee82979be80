"""Connecting the site to Syncaroo over HTTP: off with a state, back with a code (PROTOCOL §2; FAULTS 20, 27)."""

import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import Browser, FakeClock
from tests.connect.conftest import guide
from tests.connect.fake_hub import FakeHub
from widget_server import services
from widget_server.store import activity, targets
from widget_server.store.engine import Database
from widget_server.store.tables import hub_credentials
from widget_server.store.targets import TargetKey

CALLBACK = "/connect/syncaroo/callback"
BEGIN = "/connect/syncaroo"
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub().listening() as listening:
        yield listening


@pytest.fixture
def settings_env(settings_env: dict[str, str], hub: FakeHub) -> dict[str, str]:
    """The site's hub is the one on loopback."""
    return settings_env | {"WIDGET_SYNCAROO_APP_URL": hub.url}


@pytest.fixture
def credentials(site: Flask) -> "Credentials":
    return Credentials(site.extensions[services.EXTENSION].database)


class Credentials:
    """What the site holds of the hub's."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def __call__(self) -> dict[str, object]:
        with self.database.read() as connection:
            return dict(connection.execute(select(hub_credentials)).one()._mapping)


def begin(browser: Browser) -> dict[str, str]:
    """Press Connect; the parameters that Syncaroo's page is opened with."""
    answer = browser.submit("/console/", BEGIN)
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.headers["Location"]).query, keep_blank_values=True)
    return {name: values[0] for name, values in query.items()}


def come_back(browser: Browser, **query: str) -> TestResponse:
    return browser.client.get(CALLBACK, query_string=query)


def test_connect_opens_syncaroos_page_as_in_the_guide(operator_browser: Browser, hub: FakeHub) -> None:
    answer = operator_browser.submit("/console/", BEGIN)
    assert answer.headers["Location"].startswith(f"{hub.url}/api/authorize?")
    asked = begin(operator_browser)
    assert set(asked) == set(guide("hub_authorize_query"))
    assert len(asked.pop("state")) >= 43
    assert asked == {
        "clientId": "xxyyzz", "redirectUri": SITE + CALLBACK, "responseType": "code", "scope": "",
    }  # fmt: skip


def test_the_code_is_exchanged_and_the_tokens_are_kept(
    operator_browser: Browser, hub: FakeHub, credentials: Credentials
) -> None:
    state = begin(operator_browser)["state"]
    answer = come_back(operator_browser, code="one-time", state=state)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/")
    expected = {"clientId": "xxyyzz", "clientSecret": "syncaroo-secret", "redirectUri": SITE + CALLBACK}
    expected |= {"code": "one-time", "grantType": "authorization_code"}
    assert set(expected) == set(guide("hub_token_request"))
    asked_as = {"path": "/api/token", "type": "application/x-www-form-urlencoded"}
    assert hub.asked == [asked_as | expected]
    held = credentials()
    assert held["state"] == "connected"
    assert "their-" not in str(held)
    assert "Connected to Syncaroo" in operator_browser.get("/console/").text
    with credentials.database.read() as connection:
        (deed,) = activity.latest(connection, 1)
    assert (deed.actor, deed.kind) == ("operator@example.com", "hub_connected")


def test_what_waited_for_the_connection_is_due_at_once(
    operator_browser: Browser, credentials: Credentials, clock: FakeClock
) -> None:
    key = TargetKey("https://api.syncaroo.com/v1/locations/1", "99", "1198", None, "locations")
    with credentials.database.write() as connection:
        targets.hint(connection, key, clock())
        (claimed,) = targets.claim(connection, "worker", clock(), timedelta(seconds=30))
        later = clock() + timedelta(hours=1)
        targets.postpone(connection, claimed, "worker", due=later, hold=False, counts=False, problem="not connected")
    with credentials.database.read() as connection:
        assert not targets.something_is_due(connection, clock())
    come_back(operator_browser, code="one-time", state=begin(operator_browser)["state"])
    with credentials.database.read() as connection:
        assert targets.something_is_due(connection, clock())


@pytest.mark.parametrize("answer", ["code", "error"])
def test_a_made_up_or_missing_state_is_refused(operator_browser: Browser, hub: FakeHub, answer: str) -> None:
    begin(operator_browser)
    for query in ({}, {"state": ""}, {"state": "made up"}, {"state": "\x00"}, {"state": "x" * 3000}):
        refused = come_back(operator_browser, **{answer: "x"}, **query)
        assert refused.status_code == 400
        assert "Try again" in refused.text
    assert hub.asked == []


def test_a_replayed_state_is_refused(operator_browser: Browser, hub: FakeHub) -> None:
    state = begin(operator_browser)["state"]
    come_back(operator_browser, code="one-time", state=state)
    assert come_back(operator_browser, code="another", state=state).status_code == 400
    assert len(hub.asked) == 1


def test_a_state_from_another_session_is_refused_and_still_good_in_its_own(
    site: Flask, operator_browser: Browser, hub: FakeHub
) -> None:
    state = begin(operator_browser)["state"]
    other = Browser(site.test_client())
    other.log_in()
    assert come_back(other, code="one-time", state=state).status_code == 400
    begin(other)
    assert come_back(other, code="one-time", state=state).status_code == 400
    assert hub.asked == []
    assert come_back(operator_browser, code="one-time", state=state).status_code == 303


def test_a_state_is_good_for_ten_minutes(operator_browser: Browser, hub: FakeHub, clock: FakeClock) -> None:
    state = begin(operator_browser)["state"]
    clock.advance(minutes=10)
    assert come_back(operator_browser, code="one-time", state=state).status_code == 400
    assert hub.asked == []


def test_two_tabs_can_be_under_way_at_once(operator_browser: Browser) -> None:
    first, second = (begin(operator_browser)["state"] for _ in range(2))
    assert come_back(operator_browser, code="a", state=first).status_code == 303
    assert come_back(operator_browser, code="b", state=second).status_code == 303


def test_a_refusal_is_a_calm_page(operator_browser: Browser, hub: FakeHub, credentials: Credentials) -> None:
    before = credentials()
    answer = come_back(operator_browser, error="access_denied", state=begin(operator_browser)["state"])
    assert answer.status_code == 200
    assert "You said no at Syncaroo" in answer.text
    assert "Nothing changed." in answer.text
    assert (hub.asked, credentials()) == ([], before)


def test_another_error_of_syncaroos_is_named_but_nothing_that_isnt_a_name(operator_browser: Browser) -> None:
    named = come_back(operator_browser, error="server_error", state=begin(operator_browser)["state"])
    assert (named.status_code, "server_error" in named.text) == (502, True)
    made_up = come_back(operator_browser, error="<b>call 0900", state=begin(operator_browser)["state"])
    assert (made_up.status_code, "0900" in made_up.text) == (502, False)


def test_coming_back_without_a_code_is_told(operator_browser: Browser, hub: FakeHub) -> None:
    queries: tuple[dict[str, str], ...] = ({}, {"code": ""}, {"code": "x" * 2001})
    for query in queries:
        assert come_back(operator_browser, state=begin(operator_browser)["state"], **query).status_code == 502
    assert hub.asked == []


def test_a_failed_exchange_is_told_and_changes_nothing(
    operator_browser: Browser, hub: FakeHub, credentials: Credentials
) -> None:
    before = credentials()
    for status, body, words in (
        (400, {"error": "invalid_grant"}, "accept the approval"),
        (401, {"error": "invalid_client"}, "WIDGET_SYNCAROO_CLIENT_SECRET"),
        (400, {"message": "no"}, "be reached"),
        (200, {}, "be reached"),
        (200, ["their-access"], "be reached"),
        (503, {}, "be reached"),
        (429, {}, "be reached"),
        (307, {}, "be reached"),
    ):
        hub.status, hub.answer = status, json.dumps(body).encode()
        hub.location = f"{hub.url}/elsewhere" if status == 307 else None
        answer = come_back(operator_browser, code="one-time", state=begin(operator_browser)["state"])
        assert answer.status_code == 502
        assert words in answer.text
        assert "Try again" in answer.text
        assert "one-time" not in answer.text
        assert "syncaroo-secret" not in answer.text
    assert {asked["path"] for asked in hub.asked} == {"/api/token"}
    assert (len(hub.asked), credentials()) == (8, before)


def test_connecting_needs_the_operator_and_a_form_of_ours(
    browser: Browser, operator_browser: Browser, site: Flask
) -> None:
    stranger = Browser(site.test_client())
    assert stranger.submit("/login", BEGIN).headers["Location"].startswith("/login")
    assert stranger.get(f"{CALLBACK}?code=a&state=b").headers["Location"].startswith("/login?next=")
    assert operator_browser.client.post(BEGIN).status_code == 400
    assert operator_browser.get(BEGIN).status_code == 405


def test_without_the_keys_the_page_says_what_to_set(unset_browser: Browser) -> None:
    answer = unset_browser.submit("/console/", BEGIN)
    assert answer.status_code == 400
    assert "in the console, under Settings" in answer.text
    assert "Try again" not in answer.text

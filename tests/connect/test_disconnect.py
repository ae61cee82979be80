"""Disconnecting ends both directions at once and keeps what was synced."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from tests.conftest import Browser, FakeClock
from tests.connect.conftest import Operator, Owners, Syncaroo
from tests.console import scene
from widget_server.connect.disconnect import disconnect
from widget_server.store import activity, authorizations, credentials
from widget_server.store.authorizations import NewCode, TokenPair
from widget_server.store.engine import Database

PAGE = "/console/settings/syncaroo/"


def test_both_directions_end_and_listings_stay(
    operator: Operator, syncaroo: Syncaroo, owners: Owners, demo_listings: None, site_database: Database,
    clock: FakeClock,
) -> None:  # fmt: skip
    tokens = syncaroo.tokens(syncaroo.exchange(operator.approve("1198")))
    with site_database.write() as connection:
        scene.connect_hub(connection, clock())
    before = owners()
    waiting = operator.approve("1198")
    assert operator.browser.submit(PAGE, f"{PAGE}disconnect").status_code == 303
    assert syncaroo.check(tokens["accessToken"]).status_code == 401
    assert syncaroo.refresh(tokens["refreshToken"]).status_code == 400
    assert syncaroo.exchange(waiting).status_code == 400
    with site_database.read() as connection:
        assert credentials.read(connection).state is credentials.HubState.DISCONNECTED
    assert owners() == before
    assert "Remove this site&#39;s integration at Syncaroo" in operator.browser.get(PAGE).text
    assert "Connected</span>" not in operator.browser.get("/console/").text


def test_afterwards_it_can_be_connected_again(operator: Operator, syncaroo: Syncaroo, demo_listings: None) -> None:
    syncaroo.exchange(operator.approve("1198"))
    operator.browser.submit(PAGE, f"{PAGE}disconnect")
    tokens = syncaroo.tokens(syncaroo.exchange(operator.approve("1198")))
    assert syncaroo.check(tokens["accessToken"]).status_code == 200


def test_a_stranger_disconnects_nothing(
    operator: Operator, syncaroo: Syncaroo, demo_listings: None, browser: Browser
) -> None:
    tokens = syncaroo.tokens(syncaroo.exchange(operator.approve("1198")))
    stranger = Browser(browser.client.application.test_client())
    stranger.submit("/login", f"{PAGE}disconnect")
    assert syncaroo.check(tokens["accessToken"]).status_code == 200


def test_moving_says_what_to_enter_and_refuses_what_is_no_address(operator_browser: Browser) -> None:
    assert "What becomes of the old snippets" in operator_browser.get(f"{PAGE}moving").text
    moved = operator_browser.get(f"{PAGE}moving?to=https://new.example.com")
    assert "https://new.example.com/api/oauth/token" in moved.text
    assert "WIDGET_SITE_URL=https://new.example.com" in moved.text
    wrong = operator_browser.get(f'{PAGE}moving?to=http://new.example.com/"><script>')
    assert wrong.status_code == 422
    assert "<script>" not in wrong.text.replace("<script src", "")


def test_on_both_databases_nothing_that_was_issued_outlives_it(database: Database, clock: FakeClock) -> None:
    expires_at = clock() + timedelta(hours=1)
    pair = TokenPair("a" * 64, "r" * 64, expires_at)
    with database.write() as connection:
        for code_hash in ("1" * 64, "2" * 64):
            code = NewCode(code_hash, "99", "site", "https://app.syncaroo.com/connection", 1, [], expires_at)
            authorizations.save_code(connection, code, clock())
        assert authorizations.redeem(connection, "1" * 64, pair, clock())
    disconnect(database, clock, "operator@example.com")
    with database.write() as connection:
        token = authorizations.find_access(connection, "a" * 64)
        assert token
        assert token.revoked
        assert not authorizations.redeem(connection, "2" * 64, replace(pair, access_hash="b" * 64), clock())
        assert activity.latest(connection, 1)[0].kind == "disconnected"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("new.example.com", "https://new.example.com"),
        (" New.Example.com/ ", "https://new.example.com"),
        ("new.example.com:8443", "https://new.example.com:8443"),
        ("HTTPS://new.example.com:443", "https://new.example.com"),
    ],
)
def test_moving_takes_a_bare_host_name_and_says_how_it_was_read(
    operator_browser: Browser, typed: str, read: str
) -> None:
    page = operator_browser.get(f"{PAGE}moving?{urlencode({'to': typed})}").text
    assert f"Read as <code>{read}</code>" in page
    assert f"WIDGET_SITE_URL={read}<" in page


@pytest.mark.parametrize("typed", ["new.example.com/widget", "a b", "//new.example.com", "user@new.example.com"])
def test_moving_refuses_what_is_no_host_name(operator_browser: Browser, typed: str) -> None:
    refused = operator_browser.get(f"{PAGE}moving?{urlencode({'to': typed})}")
    assert refused.status_code == 422
    assert "Read as" not in refused.text


def test_moving_says_nothing_of_an_address_that_was_typed_in_full(operator_browser: Browser) -> None:
    assert "Read as" not in operator_browser.get(f"{PAGE}moving?to=https://new.example.com").text

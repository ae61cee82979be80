"""Disconnecting ends both directions at once and keeps what was synced."""

from tests.conftest import Browser, FakeClock
from tests.connect.conftest import Operator, Owners, Syncaroo
from tests.console import scene
from widget_server.store import credentials
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

"""A process that was paused in the middle of its refresh for longer than its lease (SIGSTOP, a sleeping machine)."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.conftest import FakeClock
from tests.hub.refreshing import KEYS
from widget_server.connect.disconnect import disconnect
from widget_server.errors import InvalidGrant, NeedsReconnect
from widget_server.hub.token_answers import HubTokens
from widget_server.hub.tokens import HubTokenKeeper
from widget_server.store.cipher import Cipher
from widget_server.store.credentials import HubState
from widget_server.store.engine import Database

FIRST, SECOND, OTHER = HubTokens("AT0", "RT0", 600), HubTokens("AT1", "RT1", 600), HubTokens("AT9", "RT9", 600)


class Hub:
    """Takes each refresh token once; before the first answer arrives, `meanwhile` happens."""

    def __init__(self) -> None:
        self.spent: set[str] = set()
        self.meanwhile: Callable[[], object] = lambda: None

    def refresh(self, refresh_token: str) -> HubTokens:
        if refresh_token in self.spent:
            raise InvalidGrant("used before")
        self.spent.add(refresh_token)
        self.meanwhile()
        return SECOND


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def keepers(database: Database, hub: Hub, clock: FakeClock) -> tuple[HubTokenKeeper, HubTokenKeeper]:
    """Of two processes; the access token has expired."""
    first, second = (HubTokenKeeper(database, Cipher(KEYS), hub, clock) for _ in range(2))
    first.store(FIRST)
    clock.advance(minutes=20)
    return first, second


def test_its_answer_mends_the_connection_that_another_had_to_give_up(
    keepers: tuple[HubTokenKeeper, HubTokenKeeper], hub: Hub, clock: FakeClock
) -> None:
    paused, other = keepers

    def another_tries() -> None:
        clock.advance(seconds=40)
        with pytest.raises(NeedsReconnect):
            other.access_token()

    hub.meanwhile = another_tries
    assert paused.access_token() == "AT1"
    assert (other.state().state, other.access_token()) == (HubState.CONNECTED, "AT1")


def test_its_answer_does_not_replace_what_the_operator_did_meanwhile(
    keepers: tuple[HubTokenKeeper, HubTokenKeeper], hub: Hub, clock: FakeClock
) -> None:
    paused, other = keepers

    def another_tries_and_the_operator_reconnects() -> None:
        clock.advance(seconds=40)
        with pytest.raises(NeedsReconnect):
            other.access_token()
        other.store(OTHER)

    hub.meanwhile = another_tries_and_the_operator_reconnects
    assert paused.access_token() == "AT9"


def test_its_answer_does_not_connect_a_site_that_was_disconnected(
    keepers: tuple[HubTokenKeeper, HubTokenKeeper], hub: Hub, database: Database, clock: FakeClock
) -> None:
    paused, other = keepers
    hub.meanwhile = partial(disconnect, database, clock, "operator@example.com")
    with pytest.raises(NeedsReconnect):
        paused.access_token()
    assert other.state().state is HubState.DISCONNECTED

"""Refresh under a lease, FAULTS rows 9 to 12 and 32, on both databases and over real HTTP."""

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.conftest import FakeClock
from tests.hub.conftest import Handler, ScriptedHub
from tests.hub.refreshing import KEYS, ask, keeper_of
from tests.hub.test_client import hang_up
from widget_server.connect.disconnect import disconnect
from widget_server.errors import HubUnavailable, NeedsReconnect
from widget_server.hub.token_answers import HubTokens
from widget_server.hub.tokens import LEASE, LOST, SPENT, UNREADABLE, HubTokenKeeper
from widget_server.store import credentials
from widget_server.store.cipher import Cipher
from widget_server.store.credentials import HubState
from widget_server.store.engine import Database

TOKEN = "/api/token"
FIRST = HubTokens("AT0", "RT0", 600)


class StrictHub:
    """A token endpoint whose refresh tokens work once; before each answer it calls `meanwhile`."""

    def __init__(self, scripted: ScriptedHub) -> None:
        self.scripted = scripted
        self.number = 0
        self.meanwhile: Callable[[], None] = lambda: None
        scripted.does(TOKEN, self._answer)

    def _answer(self, handler: Handler) -> None:
        self.meanwhile()
        form = parse_qs(self.scripted.seen[-1].body)
        if form["refreshToken"] != [f"RT{self.number}"]:
            handler.reply(b'{"error": "invalid_grant"}', 400, {})
            return
        self.number += 1
        pair = f'{{"accessToken": "AT{self.number}", "refreshToken": "RT{self.number}", "expiresIn": 600}}'
        handler.reply(pair.encode(), 200, {})


@pytest.fixture
def strict(hub: ScriptedHub) -> StrictHub:
    return StrictHub(hub)


@pytest.fixture
def keeper(database: Database, hub: ScriptedHub, clock: FakeClock) -> HubTokenKeeper:
    """Connected, with ten minutes to go; waiting turns the clock."""
    made = keeper_of(database, hub.url, clock=clock, wait=lambda seconds: clock.advance(seconds=seconds))
    made.store(FIRST)
    return made


def row(database: Database) -> credentials.Credentials:
    with database.read() as connection:
        return credentials.read(connection)


def test_a_good_token_is_handed_out_without_asking_the_hub(keeper: HubTokenKeeper, hub: ScriptedHub) -> None:
    assert keeper.access_token() == "AT0"
    assert hub.seen == []


def test_a_token_is_refreshed_when_less_than_half_a_minute_is_left(
    keeper: HubTokenKeeper, strict: StrictHub, clock: FakeClock
) -> None:
    clock.advance(seconds=570)
    assert keeper.access_token() == "AT0"
    clock.advance(seconds=1)
    assert keeper.access_token() == "AT1"
    assert keeper.access_token() == "AT1"
    clock.advance(seconds=600)
    assert keeper.access_token() == "AT2"


def test_tokens_are_stored_encrypted(keeper: HubTokenKeeper, database: Database) -> None:
    held = row(database)
    assert "AT0" not in str(held)
    assert "RT0" not in str(held)
    assert Cipher(KEYS).decrypt(held.refresh_token or "") == "RT0"


def test_the_state_tells_when_it_was_connected_and_refreshed(
    keeper: HubTokenKeeper, strict: StrictHub, clock: FakeClock
) -> None:
    connected = clock()
    clock.advance(minutes=20)
    keeper.access_token()
    state = keeper.state()
    assert (state.state, state.problem) == (HubState.CONNECTED, None)
    assert (state.connected_at, state.refreshed_at, state.expires_at) == (
        connected,
        clock(),
        clock() + timedelta(minutes=10),
    )


def test_eight_threads_with_an_expired_token_make_one_refresh(
    database: Database, hub: ScriptedHub, strict: StrictHub
) -> None:
    keeper = keeper_of(database, hub.url)
    keeper.store(FIRST)
    keeper.rejected("AT0")
    ready = threading.Barrier(8)

    def token(_: int) -> str:
        ready.wait(30)
        return keeper.access_token()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(token, range(8))) == ["AT1"] * 8
    assert len(hub.seen) == 1


@pytest.mark.flow
def test_eight_processes_with_an_expired_token_make_one_refresh(
    database: Database, database_url: str, hub: ScriptedHub, strict: StrictHub
) -> None:
    keeper = keeper_of(database, hub.url)
    keeper.store(FIRST)
    keeper.rejected("AT0")
    # Each is a process of its own, forked from a fresh server that imported the product once instead of eight times.
    servers = multiprocessing.get_context("forkserver")
    servers.set_forkserver_preload(["pytest", "tests.hub.refreshing"])
    ready, answers = servers.Barrier(8), servers.Queue()
    processes = [servers.Process(target=ask, args=(database_url, hub.url, ready, answers)) for _ in range(8)]
    for process in processes:
        process.start()
    assert [answers.get(timeout=90) for _ in processes] == ["AT1"] * 8
    for process in processes:
        process.join(30)
        process.close()
    answers.close()
    answers.join_thread()
    assert len(hub.seen) == 1


def test_a_rejected_token_is_refreshed_and_a_stale_rejection_is_not(keeper: HubTokenKeeper, strict: StrictHub) -> None:
    keeper.rejected("AT0")
    assert keeper.access_token() == "AT1"
    keeper.rejected("AT0")
    assert keeper.access_token() == "AT1"


def test_an_invalid_grant_asks_for_the_operator_and_is_not_tried_again(
    keeper: HubTokenKeeper, hub: ScriptedHub, database: Database
) -> None:
    hub.answers(TOKEN, {"error": "invalid_grant"}, 400)
    keeper.rejected("AT0")
    for _ in range(2):
        with pytest.raises(NeedsReconnect):
            keeper.access_token()
    assert len(hub.seen) == 1
    assert (keeper.state().state, keeper.state().problem) == (HubState.NEEDS_RECONNECT, SPENT)
    assert row(database).refresh_token is None
    keeper.store(HubTokens("AT9", "RT9", 600))
    assert keeper.access_token() == "AT9"
    assert keeper.state().problem is None


def test_an_invalid_grant_after_another_won_the_race_is_no_disconnect(
    keeper: HubTokenKeeper, strict: StrictHub, hub: ScriptedHub
) -> None:
    def other_wins() -> None:
        strict.meanwhile = lambda: None
        strict.number += 1
        keeper.store(HubTokens("AT5", "RT5", 600))

    strict.meanwhile = other_wins
    keeper.rejected("AT0")
    assert keeper.access_token() == "AT5"
    assert keeper.state().state is HubState.CONNECTED


def test_a_refresh_that_comes_too_late_does_not_replace_a_newer_connection(
    keeper: HubTokenKeeper, strict: StrictHub
) -> None:
    strict.meanwhile = lambda: keeper.store(HubTokens("AT5", "RT5", 600))
    keeper.rejected("AT0")
    assert keeper.access_token() == "AT5"
    assert strict.number == 1


@pytest.mark.parametrize(
    ("status", "body"), [(400, b"{}"), (200, b"{}"), (429, b"<html>"), (503, b""), (302, b""), (500, b"")]
)
def test_an_outage_of_the_token_endpoint_leaves_the_tokens_as_they_are(
    keeper: HubTokenKeeper, hub: ScriptedHub, database: Database, clock: FakeClock, status: int, body: bytes
) -> None:
    hub.answers(TOKEN, body, status)
    keeper.rejected("AT0")
    before = row(database)
    with pytest.raises(HubUnavailable):
        keeper.access_token()
    after = row(database)
    assert (after.state, after.version, after.refresh_token) == (before.state, before.version, before.refresh_token)
    assert after.problem is not None
    StrictHub(hub)
    clock.advance(seconds=2)
    assert keeper.access_token() == "AT1"
    assert keeper.state().problem is None


def test_after_a_failure_nobody_knocks_again_at_once(
    keeper: HubTokenKeeper, hub: ScriptedHub, clock: FakeClock
) -> None:
    hub.answers(TOKEN, b"", 429, {"Retry-After": "60"})
    keeper.rejected("AT0")
    for _ in range(3):
        with pytest.raises(HubUnavailable) as raised:
            keeper.access_token()
        assert raised.value.retry_after == timedelta(seconds=60)
    assert len(hub.seen) == 1
    clock.advance(seconds=60)
    with pytest.raises(HubUnavailable):
        keeper.access_token()
    assert len(hub.seen) == 2


def test_wrong_client_credentials_are_shown_and_cost_no_tokens_and_no_deliveries(
    keeper: HubTokenKeeper, hub: ScriptedHub
) -> None:
    hub.answers(TOKEN, {"error": "invalid_client"}, 401)
    keeper.rejected("AT0")
    with pytest.raises(HubUnavailable) as raised:
        keeper.access_token()
    assert not raised.value.counts
    assert "WIDGET_SYNCAROO_CLIENT_SECRET" in (keeper.state().problem or "")
    assert keeper.state().state is HubState.CONNECTED


def test_a_lost_answer_is_tried_once_more_and_then_asks_for_the_operator(
    keeper: HubTokenKeeper, hub: ScriptedHub, clock: FakeClock
) -> None:
    hub.does(TOKEN, hang_up)
    keeper.rejected("AT0")
    with pytest.raises(HubUnavailable):
        keeper.access_token()
    assert (keeper.state().state, keeper.state().problem) == (HubState.CONNECTED, LOST)
    spent = StrictHub(hub)
    spent.number = 1
    clock.advance(seconds=2)
    with pytest.raises(NeedsReconnect):
        keeper.access_token()
    assert keeper.state().state is HubState.NEEDS_RECONNECT


def take_lease(database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        assert credentials.take_lease(connection, credentials.read(connection).version, "x", clock(), clock() + LEASE)


def test_a_lease_whose_holder_died_is_taken_over(
    keeper: HubTokenKeeper, strict: StrictHub, database: Database, clock: FakeClock
) -> None:
    keeper.rejected("AT0")
    take_lease(database, clock)
    assert keeper.access_token() == "AT1"


def test_waiting_for_another_process_ends(
    keeper: HubTokenKeeper, hub: ScriptedHub, database: Database, clock: FakeClock
) -> None:
    keeper.rejected("AT0")
    take_lease(database, clock)
    patient = keeper_of(database, hub.url, clock=clock, wait=lambda seconds: None)
    with pytest.raises(HubUnavailable):
        patient.access_token()
    assert hub.seen == []


def test_a_key_that_is_lost_asks_to_reconnect_and_one_that_comes_back_mends_it(
    keeper: HubTokenKeeper, hub: ScriptedHub, database: Database, clock: FakeClock
) -> None:
    locked_out = HubTokenKeeper(database, Cipher(["other" * 8]), hub_that_is_never_asked(), clock)
    for _ in range(2):
        with pytest.raises(NeedsReconnect):
            locked_out.access_token()
    assert (locked_out.state().state, locked_out.state().problem) == (HubState.NEEDS_RECONNECT, UNREADABLE)
    locked_out.rejected("AT0")
    assert keeper.access_token() == "AT0"
    assert keeper.state().state is HubState.CONNECTED


def hub_that_is_never_asked() -> Any:
    class NeverAsked:
        def refresh(self, refresh_token: str) -> HubTokens:
            pytest.fail("the hub was asked")

    return NeverAsked()


def test_a_rotated_key_still_reads_the_tokens(keeper: HubTokenKeeper, database: Database, clock: FakeClock) -> None:
    rotated = HubTokenKeeper(database, Cipher(["new" * 20, *KEYS]), hub_that_is_never_asked(), clock)
    assert rotated.access_token() == "AT0"


def test_without_a_connection_there_is_no_token(
    keeper: HubTokenKeeper, database: Database, clock: FakeClock, hub: ScriptedHub
) -> None:
    disconnect(database, clock, "operator@example.com")
    with pytest.raises(NeedsReconnect):
        keeper.access_token()
    assert keeper.state().state is HubState.DISCONNECTED
    keeper.rejected("AT0")
    assert hub.seen == []

"""Connections to the hub are kept: for the same origin and token, a bounded number, and not for long."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.hub.conftest import Handler, ScriptedHub
from widget_server.errors import AnswerLost, HubUnavailable
from widget_server.hub.client import HubClient
from widget_server.hub.connections import Connections
from widget_server.network.addresses import Address, AddressPolicy

RATES = "/v1/locations/8/resources/9/rates"
NOTHING: dict[str, Any] = {"data": []}
TOKENS = {"accessToken": "a", "refreshToken": "b", "expiresIn": 600}

LOOPBACK = AddressPolicy(lambda address: address.is_loopback, None)


@pytest.fixture
def connections() -> Iterator[Connections]:
    kept = Connections()
    yield kept
    kept.close()


def client(hub: ScriptedHub, connections: Connections, url: str = "") -> HubClient:
    origin = url or hub.url
    return HubClient(
        app_url=origin, api_origins=[origin], credentials=lambda: ("xxyyzz", "s3cret"), connections=connections
    )


def ports(hub: ScriptedHub) -> list[int]:
    return [request.port for request in hub.seen]


def hang_up(handler: Handler) -> None:
    handler.close_connection = True


def once_for_each_connection(reply: Callable[[Handler], None], hub: ScriptedHub) -> Callable[[Handler], None]:
    """`reply` to the first request of a connection; the second one it hangs up on, without a word."""

    def answer(handler: Handler) -> None:
        if ports(hub).count(handler.client_address[1]) > 1:
            hang_up(handler)
        else:
            reply(handler)

    return answer


def test_pages_and_fetches_share_one_connection(hub: ScriptedHub, connections: Connections) -> None:
    url = hub.answers(RATES, {"data": [1], "pages": {"next": hub.url + RATES + "?page=2"}})
    hub.answers(RATES + "?page=2", NOTHING)
    for _ in range(2):
        client(hub, connections).fetch(url, "tok")
    assert (len(hub.seen), len(set(ports(hub)))) == (4, 1)
    assert connections.count() == 1


def test_another_token_gets_another_connection_and_ends_the_first(hub: ScriptedHub, connections: Connections) -> None:
    url = hub.answers(RATES, NOTHING)
    for token in ("first", "second", "second"):
        client(hub, connections).fetch(url, token)
    first, second, third = ports(hub)
    assert first != second == third
    assert hub.ended.get(timeout=5) == first
    assert connections.count() == 1


def test_a_connection_that_the_hub_ended_is_replaced(hub: ScriptedHub, connections: Connections) -> None:
    def reply_and_hang_up(handler: Handler) -> None:
        handler.reply(b'{"data": []}', 200, {})
        handler.close_connection = True

    url = hub.does(RATES, reply_and_hang_up)
    for _ in range(3):
        client(hub, connections).fetch(url, "tok")
    assert len(set(ports(hub))) == 3


def test_a_connection_that_ends_under_a_request_is_replaced_once(hub: ScriptedHub, connections: Connections) -> None:
    url = hub.does(RATES, once_for_each_connection(lambda handler: handler.reply(b'{"data": []}', 200, {}), hub))
    for _ in range(2):
        client(hub, connections).fetch(url, "tok")
    first, again, replaced = ports(hub)
    assert first == again != replaced


def test_a_new_connection_that_breaks_is_not_tried_again(hub: ScriptedHub, connections: Connections) -> None:
    client(hub, connections).fetch(hub.answers(RATES, NOTHING), "tok")
    url = hub.does(RATES, hang_up)
    with pytest.raises(AnswerLost):
        client(hub, connections).fetch(url, "tok")
    assert len(hub.seen) == 3
    with pytest.raises(AnswerLost):
        client(hub, connections).fetch(url, "tok")
    assert len(hub.seen) == 4


def test_a_refresh_goes_over_a_connection_of_its_own_and_only_once(hub: ScriptedHub, connections: Connections) -> None:
    client(hub, connections).fetch(hub.answers(RATES, NOTHING), "tok")
    hub.answers("/api/token", TOKENS)
    client(hub, connections).refresh("r")
    hub.does("/api/token", hang_up)
    with pytest.raises(AnswerLost):
        client(hub, connections).refresh("r")
    assert len(set(ports(hub))) == len(hub.seen) == 3
    assert connections.count() == 1


@pytest.mark.parametrize("status", [401, 404, 500])
def test_an_answer_that_is_not_read_ends_its_connection(
    hub: ScriptedHub, connections: Connections, status: int
) -> None:
    url = hub.answers(RATES, b"x" * 100, status)
    for _ in range(2):
        with pytest.raises(Exception, match="hub"):
            client(hub, connections).fetch(url, "tok")
    assert connections.count() == 0
    assert len(set(ports(hub))) == 2


def test_each_new_connection_is_checked_and_leads_where_was_checked(hub: ScriptedHub) -> None:
    asked: list[str] = []
    answers: Iterator[Sequence[str]] = iter([["127.0.0.1"], ["127.0.0.1", "10.1.2.3"], ["10.1.2.3"]])

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return list(next(answers))

    origin = hub.url.replace("127.0.0.1", "hub.test")
    url, connections = origin + RATES, Connections(LOOPBACK, resolve)
    hub.answers(RATES, NOTHING)
    for _ in range(2):
        client(hub, connections, origin).fetch(url, "tok")  # the second one doesn't ask who hub.test is
    for _ in range(2):
        with pytest.raises(HubUnavailable):
            client(hub, connections, origin).fetch(url, "another")
    assert asked == ["hub.test"] * 3
    assert [request.headers["Host"] for request in hub.seen] == [origin.removeprefix("http://")] * 2


def test_the_next_address_is_tried_where_nobody_listens(hub: ScriptedHub) -> None:
    def may(address: Address) -> bool:
        return address.is_loopback

    origin = hub.url.replace("127.0.0.1", "hub.test")
    connections = Connections(AddressPolicy(may, None), lambda host, port: ["127.9.9.9", "127.0.0.1"])
    hub.answers(RATES, NOTHING)
    assert client(hub, connections, origin).fetch(origin + RATES, "tok").items == ()
    connections.close()


def test_a_connection_nobody_uses_is_closed(hub: ScriptedHub) -> None:
    connections = Connections(idle_seconds=0.02)
    client(hub, connections).fetch(hub.answers(RATES, NOTHING), "tok")
    assert [hub.ended.get(timeout=5)] == ports(hub)
    assert connections.count() == 0


def test_no_more_are_kept_than_allowed(hub: ScriptedHub) -> None:
    together, connections = threading.Barrier(3), Connections(most=2)

    def reply(handler: Handler) -> None:
        together.wait(timeout=5)
        handler.reply(b'{"data": []}', 200, {})

    url = hub.does(RATES, reply)
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: client(hub, connections).fetch(url, "tok"), range(3)))
    assert (len(set(ports(hub))), connections.count()) == (3, 2)
    connections.close()


def test_connections_end_with_whoever_keeps_them(hub: ScriptedHub) -> None:
    connections: Connections | None = Connections()
    client(hub, connections).fetch(hub.answers(RATES, NOTHING), "tok")  # type: ignore[arg-type]
    connections = None
    assert [hub.ended.get(timeout=5)] == ports(hub)

"""Fetching over real HTTP: all pages or nothing, and no hub however odd gets more than its share of us."""

import gzip
import socket
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import FakeClock
from tests.hub.conftest import Handler, ScriptedHub
from widget_server.errors import (
    AccessTokenRejected,
    AnswerLost,
    ForbiddenTarget,
    HubRefused,
    HubUnavailable,
    TargetGone,
)
from widget_server.hub.client import Caps, HubClient
from widget_server.hub.endpoints import EndpointKind

RATES = "/v1/locations/8/resources/9/rates"


def client(hub: ScriptedHub, **changes: Any) -> HubClient:
    settings = {"app_url": hub.url, "api_origins": [hub.url], "credentials": lambda: ("xxyyzz", "s3cret")}
    return HubClient(**{**settings, **changes})


def page(items: list[Any], **pages: Any) -> dict[str, Any]:
    return {"data": items, "pages": pages}


def test_a_set_of_one_page_is_fetched_with_bearer_and_accept(hub: ScriptedHub) -> None:
    url = hub.answers(RATES, page([{"ID": 1}], count=1, current=1, next=None))
    fetched = client(hub).fetch(url, "tok")
    assert (fetched.items, fetched.pages, fetched.endpoint.kind) == (({"ID": 1},), 1, EndpointKind.RATES)
    assert fetched.endpoint.whole
    (request,) = hub.seen
    assert (request.headers["Authorization"], request.headers["Accept"]) == ("Bearer tok", "application/json")


def test_all_pages_are_followed(hub: ScriptedHub) -> None:
    url = hub.answers(RATES, page([1], next=hub.url + RATES + "?page=2", count=3))
    hub.answers(RATES + "?page=2", page([2], next=hub.url + RATES + "?page=3", count=3))
    hub.answers(RATES + "?page=3", page([3], next="", count=3))
    fetched = client(hub).fetch(url, "tok")
    assert (fetched.items, fetched.pages) == ((1, 2, 3), 3)


@pytest.mark.parametrize("pages", [{}, [], None, {"next": ""}, {"next": None}, {"Next": False, "count": "1"}])
def test_links_may_be_missing_null_or_empty(hub: ScriptedHub, pages: Any) -> None:
    url = hub.answers(RATES, {"data": [], "pages": pages})
    assert client(hub).fetch(url, "tok").items == ()
    url = hub.answers(RATES, {"data": []})
    assert client(hub).fetch(url, "tok").items == ()


def test_one_item_may_come_as_an_object_or_as_a_list_of_one(hub: ScriptedHub) -> None:
    for data in ({"ID": 1}, [{"ID": 1}]):
        url = hub.answers(RATES + "/1", {"data": data})
        assert client(hub).fetch(url, "tok").items == ({"ID": 1},)
    url = hub.answers(RATES + "/1", {"data": []})
    with pytest.raises(HubRefused):
        client(hub).fetch(url, "tok")


def test_numbers_are_exact_and_a_number_that_is_none_spoils_only_itself(hub: ScriptedHub) -> None:
    body = b'{"data": [45.10, 0.1, NaN, 1e9999999999999999999999, ' + b"9" * 5000 + b"]}"
    items = client(hub).fetch(hub.answers(RATES, body), "tok").items
    assert items[:2] == (Decimal("45.10"), Decimal("0.1"))
    assert all(item.is_nan() for item in items[2:])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"[]", b"1", b"null", b"{}", b'{"data": null}', b'{"data": "x"}', b'{"data": {"ID": 1}}',
        b'{"data": [', b'{"data": ["\xff"]}', b'{"data": [], "pages": 5}', b'{"data": [], "pages": {"next": 5}}',
        b"[" * 50_000, b'{"data": [' + b"[" * 50_000, b'{"data": [], "pages": {"count": 5}}',
        b'{"data": [], "pages": {"count": 1000000}}',
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_refused(hub: ScriptedHub, body: bytes) -> None:
    with pytest.raises(HubRefused):
        client(hub).fetch(hub.answers(RATES, body), "tok")


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1", "http://127.0.0.1:1/v1", "//evil.example/v1", "/v1/locations", "javascript:alert(1)",
        "http://user@127.0.0.1/",
    ],
)  # fmt: skip
def test_a_next_page_elsewhere_is_forbidden_and_nothing_is_fetched_from_there(hub: ScriptedHub, link: str) -> None:
    with pytest.raises(ForbiddenTarget):
        client(hub).fetch(hub.answers(RATES, page([1], next=link)), "tok")
    assert len(hub.seen) == 1


def test_a_forbidden_url_causes_no_request(hub: ScriptedHub) -> None:
    with pytest.raises(ForbiddenTarget):
        client(hub, api_origins=["https://api.syncaroo.com"]).fetch(hub.url + RATES, "tok")
    assert hub.seen == []


def test_a_next_page_of_something_else_is_refused(hub: ScriptedHub) -> None:
    other = hub.answers("/v1/locations/8/resources/10/rates?page=2", page([2]))
    with pytest.raises(HubRefused, match="something else"):
        client(hub).fetch(hub.answers(RATES, page([1], next=other)), "tok")
    assert len(hub.seen) == 1


def test_pages_in_a_circle_end(hub: ScriptedHub) -> None:
    second = hub.answers(RATES + "?page=2", page([2], next=hub.url + RATES))
    with pytest.raises(HubRefused, match="circle"):
        client(hub).fetch(hub.answers(RATES, page([1], next=second)), "tok")


def test_endless_pages_end_at_the_cap(hub: ScriptedHub) -> None:
    for number in range(1, 203):
        following = f"{hub.url}{RATES}?page={number + 1}"
        hub.answers(f"{RATES}?page={number}", page([number], next=following, current=1))
    with pytest.raises(HubRefused, match="200 pages"):
        client(hub).fetch(f"{hub.url}{RATES}?page=1", "tok")
    assert len(hub.seen) == 200


def test_a_page_that_fails_gives_nothing_at_all(hub: ScriptedHub) -> None:
    url = hub.answers(RATES, page([1], next=hub.url + RATES + "?page=2"))
    hub.answers(RATES + "?page=2", status=503)
    with pytest.raises(HubUnavailable):
        client(hub).fetch(url, "tok")


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        (RATES, 401, AccessTokenRejected),
        (RATES + "/1", 404, TargetGone),
        (RATES + "/1", 410, TargetGone),
        (RATES, 404, HubRefused),
        (RATES, 410, HubRefused),
        (RATES, 400, HubRefused),
        (RATES, 403, HubRefused),
        (RATES, 204, HubRefused),
        (RATES, 206, HubRefused),
        (RATES, 304, HubRefused),
        (RATES, 408, HubUnavailable),
        (RATES, 429, HubUnavailable),
        (RATES, 500, HubUnavailable),
        (RATES, 503, HubUnavailable),
    ],
)
def test_each_status_is_its_own_decision(hub: ScriptedHub, path: str, status: int, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        client(hub).fetch(hub.answers(path, status=status), "tok")
    assert type(raised.value) is error


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_never_followed(hub: ScriptedHub, status: int) -> None:
    elsewhere = hub.answers("/v1/locations", page([]))
    url = hub.answers(RATES, b"x" * 100, status, {"Location": elsewhere})
    with pytest.raises(HubRefused):
        client(hub).fetch(url, "tok")
    assert [request.path for request in hub.seen] == [RATES]


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("999999", timedelta(hours=1)),
        ("9" * 5000, None),
        ("Sun, 01 Mar 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", timedelta(0)),
        ("Sun, 01 Mar 2099 11:00:00 GMT", timedelta(hours=1)),
        ("Sun, 01 Mar 2026 12:01:00", None),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_an_hour_at_most(
    hub: ScriptedHub, clock: FakeClock, value: str, wait: timedelta | None
) -> None:
    url = hub.answers(RATES, status=429, headers={"Retry-After": value})
    with pytest.raises(HubUnavailable) as raised:
        client(hub, clock=clock).fetch(url, "tok")
    assert raised.value.retry_after == wait


def test_a_hub_that_cannot_be_reached_is_unavailable(hub: ScriptedHub) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(HubUnavailable) as raised:
            client(hub, api_origins=[url]).fetch(url + RATES, "tok")
    assert not isinstance(raised.value, AnswerLost)


def hang_up(handler: Handler) -> None:
    handler.close_connection = True


def cut_off(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"data": [')
    handler.close_connection = True


@pytest.mark.parametrize("reply", [hang_up, cut_off])
def test_a_connection_that_breaks_is_unavailable(hub: ScriptedHub, reply: Any) -> None:
    with pytest.raises(HubUnavailable):
        client(hub).fetch(hub.does(RATES, reply), "tok")


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n{"])
def test_a_slow_drip_ends_at_the_deadline_wherever_it_drips(hub: ScriptedHub, head: bytes) -> None:
    def drip(handler: Handler) -> None:
        handler.close_connection = True
        handler.wfile.write(head)
        while not hub.stop.wait(0.02):
            handler.wfile.write(b"X")

    with pytest.raises(HubUnavailable, match=r"0\.2 seconds"):
        client(hub, caps=Caps(page_seconds=0.2)).fetch(hub.does(RATES, drip), "tok")


def test_silence_ends_at_the_deadline(hub: ScriptedHub) -> None:
    def wait_and_hang_up(handler: Handler) -> None:
        hub.stop.wait()
        hang_up(handler)

    url = hub.does(RATES, wait_and_hang_up)
    with pytest.raises(HubUnavailable):
        client(hub, caps=Caps(page_seconds=0.1)).fetch(url, "tok")


def test_the_whole_fetch_has_a_deadline_too(hub: ScriptedHub) -> None:
    seconds = iter(range(0, 10**6, 15))
    for number in range(1, 50):
        hub.answers(f"{RATES}?page={number}", page([], next=f"{hub.url}{RATES}?page={number + 1}"))
    with pytest.raises(HubUnavailable):
        client(hub, monotonic=lambda: float(next(seconds)), caps=Caps(page_seconds=10**6)).fetch(
            f"{hub.url}{RATES}?page=1", "tok"
        )
    assert 1 <= len(hub.seen) <= 8


def test_a_body_over_the_cap_is_refused(hub: ScriptedHub) -> None:
    def endless(handler: Handler) -> None:
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        while not hub.stop.is_set():
            handler.wfile.write(b" " * 65536)

    with pytest.raises(HubRefused, match="larger"):
        client(hub).fetch(hub.does(RATES, endless), "tok")


def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(hub: ScriptedHub) -> None:
    bomb = gzip.compress(b'{"data": [' + b" " * 50_000_000 + b"]}")
    assert len(bomb) < 100_000
    with pytest.raises(HubRefused, match="larger"):
        client(hub).fetch(hub.answers(RATES, bomb, headers={"Content-Encoding": "gzip"}), "tok")


def test_a_packed_body_is_unpacked_and_a_broken_one_refused(hub: ScriptedHub) -> None:
    packed = gzip.compress(b'{"data": [1]}')
    assert client(hub).fetch(hub.answers(RATES, packed, headers={"Content-Encoding": "gzip"}), "tok").items == (1,)
    with pytest.raises(HubRefused):
        client(hub).fetch(hub.answers(RATES, b"no gzip", headers={"Content-Encoding": "gzip"}), "tok")


def test_all_pages_together_have_a_size_cap(hub: ScriptedHub) -> None:
    for number in range(1, 5):
        hub.answers(f"{RATES}?page={number}", page(["x" * 300], next=f"{hub.url}{RATES}?page={number + 1}"))
    with pytest.raises(HubRefused, match="larger"):
        client(hub, caps=Caps(fetch_bytes=1000)).fetch(f"{hub.url}{RATES}?page=1", "tok")
    assert len(hub.seen) == 3


def test_cookies_proxies_and_netrc_play_no_part(
    hub: ScriptedHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login evil password evil\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    url = hub.answers(RATES, page([1], next=hub.url + RATES + "?page=2"), headers={"Set-Cookie": "a=b"})
    hub.answers(RATES + "?page=2", page([2]))
    assert client(hub).fetch(url, "tok").items == (1, 2)
    assert [request.headers["Authorization"] for request in hub.seen] == ["Bearer tok"] * 2
    assert all("Cookie" not in request.headers for request in hub.seen)

"""How the data API breaks when a failure is switched on (FAULTS 16–21)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Response, g, jsonify

from widget_server.sandbox.hub import Hub

MEGABYTE = 1_000_000
LIE = 1_000_000
"""Pages that a looping API claims to have."""


def instead_of_answer(hub: Hub) -> Response | None:
    """A failure that takes the place of the answer; being slow only holds it up."""
    failures = hub.failures
    if (seconds := failures.take_number("api_slow")) is not None:
        hub.stopping.wait(seconds)
    if failures.take("api_401"):
        return _error(401, "The access token has expired.")
    if (seconds := failures.take_number("api_429")) is not None:
        answer = _error(429, "Too many requests.")
        answer.headers["Retry-After"] = f"{seconds:g}"
        return answer
    if (status := failures.take_number("api_5xx")) is not None:
        return _error(int(status), "The hub is having a bad day.")
    if target := failures.take("api_redirect"):
        return Response(status=302, headers={"Location": str(target)})
    if (megabytes := failures.take_number("api_huge")) is not None:
        return Response(_huge(int(megabytes * MEGABYTE)), mimetype="application/json")
    return None


def wrong_links(hub: Hub, links: dict[str, Any]) -> dict[str, Any]:
    """The `pages` object, with a `next` that never ends or leads to another host if that is switched on."""
    if hub.failures.take("next_loop"):
        return {**links, "count": LIE, "next": links["first"]}
    if origin := hub.failures.take("next_elsewhere"):
        path = urlsplit(links["first"])
        return {**links, "count": links["count"] + 1, "next": f"{origin}{path.path}?page=2"}
    return links


def spoiled(hub: Hub, response: Response) -> Response:
    """A good answer made bad: broken JSON, cut off in the middle, or dripping byte by byte."""
    if response.status_code != 200 or response.is_streamed:
        return response
    if hub.failures.value("api_broken_page") == g.get("page") and hub.failures.take("api_broken_page"):
        response.set_data(response.get_data()[: len(response.get_data()) // 2])
    if hub.failures.take("api_cut_off"):
        return _cut_off(response)
    if (seconds := hub.failures.take_number("api_drip")) is not None:
        body = response.get_data()
        length = len(body)
        response.response = _drip(hub, body, seconds)
        response.headers["Content-Length"] = str(length)
    return response


def _cut_off(response: Response) -> Response:
    body = response.get_data()
    response.set_data(body[: len(body) // 2])
    # The server closes after the answer, so the client waits for bytes that never come.
    response.automatically_set_content_length = False
    response.headers["Content-Length"] = str(len(body))
    return response


def _drip(hub: Hub, body: bytes, seconds: float) -> Iterator[bytes]:
    for position in range(len(body)):
        yield body[position : position + 1]
        if hub.stopping.wait(seconds):
            return


def _huge(size: int) -> Iterator[bytes]:
    block = b"x" * 65_536
    yield b'{"data": [{"ID": "'
    for _ in range(0, size, len(block)):
        yield block
    yield b'"}], "pages": {}}'


def _error(status: int, text: str) -> Response:
    answer = jsonify(error=text)
    answer.status_code = status
    return answer

"""One HTTP exchange with limits on time and size, and nothing that a library does on its own.

No proxies and no `.netrc` of the environment, no cookies, no redirects: what is sent is what is written here.

A read time-out only bounds the silence between two bytes, so a server that drips one byte a second would hold a worker
for hours. A watch therefore shuts the sockets down when the whole exchange's time is up.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import urlsplit

from urllib3 import HTTPResponse
from urllib3.exceptions import DecodeError, HTTPError

from widget_server.errors import AnswerLost, HostForbidden, HostNotFound, HubRefused, HubUnavailable
from widget_server.hub.connections import Connections, Opened, place_of

CONNECT_SECONDS = 5.0
CHUNK_BYTES = 64 * 1024
USER_AGENT = "pricing-widget"
ACCEPT_ENCODING = "gzip, deflate"

Monotonic = Callable[[], float]
"""Seconds that only ever grow, as `time.monotonic`."""


@dataclass(frozen=True)
class Asked:
    """A request. One with a body changes something there: it goes over a connection of its own, and only once."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"

    @property
    def path(self) -> str:
        """With the query."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True)
class Answer:
    """What came back. `body` is decoded, and empty unless its status was one of the wanted ones."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Limits:
    """For one exchange: `deadline` on the monotonic clock, `seconds` to name in a reason, `size` in decoded bytes."""

    deadline: float
    seconds: float
    size: int


class _HungUp(Exception):
    """A kept connection had ended before anything of an answer came over it."""


def exchange(
    connections: Connections,
    asked: Asked,
    limits: Limits,
    monotonic: Monotonic,
    wanted: Collection[int] = (200,),
) -> Answer:
    """Send what is `asked` and read the answer; the body only if its status is in `wanted`.

    A GET takes a kept connection if there is one, and goes over a new one when the hub has ended that meanwhile.

    Raises HubUnavailable when no connection came about, AnswerLost when it broke or timed out after that, and
    HubRefused for a body over the limit or in a broken encoding.
    """
    _left(limits, monotonic)
    place = place_of(asked.url, asked.headers.get("Authorization", ""))
    kept = connections.kept(place) if asked.body is None else None
    if kept is not None:
        with contextlib.suppress(_HungUp), _watch(kept.handles, _left(limits, monotonic)) as expired:
            return _over(connections, kept, asked, limits, monotonic, wanted, expired, is_kept=True)
    handles: list[socket.socket] = []
    with _watch(handles, _left(limits, monotonic)) as expired:
        try:
            opened = connections.open(place, handles, min(CONNECT_SECONDS, _left(limits, monotonic)))
        except (HTTPError, HTTPException, OSError, HostNotFound, HostForbidden) as error:
            if expired.is_set():
                raise HubUnavailable(_late(limits)) from error
            raise HubUnavailable("the hub can't be reached") from error
        return _over(connections, opened, asked, limits, monotonic, wanted, expired)


def _over(
    connections: Connections, opened: Opened, asked: Asked, limits: Limits, monotonic: Monotonic,
    wanted: Collection[int], expired: threading.Event, *, is_kept: bool = False,
) -> Answer:  # fmt: skip
    """The exchange over that connection, which is kept if it is good for another one, else closed."""
    is_good = False
    try:
        with _failures(limits, expired):
            sent = _sent(opened, asked, _left(limits, monotonic), expired, is_kept=is_kept)
            with contextlib.closing(sent) as response:
                is_wanted = response.status in wanted
                body = _body(response, limits, monotonic) if is_wanted else b""
        if expired.is_set():  # the end of a stream that we cut off looks like an honest end
            raise AnswerLost(_late(limits))
        is_good = is_wanted and asked.body is None
        return Answer(response.status, response.headers, body)
    finally:
        if is_good:
            connections.keep(opened)
        else:
            opened.close()


def _sent(opened: Opened, asked: Asked, left: float, expired: threading.Event, *, is_kept: bool) -> HTTPResponse:
    """Send, and return when the headers are there. Raises `_HungUp` if the hub had ended a kept connection."""
    connection = opened.connection
    connection.timeout = left
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": ACCEPT_ENCODING, **asked.headers}
    try:
        connection.request(asked.method, asked.path, asked.body, headers, preload_content=False)
        return connection.getresponse()
    except (ConnectionError, HTTPException) as error:
        if is_kept and not expired.is_set():
            raise _HungUp from error
        raise


def _body(response: HTTPResponse, limits: Limits, monotonic: Monotonic) -> bytes:
    chunks, size = [], 0
    while chunk := response.read(CHUNK_BYTES, decode_content=True):
        size += len(chunk)
        if size > limits.size:
            raise HubRefused(f"the hub's answer is larger than {limits.size:,} bytes")
        if monotonic() > limits.deadline:
            raise AnswerLost(_late(limits))
        chunks.append(chunk)
    return b"".join(chunks)


def _left(limits: Limits, monotonic: Monotonic) -> float:
    left = limits.deadline - monotonic()
    if left <= 0:
        raise HubUnavailable(_late(limits))
    return left


def _late(limits: Limits) -> str:
    return f"the hub took longer than {limits.seconds:g} seconds"


@contextlib.contextmanager
def _watch(handles: list[socket.socket], seconds: float) -> Iterator[threading.Event]:
    expired = threading.Event()

    def cut() -> None:
        expired.set()
        for handle in list(handles):
            with contextlib.suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()


@contextlib.contextmanager
def _failures(limits: Limits, expired: threading.Event) -> Iterator[None]:
    try:
        yield
    except (HTTPError, HTTPException, OSError) as error:
        if expired.is_set():
            raise AnswerLost(_late(limits)) from error
        if isinstance(error, DecodeError):
            raise HubRefused("the hub's answer is in a broken content encoding") from error
        raise AnswerLost("the connection to the hub broke, or its answer took too long") from error

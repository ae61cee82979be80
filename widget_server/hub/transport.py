"""One HTTP exchange with limits on time and size, and nothing that `requests` does on its own.

Requests go straight to an adapter, not through `requests.Session`: a session reads proxies and `.netrc` from the
environment, keeps cookies, and downloads the whole body of a redirect even when told not to follow it.

A read time-out only bounds the silence between two bytes, so a server that drips one byte a second would hold a worker
for hours. A watch therefore shuts the sockets down when the whole exchange's time is up.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import DecodeError, HTTPError, MaxRetryError, NewConnectionError

from widget_server.errors import AnswerLost, HubRefused, HubUnavailable

CONNECT_SECONDS = 5.0
CHUNK_BYTES = 64 * 1024
USER_AGENT = "pricing-widget"
ACCEPT_ENCODING = "gzip, deflate"

Monotonic = Callable[[], float]
"""Seconds that only ever grow, as `time.monotonic`."""


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


class Transport(Protocol):
    """What carries requests: `DirectAdapter`, or a stand-in for it."""

    def send(
        self, request: requests.PreparedRequest, *, stream: bool, timeout: tuple[float, float]
    ) -> requests.Response:
        """Send, and return when the headers are there."""

    def close(self) -> None:
        """Give connections back."""

    def abort(self) -> None:
        """Break off whatever goes on, from another thread."""


class DirectAdapter(HTTPAdapter):
    """A transport without retries, which knows its sockets so that `abort` can shut them down."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools_that_note(self._sockets)

    def abort(self) -> None:
        """Readers in other threads see the end of their stream, or an error."""
        for opened in self._sockets:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(opened, socket.SHUT_RDWR)


def exchange(
    transport: Transport,
    request: requests.Request,
    limits: Limits,
    monotonic: Monotonic,
    wanted: Collection[int] = (200,),
) -> Answer:
    """Send `request` and read its answer; the body only if its status is in `wanted`.

    Raises HubUnavailable when no connection came about, AnswerLost when it broke or timed out after that, and
    HubRefused for a body over the limit or in a broken encoding.
    """
    left = limits.deadline - monotonic()
    if left <= 0:
        raise HubUnavailable(f"the hub took longer than {limits.seconds:g} seconds")
    with _watch(transport, left) as expired, _failures(limits, expired):
        response = transport.send(_prepared(request), stream=True, timeout=(min(CONNECT_SECONDS, left), left))
        try:
            body = _body(response, limits, monotonic) if response.status_code in wanted else b""
        finally:
            response.close()
        if expired.is_set():  # the end of a stream that we cut off looks like an honest end
            raise AnswerLost(f"the hub took longer than {limits.seconds:g} seconds")
        return Answer(response.status_code, response.headers, body)


def _prepared(request: requests.Request) -> requests.PreparedRequest:
    request.headers = {"User-Agent": USER_AGENT, "Accept-Encoding": ACCEPT_ENCODING, **request.headers}
    return request.prepare()


def _body(response: requests.Response, limits: Limits, monotonic: Monotonic) -> bytes:
    chunks, size = [], 0
    while chunk := response.raw.read(CHUNK_BYTES, decode_content=True):
        size += len(chunk)
        if size > limits.size:
            raise HubRefused(f"the hub's answer is larger than {limits.size:,} bytes")
        if monotonic() > limits.deadline:
            raise AnswerLost(f"the hub took longer than {limits.seconds:g} seconds")
        chunks.append(chunk)
    return b"".join(chunks)


@contextlib.contextmanager
def _watch(transport: Transport, seconds: float) -> Iterator[threading.Event]:
    expired = threading.Event()

    def cut() -> None:
        expired.set()
        transport.abort()

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
    except (requests.RequestException, HTTPError, OSError) as error:
        if expired.is_set():
            raise AnswerLost(f"the hub took longer than {limits.seconds:g} seconds") from error
        if isinstance(error, DecodeError):
            raise HubRefused("the hub's answer is in a broken content encoding") from error
        if _never_sent(error):
            raise HubUnavailable("the hub can't be reached") from error
        raise AnswerLost("the connection to the hub broke, or its answer took too long") from error


def _never_sent(error: Exception) -> bool:
    """Whether not even a connection came about. When in doubt: no."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if isinstance(error, requests.ConnectionError) and error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _pools_that_note(sockets: list[socket.socket]) -> dict[str, type[HTTPConnectionPool]]:
    """Connection pools whose connections add their socket to `sockets`. The connection's own reference isn't enough: it
    lets go of the socket while a body that ends with the connection is still being read."""

    class NotingConnection(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            sockets.append(self.sock)

    class NotingTlsConnection(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            sockets.append(self.sock)

    class Pool(HTTPConnectionPool):
        ConnectionCls = NotingConnection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = NotingTlsConnection

    return {"http": Pool, "https": TlsPool}

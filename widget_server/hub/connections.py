"""Connections to the hub that are kept between requests, a bounded number and not for long.

A kept connection serves requests with the very token that it was opened for, and no other: what a hub (or a proxy
before it) remembers of a connection never meets somebody else's token. Each new one is looked up, checked and connected
to the address that was checked, as `network.reach` does it; what a name resolves to later plays no part in an open one.
"""

import contextlib
import socket
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection

from widget_server.network.addresses import ANYWHERE, AddressPolicy
from widget_server.network.pools import connection_to, port_of
from widget_server.network.reach import Resolve, addresses_of, system_resolve

IDLE_SECONDS = 15.0
"""How long a connection is kept without a request; many servers end theirs after a minute or less."""
MOST_KEPT = 32
"""As many as may fetch at once (`WIDGET_FETCHES_AT_ONCE`)."""


@dataclass(frozen=True)
class Place:
    """Whom a connection leads to, and whose it is: an origin, and the `Authorization` of every request on it."""

    scheme: str
    host: str
    port: int
    bearer: str = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """A connection. `handles` are on its sockets: through them another thread can end what goes on there."""

    place: Place
    connection: HTTPConnection
    handles: list[socket.socket]

    def abort(self) -> None:
        """Break off whatever goes on; readers see the end of their stream, or an error."""
        for handle in list(self.handles):
            with contextlib.suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Nothing goes on here any more."""
        self.connection.close()
        for handle in self.handles:
            handle.close()


def place_of(url: str, bearer: str) -> Place:
    """Where requests to `url` with that `Authorization` go."""
    parts = urlsplit(url)
    return Place(parts.scheme, parts.hostname or "", port_of(parts), bearer)


class Connections:
    """Opens connections and keeps those that are given back. Any number of threads may share it.

    `policy` says which addresses may be connected to: anywhere by default, since whoever runs the server names the hub.
    `certificates` is a file of authorities.
    """

    def __init__(
        self,
        policy: AddressPolicy = ANYWHERE,
        resolve: Resolve = system_resolve,
        *,
        certificates: str = DEFAULT_CA_BUNDLE_PATH,
        idle_seconds: float = IDLE_SECONDS,
        most: int = MOST_KEPT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._certificates = certificates
        self._idle_seconds = idle_seconds
        self._most = most
        self._monotonic = monotonic
        self._idle: list[tuple[Opened, float]] = []
        self._lock = threading.Lock()
        self._is_watched = False
        weakref.finalize(self, _close_all, self._idle)

    def kept(self, place: Place) -> Opened | None:
        """The newest one that is kept for `place` and still open, from now on the caller's alone; None when there is
        none. What was opened to the same origin with another token is closed."""
        with self._lock:
            ended = self._take_all(lambda each: _is_outdated(each.place, place))
            found = None
            while found is None and (newest := self._take_newest(place)) is not None:
                if newest.connection.is_connected:
                    found = newest
                else:
                    ended.append(newest)
        for each in ended:
            each.close()
        return found

    def open(self, place: Place, handles: list[socket.socket], timeout: float) -> Opened:
        """A new one: looked up, checked and connected, in `timeout` seconds each. `handles` are there as soon as
        there is something to end.

        Raises HostNotFound, HostForbidden, OSError (TimeoutError among them) and urllib3's HTTPError.
        """
        addresses = addresses_of(place.host, place.port, self._policy, self._resolve, timeout)
        connection = connection_to(
            place.scheme, place.host, place.port, addresses, handles, self._certificates, timeout
        )
        opened = Opened(place, connection, handles)
        try:
            connection.connect()
        except BaseException:
            opened.close()
            raise
        return opened

    def keep(self, opened: Opened) -> None:
        """Keep one whose last answer was read to its end, or close it when the hub will; the oldest goes when there are
        too many."""
        if not opened.connection.is_connected:
            opened.close()
            return
        with self._lock:
            self._idle.append((opened, self._monotonic()))
            crowded = [each for each, _ in self._idle[: -self._most]]
            del self._idle[: -self._most]
            self._watch()
        for each in crowded:
            each.close()

    def close_idle(self) -> None:
        """Close what has been kept for long enough; by itself it is done now and then, as long as any is kept."""
        with self._lock:
            before = self._monotonic() - self._idle_seconds
            old = [each for each, since in self._idle if since <= before]
            self._idle[:] = [kept for kept in self._idle if kept[1] > before]
            self._is_watched = False
            self._watch()
        for each in old:
            each.close()

    def count(self) -> int:
        """How many are kept now."""
        return len(self._idle)

    def close(self) -> None:
        """Keep none of those that are there."""
        with self._lock:
            ended = self._take_all(lambda _: True)
        for each in ended:
            each.close()

    def _take_newest(self, place: Place) -> Opened | None:
        for at in reversed(range(len(self._idle))):
            if self._idle[at][0].place == place:
                return self._idle.pop(at)[0]
        return None

    def _take_all(self, which: Callable[[Opened], bool]) -> list[Opened]:
        taken = [each for each, _ in self._idle if which(each)]
        self._idle[:] = [kept for kept in self._idle if not which(kept[0])]
        return taken

    def _watch(self) -> None:
        if self._is_watched or not self._idle:
            return
        self._is_watched = True
        timer = threading.Timer(self._idle_seconds, _close_idle_of, (weakref.ref(self),))
        timer.daemon = True
        timer.start()


def _is_outdated(kept: Place, wanted: Place) -> bool:
    return kept.bearer != wanted.bearer and (kept.scheme, kept.host, kept.port) == (
        wanted.scheme, wanted.host, wanted.port,
    )  # fmt: skip


def _close_idle_of(connections: "weakref.ref[Connections]") -> None:
    alive = connections()
    if alive is not None:
        alive.close_idle()


def _close_all(idle: list[tuple[Opened, float]]) -> None:
    for opened, _ in idle:
        opened.close()

"""One network address for a name: asked for once, looked at, connected to. And an end to every exchange.

All addresses of a name must be allowed, and the connection goes to the very one that was looked at, so a name that
resolves differently a moment later gains nothing.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Sequence

from widget_server.errors import HostForbidden, HostNotFound
from widget_server.network import addresses
from widget_server.network.addresses import AddressPolicy

Resolve = Callable[[str, int], list[str]]
"""Host and port → the addresses of that name, as texts. Raises OSError."""


def system_resolve(host: str, port: int) -> list[str]:
    """By the system's resolver."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def address_of(host: str, port: int, policy: AddressPolicy, resolve: Resolve, within: float) -> str:
    """One address of `host`, as text: the first of `addresses_of`, which says what is raised."""
    return addresses_of(host, port, policy, resolve, within)[0]


def addresses_of(host: str, port: int, policy: AddressPolicy, resolve: Resolve, within: float) -> list[str]:
    """All addresses of `host`, as texts, at least one. The resolver is asked once, and for `within` seconds at most.

    Raises `HostForbidden` when the port or any of the addresses isn't allowed, `HostNotFound`, and TimeoutError.
    """
    if policy.ports is not None and port not in policy.ports:
        raise HostForbidden(host)
    found: list[str] = []
    asking = threading.Thread(target=_ask, args=(resolve, host, port, found), name="resolver", daemon=True)
    asking.start()
    asking.join(max(within, 0.0))
    if asking.is_alive():
        raise TimeoutError
    if not found:
        raise HostNotFound(host)
    if not all(_is_allowed(each, policy) for each in found):
        raise HostForbidden(host)
    return list(found)


def _ask(resolve: Resolve, host: str, port: int, found: list[str]) -> None:
    with contextlib.suppress(OSError, UnicodeError):
        found.extend(resolve(host, port))


def _is_allowed(text: str, policy: AddressPolicy) -> bool:
    try:
        return policy.allows(addresses.read(text))
    except ValueError:
        return False


def connected(address: str, port: int, timeout: float | None, opened: list[socket.socket]) -> socket.socket:
    """A connection, and in `opened` a second handle on it: TLS takes a socket over, and this can end it even during
    the handshake."""
    made = socket.create_connection((address, port), timeout)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a kept connection would wait for late acknowledgements
    opened.append(made.dup())
    return made


def connected_to_any(
    found: Sequence[str], port: int, timeout: float | None, opened: list[socket.socket]
) -> socket.socket:
    """As `connected`, to the first of the addresses that takes a connection. Raises the last one's OSError."""
    for address in found[:-1]:
        with contextlib.suppress(OSError):
            return connected(address, port, timeout, opened)
    return connected(found[-1], port, timeout, opened)


@contextlib.contextmanager
def cut_after(seconds: float, opened: list[socket.socket]) -> Iterator[None]:
    """End what is `opened` meanwhile when the time is over: time-outs of a socket only bound the silence between two
    bytes. The handles are closed in the end."""

    def cut() -> None:
        for each in list(opened):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(seconds, 0.0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        for each in opened:
            each.close()

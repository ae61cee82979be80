"""HTTP connections to one address that speak with a host by its name: Host header, TLS name, certificate."""

import socket
from collections.abc import Sequence
from typing import Any
from urllib.parse import SplitResult

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from widget_server.network.reach import connected_to_any

DEFAULT_PORTS = {"http": 80, "https": 443}


def port_of(parts: SplitResult) -> int:
    """The port that an http or https URL names or means."""
    return parts.port or DEFAULT_PORTS[parts.scheme]


def pool_to(parts: SplitResult, address: str, opened: list[socket.socket], certificates: str) -> HTTPConnectionPool:
    """Connections for the URL `parts` to `address`; `certificates` is a file of authorities. `opened` is given a handle
    on each connection."""
    host, port = parts.hostname or "", port_of(parts)
    plain, tls = _classes((address,), port, opened)
    if parts.scheme == "http":
        pool = HTTPConnectionPool(host, port)
        pool.ConnectionCls = plain
        return pool
    secure = HTTPSConnectionPool(host, port, cert_reqs="CERT_REQUIRED", ca_certs=certificates)
    secure.ConnectionCls = tls
    return secure


def connection_to(
    scheme: str, host: str, port: int, addresses: Sequence[str], opened: list[socket.socket], certificates: str,
    timeout: float,
) -> HTTPConnection:  # fmt: skip
    """One connection to the host, not opened yet, by the first of `addresses` that takes it; `timeout` is in seconds
    for each of them. `certificates` and `opened` as for `pool_to`."""
    plain, tls = _classes(addresses, port, opened)
    if scheme == "http":
        return plain(host, port, timeout=timeout)
    return tls(host, port, timeout=timeout, cert_reqs="CERT_REQUIRED", ca_certs=certificates)


def _classes(
    addresses: Sequence[str], port: int, opened: list[socket.socket]
) -> tuple[type[HTTPConnection], type[HTTPSConnection]]:
    """Connections whose sockets lead to one of `addresses`."""

    def made(connection: HTTPConnection) -> socket.socket:
        timeout: Any = connection.timeout
        return connected_to_any(addresses, port, timeout, opened)

    class Plain(HTTPConnection):
        _new_conn = made

    class Tls(HTTPSConnection):
        _new_conn = made

    return Plain, Tls

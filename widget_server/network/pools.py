"""HTTP connections to one address that speak with a host by its name: Host header, TLS name, certificate."""

import socket
from typing import Any
from urllib.parse import SplitResult

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from widget_server.network.reach import connected

DEFAULT_PORTS = {"http": 80, "https": 443}


def port_of(parts: SplitResult) -> int:
    """The port that an http or https URL names or means."""
    return parts.port or DEFAULT_PORTS[parts.scheme]


def pool_to(parts: SplitResult, address: str, opened: list[socket.socket], certificates: str) -> HTTPConnectionPool:
    """Connections for the URL `parts` to `address`; `certificates` is a file of authorities. `opened` is given a handle
    on each connection."""
    port = port_of(parts)

    def made(connection: HTTPConnection) -> socket.socket:
        timeout: Any = connection.timeout
        return connected(address, port, timeout, opened)

    class Plain(HTTPConnection):
        _new_conn = made

    class Tls(HTTPSConnection):
        _new_conn = made

    host = parts.hostname or ""
    if parts.scheme == "http":
        pool = HTTPConnectionPool(host, port)
        pool.ConnectionCls = Plain
        return pool
    tls = HTTPSConnectionPool(host, port, cert_reqs="CERT_REQUIRED", ca_certs=certificates)
    tls.ConnectionCls = Tls
    return tls

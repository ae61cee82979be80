"""Fetches one page of a website for the page check, and can be talked into reaching nothing else.

Each name is resolved once; all of its addresses must be public, and the connection goes to the very address that was
looked at, so a name that resolves differently a moment later gains nothing. Redirects are followed by hand, each one
through the same checks. No cookies, no credentials, no proxies of the environment; limits on time and size of it all.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError

from widget_server.console.embed import addresses
from widget_server.console.embed.addresses import PUBLIC, AddressPolicy
from widget_server.errors import PageNotFetched

WITHIN_SECONDS = 10.0
MAX_BYTES = 2 * 1024 * 1024
MAX_REDIRECTS = 5
MAX_URL_CHARACTERS = 2_000
CHUNK_BYTES = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
DEFAULT_PORTS = {"http": 80, "https": 443}
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; pricing-widget page check)",
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Encoding": "gzip, deflate",
}
NO_ADDRESS = "Give the address of your page, such as https://www.example.com/prices."

Resolve = Callable[[str, int], list[str]]
"""Host and port → the addresses of that name, as texts. Raises OSError."""


@dataclass(frozen=True)
class FetchedPage:
    """`url` is where it was found in the end; `policies` are the Content-Security-Policy headers; `is_cut`: not all."""

    url: str
    html: str
    policies: tuple[str, ...] = ()
    is_cut: bool = False


def system_resolve(host: str, port: int) -> list[str]:
    """By the system's resolver."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class PageFetcher:
    """`policy` and `resolve` are for tests to exchange; `certificates`: a file of authorities; `within`: seconds."""

    def __init__(
        self,
        policy: AddressPolicy = PUBLIC,
        resolve: Resolve = system_resolve,
        *,
        within: float = WITHIN_SECONDS,
        certificates: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._within = within
        self._certificates = certificates or DEFAULT_CA_BUNDLE_PATH
        self._monotonic = monotonic

    def fetch(self, url: str) -> FetchedPage:
        """The page at `url`, redirects followed. Raises PageNotFetched with a sentence for the operator."""
        deadline = self._monotonic() + self._within
        for _ in range(MAX_REDIRECTS + 1):
            found = self._once(url, deadline)
            if isinstance(found, FetchedPage):
                return found
            url = found
        raise PageNotFetched(f"Your page redirects more than {MAX_REDIRECTS} times.")

    def _once(self, url: str, deadline: float) -> FetchedPage | str:
        """The page, or where it says that it is."""
        parts = _checked(url, self._policy)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
        address = self._address(parts.hostname or "", port, deadline)
        opened: list[socket.socket] = []
        pool = _pool(parts, port, address, opened, self._certificates)
        try:
            with self._watch(opened, deadline), contextlib.closing(self._asked(pool, parts, deadline)) as answer:
                return self._read(answer, parts.geturl(), deadline)
        except SSLError as error:
            raise PageNotFetched("The page's certificate isn't valid for its address.") from error
        except (HTTPError, OSError) as error:
            raise self._failed(deadline) from error
        finally:
            pool.close()
            for each in opened:
                each.close()

    def _failed(self, deadline: float) -> PageNotFetched:
        if self._monotonic() >= deadline:
            return PageNotFetched(f"The page took longer than {self._within:g} seconds.")
        return PageNotFetched("The page's server can't be reached, or broke off.")

    def _address(self, host: str, port: int, deadline: float) -> str:
        """One address of `host`; all of them must be allowed. The resolver is asked once, and not for ever."""
        found: list[str] = []
        asking = threading.Thread(target=self._ask, args=(host, port, found), name="page-check-resolver", daemon=True)
        asking.start()
        asking.join(max(deadline - self._monotonic(), 0.0))
        if asking.is_alive():
            raise self._failed(self._monotonic())
        if not found:
            raise PageNotFetched(f"There is no website named {host}.")
        for each in found:
            if not _is_allowed(each, self._policy):
                raise PageNotFetched(
                    f"{host} isn't a public website: only pages that all visitors can reach are checked."
                )
        return found[0]

    def _ask(self, host: str, port: int, found: list[str]) -> None:
        with contextlib.suppress(OSError, UnicodeError):
            found.extend(self._resolve(host, port))

    @contextlib.contextmanager
    def _watch(self, opened: list[socket.socket], deadline: float) -> Iterator[None]:
        """Time-outs of a socket only bound the silence between two bytes; this ends the whole exchange."""

        def cut() -> None:
            for each in list(opened):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(max(deadline - self._monotonic(), 0.0), cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _asked(self, pool: HTTPConnectionPool, parts: SplitResult, deadline: float) -> BaseHTTPResponse:
        left = deadline - self._monotonic()
        if left <= 0:
            raise self._failed(deadline)
        target = parts._replace(scheme="", netloc="").geturl() or "/"
        answer = pool.urlopen(
            "GET", target, headers=HEADERS, redirect=False, retries=False, preload_content=False,
            timeout=Timeout(connect=left, read=left),
        )  # fmt: skip
        return answer

    def _read(self, answer: BaseHTTPResponse, url: str, deadline: float) -> FetchedPage | str:
        if answer.status in REDIRECTS and answer.headers.get("Location"):
            try:
                return urljoin(url, answer.headers["Location"])
            except ValueError:
                raise PageNotFetched("Your page redirects to something that is no address.") from None
        if answer.status != 200:
            raise PageNotFetched(_refusal(answer.status))
        if not _is_html(answer.headers):
            raise PageNotFetched("That address isn't a web page: it answers with another kind of file.")
        body, is_cut = self._body(answer, deadline)
        policies = tuple(answer.headers.getlist("Content-Security-Policy"))
        return FetchedPage(url, _decoded(body, answer.headers.get("Content-Type", "")), policies, is_cut)

    def _body(self, answer: BaseHTTPResponse, deadline: float) -> tuple[bytes, bool]:
        body = bytearray()
        while len(body) <= MAX_BYTES and (chunk := answer.read(CHUNK_BYTES, decode_content=True)):
            body += chunk
            if self._monotonic() >= deadline:
                raise self._failed(deadline)
        if self._monotonic() >= deadline:  # a stream that was cut off looks like one that has ended
            raise self._failed(deadline)
        return bytes(body[:MAX_BYTES]), len(body) > MAX_BYTES


def _checked(url: str, policy: AddressPolicy) -> SplitResult:
    """`url` in a form in which everybody reads the same: ASCII, quoted. What is checked is what is asked for."""
    if len(url) > MAX_URL_CHARACTERS or "\\" in url or any(ord(each) <= 0x20 for each in url):
        raise PageNotFetched(NO_ADDRESS)
    try:
        parts = urlsplit(requests.Request("GET", url).prepare().url or "")._replace(fragment="")
        port = parts.port
    except (requests.RequestException, ValueError):
        raise PageNotFetched(NO_ADDRESS) from None
    if parts.scheme not in DEFAULT_PORTS:
        raise PageNotFetched("Only http and https pages can be checked.")
    if not parts.hostname or "%" in parts.netloc:
        raise PageNotFetched(NO_ADDRESS)
    if "@" in parts.netloc:
        raise PageNotFetched("Leave user name and password out of the address: visitors don't have them either.")
    if policy.ports is not None and (port or DEFAULT_PORTS[parts.scheme]) not in policy.ports:
        raise PageNotFetched("Only pages at the usual ports, 80 and 443, can be checked.")
    return parts


def _is_allowed(text: str, policy: AddressPolicy) -> bool:
    try:
        return policy.allows(addresses.read(text))
    except ValueError:
        return False


def _refusal(status: int) -> str:
    if status in (401, 403, 429):
        return f"Your page answered {status}: its server doesn't let programs in. Open the page yourself to see."
    return f"Your page answered {status}. Check the address."


def _is_html(headers: Mapping[str, str]) -> bool:
    kind = headers.get("Content-Type", "text/html").partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml", "")


def _decoded(body: bytes, content_type: str) -> str:
    """What we look for is ASCII, so UTF-8 does for every encoding that contains it."""
    wide = body.startswith((b"\xff\xfe", b"\xfe\xff")) or "utf-16" in content_type.lower()
    return body.decode("utf-16" if wide else "utf-8", "replace")


def _pool(
    parts: SplitResult, port: int, address: str, opened: list[socket.socket], certificates: str
) -> HTTPConnectionPool:
    """Connections to `address` that speak with the host of `parts` by its name: Host header, TLS name, certificate."""

    def connected(connection: HTTPConnection) -> socket.socket:
        made = socket.create_connection((address, port), connection.timeout)
        opened.append(made.dup())  # TLS takes the socket over; a second handle can end it even during the handshake
        return made

    class Plain(HTTPConnection):
        _new_conn = connected

    class Tls(HTTPSConnection):
        _new_conn = connected

    host = parts.hostname or ""
    if parts.scheme == "http":
        pool = HTTPConnectionPool(host, port)
        pool.ConnectionCls = Plain
        return pool
    tls = HTTPSConnectionPool(host, port, cert_reqs="CERT_REQUIRED", ca_certs=certificates)
    tls.ConnectionCls = Tls
    return tls

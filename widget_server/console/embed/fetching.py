"""Fetches one page of a website for the page check, and can be talked into reaching nothing else.

Each name is resolved once; all of its addresses must be public, and the connection goes to the very address that was
looked at, so a name that resolves differently a moment later gains nothing. Redirects are followed by hand, each one
through the same checks. No cookies, no credentials, no proxies of the environment; limits on time and size of it all.
"""

import contextlib
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Timeout
from urllib3.exceptions import HTTPError, SSLError

from widget_server.errors import HostForbidden, HostNotFound, PageNotFetched
from widget_server.network.addresses import PUBLIC, AddressPolicy
from widget_server.network.pools import DEFAULT_PORTS, pool_to, port_of
from widget_server.network.reach import Resolve, address_of, cut_after, system_resolve

WITHIN_SECONDS = 10.0
MAX_BYTES = 2 * 1024 * 1024
MAX_REDIRECTS = 5
MAX_URL_CHARACTERS = 2_000
CHUNK_BYTES = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; pricing-widget page check)",
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Encoding": "gzip, deflate",
}
NO_ADDRESS = "Give the address of your page, such as https://www.example.com/prices."


@dataclass(frozen=True)
class FetchedPage:
    """`url` is where it was found in the end; `policies` are the Content-Security-Policy headers; `is_cut`: not all."""

    url: str
    html: str
    policies: tuple[str, ...] = ()
    is_cut: bool = False


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
        address = self._address(parts.hostname or "", port_of(parts), deadline)
        opened: list[socket.socket] = []
        pool = pool_to(parts, address, opened, self._certificates)
        left = deadline - self._monotonic()
        try:
            with cut_after(left, opened), contextlib.closing(self._asked(pool, parts, deadline)) as answer:
                return self._read(answer, parts.geturl(), deadline)
        except SSLError as error:
            raise PageNotFetched("The page's certificate isn't valid for its address.") from error
        except (HTTPError, OSError) as error:
            raise self._failed(deadline) from error
        finally:
            pool.close()

    def _failed(self, deadline: float) -> PageNotFetched:
        if self._monotonic() >= deadline:
            return PageNotFetched(f"The page took longer than {self._within:g} seconds.")
        return PageNotFetched("The page's server can't be reached, or broke off.")

    def _address(self, host: str, port: int, deadline: float) -> str:
        try:
            return address_of(host, port, self._policy, self._resolve, deadline - self._monotonic())
        except TimeoutError:
            raise self._failed(self._monotonic()) from None
        except HostNotFound:
            raise PageNotFetched(f"There is no website named {host}.") from None
        except HostForbidden:
            told = f"{host} isn't a public website: only pages that all visitors can reach are checked."
            raise PageNotFetched(told) from None

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
        _ = parts.port
    except (requests.RequestException, ValueError):
        raise PageNotFetched(NO_ADDRESS) from None
    if parts.scheme not in DEFAULT_PORTS:
        raise PageNotFetched("Only http and https pages can be checked.")
    if not parts.hostname or "%" in parts.netloc:
        raise PageNotFetched(NO_ADDRESS)
    if "@" in parts.netloc:
        raise PageNotFetched("Leave user name and password out of the address: visitors don't have them either.")
    if policy.ports is not None and port_of(parts) not in policy.ports:
        raise PageNotFetched("Only pages at the usual ports, 80 and 443, can be checked.")
    return parts


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

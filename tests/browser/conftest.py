"""A real browser, a site, and somebody else's website on another origin that embeds the widget."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.serve.site import Site, served

TIMEOUT_MS = 20_000
"""Patience, not an expectation: other tests and three servers share the machine."""
expect.set_options(timeout=TIMEOUT_MS)


@pytest.fixture(scope="session")
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    found.set_default_timeout(TIMEOUT_MS)
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@dataclass
class Host:
    """A third party's website: `html` is its only page, `headers` are sent with it."""

    origin: str = ""
    html: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = environ["PATH_INFO"] == "/"
        content = self.html.encode() if found else b""
        length = ("Content-Length", str(len(content)))
        start_response(
            "200 OK" if found else "204 No Content",
            [("Content-Type", "text/html; charset=utf-8"), length, *self.headers] if found else [],
        )
        return [content]


class Traffic:
    """The site behind a switch: counts the requests that arrive, and can be away (503, as a proxy says it)."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.away = False
        self.requests: list[WSGIEnvironment] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.requests.append(environ)
        if self.away and environ["PATH_INFO"] != "/embed.js":
            start_response("503 Service Unavailable", [("Content-Type", "text/html"), ("Content-Length", "0")])
            return [b""]
        return self.site(environ, start_response)

    def asked(self, path: str) -> list[str]:
        """The query strings with which `path` was asked for."""
        return [each["QUERY_STRING"] for each in self.requests if each["PATH_INFO"] == path]


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def traffic(site: Site) -> Traffic:
    return Traffic(site)


@pytest.fixture
def site_url(traffic: Traffic) -> Iterator[str]:
    with served(traffic) as origin:
        yield origin


@pytest.fixture
def host() -> Iterator[Host]:
    found = Host()
    with served(found) as origin:
        found.origin = origin
        yield found


Embed = Callable[..., Page]


@pytest.fixture
def embed(host: Host, site_url: str, page: Page) -> Embed:
    """`embed(mount, lang=…, script=…)` opens the host's page with the widget in it."""

    def opened(mount: str = "<pricing-widget></pricing-widget>", *, lang: str = "en-GB", more: str = "") -> Page:
        mount = mount.replace("SITE", site_url)
        more = more.replace("SITE", site_url)
        host.html = (
            f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Somebody</title>'
            f'<meta name="viewport" content="width=device-width"><body>{mount}'
            f'<script async src="{site_url}/embed.js"></script>{more}</body></html>'
        )
        page.goto(host.origin)
        return page

    return opened

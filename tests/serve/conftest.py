"""A served site, and a visitor who asks it over HTTP."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests
from flask import Flask

from tests.conftest import FakeClock
from tests.publish import samples
from tests.serve.site import Site, served
from widget_server import config, create_app, services


class Visitor:
    """Sends requests exactly as told: no headers but those named."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._session = requests.Session()
        self._session.trust_env = False

    def ask(self, path: str, method: str = "GET", **headers: str) -> requests.Response:
        sent: dict[str, str | None] = {"Accept-Encoding": "identity", "Accept": None, "User-Agent": None}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self._session.request(method, self.origin + path, headers=sent, timeout=10)

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    with served(site) as origin:
        found = Visitor(origin)
        yield found
        found.close()


@pytest.fixture
def whole_site(site_env: dict[str, str], clock: FakeClock) -> Iterator[Flask]:
    """The product as it is served, with the demo's documents published for its empty database."""
    made = create_app(config.load(site_env), clock)
    parts = made.extensions[services.EXTENSION]
    parts.documents.publish(replace(samples.demo(), version=parts.public.version()))
    yield made
    parts.database.close()


@pytest.fixture
def stranger(whole_site: Flask) -> Iterator[Visitor]:
    """Asks the whole site."""
    with served(whole_site) as origin:
        found = Visitor(origin)
        yield found
        found.close()

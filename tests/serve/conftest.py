"""A served site, and a visitor who asks it over HTTP."""

from collections.abc import Iterator

import pytest
import requests

from tests.serve.site import Site, served


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

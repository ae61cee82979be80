"""A connected site of some size, with its hub, as processes; and eyes for what visitors get."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from benchmarks import workspaces
from benchmarks.workspaces import Size
from widget_server.demo.stack import Stack

SENDERS = 8
"""Webhooks that the hub has on their way at once."""
LOOK_EVERY_SECONDS = 0.005
COUNT_EVERY_SECONDS = 0.02
REQUEST_TIMEOUT_SECONDS = 120.0
BROWSERS_ENCODINGS = "gzip, deflate, br"

Amounts = Sequence[tuple[str, str]]
"""Rates by the hub's identifiers, with their new amounts."""


class TookTooLong(Exception):
    """What was waited for didn't happen; the message says what."""


class Hub:
    """The switches of the hub's stand-in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = _session()

    def counts(self) -> dict[str, int]:
        """`waiting`, `sent` and `refused` webhooks, `apiCalls`."""
        return dict(self._call("GET", "/sandbox/counts"))

    def set_amounts(self, amounts: Amounts) -> None:
        """Change prices; a webhook for each is sent."""
        self._call("POST", "/sandbox/rates", {"amounts": list(amounts)})

    def drop_webhooks(self, drop: bool) -> None:
        """From now on webhooks get lost, or not."""
        self._call("POST", "/sandbox/failures", {"webhook_drop": drop})

    def send_everything(self) -> None:
        """Queue the webhooks of the initial set."""
        self._call("POST", "/sandbox/initial-set", {})

    def wait_until_sent(self, seconds: float) -> None:
        """Return when no webhook waits any more. Raises `TookTooLong`."""
        wait_for("the hub's webhooks are sent", lambda: self.counts()["waiting"] == 0, seconds, COUNT_EVERY_SECONDS)

    def _call(self, method: str, path: str, body: object = None) -> Any:
        answer = self._session.request(method, self.url + path, json=body, timeout=REQUEST_TIMEOUT_SECONDS)
        answer.raise_for_status()
        return answer.json()


class Watcher:
    """Looks at one public document again and again, as a browser would: it asks for what is newer than it has."""

    def __init__(self, site_url: str, path: str) -> None:
        self._url = site_url + path
        self._session = _session()
        self._etag = ""
        self.body = b""

    def look(self) -> bytes:
        """The document as it is now."""
        headers = {"Accept-Encoding": BROWSERS_ENCODINGS, "If-None-Match": self._etag}
        answer = self._session.get(self._url, headers=headers, timeout=REQUEST_TIMEOUT_SECONDS)
        if answer.status_code == requests.codes.ok:
            self._etag, self.body = answer.headers["ETag"], answer.content
        return self.body

    def wait_for(self, texts: Sequence[str], seconds: float) -> None:
        """Return when all of the texts are in the document. Raises `TookTooLong`."""
        wanted = [text.encode() for text in texts]
        wait_for(f"{texts[-1]} is in {self._url}", lambda: _has_all(self.look(), wanted), seconds)


@dataclass
class Site:
    """The site and its hub. `new_amounts` never gives one amount twice."""

    stack: Stack
    hub: Hub
    size: Size
    data: Path
    _given: int = 0

    def watcher(self, path: str) -> Watcher:
        """Eyes for a document, which have seen it once."""
        eyes = Watcher(self.stack.site_url, path)
        eyes.look()
        return eyes

    def location_path(self, location: int) -> str:
        """Where a location's prices are."""
        return f"/widget.json?location={self.size.site_id(location)}"

    def new_amounts(self, count: int) -> list[str]:
        """ "100.01", "100.02", …"""
        first, self._given = self._given + 1, self._given + count
        return [f"{(10_000 + number) / 100:.2f}" for number in range(first, first + count)]

    def rates_of(self, location: int, count: int, first: int = 0) -> list[str]:
        """So many rates of a location by the hub's identifiers, going round when there are fewer."""
        each, rates = self.size.resources_each, workspaces.RATES_EACH
        numbers = [number % (each * rates) for number in range(first, first + count)]
        return [self.size.hub_rate(location, number % each, number // each) for number in numbers]

    @property
    def pid(self) -> int:
        """The process `flask serve`."""
        return self.stack.processes["site"].pid


@contextmanager
def started(folder: Path, resources: int, settings: Mapping[str, str] | None = None) -> Iterator[Site]:
    """A site and a hub that know each other. The webhooks of the initial set got lost: nothing has a price yet."""
    size = Size.of(resources)
    folder.mkdir(parents=True)
    hub_file, listings = workspaces.write(size, folder)
    options = ("--workspace", str(hub_file), "--senders", str(SENDERS))
    with Stack(folder, settings=settings, listings=str(listings), hub_options=options) as stack:
        hub = Hub(stack.hub_url)
        hub.drop_webhooks(True)
        stack.connect()
        hub.drop_webhooks(False)
        yield Site(stack, hub, size, folder / "data")


def wait_for(what: str, check: Callable[[], bool], seconds: float, every: float = LOOK_EVERY_SECONDS) -> None:
    """Return when `check` is true; it is asked `every` so many seconds. Raises `TookTooLong` after `seconds`."""
    until = time.perf_counter() + seconds
    while not check():
        if time.perf_counter() > until:
            raise TookTooLong(f"not within {seconds:g} s: {what}")
        time.sleep(every)


def _has_all(body: bytes, texts: Sequence[bytes]) -> bool:
    return all(text in body for text in texts)


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # everything is on this machine
    return session

"""Hub, site and somebody's website as real processes on three origins."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from widget_server.demo.stack import Stack

PATIENCE_SECONDS = 90.0
LOOK_EVERY_SECONDS = 0.05
INITIAL_WEBHOOKS = 24


@dataclass
class Hub:
    """The sandbox hub's controls."""

    url: str

    def state(self) -> dict[str, Any]:
        return dict(self._call("GET", "/sandbox/state"))

    def deliveries(self) -> list[dict[str, Any]]:
        return list(self.state()["deliveries"])

    def set_price(self, rate_id: str, amount: str) -> None:
        self._call("POST", f"/sandbox/rates/{rate_id}", {"amount": amount})

    def fail(self, **failures: object) -> None:
        self._call("POST", "/sandbox/failures", failures)

    def send(self, **body: object) -> dict[str, Any]:
        return dict(self._call("POST", "/sandbox/webhooks", body))

    def post(self, path: str, body: object = None) -> Any:
        return self._call("POST", path, body or {})

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path)

    def _call(self, method: str, path: str, body: object = None) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, self.url + path, json=body, timeout=15)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


@dataclass
class Road:
    """A connected stack, and eyes for what visitors get."""

    stack: Stack
    hub: Hub

    def price(self, resource_id: str, name: str) -> str | None:
        """The amount that `/widget.json` has for a resource's rate by its name."""
        for location in self.stack.widget()["locations"]:
            for resource in location["resources"]:
                if resource["id"] == resource_id:
                    return next((rate.get("amount") for rate in resource["rates"] if rate.get("name") == name), None)
        return None

    def resource_ids(self) -> set[str]:
        return {each["id"] for location in self.stack.widget()["locations"] for each in location["resources"]}

    def wait_for(self, what: str, check: Callable[[], object]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not check():
            assert time.monotonic() < until, f"{what}: not within {PATIENCE_SECONDS:g} s\n{self.logs()}"
            time.sleep(LOOK_EVERY_SECONDS)

    def wait_for_price(self, amount: str, resource_id: str = "7843", name: str = "Hourly") -> None:
        self.wait_for(f"{amount} for {resource_id}", lambda: self.price(resource_id, name) == amount)

    def logs(self) -> str:
        return "\n".join(f"{name}: {process.last_words()}" for name, process in self.stack.processes.items())

    def get(self, path: str, **headers: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(self.stack.site_url + path, headers=headers, timeout=15, allow_redirects=False)


@contextmanager
def started_road(folder: Path, **settings: str) -> Iterator[Road]:
    """Started, connected both ways, the initial set worked off."""
    with Stack(folder, settings=settings) as stack:
        stack.connect()
        found = Road(stack, Hub(stack.hub_url))
        found.wait_for("the initial set", lambda: _initial_set_is_done(found))
        yield found


def _initial_set_is_done(found: Road) -> bool:
    accepted = [delivery for delivery in found.hub.deliveries() if delivery["status"] == 202]
    every_resource = {"7842", "7843", "7844", "7845", "7846", "7847"}
    return len(accepted) >= INITIAL_WEBHOOKS and found.resource_ids() == every_resource and _all_have_rates(found)


def _all_have_rates(found: Road) -> bool:
    return all(each["rates"] for location in found.stack.widget()["locations"] for each in location["resources"])


@pytest.fixture(scope="session")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """One connected stack for all tests that leave it as usable as they found it."""
    with started_road(tmp_path_factory.mktemp("road")) as found:
        yield found

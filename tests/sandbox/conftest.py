"""Actors: the hub, a site for it to talk to, and a client that fetches as the site would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import widget_server.sandbox
from tests.sandbox.site import Site
from widget_server.sandbox import SandboxConfig, create_sandbox
from widget_server.sandbox.hub import Hub

HUB_URL = "http://127.0.0.1:9001"
CALLBACK = "/connect/syncaroo/callback"
DEMO_LISTINGS = Path(widget_server.sandbox.__file__).with_name("demo_listings.json")


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class SandboxActor:
    """Works a hub through its HTTP interface."""

    client: FlaskClient
    hub: Hub
    clock: Clock
    site: Site
    token: str = field(default="")

    def connect(self) -> TestResponse:
        """Add the integration as a person would, with a site that approves."""
        sent_to = self.client.post("/integrations").headers["Location"]
        number = parse_qs(urlsplit(sent_to).query)["connectionId"][0]
        return self.client.get("/connection", query_string={"connectionId": number, "code": "one-time"})

    def settle(self) -> None:
        """Wait until no webhook is on its way."""
        assert self.hub.outbox.wait_until_idle(5)

    def connect_quietly(self) -> None:
        """Connect without sending the initial set, for tests of what comes after it."""
        self.control("failures", webhook_drop=True)
        assert self.connect().status_code == 200
        self.control("failures", webhook_drop=False)
        self.site.forget()

    def control(self, path: str, **body: Any) -> Any:
        answer = self.client.post(f"/sandbox/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json

    @property
    def state(self) -> Any:
        return self.client.get("/sandbox/state").json

    def allow(self) -> str:
        """Press Allow on the authorize page; returns the code."""
        form = {**self.asking(), "decision": "allow"}
        target = self.client.post("/api/authorize", data=form).headers["Location"]
        return parse_qs(urlsplit(target).query)["code"][0]

    def asking(self) -> dict[str, str]:
        return {
            "clientId": "their-id",
            "redirectUri": self.site.url + CALLBACK,
            "responseType": "code",
            "scope": "",
            "state": "kept?&=",
        }

    def redeem(self, code: str, **changed: str) -> TestResponse:
        form = {
            "clientId": "their-id",
            "clientSecret": "their-secret",
            "redirectUri": self.site.url + CALLBACK,
            "code": code,
            "grantType": "authorization_code",
        }
        return self.client.post("/api/token", data={**form, **changed})

    def refresh(self, refresh_token: str) -> TestResponse:
        form = {
            "clientId": "their-id",
            "clientSecret": "their-secret",
            "refreshToken": refresh_token,
            "grantType": "refresh_token",
        }
        return self.client.post("/api/token", data=form)

    def fetch(self, path: str, **headers: str) -> TestResponse:
        """A well-behaved request of the data API."""
        if not self.token:
            answer = self.redeem(self.allow()).json
            assert answer is not None
            self.token = answer["accessToken"]
        sent = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **headers}
        return self.client.get(path, headers=sent)


@pytest.fixture(scope="session")
def listening() -> Iterator[Site]:
    site = Site({})
    site.start()
    yield site
    site.stop()


@pytest.fixture
def site(listening: Site) -> Site:
    listening.reset(json.loads(DEMO_LISTINGS.read_text(encoding="utf-8")))
    return listening


def settings(platform_url: str) -> SandboxConfig:
    return SandboxConfig(
        url=HUB_URL,
        platform_url=platform_url,
        platform_client_id="our-id",
        platform_client_secret="our-secret",
        client_id="their-id",
        client_secret="their-secret",
        retry_pauses=(0.0, 0.0),
    )


@pytest.fixture(scope="session")
def made() -> Flask:
    """One app for all tests: compiling its routes is most of the work, and all state is in the hub."""
    return create_sandbox(settings("http://127.0.0.1:1"))


@pytest.fixture
def sandbox(made: Flask, site: Site) -> Iterator[SandboxActor]:
    clock = Clock()
    hub = made.extensions["sandbox"] = Hub(settings(site.url), clock)
    yield SandboxActor(made.test_client(), hub, clock, site)
    hub.close()

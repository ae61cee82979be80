"""Approve, Cancel and Connect clicked in a real browser: their redirects lead to the hub's origin, and the content
policy's `form-action` covers redirects, too."""

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, urlencode, urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_console import log_in
from tests.conftest import FakeClock
from tests.console import scene
from tests.serve.site import served
from widget_server import config, create_app, services

pytestmark = pytest.mark.browser


def hub(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The hub's pages, as far as a browser that arrives there can tell."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [b"<!doctype html><title>Hub</title><h1>Arrived at the hub</h1>"]


@pytest.fixture
def hub_url() -> Iterator[str]:
    with served(hub) as origin:
        yield origin


@pytest.fixture
def connectable_url(site_env: dict[str, str], hub_url: str, clock: FakeClock) -> Iterator[str]:
    """A site whose hub is at `hub_url`, with one location to sync."""
    made = create_app(config.load(site_env | {"WIDGET_SYNCAROO_APP_URL": hub_url}), clock)
    parts: services.Services = made.extensions[services.EXTENSION]
    with parts.database.write() as connection:
        scene.add_listing(connection, clock(), "1198", "Demo Workspace - London", kind="location")
    with served(made) as origin:
        yield origin


def consent_path(hub_url: str) -> str:
    asked = {
        "connectionId": "99",
        "clientId": "xyz1243",
        "redirectUri": f"{hub_url}/connection",
        "response_type": "code",
    }
    return f"/api/oauth/authorize?{urlencode(asked)}"


@pytest.mark.parametrize(("button", "parameter"), [("Approve", "code"), ("Cancel", "error")])
def test_the_operators_decision_arrives_at_the_hub(
    page: Page, connectable_url: str, hub_url: str, button: str, parameter: str
) -> None:
    log_in(page, connectable_url, consent_path(hub_url))
    expect(page.get_by_label("Demo Workspace - London")).to_be_checked()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name="Arrived at the hub")).to_be_visible()
    arrived = urlsplit(page.url)
    assert f"{arrived.scheme}://{arrived.netloc}{arrived.path}" == f"{hub_url}/connection"
    assert parse_qs(arrived.query)["connectionId"] == ["99"]
    assert parameter in parse_qs(arrived.query)


def test_connect_leads_to_the_hub(page: Page, connectable_url: str, hub_url: str) -> None:
    log_in(page, connectable_url)
    page.get_by_role("button", name="Connect Syncaroo").click()
    expect(page.get_by_role("heading", name="Arrived at the hub")).to_be_visible()
    assert page.url.startswith(f"{hub_url}/api/authorize?")


def test_the_hub_is_not_told_where_on_this_site_the_operator_was(
    page: Page, connectable_url: str, hub_url: str
) -> None:
    log_in(page, connectable_url, consent_path(hub_url))
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="Arrived at the hub")).to_be_visible()
    assert page.evaluate("document.referrer") in ("", f"{connectable_url}/")

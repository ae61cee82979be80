"""Strangers who send their forms slowly: only so many are waited for, and who is known isn't held up by them."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import Browser
from tests.web.slow_strangers import stalled_strangers
from widget_server.web.bodies import PLACES


@pytest.fixture
def strangers(site: Flask, operator_browser: Browser) -> Iterator[None]:
    """They wait; the operator logged in before."""
    with stalled_strangers(site):
        yield


@pytest.mark.usefixtures("strangers")
def test_one_more_is_told_to_come_back(site: Flask) -> None:
    for path in ("/login", "/api/oauth/token"):
        answer = site.test_client().post(path, data={"email": "x"})
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"


@pytest.mark.usefixtures("strangers")
def test_whoever_sends_nothing_is_answered(site: Flask) -> None:
    for path in ("/widget.json", "/login", "/healthz"):
        assert site.test_client().get(path).status_code == 200


@pytest.mark.usefixtures("strangers")
def test_the_operator_goes_on_working(operator_browser: Browser) -> None:
    assert operator_browser.submit("/console/", "/console/without-alerts").status_code == 303


@pytest.mark.usefixtures("strangers")
def test_a_cookie_that_was_made_up_is_no_operator(site: Flask) -> None:
    client = site.test_client()
    client.set_cookie(site.config["SESSION_COOKIE_NAME"], "eyJvcGVyYXRvciI6MX0.x.y")
    assert client.post("/login", data={"email": "x"}).status_code == 503


def test_places_are_free_again_when_the_bodies_have_ended(site: Flask) -> None:
    with stalled_strangers(site):
        pass
    for _ in range(PLACES + 1):
        assert site.test_client().post("/login", data={"email": "x"}).status_code == 400

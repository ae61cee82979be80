"""The hub's web page does by form what the JSON does."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from tests.sandbox.conftest import SandboxActor
from widget_server.sandbox.failures import DEFAULTS
from widget_server.sandbox.wording import FAILURE_WORDS


def press(sandbox: SandboxActor, path: str, **form: str) -> TestResponse:
    """Send a form; returns the page that the browser ends on."""
    answer = sandbox.client.post(path, data=form)
    assert answer.status_code == 303
    return sandbox.client.get(answer.headers["Location"])


def test_the_page_is_reachable_before_and_after_connecting(sandbox: SandboxActor) -> None:
    assert "Add integration" in sandbox.client.get("/").text
    sandbox.connect_quietly()
    page = sandbox.client.get("/").text
    assert "synced as 7843" in page
    assert "rates of 7843" in page


def test_a_changed_price_is_said_and_sent(sandbox: SandboxActor) -> None:
    sandbox.connect_quietly()
    page = press(sandbox, "/change/price", rateId="rate-5001", amount=" 52.50 ")
    assert "Hourly now costs 52.5" in page.text
    sandbox.settle()
    assert len(sandbox.site.webhooks) == 1


def test_an_empty_price_is_on_application(sandbox: SandboxActor) -> None:
    assert "on application" in press(sandbox, "/change/price", rateId="rate-5001", amount="").text
    assert sandbox.hub.workspace.rate("rate-5001")[2].amount is None


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("/change/price", {"rateId": "rate-5001", "amount": "cheap"}, "must be a number"),
        ("/change/price", {"rateId": "rate-1", "amount": "1"}, "No rate has the id"),
        ("/change/location", {"locationId": "loc-301", "status": "ajar"}, "open or closed"),
        ("/change/location", {"locationId": "loc-301", "status": "closed"}, "closed now"),
        ("/change/resource", {"locationId": "loc-301", "name": " ", "type": "floor"}, "needs a name"),
        ("/change/resource", {"locationId": "loc-301", "name": "Loft", "type": "floor"}, "Loft was added"),
        ("/change/unmap", {"resourceId": "res-401"}, "Unmapped"),
        ("/change/map", {"resourceId": "res-401"}, "nothing to map"),
        ("/change/rematch", {}, "0 more matched"),
        ("/change/initial-set", {}, "being sent again"),
        ("/change/failure", {"name": "api_5xx", "switch": "on", "value": "500", "times": "2"}, "is on"),
        ("/change/failure", {"name": "api_5xx", "switch": "on", "value": "lots"}, "must be a number"),
        ("/change/failure", {"name": "nonsense", "switch": "on"}, "There is no failure"),
        ("/change/failure", {"name": "api_5xx", "switch": "off"}, "is off"),
    ],
)
def test_every_form_says_what_happened(sandbox: SandboxActor, path: str, form: dict[str, str], said: str) -> None:
    sandbox.connect_quietly()
    assert said in press(sandbox, path, **form).text


def test_a_name_with_markup_is_shown_as_text(sandbox: SandboxActor) -> None:
    name = "<script>alert(1)</script>"
    page = press(sandbox, "/change/resource", locationId="loc-301", name=name, type="floor").text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_pages_allow_no_script_and_set_no_cookie(sandbox: SandboxActor) -> None:
    for path in ("/", "/nothing", "/connection?connectionId=5"):
        answer = sandbox.client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert f"form-action 'self' {sandbox.site.url}" in policy
        # Cookies ignore ports, so one of the hub's would reach the site on the same machine.
        assert "Set-Cookie" not in answer.headers
        assert answer.mimetype == "text/html"


def test_every_failure_has_words() -> None:
    assert list(FAILURE_WORDS) == list(DEFAULTS)


def test_the_stylesheet_is_served(sandbox: SandboxActor) -> None:
    with sandbox.client.get("/static/sandbox.css") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "text/css")


def test_errors_of_json_paths_are_json(sandbox: SandboxActor) -> None:
    for answer in (sandbox.client.get("/sandbox/nothing"), sandbox.client.get("/api/token")):
        assert answer.is_json
        assert answer.status_code in {404, 405}

"""What a hub with a large workspace needs: a workspace of its own, many changes at once, counting without listing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sandbox.conftest import SandboxActor, settings
from widget_server.sandbox import create_sandbox
from widget_server.sandbox.hub import EXTENSION, Hub


@pytest.fixture
def connected(sandbox: SandboxActor) -> SandboxActor:
    sandbox.connect_quietly()
    return sandbox


def test_many_prices_change_in_the_order_given_with_a_webhook_each(connected: SandboxActor) -> None:
    pairs = [["rate-5001", "46"], ["rate-5002", None], ["rate-5001", "47.5"]]
    assert connected.control("rates", amounts=pairs) == {"changed": 3}
    connected.settle()
    urls = [webhook.json["metaData"]["apiUrl"].rpartition("/")[2] for webhook in connected.site.webhooks]
    assert urls == ["rate-5001", "rate-5002", "rate-5001"]
    rates = connected.state["workspace"]["locations"][0]["resources"][0]["rates"]
    assert [rate["amount"] for rate in rates[:2]] == ["47.5", None]


@pytest.mark.parametrize("amounts", [None, {}, ["rate-5001"], [["rate-5001"]], [["rate-5001", "4", "5"]]])
def test_amounts_of_another_shape_are_refused(connected: SandboxActor, amounts: object) -> None:
    assert connected.client.post("/sandbox/rates", json={"amounts": amounts}).status_code == 400


def test_counts_tell_what_was_sent_refused_and_asked(connected: SandboxActor) -> None:
    before = connected.client.get("/sandbox/counts").json
    assert before is not None
    connected.control("rates", amounts=[["rate-5001", "46"], ["rate-5002", "47"]])
    connected.settle()
    connected.control("failures", webhook_drop=True)
    connected.control("rates/rate-5001", amount="48")
    connected.fetch("/v1/locations")
    after = connected.client.get("/sandbox/counts").json
    assert after is not None
    assert {name: after[name] - before[name] for name in after} == {
        "waiting": 0,
        "sent": 2,
        "refused": 1,
        "apiCalls": 1,
    }


def test_a_rate_that_is_gone_is_found_no_more(connected: SandboxActor) -> None:
    connected.client.delete("/sandbox/rates/rate-5001")
    connected.client.delete("/sandbox/resources/res-402")
    paths = ("rates/rate-5001", "rates/rate-5011", "resources/res-402")
    assert [connected.client.post(f"/sandbox/{path}", json={"amount": "1"}).status_code for path in paths] == [404] * 3


def test_a_workspace_comes_from_a_file_and_several_senders_tell_of_it(sandbox: SandboxActor, tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    rate = {"item": {"ID": "a-rate", "name": "Hourly", "price": "10"}, "amountAt": ["price"], "extras": []}
    room = {"item": {"ID": "a-room", "name": "Demo Meeting Room - London", "type": "meeting-room"}, "rates": [rate]}
    location = {"item": {"ID": "a-house", "Name": "Demo Workspace - London"}, "resources": [room]}
    file.write_text(json.dumps({"locations": [location]}))
    app = create_sandbox(replace(settings(sandbox.site.url), workspace=file, senders=3), clock=sandbox.clock)
    hub: Hub = app.extensions[EXTENSION]
    actor = SandboxActor(app.test_client(), hub, sandbox.clock, sandbox.site)
    try:
        assert actor.connect().status_code == 200
        actor.settle()
        kinds = sorted(webhook.json["metaData"]["attributeType"] for webhook in sandbox.site.webhooks)
        assert kinds == ["locations", "rates", "resources"]
    finally:
        hub.close()

"""What the hub sends to the site, how it signs it, and how it retries."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.sandbox.conftest import HUB_URL, SandboxActor
from tests.sandbox.site import Reply

UPDATE = "/api/update/"
RATE_URL = f"{HUB_URL}/v1/locations/loc-301/resources/res-401/rates/rate-5001"


def only(sandbox: SandboxActor) -> dict[str, Any]:
    sandbox.settle()
    (webhook,) = sandbox.site.webhooks
    body = webhook.json
    assert isinstance(body, dict)
    return body


@pytest.fixture
def connected(sandbox: SandboxActor) -> SandboxActor:
    sandbox.connect_quietly()
    return sandbox


def test_a_price_change_is_a_signed_webhook_with_the_guides_fields(connected: SandboxActor) -> None:
    connected.control("rates/rate-5001", amount="52.50")
    body = only(connected)
    assert list(body) == ["connectionId", "webhookType", "locationId", "metaData", "hash"]
    assert {**body, "hash": ""} == {
        "connectionId": 99,
        "webhookType": "data",
        "locationId": "1198",
        "metaData": {
            "resourceId": "7843",
            "attributeType": "rates",
            "resourceType": "meeting-room",
            "apiUrl": RATE_URL,
            "syncarooId": "res-401",
        },
        "hash": "",
    }


def test_the_hash_is_over_the_compact_body_without_it(connected: SandboxActor) -> None:
    connected.control("rates/rate-5001", amount="52.50")
    connected.settle()
    (webhook,) = connected.site.webhooks
    given = webhook.json["hash"]
    unsigned = webhook.body.replace(f',"hash":"{given}"'.encode(), b"")
    assert given == hmac.new(b"their-secret", unsigned, hashlib.sha256).hexdigest()
    assert webhook.headers["Authorization"] == "Bearer access-1"
    assert webhook.headers["Content-Type"] == "application/json"


def test_open_and_close_are_status_webhooks_without_a_hash(connected: SandboxActor) -> None:
    connected.control("locations/loc-301/status", status="closed")
    assert only(connected) == {
        "connectionId": 99,
        "webhookType": "status",
        "locationId": "1198",
        "metaData": {"syncOpenStatus": "closed"},
    }
    answer = connected.fetch("/v1/locations/loc-301").json
    assert (answer or {})["data"][0]["syncOpenStatus"] == "closed"


def test_a_new_resource_has_an_action_and_no_id_of_the_sites(connected: SandboxActor) -> None:
    added = connected.control("resources", locationId="loc-301", name="Roof <b>", type="floor")
    body = only(connected)
    assert body["action"] == "new"
    assert body["metaData"] == {
        "attributeType": "resources",
        "resourceType": "floor",
        "apiUrl": f"{HUB_URL}/v1/locations/loc-301/resources/{added['resourceId']}",
        "syncarooId": added["resourceId"],
    }


def test_unmapping_is_told_once_and_then_the_hub_is_silent(connected: SandboxActor) -> None:
    assert connected.control("resources/res-401/unmap")["told"] == 1
    assert connected.control("resources/res-401/unmap")["told"] == 0
    connected.control("rates/rate-5001", amount="1")
    body = only(connected)
    assert (body["action"], body["metaData"]["resourceId"]) == ("unmapped", "7843")


def test_mapping_again_sends_the_resource_and_its_rates(connected: SandboxActor) -> None:
    connected.control("resources/res-401/unmap")
    connected.control("resources/res-401/map")
    connected.settle()
    sent = [
        (webhook.json.get("action"), webhook.json["metaData"]["attributeType"]) for webhook in connected.site.webhooks
    ]
    assert sent == [("unmapped", "resources"), (None, "resources"), (None, "rates")]


def test_a_removed_rate_names_the_whole_set(connected: SandboxActor) -> None:
    connected.client.delete("/sandbox/rates/rate-5001")
    assert only(connected)["metaData"]["apiUrl"] == RATE_URL.removesuffix("/rate-5001")


def test_a_removed_resource_names_itself(connected: SandboxActor) -> None:
    connected.client.delete("/sandbox/resources/res-401")
    body = only(connected)
    assert body["metaData"]["resourceId"] == "7843"
    assert connected.fetch(body["metaData"]["apiUrl"].removeprefix(HUB_URL)).status_code == 404


def test_raw_fields_can_be_changed(connected: SandboxActor) -> None:
    connected.control("rates/rate-5001", item={"name": "<script>"})
    connected.control("resources/res-401", item={"name": "<i>"})
    connected.control("locations/loc-301", item={"Name": "Ünï"})
    connected.settle()
    kinds = [webhook.json["metaData"]["attributeType"] for webhook in connected.site.webhooks]
    assert kinds == ["rates", "resources", "locations"]
    assert connected.client.post("/sandbox/rates/rate-5001", json={"item": {"ID": "x"}}).status_code == 400


def test_a_new_rate_can_be_added(connected: SandboxActor) -> None:
    item = {"name": "Weekend", "unit": "day", "currency": "GBP"}
    rate = connected.control("resources/res-401/rates", amount="9.5", item=item)
    assert rate["item"] == {"ID": rate["rateId"], **item, "price": 9.5}
    assert only(connected)["metaData"]["attributeType"] == "rates"


def test_nothing_is_sent_before_there_is_a_connection(sandbox: SandboxActor) -> None:
    sandbox.control("rates/rate-5001", amount="1")
    sandbox.settle()
    assert sandbox.site.received == []


def test_the_log_tells_how_each_delivery_went(connected: SandboxActor) -> None:
    connected.site.plan(UPDATE, Reply({"error": "nope"}, 422))
    connected.control("rates/rate-5001", amount="1")
    body = only(connected)
    entry = connected.state["deliveries"][-1]
    assert (entry["status"], entry["tries"], entry["connectionId"]) == (422, 1, 99)
    assert json.loads(entry["answer"]) == {"error": "nope"}
    assert entry["body"] == body
    assert entry["time"].endswith("Z")


def test_a_busy_site_is_tried_again(connected: SandboxActor) -> None:
    connected.site.plan(UPDATE, Reply({}, 503), Reply({}, 500))
    connected.control("rates/rate-5001", amount="1")
    connected.settle()
    entry = connected.state["deliveries"][-1]
    assert (entry["status"], entry["tries"]) == (202, 3)


def test_retries_come_to_an_end(connected: SandboxActor) -> None:
    connected.site.plan(UPDATE, *[Reply({}, 503)] * 3)
    connected.control("rates/rate-5001", amount="1")
    connected.settle()
    assert len(connected.site.webhooks) == 3
    assert connected.state["deliveries"][-1]["status"] == 503


def test_a_refused_token_is_refreshed_once(connected: SandboxActor) -> None:
    connected.site.plan(UPDATE, Reply({}, 401))
    connected.control("rates/rate-5001", amount="1")
    connected.settle()
    refresh = connected.site.requests("/api/oauth/token")[0].form
    assert (refresh["grantType"], refresh["refreshToken"]) == ("refresh_token", "refresh-1")
    assert [webhook.headers["Authorization"] for webhook in connected.site.webhooks] == [
        "Bearer access-1",
        "Bearer access-2",
    ]


def test_an_expired_token_is_refreshed_before_sending(sandbox: SandboxActor) -> None:
    sandbox.site.expires = "2027-01-15T08:10:00"  # ten minutes after the test's now
    sandbox.connect_quietly()
    sandbox.clock.now += 600
    sandbox.site.expires = "2099-01-01T00:00:00"
    sandbox.control("rates/rate-5001", amount="1")
    sandbox.settle()
    assert [webhook.headers["Authorization"] for webhook in sandbox.site.webhooks] == ["Bearer access-2"]


def test_a_refused_refresh_loses_the_connection_and_says_so(connected: SandboxActor) -> None:
    connected.site.plan(UPDATE, Reply({}, 401))
    connected.site.plan("/api/oauth/token", Reply({"error": "invalid_grant"}, 400))
    connected.control("rates/rate-5001", amount="1")
    connected.settle()
    known = connected.state["connections"][0]
    assert known["connected"] is False
    assert "invalid_grant" in known["problem"]
    assert "Connect 99 again" in connected.client.get("/").text


def test_a_redirect_is_not_followed(connected: SandboxActor) -> None:
    connected.site.plan(UPDATE, Reply({}, 302))
    connected.control("rates/rate-5001", amount="1")
    connected.settle()
    assert connected.state["deliveries"][-1]["status"] == 302


def test_the_initial_set_can_be_sent_again(connected: SandboxActor) -> None:
    assert connected.control("initial-set") == {"connections": [99]}
    connected.settle()
    assert len(connected.site.webhooks) == 24


def test_a_custom_webhook_tells_the_sites_answer(connected: SandboxActor) -> None:
    connected.site.plan(UPDATE, Reply({"error": "hash"}, 403))
    answer = connected.control("webhooks", hash="0" * 64, locationId=5, metaData={"apiUrl": "http://evil"})
    assert answer == {"status": 403, "body": '{"error": "hash"}'}
    body = only(connected)
    assert (body["hash"], body["locationId"]) == ("0" * 64, 5)
    assert body["metaData"]["apiUrl"] == "http://evil"
    assert body["metaData"]["resourceId"] == "7843"


def test_a_custom_webhook_can_be_unsigned_incomplete_or_raw(connected: SandboxActor) -> None:
    connected.control("webhooks", sign=False)
    connected.control("webhooks", without=["locationId", "metaData.apiUrl"], token="stolen")
    connected.control("webhooks", raw="[" * 100)
    first, second, third = connected.site.webhooks
    assert "hash" not in first.json
    assert "locationId" not in second.json
    assert "apiUrl" not in second.json["metaData"]
    assert "hash" in second.json
    assert second.headers["Authorization"] == "Bearer stolen"
    assert third.body == b"[" * 100


def test_two_connections_each_get_their_own(connected: SandboxActor) -> None:
    connected.connect_quietly()
    connected.control("rates/rate-5001", amount="1")
    connected.settle()
    assert [webhook.json["connectionId"] for webhook in connected.site.webhooks] == [99, 100]

"""Adding the integration: the redirect, the exchange, check_connection, matching, the initial set."""

from __future__ import annotations

import copy
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.conftest import HUB_URL, SandboxActor
from tests.sandbox.site import LISTINGS_TYPE, Reply

TOKEN, CHECK = "/api/oauth/token", "/api/check_connection/"


def test_add_integration_sends_the_browser_to_the_sites_consent_page(sandbox: SandboxActor) -> None:
    answer = sandbox.client.post("/integrations")
    assert answer.status_code == 302
    target = urlsplit(answer.headers["Location"])
    assert answer.headers["Location"].startswith(f"{sandbox.site.url}/api/oauth/authorize?")
    assert parse_qs(target.query) == {
        "connectionId": ["99"],
        "clientId": ["our-id"],
        "redirectUri": [f"{HUB_URL}/connection"],
        "response_type": ["code"],
    }


def test_each_integration_gets_the_next_connection_id(sandbox: SandboxActor) -> None:
    targets = [sandbox.client.post("/integrations").headers["Location"] for _ in range(2)]
    assert [parse_qs(urlsplit(target).query)["connectionId"] for target in targets] == [["99"], ["100"]]


def test_the_code_is_exchanged_in_the_guides_dialect(sandbox: SandboxActor) -> None:
    sandbox.connect()
    exchange = sandbox.site.requests(TOKEN)[0]
    assert exchange.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert exchange.form == {
        "clientId": "our-id",
        "clientSecret": "our-secret",
        "code": "one-time",
        "grantType": "authorization_code",
    }
    check = sandbox.site.requests(CHECK)[0]
    assert check.query == {"connectionId": ["99"]}
    assert check.headers["Authorization"] == "Bearer access-1"


def test_a_good_connection_is_shown_and_known(sandbox: SandboxActor) -> None:
    page = sandbox.connect()
    assert page.status_code == 200
    assert "Demo Private Office - London" in page.text
    known = sandbox.state["connections"][0]
    assert (known["connectionId"], known["connected"]) == (99, True)
    assert known["siteIds"]["res-401"] == "7843"
    assert known["siteIds"]["loc-302"] == "7120"


def test_cancel_is_a_calm_page(sandbox: SandboxActor) -> None:
    sandbox.client.post("/integrations")
    query = {"connectionId": "99", "error": "access_denied"}
    assert sandbox.client.get("/connection", query_string=query).status_code == 200
    assert sandbox.state["connections"][0]["connected"] is False
    assert sandbox.site.received == []


def test_a_connection_that_nobody_began_is_refused(sandbox: SandboxActor) -> None:
    answer = sandbox.client.get("/connection", query_string={"connectionId": "99", "code": "x"})
    assert answer.status_code == 400
    assert sandbox.site.received == []


def test_coming_back_a_second_time_is_refused(sandbox: SandboxActor) -> None:
    sandbox.connect()
    answer = sandbox.client.get("/connection", query_string={"connectionId": "99", "code": "other"})
    assert answer.status_code == 400


def test_a_lost_connection_can_be_connected_again_under_its_id(sandbox: SandboxActor) -> None:
    sandbox.connect_quietly()
    sandbox.client.post("/integrations", data={"connectionId": "99"})
    sandbox.client.get("/connection", query_string={"connectionId": "99", "code": "again"})
    assert [known["connectionId"] for known in sandbox.state["connections"]] == [99]
    assert sandbox.site.requests(TOKEN)[-1].form["code"] == "again"


GOOD_TOKENS = {"accessToken": "a", "expires": "2099-01-01T00:00:00", "refreshToken": "r"}


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"error": "invalid_grant"}, 400),
        Reply(GOOD_TOKENS, content_type="text/html"),
        Reply({**GOOD_TOKENS, "expires": "2099-01-01T00:00:00Z"}),
        Reply({**GOOD_TOKENS, "expires": "2099-13-01T00:00:00"}),
        Reply({**GOOD_TOKENS, "expires": 3600}),
        Reply({"access_token": "a", "expires": "2099-01-01T00:00:00", "refresh_token": "r"}),
        Reply({**GOOD_TOKENS, "tokenType": "Bearer"}),
        Reply(b"not json"),
    ],
)
def test_a_wrong_token_answer_makes_no_connection(sandbox: SandboxActor, reply: Reply) -> None:
    sandbox.site.plan(TOKEN, reply)
    assert sandbox.connect().status_code == 400
    assert sandbox.state["connections"][0]["connected"] is False


def good_check() -> dict[str, Any]:
    location = {
        "ID": "1198",
        "name": "Demo Workspace - London",
        "status": "active",
        "resources": [{"ID": "7843", "name": "Room", "status": "active", "type": "office"}],
    }
    return {"connectionId": 99, "userId": "1", "locations": {"1198": location}}


def changed(path: str, value: object) -> dict[str, Any]:
    body = copy.deepcopy(good_check())
    *outer, last = path.split("/")
    holder: Any = body
    for key in outer:
        holder = holder[int(key)] if isinstance(holder, list) else holder[key]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return body


@pytest.mark.parametrize(
    "body",
    [
        changed("connectionId", "99"),
        changed("connectionId", 100),
        changed("userId", 1),
        changed("userId", None),
        changed("locations", []),
        changed("locations/1198/ID", 1198),
        changed("locations/1198/ID", "1199"),
        changed("locations/1198/name", None),
        changed("locations/1198/status", "published"),
        changed("locations/1198/resources", {}),
        changed("locations/1198/resources/0/type", "room"),
        changed("locations/1198/resources/0/ID", 7843),
        changed("locations/1198/resources/0/status", None),
        changed("extra", "x"),
    ],
)
def test_a_wrong_check_connection_makes_no_connection(sandbox: SandboxActor, body: dict[str, Any]) -> None:
    sandbox.site.plan(CHECK, Reply(body, content_type=LISTINGS_TYPE))
    assert sandbox.connect().status_code == 400
    assert sandbox.state["connections"][0]["connected"] is False


@pytest.mark.parametrize("kind", ["application/json", "text/html; charset=UTF-8", "application/json; charset=latin1"])
def test_check_connection_needs_the_guides_content_type(sandbox: SandboxActor, kind: str) -> None:
    sandbox.site.plan(CHECK, Reply(good_check(), content_type=kind))
    assert sandbox.connect().status_code == 400


def test_the_good_answer_that_the_wrong_ones_start_from_is_accepted(sandbox: SandboxActor) -> None:
    sandbox.site.plan(CHECK, Reply(good_check(), content_type="application/json;charset=utf-8"))
    assert sandbox.connect().status_code == 200


def test_the_initial_set_covers_every_mapped_thing_and_announces_the_others(sandbox: SandboxActor) -> None:
    sandbox.connect()
    sandbox.settle()
    bodies = [webhook.json for webhook in sandbox.site.webhooks]

    def ids(attribute: str, action: str | None = None) -> list[object]:
        return [
            body["metaData"].get("resourceId", body["metaData"]["syncarooId"])
            for body in bodies
            if body["metaData"]["attributeType"] == attribute and body.get("action") == action
        ]

    resources = ["7843", "7842", "7844", "7845", "7846", "7847", "7211", "7212", "8111", "8112"]
    assert ids("locations") == ["loc-301", "loc-302", "loc-303"]
    assert ids("resources") == resources
    assert ids("rates") == resources
    assert ids("resources", "new") == ["res-407"]
    assert len(bodies) == 3 + 2 * len(resources) + 1


def test_a_deleted_listing_is_not_synced(sandbox: SandboxActor) -> None:
    sandbox.site.listings["8102"]["status"] = "deleted"
    sandbox.connect_quietly()
    sandbox.control("rates/rate-5201", amount="5")
    sandbox.settle()
    assert sandbox.site.webhooks == []


def test_match_again_finds_listings_that_came_later(sandbox: SandboxActor) -> None:
    sandbox.connect_quietly()
    studio = {"ID": "9999", "name": "demo podcast studio - london", "status": "pending", "type": "meeting-room"}
    sandbox.site.listings["1198"]["resources"].append(studio)
    assert sandbox.control("rematch") == {"matched": 1}
    sandbox.settle()
    assert [webhook.json["metaData"]["resourceId"] for webhook in sandbox.site.webhooks] == ["9999", "9999"]


def test_a_renamed_listing_stays_matched_by_its_id(sandbox: SandboxActor) -> None:
    sandbox.connect_quietly()
    sandbox.site.listings["1198"]["resources"][0]["name"] = "The Glass Room"
    assert sandbox.control("rematch") == {"matched": 0}
    assert sandbox.state["connections"][0]["siteIds"]["res-401"] == "7843"


def test_demo_listings_hold_the_guides_example(sandbox: SandboxActor) -> None:
    listings = json.loads(json.dumps(sandbox.site.listings))
    statuses = {key: (item["ID"], item["name"], item["status"]) for key, item in listings.items()}
    assert statuses == {
        "1198": ("1198", "Demo Workspace - London", "active"),
        "7120": ("7120", "Demo Workspace - NYC, USA", "draft"),
        "8102": ("8102", "Demo Workspace - Berlin", "private"),
        "9587": ("9587", "Deleted Workspace", "deleted"),
    }
    assert listings["1198"]["resources"][:2] == [
        {"ID": "7843", "name": "Demo Meeting Room - London", "status": "active", "type": "meeting-room"},
        {"ID": "7842", "name": "Demo Private Office - London", "status": "active", "type": "office"},
    ]

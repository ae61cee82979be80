"""The hub's data API: token, Accept, pages, and every spelling of a price."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from tests.sandbox.conftest import SandboxActor

RESOURCES = "/v1/locations/loc-301/resources"
RATES = f"{RESOURCES}/res-401/rates"


def all_pages(sandbox: SandboxActor, path: str) -> tuple[list[dict[str, object]], int]:
    items: list[dict[str, object]] = []
    pages = 0
    link: str | None = path
    while link:
        answer = sandbox.fetch(link.removeprefix("http://127.0.0.1:9001")).json
        assert answer is not None
        items += answer["data"]
        pages += 1
        assert answer["pages"]["current"] == pages
        link = answer["pages"]["next"]
    assert answer is not None
    assert answer["pages"]["count"] == pages
    return items, pages


def test_a_collection_comes_in_pages(sandbox: SandboxActor) -> None:
    items, pages = all_pages(sandbox, RESOURCES)
    assert [item["ID"] for item in items] == [f"res-{n}" for n in range(401, 408)]
    assert pages == 3
    types = {item["type"] for item in items}
    assert {"meeting-room", "hot-desk", "fixed-desk", "office", "floor"} <= types


def test_links_are_absolute_and_missing_ones_are_empty(sandbox: SandboxActor) -> None:
    pages = (sandbox.fetch(RATES).json or {})["pages"]
    assert pages["prev"] == ""
    assert urlsplit(pages["last"]).query == "page=2"
    assert pages["first"] == f"http://127.0.0.1:9001{RATES}?page=1"
    assert (sandbox.fetch(f"{RATES}?page=2").json or {})["pages"]["next"] is None


@pytest.mark.parametrize(
    "path",
    [
        "/v1/locations/loc-302",
        f"{RESOURCES}/res-402",
        f"{RATES}/rate-5001",
        f"{RATES}/rate-5001/extras",
        f"{RESOURCES}/res-401/availability?start=2026-05-01&end=2026-05-07",
    ],
)
def test_known_endpoints_answer_data_and_pages(sandbox: SandboxActor, path: str) -> None:
    answer = sandbox.fetch(path)
    assert answer.status_code == 200
    assert set(answer.json or {}) == {"data", "pages"}
    assert (answer.json or {})["data"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/locations/nowhere", 404),
        (f"{RESOURCES}/res-411", 404),
        (f"{RATES}/rate-5002/nothing", 404),
        (f"{RATES}/rate-9", 404),
        (f"{RATES}?page=3", 404),
        (f"{RATES}?page=0", 400),
        (f"{RATES}?page=-1", 400),
        (f"{RESOURCES}/res-401/availability", 400),
        (f"{RESOURCES}/res-401/availability?start=20260501&end=2026-05-02", 400),
        (f"{RESOURCES}/res-401/availability?start=2026-05-02&end=2026-05-01", 400),
    ],
)
def test_unknown_things_are_json_errors(sandbox: SandboxActor, path: str, status: int) -> None:
    answer = sandbox.fetch(path)
    assert answer.status_code == status
    assert "error" in (answer.json or {})


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer wrong", "Basic wrong"])
def test_a_missing_or_wrong_token_is_401(sandbox: SandboxActor, value: str) -> None:
    answer = sandbox.fetch("/v1/locations", Authorization=value)
    assert (answer.status_code, answer.is_json) == (401, True)


def test_an_expired_token_is_401(sandbox: SandboxActor) -> None:
    assert sandbox.fetch("/v1/locations").status_code == 200
    sandbox.clock.now += 600
    assert sandbox.fetch("/v1/locations").status_code == 401


def test_expire_token_ends_the_access_but_not_the_refresh_token(sandbox: SandboxActor) -> None:
    tokens = sandbox.redeem(sandbox.allow()).json or {}
    sandbox.token = tokens["accessToken"]
    sandbox.control("expire-token")
    assert sandbox.fetch("/v1/locations").status_code == 401
    assert sandbox.refresh(tokens["refreshToken"]).status_code == 200


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/*"])
def test_accept_must_name_json(sandbox: SandboxActor, accept: str) -> None:
    answer = sandbox.fetch("/v1/locations", Accept=accept)
    assert (answer.status_code, answer.is_json) == (406, True)


def test_requests_are_counted_and_kept(sandbox: SandboxActor) -> None:
    sandbox.fetch(f"{RATES}?page=2")
    sandbox.fetch("/v1/nothing")
    assert sandbox.state["apiCalls"] == 2
    assert sandbox.state["apiRequests"] == [
        {"path": RATES, "query": "page=2", "status": 200},
        {"path": "/v1/nothing", "query": "", "status": 404},
    ]


def rate_item(sandbox: SandboxActor, resource: str, rate: str) -> dict[str, object]:
    answer = sandbox.fetch(f"{RESOURCES}/{resource}/rates/{rate}").json
    assert answer is not None
    item = answer["data"][0]
    assert isinstance(item, dict)
    return item


@pytest.mark.parametrize(
    ("resource", "rate", "field", "spelled"),
    [
        ("res-401", "rate-5001", "pricePerHour", 52.5),
        ("res-401", "rate-5002", "price", "52.50"),
        ("res-401", "rate-5003", "price", {"net": 52.5, "gross": 63}),
        ("res-401", "rate-5004", "priceInCents", 5250),
        ("res-402", "rate-5012", "price", 52.5),
        ("res-404", "rate-5031", "pricePerDay", "52.50"),
    ],
)
def test_a_changed_price_keeps_its_spelling(
    sandbox: SandboxActor, resource: str, rate: str, field: str, spelled: object
) -> None:
    answer = sandbox.control(f"rates/{rate}", amount="52.50")
    assert answer["rateId"] == rate
    assert Decimal(answer["amount"]) == Decimal("52.50")
    assert rate_item(sandbox, resource, rate)[field] == spelled


def test_a_price_can_become_on_application_and_back(sandbox: SandboxActor) -> None:
    assert sandbox.control("rates/rate-5001", amount=None)["amount"] is None
    assert rate_item(sandbox, "res-401", "rate-5001")["pricePerHour"] is None
    assert sandbox.control("rates/rate-5001", amount="4")["amount"] == "4"


@pytest.mark.parametrize("amount", ["", "cheap", "NaN", True, [], "1e999999999"])
def test_a_price_that_is_no_number_is_refused(sandbox: SandboxActor, amount: object) -> None:
    answer = sandbox.client.post("/sandbox/rates/rate-5001", json={"amount": amount})
    assert answer.status_code == 400


def test_a_removed_rate_is_gone(sandbox: SandboxActor) -> None:
    sandbox.client.delete("/sandbox/rates/rate-5001")
    assert sandbox.fetch(f"{RATES}/rate-5001").status_code == 404
    assert sandbox.client.delete("/sandbox/rates/rate-5001").status_code == 404

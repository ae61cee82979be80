"""PROTOCOL §3: what a webhook's body may look like, and with which status the rest is refused."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget_server.errors import RequestRefused
from widget_server.inbox.parsing import MAX_BODY_BYTES, MAX_NESTING, parse_body, parse_webhook
from widget_server.model import WebhookType

DATA: dict[str, Any] = {
    "connectionId": 99,
    "webhookType": "data",
    "locationId": "1198",
    "metaData": {
        "resourceId": "19284",
        "attributeType": "resources",
        "resourceType": "meeting-room",
        "apiUrl": "https://api.syncaroo.com/v1/locations/1/resources/2",
    },
    "hash": "XXXX",
}


def refused(body: Any) -> RequestRefused:
    with pytest.raises(RequestRefused) as caught:
        parse_webhook(body)
    return caught.value


@pytest.mark.parametrize(
    "body",
    [b"", b"hello", b"[" * 50_000, b'{"a": NaN}', b'{"a": "\xff"}', b"{" * 10_000, b'{"a":1', b"\xef\xbb\xbf"],
)
def test_what_is_not_json_is_400(body: bytes) -> None:
    with pytest.raises(RequestRefused) as caught:
        parse_body(body)
    assert (caught.value.status, caught.value.code) == (400, "not_json")


@pytest.mark.parametrize("body", [b"[]", b"1", b'"text"', b"null", b"true"])
def test_what_is_not_an_object_is_400(body: bytes) -> None:
    with pytest.raises(RequestRefused) as caught:
        parse_body(body)
    assert (caught.value.status, caught.value.code) == (400, "not_an_object")


def test_over_64_kib_is_413() -> None:
    with pytest.raises(RequestRefused) as caught:
        parse_body(b" " * (MAX_BODY_BYTES + 1))
    assert caught.value.status == 413


def nested(depth: int) -> bytes:
    """An object with arrays in it, `depth` levels in all."""
    return b'{"metaData":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def test_what_is_nested_too_deeply_to_be_worked_with_is_400() -> None:
    assert parse_body(nested(MAX_NESTING))
    for depth in (MAX_NESTING + 1, 500, 900, 5000):
        with pytest.raises(RequestRefused) as caught:
            parse_body(nested(depth))
        assert caught.value.status == 400


def test_the_guides_data_webhook() -> None:
    found = parse_webhook(DATA)
    assert (found.connection_id, found.type, found.location_id) == ("99", WebhookType.DATA, "1198")
    assert (found.resource_id, found.attribute_type, found.resource_type) == ("19284", "resources", "meeting-room")
    assert found.api_url == "https://api.syncaroo.com/v1/locations/1/resources/2"


def test_the_guides_status_webhook() -> None:
    status = {"connectionId": 99, "webhookType": "status", "locationId": "1198", "metaData": {"xxxx": "xxxx"}}
    found = parse_webhook(status)
    assert (found.type, found.open_status, found.meta) == (WebhookType.STATUS, None, {"xxxx": "xxxx"})


@pytest.mark.parametrize("field", ["status", "openStatus", "syncOpenStatus"])
def test_a_status_is_read_from_each_of_its_names(field: str) -> None:
    status = {"connectionId": 99, "webhookType": "status", "locationId": 1198, "metaData": {field: "Closed"}}
    assert parse_webhook(status).open_status == "closed"


def test_identifiers_may_come_as_numbers() -> None:
    found = parse_webhook({**DATA, "locationId": 1198, "metaData": {**DATA["metaData"], "resourceId": 19284}})
    assert (found.location_id, found.resource_id) == ("1198", "19284")


@pytest.mark.parametrize("field", ["connectionId", "webhookType", "locationId"])
def test_a_missing_field_is_422_and_named(field: str) -> None:
    error = refused({key: value for key, value in DATA.items() if key != field})
    assert error.status == 422
    assert field in error.detail


@pytest.mark.parametrize(
    "change",
    [
        {"connectionId": True},
        {"connectionId": 1.5},
        {"connectionId": {}},
        {"connectionId": "9" * 65},
        {"connectionId": 10**100},
        {"locationId": ["1198"]},
        {"locationId": "11\x0098"},
        {"locationId": "\ud800"},
        {"webhookType": "else"},
        {"webhookType": 1},
        {"metaData": []},
        {"metaData": None},
        {"metaData": "x"},
        {"metaData": {**DATA["metaData"], "apiUrl": 5}},
        {"metaData": {**DATA["metaData"], "apiUrl": "https://api.syncaroo.com/" + "x" * 2000}},
        {"metaData": {**DATA["metaData"], "resourceId": {"a": 1}}},
        {"metaData": {**DATA["metaData"], "attributeType": None}},
        {"action": 7},
        {"action": "x" * 65},
        {"metaData": {**DATA["metaData"], "attributeType": "x" * 65}},
        {"metaData": {**DATA["metaData"], "attributeType": "\u0130" * 64}},  # twice as long in lower case
        {"metaData": {**DATA["metaData"], "resourceType": "x" * 65}},
        {"metaData": {**DATA["metaData"], "resourceType": "\u0130" * 64}},
    ],
)
def test_a_field_of_the_wrong_kind_is_422(change: dict[str, Any]) -> None:
    assert refused({**DATA, **change}).status == 422


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from([*DATA, "action", "x"]), anything))
def test_whatever_comes_is_understood_or_refused(change: dict[str, Any]) -> None:
    with contextlib.suppress(RequestRefused):
        assert parse_webhook({**DATA, **change}).location_id


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert parse_body(b"\xef\xbb\xbf" + json.dumps(DATA).encode()) == DATA

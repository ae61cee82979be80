"""What a webhook says and how it is signed (PROTOCOL §3): pure, no I/O."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

Body = dict[str, Any]


def data_body(
    connection_id: int,
    location_id: str,
    *,
    attribute: str,
    api_url: str,
    syncaroo_id: str,
    resource_id: str | None = None,
    resource_type: str | None = None,
    action: str | None = None,
) -> Body:
    """A Data Sync webhook without its hash. `location_id` and `resource_id` are the site's identifiers.

    `resourceId` is left out where there is none: for a location, and for a resource that the site doesn't know yet.
    """
    meta = {
        "resourceId": resource_id,
        "attributeType": attribute,
        "resourceType": resource_type,
        "apiUrl": api_url,
        "syncarooId": syncaroo_id,
    }
    body: Body = {
        "connectionId": connection_id,
        "webhookType": "data",
        "locationId": location_id,
        "metaData": {key: value for key, value in meta.items() if value is not None},
    }
    return body if action is None else {**body, "action": action}


def status_body(connection_id: int, location_id: str, open_status: str) -> Body:
    """A Status Sync webhook; the guide's example has no hash, so it is sent without one."""
    return {
        "connectionId": connection_id,
        "webhookType": "status",
        "locationId": location_id,
        "metaData": {"syncOpenStatus": open_status},
    }


def encode(body: Mapping[str, Any]) -> bytes:
    """Compact JSON, keys in the order given, UTF-8 as is: the form that is signed and the form that is sent."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def signature(body: Mapping[str, Any], key: str) -> str:
    """HMAC-SHA256 in hex over the body without its `hash`."""
    unsigned = {name: value for name, value in body.items() if name != "hash"}
    return hmac.new(key.encode(), encode(unsigned), hashlib.sha256).hexdigest()


def signed(body: Mapping[str, Any], key: str) -> Body:
    """The body with its hash as the last field."""
    unsigned = {name: value for name, value in body.items() if name != "hash"}
    return {**unsigned, "hash": signature(unsigned, key)}

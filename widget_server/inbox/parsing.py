"""From bytes to a `Webhook`. Pure; whatever is wrong is a `RequestRefused` with the protocol's status."""

import json
import re
from dataclasses import dataclass
from typing import Any

from widget_server.errors import RequestRefused
from widget_server.inbox.signature import Number
from widget_server.model import Json, Webhook, WebhookType
from widget_server.open_status import open_status

MAX_BODY_BYTES = 64 * 1024
MAX_NESTING = 100
"""Levels of objects and arrays; a real one has two. Far below where serialising for the hash gives up."""
MAX_IDENTIFIER_LENGTH = 64
MAX_WORD_LENGTH = 64
"""Of a name out of a list, such as `meeting-room`: what the store keeps."""
MAX_TEXT_LENGTH = 255
MAX_URL_LENGTH = 2000
KNOWN_ATTRIBUTES = ("locations", "resources", "rates", "availability", "bookings")
"""PROTOCOL §3."""

_UNWANTED = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def parse_body(body: bytes) -> Json:
    """The JSON object in `body`; raises `RequestRefused` 400 when it is none or nested too deeply, 413 when it is too
    large."""
    if len(body) > MAX_BODY_BYTES:
        raise too_large()
    try:
        found = json.loads(body.decode("utf-8-sig"), parse_float=Number, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise RequestRefused(400, "not_json", "The body is not JSON in UTF-8.") from None
    if not isinstance(found, dict):
        raise RequestRefused(400, "not_an_object", "The body is not a JSON object.")
    if _is_deep(found):
        raise RequestRefused(400, "too_deep", f"The body is nested more than {MAX_NESTING} levels deep.")
    return found


def too_large() -> RequestRefused:
    """413."""
    return RequestRefused(413, "too_large", f"A webhook has at most {MAX_BODY_BYTES} bytes.")


def parse_webhook(body: Json) -> Webhook:
    """What the object says; raises `RequestRefused` 422 naming the field that is missing or of the wrong kind."""
    meta = body.get("metaData", {})
    if not isinstance(meta, dict):
        raise _wrong("metaData", "an object")
    type_ = _webhook_type(body)
    is_data = type_ is WebhookType.DATA
    return Webhook(
        connection_id=_required(_identifier(body, "connectionId"), "connectionId"),
        type=type_,
        location_id=_required(_identifier(body, "locationId"), "locationId"),
        resource_id=_identifier(meta, "resourceId"),
        attribute_type=_data_field(meta, "attributeType", required=is_data),
        resource_type=_word(meta, "resourceType"),
        api_url=_text(meta, "apiUrl", MAX_URL_LENGTH),
        syncaroo_id=_identifier(meta, "syncarooId", MAX_TEXT_LENGTH),
        action=_word(body, "action") or _word(meta, "action"),
        action_callback=_text(body, "actionCallback", MAX_URL_LENGTH),
        open_status=open_status(meta),
        hash=body["hash"] if isinstance(body.get("hash"), str) else None,
        meta=meta,
    )


@dataclass(frozen=True)
class Claims:
    """What a body says of itself, believed by nobody. `kind`: an attribute type that is known, or "status"."""

    connection_id: str | None = None
    kind: str | None = None
    location_id: str | None = None
    resource_id: str | None = None


def claims(body: bytes) -> Claims:
    """As much of it as can be read, of a body that need not be a webhook; never raises."""
    try:
        found = parse_body(body)
    except RequestRefused:
        return Claims()
    meta = found.get("metaData")
    meta = meta if isinstance(meta, dict) else {}
    return Claims(
        connection_id=_claimed(found, "connectionId"),
        kind=_claimed_kind(found, meta),
        location_id=_claimed(found, "locationId"),
        resource_id=_claimed(meta, "resourceId"),
    )


def _claimed(container: Json, name: str) -> str | None:
    try:
        return _identifier(container, name)
    except RequestRefused:
        return None


def _claimed_kind(body: Json, meta: Json) -> str | None:
    if body.get("webhookType") == WebhookType.STATUS:
        return WebhookType.STATUS
    attribute = meta.get("attributeType")
    return attribute if isinstance(attribute, str) and attribute in KNOWN_ATTRIBUTES else None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _is_deep(found: Json) -> bool:
    level: list[Any] = [found]
    for _ in range(MAX_NESTING):
        values = [value for outer in level for value in (outer.values() if isinstance(outer, dict) else outer)]
        level = [value for value in values if isinstance(value, (dict, list))]
    return bool(level)


def _webhook_type(body: Json) -> WebhookType:
    try:
        return WebhookType(str(_required(_text(body, "webhookType"), "webhookType")).lower())
    except ValueError:
        raise _wrong("webhookType", "'data' or 'status'") from None


def _data_field(meta: Json, name: str, *, required: bool) -> str | None:
    found = _word(meta, name)
    return _required(found, f"metaData.{name}") if required else found


def _identifier(container: Json, name: str, limit: int = MAX_IDENTIFIER_LENGTH) -> str | None:
    """An identifier as text; numbers are read as strings (PROTOCOL §3), true and 1.5 aren't identifiers."""
    found = container.get(name)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found) if abs(found) < 10**MAX_IDENTIFIER_LENGTH else "9" * (limit + 1)
    return _checked(found, name, limit)


def _word(container: Json, name: str) -> str | None:
    """A name out of a list, in lower case; measured as such, since `"\u0130".lower()` has two characters."""
    found = _text(container, name)
    return _checked(found and found.lower(), name, MAX_WORD_LENGTH)


def _text(container: Json, name: str, limit: int = MAX_TEXT_LENGTH) -> str | None:
    return _checked(container.get(name), name, limit)


def _checked(found: object, name: str, limit: int) -> str | None:
    if found is None or found == "":
        return None
    if not isinstance(found, str):
        raise _wrong(name, "text")
    if len(found) > limit or _UNWANTED.search(found):
        raise _wrong(name, f"text of at most {limit} characters without control characters")
    return found.strip() or None


def _required(found: str | None, name: str) -> str:
    if found is None:
        raise RequestRefused(422, "missing_field", f"{name} is missing.")
    return found


def _wrong(name: str, expected: str) -> RequestRefused:
    return RequestRefused(422, "wrong_field", f"{name} must be {expected}.")

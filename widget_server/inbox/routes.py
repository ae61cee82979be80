"""The webhook: `POST /update/` and `POST /api/update/`, with or without the last slash (PROTOCOL §3)."""

from flask import Blueprint, Request, request
from flask.typing import ResponseReturnValue

from widget_server.connect import bearer
from widget_server.errors import RequestRefused
from widget_server.inbox.parsing import MAX_BODY_BYTES, parse_body
from widget_server.services import current

blueprint = Blueprint("inbox", __name__)


@blueprint.post("/update/", strict_slashes=False)
@blueprint.post("/api/update/", strict_slashes=False)
def update() -> ResponseReturnValue:
    """202 once the delivery is durably stored, and only then. The bearer is checked before anything is read."""
    parts = current()
    grant = bearer.authenticate(parts.database, parts.clock, request.headers.get("Authorization"))
    raw = _body(request)
    delivery_id = parts.inbox.receive(parse_body(raw), raw.decode("utf-8-sig"), grant.connection_id)
    return {"deliveryId": str(delivery_id)}, 202


def _body(incoming: Request) -> bytes:
    """The body, read no further than the limit however it is sent; raises `RequestRefused` 415."""
    if incoming.mimetype != "application/json" and not incoming.mimetype.endswith("+json"):
        raise RequestRefused(415, "not_json", "Send the webhook as application/json.")
    return incoming.stream.read(MAX_BODY_BYTES + 1)

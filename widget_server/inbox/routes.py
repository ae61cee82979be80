"""The webhook: `POST /update/` and `POST /api/update/`, with or without the last slash (PROTOCOL §3)."""

import threading

from flask import Blueprint, Request, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from widget_server.connect import bearer
from widget_server.connect.bearer import Presented
from widget_server.errors import DeliveryRefused, RequestRefused, TokenRefused
from widget_server.inbox.parsing import MAX_BODY_BYTES, Claims, claims, parse_body, too_large
from widget_server.inbox.refusals import Sender
from widget_server.services import Services, current
from widget_server.web import bodies

blueprint = Blueprint("inbox", __name__)
_looking = threading.Lock()
"""Whoever sends a body slowly and has no token keeps no more than one thread busy."""


@blueprint.post("/update/", strict_slashes=False)
@blueprint.post("/api/update/", strict_slashes=False)
def update() -> ResponseReturnValue:
    """202 once the delivery is durably stored, and only then. The bearer is checked before anything is read."""
    parts, body, presented = current(), Body(request), None
    try:
        presented = parts.glances.glance(request.headers.get("Authorization"))
        bodies.trust_sender()
        raw = body.read()
        delivery_id = parts.inbox.receive(parse_body(raw), raw.decode("utf-8-sig"), presented.access_hash)
    except DeliveryRefused:
        raise
    except RequestRefused as refusal:
        raise _noted(parts, refusal, presented, body) from None
    return {"deliveryId": str(delivery_id)}, 202


def _noted(parts: Services, refusal: RequestRefused, presented: Presented | None, body: "Body") -> RequestRefused:
    """What the sender is told. A token that has ended meanwhile comes first, whatever else is wrong."""
    if presented is not None and not isinstance(refusal, TokenRefused):
        try:
            bearer.authenticate(parts.database, parts.clock, request.headers.get("Authorization"))
        except TokenRefused as ended:
            refusal = ended
    granted = None if presented is None or isinstance(refusal, TokenRefused) else presented.grant.connection_id
    parts.refusals.note(refusal, Sender(request.remote_addr, granted), body.claims())
    return refusal


class Body:
    """The body of a request, read once and no further than the limit however it is sent."""

    def __init__(self, incoming: Request) -> None:
        self._incoming = incoming
        self._raw: bytes | None = None

    def read(self) -> bytes:
        """Raises `RequestRefused` 415, and 413 for one that says itself that it is too large: that isn't read."""
        if not self._is_json():
            raise RequestRefused(415, "not_json", "Send the webhook as application/json.")
        if (self._incoming.content_length or 0) > MAX_BODY_BYTES:
            raise too_large()
        self._raw = self._incoming.stream.read(MAX_BODY_BYTES + 1)
        return self._raw

    def claims(self) -> Claims:
        """What a webhook that was turned away says of itself; nothing when looking would take long."""
        if self._raw is not None:
            return claims(self._raw)
        length = self._incoming.content_length
        if not self._is_json() or length is None or length > MAX_BODY_BYTES or not _looking.acquire(blocking=False):
            return Claims()
        try:
            return claims(self._incoming.stream.read(length))
        except (OSError, HTTPException):  # the sender has gone
            return Claims()
        finally:
            _looking.release()

    def _is_json(self) -> bool:
        return self._incoming.mimetype == "application/json" or self._incoming.mimetype.endswith("+json")

"""Webhooks of every verdict, as the inbox and the worker leave them."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from tests.console import scene
from widget_server.model import RefusalReason
from widget_server.store import refusals
from widget_server.store.tables import price_changes, rates

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
BODY = {
    "connectionId": 99, "webhookType": "data", "locationId": "1198",
    "metaData": {
        "resourceId": "7843", "attributeType": "rates", "resourceType": "meeting-room",
        "apiUrl": "https://api.syncaroo.com/v1/locations/1/resources/2/rates?access_token=abc123",
        "note": "Zürich",
    },
    "hash": HASH,
}  # fmt: skip


def add_deliveries(connection: Connection, now: datetime) -> dict[str, int]:
    """One of each verdict, the oldest first; their ids by verdict."""
    target = scene.add_target(
        connection, started_at=now - timedelta(minutes=2), succeeded_at=now - timedelta(minutes=2),
        due_at=now + timedelta(hours=6),
    )  # fmt: skip
    failing = scene.add_target(
        connection, "b" * 64, problem="The answer is not JSON.", due_at=now + timedelta(minutes=4),
        started_at=now - timedelta(minutes=1), failures=8,
    )  # fmt: skip
    done = {"done_at": now - timedelta(minutes=2), "state": "done", "target_id": target, "outcome": "1 changed."}
    body = json.dumps(BODY)
    ago = [now - timedelta(minutes=minutes) for minutes in (3, 2.5, 2, 1.5, 1, 0.5)]
    return {
        "accepted": scene.add_delivery(connection, ago[0], body=body, **done),
        "duplicate": scene.add_delivery(connection, ago[1], body=body, **done),
        "ignored": scene.add_delivery(
            connection, ago[2], body="{}", state="ignored", outcome="There is no location 4711 here.",
            location_id="4711", resource_id=None, attribute_type="locations", done_at=ago[2],
        ),
        "refused": scene.add_delivery(
            connection, ago[3], body=body, state="refused", outcome="Refused: its hash is wrong.", done_at=ago[3],
            hash_verdict="mismatch", attribute_type="resources", action="new",
        ),
        "failed": scene.add_delivery(
            connection, ago[4], body=body, state="dead", outcome="The answer is not JSON.", attempts=8,
            target_id=failing, done_at=now,
        ),
        "waiting": scene.add_delivery(connection, ago[5], body=body, target_id=target),
    }  # fmt: skip


def add_refusals(connection: Connection, now: datetime) -> None:
    """Webhooks of four kinds that were turned away ten minutes ago and before that, the oldest first."""
    expired, listing = RefusalReason.EXPIRED_BEARER, RefusalReason.OTHERS_LISTING
    unknown, none = RefusalReason.UNKNOWN_BEARER, RefusalReason.NO_BEARER
    hub, stranger = "203.0.113.7", "2001:db8:1:2:3:4:5:6"

    def refused(
        reason: RefusalReason, minutes: int, connection_id: str | None, count: int, address: str, **more: Any
    ) -> refusals.Refused:
        at = now - timedelta(minutes=minutes)
        return refusals.Refused(
            reason, connection_id, count, at - timedelta(seconds=90), at, more.pop("status", 401), address=address,
            **more,
        )  # fmt: skip

    told = "Another connection syncs that listing."
    about = {"kind": "rates", "location_id": "1198", "resource_id": "7843"}
    refusals.add(
        connection,
        [
            refused(none, 40, None, 3, stranger),
            refused(listing, 30, "99", 1, hub, status=403, detail=told, **about),
            refused(unknown, 20, "99", 2, stranger, kind="status"),
            refused(expired, 10, "99", 14, hub, kind="rates"),
        ],
    )


def add_price_change(connection: Connection, at: datetime) -> None:
    """The room's hourly price went up."""
    data = {"source_id": "1", "item_id": "1", "name": "Hourly"}
    values = {
        "resource_id": "7843", "item_id": "1", "source_id": "1", "data": data, "raw": {}, "ticket": 1,
        "fetched_at": at, "revision": 1,
    }  # fmt: skip
    rate_id = connection.execute(insert(rates).values(values).returning(rates.c.id)).scalar_one()
    price = {"amount": "45.00", "currency": "GBP", "unit": "hour", "unitCount": 1, "priceType": "exact"}
    change = {"rate_id": rate_id, "resource_id": "7843", "at": at, "revision": 2}
    connection.execute(insert(price_changes).values(change | {"old": price, "new": price | {"amount": "49.50"}}))

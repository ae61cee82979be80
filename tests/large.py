"""A store with thousands of rows, written in bulk: many locations, resources with three rates each, and a past."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from widget_server.model import LocationData, RateData, ResourceData
from widget_server.store import codec, counters, publication
from widget_server.store.prices import price
from widget_server.store.tables import (
    activity,
    connections,
    deliveries,
    listings,
    locations,
    price_changes,
    rates,
    resources,
    targets,
)

UNITS = ("hour", "day", "month")
CONNECTION = "99"
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Large:
    """How much there is: `places` locations with `rooms` resources each, and three rates a resource."""

    places: int
    rooms: int
    past: int = 0
    """Price changes, deliveries and lines of the activity, as many of each."""


def fill(connection: Connection, size: Large, now: datetime) -> None:
    """Write it all into an empty store; listings are active, connected and known to the hub."""
    connection.execute(insert(connections).values(id=CONNECTION, created_at=now, connected_at=now, checked_at=now))
    places = [f"p{place}" for place in range(size.places)]
    rooms = [(f"r{place}-{room}", f"p{place}", room) for place in range(size.places) for room in range(size.rooms)]
    _add(connection, listings, [_listing("location", id, number, now) for number, id in enumerate(places)])
    _add(
        connection,
        listings,
        [_room(id, place, number + size.places, now) for number, (id, place, _) in enumerate(rooms)],
    )
    _add(
        connection, locations, [{"listing_id": id, **_said(LocationData(id, name=f"Place {id}"), now)} for id in places]
    )
    _add(connection, resources, [_resource(id, place, now) for id, place, _ in rooms])
    _add(connection, rates, [_rate(id, unit, now) for id, _, _ in rooms for unit in UNITS])
    _add(connection, targets, [_target(id, place) for id, place, _ in rooms])
    if rooms:
        _add_past(connection, size.past, rooms, now)
    counters.add(connection, "revision", len(places) + len(rooms) * 5)
    publication.mark_changed(connection)
    publication.set_synced(connection, now)


def _add(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    for at in range(0, len(rows), ROWS_AT_ONCE):
        connection.execute(insert(table), rows[at : at + ROWS_AT_ONCE])


def _listing(kind: str, id: str, position: int, now: datetime) -> dict[str, Any]:
    return {
        "kind": kind, "id": id, "name": f"{kind} {id}", "status": "active", "position": position + 2,
        "revision": position + 2, "created_at": now, "type": None, "location_id": None,
        "connection_id": CONNECTION if kind == "location" else None,
    }  # fmt: skip


def _room(id: str, place: str, position: int, now: datetime) -> dict[str, Any]:
    return _listing("resource", id, position, now) | {"type": "meeting-room", "location_id": place}


def _said(data: LocationData | ResourceData | RateData, now: datetime) -> dict[str, Any]:
    stored = codec.encoded(data)
    return {"source_id": data.source_id, "data": stored, "raw": stored, "ticket": 1, "fetched_at": now, "revision": 2}


def _resource(id: str, place: str, now: datetime) -> dict[str, Any]:
    data = ResourceData(source_id=f"s-{id}", name=f"Room {id}", type="meeting-room", capacity=8)
    return {"listing_id": id, "location_id": place, **_said(data, now)}


def _rate(resource: str, unit: str, now: datetime) -> dict[str, Any]:
    data = RateData(f"{resource}-{unit}", f"{resource}-{unit}", f"By the {unit}", Decimal("45.00"), "GBP", unit)
    return {"resource_id": resource, "item_id": data.item_id, **_said(data, now)}


def _target(resource: str, place: str) -> dict[str, Any]:
    return {
        "key": resource.ljust(64, "x"), "url": f"https://api.syncaroo.com/v1/{resource}/rates", "location_id": place,
        "connection_id": CONNECTION, "resource_id": resource, "attribute_type": "rates",
    }  # fmt: skip


def _add_past(connection: Connection, past: int, rooms: list[tuple[str, str, int]], now: datetime) -> None:
    first = connection.execute(select(func.min(rates.c.id))).scalar_one()
    words = price(RateData("r", "r", amount=Decimal("45.00"), currency="GBP", unit="hour"))
    moments = [now - timedelta(seconds=past - each) for each in range(past)]
    changes = [
        {
            "rate_id": first,
            "resource_id": rooms[0][0],
            "at": at,
            "old": words,
            "new": words | {"amount": f"{n}.00"},
            "revision": 2,
        }
        for n, at in enumerate(moments)
    ]
    _add(connection, price_changes, changes)
    done = {"at": now, "actor": "operator@example.com", "kind": "login", "subject": None, "detail": "Logged in."}
    _add(connection, activity, [done | {"at": at} for at in moments])
    _add(connection, deliveries, [_delivery(rooms[n % len(rooms)], at) for n, at in enumerate(moments)])


def _delivery(room: tuple[str, str, int], at: datetime) -> dict[str, Any]:
    return {
        "received_at": at, "done_at": at, "connection_id": CONNECTION, "type": "data", "attribute_type": "rates",
        "location_id": room[1], "resource_id": room[0], "body": "{}", "hash_verdict": "verified", "state": "done",
        "attempts": 1, "outcome": "nothing changed",
    }  # fmt: skip

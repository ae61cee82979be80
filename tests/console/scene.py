"""A site with a history, for pages to show: rows as the inbox, the worker and the connect flow leave them."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import Connection, insert, update

from tests.conftest import FakeClock
from widget_server import services
from widget_server.store.tables import connections, deliveries, hub_credentials, listings, publication, targets


def connect_hub(connection: Connection, now: datetime, state: str = "connected", problem: str | None = None) -> None:
    """Us → Syncaroo."""
    values = {"state": state, "problem": problem, "connected_at": now - timedelta(days=9), "refreshed_at": now}
    connection.execute(update(hub_credentials).values(values))


def add_connection(connection: Connection, now: datetime, id: str = "99", **values: object) -> None:
    """Syncaroo → us."""
    facts = {"id": id, "created_at": now, "connected_at": now, "checked_at": now - timedelta(minutes=5)}
    connection.execute(insert(connections).values({**facts, **values}))


def add_listing(connection: Connection, now: datetime, id: str, name: str, **values: object) -> None:
    """An active resource, unless `values` say otherwise."""
    facts = {
        "kind": "resource", "id": id, "name": name, "status": "active", "revision": 1, "position": 1,
        "created_at": now, "mapping_delivery": 0, "open_status_delivery": 0, "unmapped": False,
    }  # fmt: skip
    connection.execute(insert(listings).values({**facts, **values}))


def add_workspace(connection: Connection, now: datetime) -> None:
    """The guide's London location with one room, synced by connection 99."""
    add_connection(connection, now, last_webhook_at=now - timedelta(minutes=3), hash_verified_at=now)
    add_listing(connection, now, "1198", "Demo Workspace - London", kind="location", connection_id="99")
    add_listing(
        connection, now, "7843", "Demo Meeting Room - London", type="meeting-room", location_id="1198"
    )  # fmt: skip
    connection.execute(update(publication).values(synced_at=now - timedelta(minutes=2)))


def connected(site: Flask, clock: FakeClock) -> services.Services:
    """The site's parts, with the guide's workspace in its database and both directions connected."""
    parts: services.Services = site.extensions[services.EXTENSION]
    with parts.database.write() as connection:
        add_workspace(connection, clock())
        connect_hub(connection, clock())
    return parts


def add_target(connection: Connection, key: str = "a" * 64, **values: object) -> int:
    """The rates of the room."""
    facts = {
        "key": key, "url": "https://api.syncaroo.com/v1/locations/1/resources/2/rates", "connection_id": "99",
        "location_id": "1198", "resource_id": "7843", "attribute_type": "rates",
    }  # fmt: skip
    found = connection.execute(insert(targets).values({**facts, **values}).returning(targets.c.id))
    return int(found.scalar_one())


def add_delivery(connection: Connection, at: datetime, **values: object) -> int:
    """A webhook for the rates of the room."""
    facts = {
        "received_at": at, "connection_id": "99", "type": "data", "attribute_type": "rates", "location_id": "1198",
        "resource_id": "7843", "body": "{}", "hash_verdict": "verified", "state": "waiting", "attempts": 0,
    }  # fmt: skip
    found = connection.execute(insert(deliveries).values({**facts, **values}).returning(deliveries.c.id))
    return int(found.scalar_one())

"""Listings in every state that the page tells apart."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from tests.console import scene
from widget_server.model import LocationData, ResourceData
from widget_server.store import places
from widget_server.store.places import Stamp


def add_every_kind(connection: Connection, now: datetime) -> None:
    """London, synced and seen, with resources in every state; Berlin that no connection syncs."""
    scene.add_workspace(connection, now)
    stamp = Stamp(1, now - timedelta(minutes=3))
    places.save_location(connection, "1198", LocationData(source_id="loc-301", name="London at the hub"), {}, stamp)
    room = ResourceData(source_id="res-402", name="Room at the hub")
    places.save_resource(connection, "7843", "1198", room, {}, stamp)
    facts = {"location_id": "1198", "type": "hot-desk"}
    scene.add_listing(connection, now, "9001", "Desk without data", position=3, **facts)
    scene.add_listing(connection, now, "9002", "Desk that is gone", position=4, **facts)
    places.save_resource(connection, "9002", "1198", ResourceData(source_id="res-9"), {}, stamp)
    places.resources_gone(connection, ["9002"], stamp)
    scene.add_listing(connection, now, "9003", "Desk unmapped", position=5, unmapped=True, **facts)
    scene.add_listing(connection, now, "new-1", "New meeting room", position=6, status="pending", location_id="1198")
    reported = ResourceData(source_id="res-7", name="The Attic")
    places.save_resource(connection, "new-1", "1198", reported, {}, stamp)
    scene.add_listing(
        connection, now, "9004", "Desk for us", position=7, status="private", own_name="Staff desk", **facts
    )
    scene.add_listing(connection, now, "9005", "Desk of old", position=8, status="deleted", **facts)
    scene.add_listing(connection, now, "8102", "Berlin", position=9, kind="location", status="draft")
    scene.add_listing(connection, now, "9006", "Berlin's office", position=10, type="office", location_id="8102")

"""What check_connection answers: every listing of a connection, in the shape of the guide's example (PROTOCOL §1.6)."""

import json
from typing import Any

from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.connect.asked import CONNECTION_ID
from widget_server.connect.bearer import Grant
from widget_server.errors import RequestRefused
from widget_server.model import Listing
from widget_server.store import authorizations, connections, listing_names, listings
from widget_server.store.engine import Database
from widget_server.store.listing_names import Names

CONTENT_TYPE = "application/json; charset=UTF-8"
"""Byte for byte what the guide expects."""


def answer(database: Database, clock: Clock, grant: Grant, asked_for: str | None) -> bytes:
    """The body for `connectionId=asked_for`, and a note that Syncaroo asked.

    Raises `RequestRefused`: 400 without a connectionId, 403 for another connection's, 404 for one that doesn't exist.
    """
    if not asked_for:
        raise RequestRefused(400, "invalid_request", "Say which connection: connectionId is missing.")
    with database.read() as connection:
        if asked_for != grant.connection_id:
            raise _not_yours(connection, asked_for)
        found = document(connection, grant)
    with database.write() as connection:
        authorizations.mark_checked(connection, grant.connection_id, clock())
    return json.dumps(found).encode()


def document(connection: Connection, grant: Grant) -> dict[str, Any]:
    """The connection, its operator, and its locations with their resources, whatever their status."""
    mine = [place for place in listings.all_locations(connection) if place.connection_id == grant.connection_id]
    names = listing_names.shown_names(connection)
    resources: dict[str | None, list[dict[str, str]]] = {}
    for resource in listings.all_resources(connection):
        resources.setdefault(resource.location_id, []).append(_resource(resource, names))
    return {
        "connectionId": _as_sent(grant.connection_id),
        "userId": str(grant.operator_id),
        "locations": {place.id: _location(place, names, resources.get(place.id)) for place in mine},
    }


def _location(place: Listing, names: Names, resources: list[dict[str, str]] | None) -> dict[str, Any]:
    """As in the guide: no `resources` at all where there are none."""
    found: dict[str, Any] = {"ID": place.id, "name": names[place.kind, place.id], "status": place.status}
    return found | {"resources": resources} if resources else found


def _resource(resource: Listing, names: Names) -> dict[str, str]:
    """As in the guide; a type that we don't know is left out rather than sent as null."""
    name = names[resource.kind, resource.id]
    found: dict[str, str] = {"ID": resource.id, "name": name, "status": resource.status}
    return found | {"type": resource.type} if resource.type else found


def _as_sent(connection_id: str) -> int | str:
    """`"99"` → 99, as in the guide; text that a number would change (`"a7"`, `"007"`) stays text."""
    is_number = connection_id.isdigit() and str(int(connection_id)) == connection_id
    return int(connection_id) if is_number else connection_id


def _not_yours(connection: Connection, asked_for: str) -> RequestRefused:
    if CONNECTION_ID.fullmatch(asked_for) and connections.exists(connection, asked_for):
        return RequestRefused(403, "forbidden", "The access token belongs to another connection.")
    return RequestRefused(404, "not_found", "There is no such connection.")

"""Changes to the workspace, and the webhooks that tell every connection about them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from widget_server.sandbox.announce import (
    announce_location,
    announce_rates,
    announce_rates_to,
    announce_resource,
    put,
    resource_body,
)
from widget_server.sandbox.errors import BadInput
from widget_server.sandbox.hub import Hub
from widget_server.sandbox.webhooks import status_body
from widget_server.sandbox.workspace import OPEN_STATUSES, Item, Resource, rate_json

UNSET: Any = object()


def set_rate(hub: Hub, rate_id: str, amount: Decimal | None = UNSET, item: Item | None = None) -> Item:
    """Change a price, or raw fields of a rate, and say so; returns the rate. Raises NotKnown."""
    with hub.lock:
        location, resource, rate = hub.workspace.rate(rate_id)
        rate.item.update(item or {})
        if amount is not UNSET:
            rate.change(amount)
        announce_rates(hub, location, resource, rate)
        return rate_json(rate)


def set_amounts(hub: Hub, amounts: Iterable[tuple[str, Decimal | None]]) -> None:
    """Change the prices of many rates by their ids, in this order, and say so of each. Raises NotKnown."""
    with hub.lock:
        for rate_id, amount in amounts:
            set_rate(hub, rate_id, amount)


def add_rate(hub: Hub, resource_id: str, item: Item, amount: Decimal | None) -> Item:
    """A new rate of a resource; returns it."""
    with hub.lock:
        location, resource, rate = hub.workspace.add_rate(resource_id, item, amount)
        announce_rates(hub, location, resource)
        return rate_json(rate)


def remove_rate(hub: Hub, rate_id: str) -> None:
    """Take a rate away; the webhook names the whole set, from which it is missing then."""
    with hub.lock:
        location, resource = hub.workspace.remove_rate(rate_id)
        announce_rates(hub, location, resource)


def set_open_status(hub: Hub, location_id: str, status: object) -> None:
    """Open or close a location: a status webhook. Raises NotKnown or BadInput."""
    if not isinstance(status, str) or status not in OPEN_STATUSES:
        raise BadInput(f"A location is open or closed, not {status!r}.")
    with hub.lock:
        location = hub.workspace.location(location_id)
        location.item["syncOpenStatus"] = status
        for connection in hub.connections.connected():
            site_id = connection.site_ids.get(location.id)
            if site_id is not None:
                hub.outbox.put(connection, status_body(connection.id, site_id, status))


def edit_location(hub: Hub, location_id: str, item: Item) -> None:
    """Change raw fields of a location and say so."""
    with hub.lock:
        location = hub.workspace.location(location_id)
        location.item.update(item)
        for connection in hub.connections.connected():
            announce_location(hub, connection, location)


def edit_resource(hub: Hub, resource_id: str, item: Item) -> None:
    """Change raw fields of a resource and say so."""
    with hub.lock:
        location, resource = hub.workspace.resource(resource_id)
        resource.item.update(item)
        for connection in hub.connections.connected():
            announce_resource(hub, connection, location, resource)


def add_resource(hub: Hub, location_id: str, name: str, kind: str) -> Resource:
    """A new resource, announced with `action: new`. Raises NotKnown or BadInput."""
    with hub.lock:
        location, resource = hub.workspace.add_resource(location_id, name, kind)
        for connection in hub.connections.connected():
            announce_resource(hub, connection, location, resource)
        return resource


def remove_resource(hub: Hub, resource_id: str) -> None:
    """Take a resource away; its apiUrl answers 404 from now on."""
    with hub.lock:
        location, resource = hub.workspace.remove_resource(resource_id)
        for connection in hub.connections.connected():
            if resource.id in connection.site_ids:
                announce_resource(hub, connection, location, resource)


def unmap(hub: Hub, resource_id: str) -> int:
    """Stop syncing a resource: `action: unmapped`, then silence. Returns how many connections were told."""
    with hub.lock:
        location, resource = hub.workspace.resource(resource_id)
        told = 0
        for connection in hub.connections.connected():
            site_id = connection.unmap(resource.id)
            if site_id is not None:
                body = resource_body(hub, connection, location, resource, site_id=site_id, action="unmapped")
                put(hub, connection, body)
                told += 1
        return told


def map_again(hub: Hub, resource_id: str) -> int:
    """Undo `unmap`: data webhooks for the resource and its rates. Returns how many connections were told."""
    with hub.lock:
        location, resource = hub.workspace.resource(resource_id)
        told = [connection for connection in hub.connections.connected() if connection.map_again(resource.id)]
        for connection in told:
            announce_resource(hub, connection, location, resource)
            announce_rates_to(hub, connection, location, resource)
        return len(told)

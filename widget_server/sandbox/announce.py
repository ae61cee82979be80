"""Telling connections about the workspace: which webhook goes to whom, with whose IDs.

Hold the hub's lock meanwhile.
"""

from __future__ import annotations

from widget_server.sandbox.connections import Connection
from widget_server.sandbox.hub import Hub
from widget_server.sandbox.webhooks import Body, data_body, signed
from widget_server.sandbox.workspace import Location, Rate, Resource


def announce_all(hub: Hub, connection: Connection, only: set[str] | None = None) -> None:
    """The initial set: every mapped location and resource with its rates, `new` for what has no counterpart.

    `only` keeps it to these hub ids, and leaves the `new` ones out: they have been told already.
    """
    with hub.lock:
        for location in hub.workspace.locations:
            if only is None or location.id in only:
                announce_location(hub, connection, location)
            for resource in location.resources:
                if only is None or resource.id in only:
                    announce_resource(hub, connection, location, resource)
                    announce_rates_to(hub, connection, location, resource)


def announce_location(hub: Hub, connection: Connection, location: Location) -> None:
    """A `locations` webhook, if the location is mapped."""
    site_id = connection.site_ids.get(location.id)
    if site_id is None:
        return
    url = f"{hub.config.url}/v1/locations/{location.id}"
    body = data_body(connection.id, site_id, attribute="locations", api_url=url, syncaroo_id=location.id)
    put(hub, connection, body)


def announce_resource(hub: Hub, connection: Connection, location: Location, resource: Resource) -> None:
    """A `resources` webhook, with `action: new` if it isn't mapped yet; nothing if it was unmapped by hand."""
    if location.id not in connection.site_ids or resource.id in connection.unmapped:
        return
    site_id = connection.site_ids.get(resource.id)
    action = "new" if site_id is None else None
    put(hub, connection, resource_body(hub, connection, location, resource, site_id=site_id, action=action))


def announce_rates(hub: Hub, location: Location, resource: Resource, rate: Rate | None = None) -> None:
    """A `rates` webhook to every connection that maps the resource: for one rate, or for the whole set."""
    for connection in hub.connections.connected():
        announce_rates_to(hub, connection, location, resource, rate)


def announce_rates_to(
    hub: Hub, connection: Connection, location: Location, resource: Resource, rate: Rate | None = None
) -> None:
    """A `rates` webhook to one connection, if it maps the resource."""
    site_id = connection.site_ids.get(resource.id)
    if site_id is None or location.id not in connection.site_ids:
        return
    url = f"{hub.config.url}/v1/locations/{location.id}/resources/{resource.id}/rates"
    body = data_body(
        connection.id,
        connection.site_ids[location.id],
        attribute="rates",
        api_url=url if rate is None else f"{url}/{rate.id}",
        syncaroo_id=resource.id,
        resource_id=site_id,
        resource_type=resource.type,
    )
    put(hub, connection, body)


def resource_body(
    hub: Hub,
    connection: Connection,
    location: Location,
    resource: Resource,
    *,
    site_id: str | None,
    action: str | None,
) -> Body:
    """A `resources` webhook without its hash; the location must be mapped."""
    return data_body(
        connection.id,
        connection.site_ids[location.id],
        attribute="resources",
        api_url=f"{hub.config.url}/v1/locations/{location.id}/resources/{resource.id}",
        syncaroo_id=resource.id,
        resource_id=site_id,
        resource_type=resource.type,
        action=action,
    )


def put(hub: Hub, connection: Connection, body: Body) -> None:
    """Sign a data webhook and queue it."""
    hub.outbox.put(connection, signed(body, hub.config.hash_secret))

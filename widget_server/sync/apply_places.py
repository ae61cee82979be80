"""Locations and resources, from a fetch into the store. One transaction, the caller's."""

from sqlalchemy import Connection

from widget_server.hub.mapping import map_locations, map_resources
from widget_server.model import Listing, LocationData, ResourceData
from widget_server.store import listings, places
from widget_server.sync.fetched import Applied, Fetched
from widget_server.sync.single import named


def apply_location(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    """The one location that the target names; whose it is, the webhook's locationId says."""
    if not fetched.items:
        _hold_or_drop_location(connection, fetched, applied)
        return
    mapped = map_locations(named(fetched.items, fetched.endpoint.location_id))
    applied.quarantined += [bad.reason for bad in mapped.quarantined]
    for data, raw in mapped.items[:1]:
        _save_location(connection, fetched, fetched.location, data, raw, applied)


def apply_locations(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    """A set of locations: each is ours by the hub's id met before, else by our own id in the item; others are not."""
    ours = [one for one in listings.all_locations(connection) if one.connection_id == fetched.key.connection_id]
    present = places.present_locations(connection, [one.id for one in ours])
    if fetched.endpoint.whole and not fetched.items and present and not fetched.confirmed_empty:
        applied.held = len(present)
        return
    mapped = map_locations(fetched.items)
    applied.quarantined += [bad.reason for bad in mapped.quarantined]
    seen: set[str] = set()
    for data, raw in mapped.items:
        listing = _whose(ours, data)
        if listing is None:
            applied.notes.append(f"location {data.source_id or data.name!r} is nobody's here")
            continue
        seen.add(listing.id)
        _save_location(connection, fetched, listing, data, raw, applied)
    if fetched.endpoint.whole and not mapped.quarantined:
        applied.changed += places.locations_gone(connection, present - seen, fetched.stamp)


def location_gone(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    """The location that the target names no longer exists at the hub."""
    applied.changed += places.locations_gone(connection, [fetched.location.id], fetched.stamp)


def apply_resources(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    """A set of resources of one location; an item that is nobody's becomes a pending listing (PROTOCOL §4)."""
    present = places.present_resources(connection, fetched.location.id)
    if fetched.endpoint.whole and not fetched.items and present and not fetched.confirmed_empty:
        applied.held = len(present)
        return
    mapped = map_resources(fetched.items)
    applied.quarantined += [bad.reason for bad in mapped.quarantined]
    seen = {_save_resource(connection, fetched, None, data, raw, applied) for data, raw in mapped.items}
    if fetched.endpoint.whole and not mapped.quarantined:
        applied.changed += places.resources_gone(connection, present - seen, fetched.stamp)


def apply_resource(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    """One resource; whose it is, the webhook's resourceId says, and without one its Syncaroo id."""
    listing = named_resource(connection, fetched)
    if not fetched.items and listing is not None and not fetched.confirmed_empty:
        applied.held = len(places.present_resources(connection, fetched.location.id) & {listing.id})
        return
    mapped = map_resources(named(fetched.items, fetched.endpoint.resource_id))
    applied.quarantined += [bad.reason for bad in mapped.quarantined]
    for data, raw in mapped.items[:1]:
        _save_resource(connection, fetched, listing, data, raw, applied)


def resource_gone(connection: Connection, fetched: Fetched, resource: Listing, applied: Applied) -> None:
    """The resource that the target names no longer exists at the hub."""
    applied.changed += places.resources_gone(connection, [resource.id], fetched.stamp)


def named_resource(connection: Connection, fetched: Fetched) -> Listing | None:
    """The resource that the target is about: by our id in the webhook, else by the hub's id in the path."""
    siblings = listings.resources_of(connection, fetched.location.id)
    if fetched.key.resource_id is not None:
        return next((one for one in siblings if one.id == fetched.key.resource_id), None)
    hub_id = fetched.endpoint.resource_id
    return next((one for one in siblings if hub_id is not None and one.source_id == hub_id), None)


def _hold_or_drop_location(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    if fetched.confirmed_empty:
        location_gone(connection, fetched, applied)
    else:
        applied.held = len(places.present_locations(connection, [fetched.location.id]))


def _save_location(
    connection: Connection, fetched: Fetched, listing: Listing, data: LocationData, raw: dict[str, object],
    applied: Applied,
) -> None:  # fmt: skip
    if places.location_overtaken(connection, listing.id, fetched.stamp):
        return
    if data.source_id is not None and listing.source_id != data.source_id:
        listings.set_source_id(connection, listing, data.source_id)
    applied.changed += places.save_location(connection, listing.id, data, raw, fetched.stamp)
    if data.open_status is not None:
        listings.set_open_status(connection, listing.id, data.open_status, fetched.newest_delivery)


def _save_resource(
    connection: Connection, fetched: Fetched, listing: Listing | None, data: ResourceData, raw: dict[str, object],
    applied: Applied,
) -> str:  # fmt: skip
    if listing is None:
        siblings = listings.resources_of(connection, fetched.location.id)
        listing = _whose(siblings, data) or _met_without_id(siblings, data)
    if listing is None:
        listing = _pending(connection, fetched, data)
        applied.notes.append(f"{listing.name!r} waits for your approval")
    elif places.resource_overtaken(connection, listing.id, fetched.stamp):
        return listing.id
    elif data.source_id is not None and listing.source_id != data.source_id:
        listings.set_source_id(connection, listing, data.source_id)
    applied.changed += places.save_resource(connection, listing.id, fetched.location.id, data, raw, fetched.stamp)
    return listing.id


def _whose(candidates: list[Listing], data: LocationData | ResourceData) -> Listing | None:
    by_source = [one for one in candidates if data.source_id is not None and one.source_id == data.source_id]
    by_hint = [one for one in candidates if data.hint is not None and one.id == data.hint]
    return next(iter(by_source + by_hint), None)


def _met_without_id(siblings: list[Listing], data: ResourceData) -> Listing | None:
    """The listing made for an item of that name when it came before: without an id of the hub's only the name tells."""
    if data.source_id is not None:
        return None
    made = [one for one in siblings if one.source_id is None and one.id.startswith(listings.GENERATED_PREFIX)]
    return next((one for one in made if one.name == _name(data)), None)


def _name(data: ResourceData) -> str:
    return data.name or "New resource"


def _pending(connection: Connection, fetched: Fetched, data: ResourceData) -> Listing:
    return listings.add_pending(
        connection,
        fetched.location.id,
        name=_name(data),
        type_=data.type,
        source_id=data.source_id,
        now=fetched.stamp.at,
    )

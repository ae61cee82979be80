"""Locations and resources, from a fetch into the store. One transaction, the caller's."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection

from widget_server.hub.inherited import read_again
from widget_server.model import Listing, LocationData, ResourceData
from widget_server.store import listings, places
from widget_server.store.listings import Reported
from widget_server.store.places import Held
from widget_server.sync.fetched import Applied, Fetched
from widget_server.sync.whose import Shared, given_to, share, shown_name, unreadable


def apply_location(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    """The one location that the target names; whose it is, the webhook's locationId says."""
    if not fetched.reading.items:
        _hold_or_drop_location(connection, fetched, applied)
        return
    mapped = fetched.reading.locations
    applied.quarantined += [bad.reason for bad in mapped.quarantined]
    held = places.held_locations(connection, [fetched.location.id])
    shared = given_to(fetched.location, mapped.items[:1], partial(places.overtaken, held, fetched.stamp))
    _save_locations(connection, fetched, shared, held, applied)


def apply_locations(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    """A set of locations: each is ours by the hub's id met before, else by our own id in the item; others are not."""
    reading = fetched.reading
    ours = [one for one in listings.all_locations(connection) if one.connection_id == fetched.key.connection_id]
    held = places.held_locations(connection, [one.id for one in ours])
    present = {listing_id for listing_id, row in held.items() if row.gone_at is None}
    if reading.endpoint.whole and not reading.items and present and not fetched.confirmed_empty:
        applied.held = len(present)
        return
    mapped = reading.locations
    applied.quarantined += [bad.reason for bad in mapped.quarantined]
    shared = share(ours, mapped.items, partial(places.overtaken, held, fetched.stamp))
    strangers = [data.source_id or data.name for data, _ in shared.nobodys]
    applied.notes += [f"location {stranger!r} is nobody's here" for stranger in strangers]
    lost = present - shared.ours.keys() - unreadable(ours, mapped.quarantined) if reading.endpoint.whole else set()
    if not mapped.items and lost and lost == present and not fetched.confirmed_empty:
        applied.held = len(present)
        return
    _save_locations(connection, fetched, shared, held, applied)
    applied.changed += places.locations_gone(connection, lost, fetched.stamp)


def location_gone(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    """The location that the target names no longer exists at the hub."""
    applied.changed += places.locations_gone(connection, [fetched.location.id], fetched.stamp)


def apply_resources(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    """A set of resources of one location; an item that is nobody's becomes a pending listing (PROTOCOL §4)."""
    reading = fetched.reading
    present = places.present_resources(connection, fetched.location.id)
    if reading.endpoint.whole and not reading.items and present and not fetched.confirmed_empty:
        applied.held = len(present)
        return
    mapped = reading.resources
    applied.quarantined += [bad.reason for bad in mapped.quarantined]
    siblings = listings.resources_of(connection, fetched.location.id)
    held = places.held_resources(connection, [one.id for one in siblings])
    shared = share(siblings, mapped.items, partial(places.overtaken, held, fetched.stamp))
    lost = present - shared.ours.keys() - unreadable(siblings, mapped.quarantined) if reading.endpoint.whole else set()
    if not mapped.items and lost and lost == present and not fetched.confirmed_empty:
        applied.held = len(present)
        return
    _save_resources(connection, fetched, shared, held, applied)
    applied.changed += places.resources_gone(connection, lost, fetched.stamp)


def apply_resource(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    """One resource; whose it is, the webhook's resourceId says, and without one its Syncaroo id."""
    listing = named_resource(connection, fetched)
    if not fetched.reading.items and listing is not None and not fetched.confirmed_empty:
        applied.held = len(places.present_resources(connection, fetched.location.id) & {listing.id})
        return
    mapped = fetched.reading.resources
    applied.quarantined += [bad.reason for bad in mapped.quarantined]
    candidates = [listing] if listing else listings.resources_of(connection, fetched.location.id)
    held = places.held_resources(connection, [one.id for one in candidates])
    is_overtaken = partial(places.overtaken, held, fetched.stamp)
    item = mapped.items[:1]
    shared = given_to(listing, item, is_overtaken) if listing else share(candidates, item, is_overtaken)
    _save_resources(connection, fetched, shared, held, applied)


def resource_gone(connection: Connection, fetched: Fetched, resource: Listing, applied: Applied) -> None:
    """The resource that the target names no longer exists at the hub."""
    applied.changed += places.resources_gone(connection, [resource.id], fetched.stamp)


def named_resource(connection: Connection, fetched: Fetched) -> Listing | None:
    """The resource that the target is about: by our id in the webhook, else by the hub's id in the path."""
    return listings.named_resource(
        connection,
        fetched.location.id,
        resource_id=fetched.key.resource_id,
        source_id=fetched.reading.endpoint.resource_id,
    )


def _hold_or_drop_location(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    if fetched.confirmed_empty:
        location_gone(connection, fetched, applied)
    else:
        applied.held = len(places.present_locations(connection, [fetched.location.id]))


def _save_locations(
    connection: Connection, fetched: Fetched, shared: Shared[LocationData], held: Held, applied: Applied
) -> None:
    listings.set_source_ids(connection, list(shared.met.values()))
    applied.changed += places.take_over_locations(connection, held, shared.ours, fetched.stamp)
    statuses = {
        listing_id: data.open_status
        for listing_id, (data, _) in shared.ours.items()
        if data.open_status is not None and not places.overtaken(held, fetched.stamp, listing_id)
    }
    listings.set_open_statuses(connection, statuses, fetched.newest_delivery)
    moved = _with_another_currency(held, shared, fetched)
    if moved:
        _read_again(connection, fetched, places.in_locations(connection, moved), applied)


def _save_resources(
    connection: Connection, fetched: Fetched, shared: Shared[ResourceData], held: Held, applied: Applied
) -> None:
    """Those that are ours, and those that are nobody's under listings made for them, which `shared` has then too."""
    nobodys = {data.source_id or f"/{shown_name(data)}": (data, raw) for data, raw in shared.nobodys}.values()
    reported = [Reported(shown_name(data), data.type, data.source_id) for data, _ in nobodys]
    made = listings.add_all_pending(connection, fetched.location.id, reported, fetched.stamp.at)
    applied.notes += [f"{listing.name!r} waits for your approval" for listing in made]
    shared.ours |= {listing.id: item for listing, item in zip(made, nobodys, strict=True)}
    listings.set_source_ids(connection, list(shared.met.values()))
    applied.changed += places.take_over_resources(connection, fetched.location.id, held, shared.ours, fetched.stamp)
    moved = _with_another_currency(held, shared, fetched)
    if moved:
        _read_again(connection, fetched, moved, applied)


def _with_another_currency(
    held: Held, shared: Shared[LocationData] | Shared[ResourceData], fetched: Fetched
) -> list[str]:
    """The listings whose currency is another one from now on: prices that name none inherit it."""
    return [
        id
        for id, (data, _) in shared.ours.items()
        if not places.overtaken(held, fetched.stamp, id)
        and (held[id].data.get("currency") if id in held else None) != data.currency
    ]


def _read_again(connection: Connection, fetched: Fetched, resource_ids: Sequence[str], applied: Applied) -> None:
    applied.changed += read_again(connection, fetched.currency, fetched.stamp.at, resource_ids)

"""Listings: locations and resources under our own identifiers, and which connection syncs them.

Ownership is the location's; its resources follow it, whatever is written in their own row.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, String, and_, bindparam, insert, select, update

from widget_server.model import Listing, ListingKind, ListingStatus
from widget_server.store import counters, publication
from widget_server.store.chunks import chunks
from widget_server.store.tables import listings

Change = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True)
class Reported:
    """A resource that the hub speaks of and no listing stands for; `source_id` is the hub's identifier."""

    name: str
    type: str | None
    source_id: str | None


GENERATED_PREFIX = "new-"
"""Identifiers that we make up, as for resources that the hub reported first; operators' own don't look like it."""


def all_locations(connection: Connection) -> list[Listing]:
    """Every location, whatever its status, in the order in which they came."""
    return _many(connection, listings.c.kind == ListingKind.LOCATION)


def all_resources(connection: Connection) -> list[Listing]:
    """Every resource, whatever its status, in the order in which they came."""
    return _many(connection, listings.c.kind == ListingKind.RESOURCE)


def resources_of(connection: Connection, location_id: str) -> list[Listing]:
    """The resources of one location, in the order in which they came."""
    return _many(connection, and_(listings.c.kind == ListingKind.RESOURCE, listings.c.location_id == location_id))


def locations_by_id(connection: Connection, location_ids: Collection[str]) -> dict[str, Listing]:
    """Those of these locations that there are."""
    found: dict[str, Listing] = {}
    for some in chunks(location_ids):
        rows = _many(connection, and_(listings.c.kind == ListingKind.LOCATION, listings.c.id.in_(some)))
        found |= {one.id: one for one in rows}
    return found


def location(connection: Connection, location_id: str) -> Listing | None:
    """The location with that identifier of ours."""
    return one(connection, ListingKind.LOCATION, location_id)


def resource(connection: Connection, resource_id: str) -> Listing | None:
    """The resource with that identifier of ours; `connection_id` is its location's."""
    found = one(connection, ListingKind.RESOURCE, resource_id)
    if found is None or found.location_id is None:
        return found
    parent = location(connection, found.location_id)
    return replace(found, connection_id=parent.connection_id if parent else None)


def named_resource(
    connection: Connection, location_id: str, *, resource_id: str | None, source_id: str | None
) -> Listing | None:
    """The location's resource with that identifier of ours; without one, that with the hub's."""
    named = listings.c.id == resource_id if resource_id is not None else listings.c.source_id == source_id
    if resource_id is None and source_id is None:
        return None
    rows = _many(
        connection, and_(listings.c.kind == ListingKind.RESOURCE, named, listings.c.location_id == location_id)
    )
    return rows[0] if rows else None


def upsert(connection: Connection, listing: Listing, now: datetime) -> Change:
    """Create or update by kind and identifier. What the hub told us and who syncs it stays as it is.

    A new location is synced by `listing.connection_id`; None leaves it free.
    """
    held = one(connection, listing.kind, listing.id)
    if held is None:
        _insert(connection, [listing], now)
        publication.mark_changed(connection)
        return "created"
    changed = differences(held, listing)
    if not changed:
        return "unchanged"
    change(connection, held, changed)
    return "updated"


def differences(held: Listing, wanted: Listing) -> dict[str, Any]:
    """The fields of `held` that would change, with what they would become; `own_name` None says nothing of it."""
    fields = ("name", "status", "type", "location_id") + (("own_name",) if wanted.own_name is not None else ())
    return {field: getattr(wanted, field) for field in fields if getattr(held, field) != getattr(wanted, field)}


def change(connection: Connection, held: Listing, facts: dict[str, Any]) -> None:
    """Write `facts`, column → value, over what is held: a new revision, and visitors may see it."""
    _touch(connection, _key(held.kind, held.id), facts)


def made_up_id(connection: Connection) -> str:
    """An identifier that nobody has."""
    return f"{GENERATED_PREFIX}{counters.next_value(connection, 'listing')}"


def add_pending(
    connection: Connection, parent: str, *, name: str, type_: str | None, source_id: str | None, now: datetime
) -> Listing:
    """A resource that the hub reported and nobody knows: pending, under an identifier that we make up."""
    return add_all_pending(connection, parent, [Reported(name, type_, source_id)], now)[0]


def add_all_pending(connection: Connection, parent: str, reported: Sequence[Reported], now: datetime) -> list[Listing]:
    """As `add_pending`, for all of them: three statements, however many they are."""
    numbers = counters.next_values(connection, "listing", len(reported))
    made = [
        Listing(
            kind=ListingKind.RESOURCE,
            id=f"{GENERATED_PREFIX}{number}",
            name=each.name,
            status=ListingStatus.PENDING,
            type=each.type,
            location_id=parent,
            source_id=each.source_id,
        )
        for number, each in zip(numbers, reported, strict=True)
    ]
    _insert(connection, made, now)
    return made


def set_status(connection: Connection, kind: ListingKind, listing_id: str, status: ListingStatus) -> bool:
    """Change a listing's status; False when there is no such listing."""
    held = one(connection, kind, listing_id)
    if held is not None and held.status != status:
        change(connection, held, {"status": status})
    return held is not None


def set_source_id(connection: Connection, listing: Listing, source_id: str) -> None:
    """From now on `listing` is known at the hub as `source_id`, and no other listing of its kind and place is."""
    set_source_ids(connection, [(listing, source_id)])


def set_source_ids(connection: Connection, met: Sequence[tuple[Listing, str]]) -> None:
    """As `set_source_id`, for listings of one kind and place, each under another identifier: a handful of statements,
    however many they are."""
    if not met:
        return
    numbers = counters.next_values(connection, "revision", len(met))
    connection.execute(_FORGET_SOURCE, [_forgotten(listing, source_id) for listing, source_id in met])
    connection.execute(
        _TOUCH_ONE,
        [
            {"of_kind": listing.kind, "of_id": listing.id, "source_id": source_id, "revision": number}
            for (listing, source_id), number in zip(met, numbers, strict=True)
        ],
    )
    publication.mark_changed(connection)


def take_over(connection: Connection, location_ids: Collection[str], connection_id: str) -> None:
    """`connection_id` syncs these locations from now on, and gives up those of its own that aren't among them."""
    owned = select(listings.c.id).where(
        listings.c.kind == ListingKind.LOCATION, listings.c.connection_id == connection_id
    )
    dropped = set(connection.execute(owned).scalars()) - set(location_ids)
    for owner, ids in ((None, dropped), (connection_id, location_ids)):
        for some in chunks(ids):
            theirs = and_(listings.c.kind == ListingKind.LOCATION, listings.c.id.in_(some))
            connection.execute(update(listings).where(theirs).values(connection_id=owner))


def set_unmapped(connection: Connection, resource_id: str, unmapped: bool, delivery_id: int) -> None:
    """What delivery `delivery_id` says of the mapping holds unless a later one has spoken."""
    of_it = {"of_kind": ListingKind.RESOURCE, "of_id": resource_id, "delivery": delivery_id, "said": unmapped}
    if connection.execute(_SAME_MAPPING, of_it).rowcount:
        return
    older = and_(_key(ListingKind.RESOURCE, resource_id), listings.c.mapping_delivery < delivery_id)
    if connection.execute(select(listings.c.id).where(older)).first() is not None:
        _touch(connection, older, {"unmapped": unmapped, "mapping_delivery": delivery_id})


def set_open_status(connection: Connection, location_id: str, status: str, delivery_id: int) -> None:
    """Whether a location is open, as of delivery `delivery_id`; an earlier one changes nothing any more."""
    set_open_statuses(connection, {location_id: status}, delivery_id)


def set_open_statuses(connection: Connection, statuses: Mapping[str, str], delivery_id: int) -> None:
    """As `set_open_status`, by location: a handful of statements, however many they are."""
    changed: list[dict[str, object]] = []
    same: list[dict[str, object]] = []
    for some in chunks(statuses):
        older = and_(
            listings.c.kind == ListingKind.LOCATION,
            listings.c.id.in_(some),
            listings.c.open_status_delivery <= delivery_id,
        )
        for row in connection.execute(select(listings.c.id, listings.c.open_status).where(older)):
            said = {"of_kind": ListingKind.LOCATION, "of_id": row.id, "open_status_delivery": delivery_id}
            is_new = row.open_status != statuses[row.id]
            (changed if is_new else same).append(said | ({"open_status": statuses[row.id]} if is_new else {}))
    if same:
        connection.execute(_TOUCH_ONE, same)
    if changed:
        numbers = counters.next_values(connection, "revision", len(changed))
        revised = [said | {"revision": number} for said, number in zip(changed, numbers, strict=True)]
        connection.execute(_TOUCH_ONE, revised)
        publication.mark_changed(connection)


def open_statuses(connection: Connection) -> dict[str, str]:
    """Open status by location, where one is known."""
    known = and_(listings.c.kind == ListingKind.LOCATION, listings.c.open_status.is_not(None))
    found = connection.execute(select(listings.c.id, listings.c.open_status).where(known))
    return {row.id: row.open_status for row in found}


def made_since(connection: Connection, revision: int, wanted: Listing) -> Listing | None:
    """The listing that was created after `revision` as `wanted` is to be: same name, type and place, and the same
    identifier where it says one."""
    same = [
        listings.c.position > revision,
        listings.c.kind == wanted.kind,
        listings.c.name == wanted.name,
        listings.c.type.is_not_distinct_from(wanted.type),
        listings.c.location_id.is_not_distinct_from(wanted.location_id),
    ]
    found = _many(connection, and_(*same, *([listings.c.id == wanted.id] if wanted.id else [])))
    return found[0] if found else None


def _key(kind: ListingKind, listing_id: str) -> Any:
    return and_(listings.c.kind == kind, listings.c.id == listing_id)


def one(connection: Connection, kind: ListingKind, listing_id: str) -> Listing | None:
    """The listing with that identifier of ours; a resource's own row, without its location's connection."""
    row = connection.execute(select(listings).where(_key(kind, listing_id))).first()
    return None if row is None else _listing(row)


def _many(connection: Connection, condition: Any) -> list[Listing]:
    return [
        _listing(row) for row in connection.execute(select(listings).where(condition).order_by(listings.c.position))
    ]


def _listing(row: Row[Any]) -> Listing:
    return Listing(
        kind=ListingKind(row.kind),
        id=row.id,
        name=row.name,
        status=ListingStatus(row.status),
        type=row.type,
        location_id=row.location_id,
        connection_id=row.connection_id,
        source_id=row.source_id,
        unmapped=row.unmapped,
        revision=row.revision,
        own_name=row.own_name,
    )


def _insert(connection: Connection, made: Sequence[Listing], now: datetime) -> None:
    revisions = counters.next_values(connection, "revision", len(made))
    values = [
        {
            "kind": listing.kind,
            "id": listing.id,
            "name": listing.name,
            "own_name": listing.own_name,
            "status": listing.status,
            "type": listing.type,
            "location_id": listing.location_id,
            "connection_id": listing.connection_id if listing.kind is ListingKind.LOCATION else None,
            "source_id": listing.source_id,
            "position": revision,
            "revision": revision,
            "created_at": now,
        }
        for listing, revision in zip(made, revisions, strict=True)
    ]
    if values:
        connection.execute(insert(listings), values)


def _touch(connection: Connection, condition: Any, facts: dict[str, Any]) -> None:
    revision = counters.next_value(connection, "revision")
    connection.execute(update(listings).where(condition).values(**facts, revision=revision))
    publication.mark_changed(connection)


def _forgotten(listing: Listing, source_id: str) -> dict[str, object]:
    known = {"of_kind": listing.kind, "of_id": listing.id, "place": listing.location_id}
    return {**known, "known_as": source_id, "source_id": None}


_OF_ONE = and_(listings.c.kind == bindparam("of_kind"), listings.c.id == bindparam("of_id"))
_TOUCH_ONE = update(listings).where(_OF_ONE)
_FORGET_SOURCE = update(listings).where(
    listings.c.source_id == bindparam("known_as"),
    listings.c.kind == bindparam("of_kind"),
    listings.c.location_id.is_not_distinct_from(bindparam("place", type_=String)),
    listings.c.id != bindparam("of_id"),
)
_SAME_MAPPING = (
    update(listings)
    .where(_OF_ONE, listings.c.mapping_delivery < bindparam("delivery"), listings.c.unmapped == bindparam("said"))
    .values(mapping_delivery=bindparam("delivery"))
)

"""What the source says of locations and resources: one row a listing, confirmed by fetches.

`Stamp` is the fetch that speaks. A row that a later fetch confirmed is left alone, so nothing steps back.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, bindparam, insert, select, update

from widget_server.model import Json, ListingKind, LocationData, ResourceData
from widget_server.store import codec, counters
from widget_server.store.chunks import chunks
from widget_server.store.tables import listings, locations, resources


@dataclass(frozen=True)
class Stamp:
    """A fetch: `ticket` grows in the order in which fetches began, `at` is when it did."""

    ticket: int
    at: datetime


Said = Mapping[str, tuple[LocationData, Json]] | Mapping[str, tuple[ResourceData, Json]]
"""What the source says of listings, by our identifier: data, beside the raw item."""
Held = Mapping[str, Row[Any]]
"""Rows as they are kept, by listing."""


def held_locations(connection: Connection, listing_ids: Collection[str]) -> Held:
    """What is kept of these locations; nothing for those that the source never spoke of."""
    return _held(connection, locations, listing_ids)


def held_resources(connection: Connection, listing_ids: Collection[str]) -> Held:
    """As `held_locations`, of resources."""
    return _held(connection, resources, listing_ids)


def take_over_locations(connection: Connection, held: Held, said: Said, stamp: Stamp) -> int:
    """What the source says of locations, by listing; how many of them visitors may see change. A handful of
    statements, however many there are."""
    return _take_over(connection, locations, held, said, stamp, {})


def take_over_resources(connection: Connection, location_id: str, held: Held, said: Said, stamp: Stamp) -> int:
    """As `take_over_locations`, of resources in that location."""
    return _take_over(connection, resources, held, said, stamp, {"location_id": location_id})


def save_location(connection: Connection, listing_id: str, data: LocationData, raw: Json, stamp: Stamp) -> bool:
    """What was said of one location; True when visitors may see a difference."""
    held = held_locations(connection, [listing_id])
    return take_over_locations(connection, held, {listing_id: (data, raw)}, stamp) > 0


def save_resource(
    connection: Connection, listing_id: str, location_id: str, data: ResourceData, raw: Json, stamp: Stamp
) -> bool:
    """What was said of one resource; True when visitors may see a difference."""
    held = held_resources(connection, [listing_id])
    return take_over_resources(connection, location_id, held, {listing_id: (data, raw)}, stamp) > 0


def currencies(connection: Connection, location_id: str, resource_id: str) -> tuple[str | None, str | None]:
    """What the source says of the resource's currency and of the location's, even if they are gone by now."""
    row = connection.execute(_CURRENCIES, {"resource": resource_id, "location": location_id}).one()
    return row[0], row[1]


def said_currencies(
    connection: Connection, location_ids: Collection[str], resource_ids: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """As `currencies`, of many: by location and by resource, where the source names one."""
    return _currencies(connection, locations, location_ids), _currencies(connection, resources, resource_ids)


def parents(connection: Connection, resource_ids: Collection[str]) -> dict[str, str]:
    """The location of each of these resources."""
    found = dict[str, str]()
    for some in chunks(resource_ids):
        rows = select(listings.c.id, listings.c.location_id).where(
            listings.c.kind == ListingKind.RESOURCE, listings.c.id.in_(some), listings.c.location_id.is_not(None)
        )
        found |= {row[0]: row[1] for row in connection.execute(rows)}
    return found


def in_locations(connection: Connection, location_ids: Collection[str]) -> list[str]:
    """The resources of these locations."""
    found = list[str]()
    for some in chunks(location_ids):
        wanted = select(listings.c.id).where(listings.c.kind == ListingKind.RESOURCE, listings.c.location_id.in_(some))
        found += connection.execute(wanted).scalars()
    return found


def present_locations(connection: Connection, listing_ids: Collection[str]) -> set[str]:
    """Those of the listings that the source has data for."""
    return {id for id, row in held_locations(connection, listing_ids).items() if row.gone_at is None}


def present_resources(connection: Connection, location_id: str) -> set[str]:
    """The location's resources that the source has data for."""
    return set(connection.execute(_PRESENT, {"location": location_id}).scalars())


def locations_gone(connection: Connection, listing_ids: Collection[str], stamp: Stamp) -> int:
    """The source no longer has them; how many of them that was news for."""
    return _gone(connection, locations, listing_ids, stamp)


def resources_gone(connection: Connection, listing_ids: Collection[str], stamp: Stamp) -> int:
    """The source no longer has them; how many of them that was news for."""
    return _gone(connection, resources, listing_ids, stamp)


def overtaken(held: Held, stamp: Stamp, listing_id: str) -> bool:
    """Whether a fetch that began later has spoken of that listing."""
    row = held.get(listing_id)
    return row is not None and bool(row.ticket > stamp.ticket)


def _currencies(connection: Connection, table: Table, listing_ids: Collection[str]) -> dict[str, str]:
    currency, found = table.c.data["currency"].as_string(), dict[str, str]()
    for some in chunks(listing_ids):
        rows = select(table.c.listing_id, currency).where(table.c.listing_id.in_(some), currency.is_not(None))
        found |= {row[0]: row[1] for row in connection.execute(rows)}
    return found


def _held(connection: Connection, table: Table, listing_ids: Collection[str]) -> Held:
    rows: dict[str, Row[Any]] = {}
    for some in chunks(listing_ids):
        found = connection.execute(select(table).where(table.c.listing_id.in_(some)))
        rows |= {row.listing_id: row for row in found}
    return rows


def _take_over(
    connection: Connection, table: Table, held: Held, said: Said, stamp: Stamp, parent: dict[str, str]
) -> int:
    """Rows that are new, rows that change, and those of which only the fetch is new, each kind in one statement."""
    added, changed, same = [], [], []
    for listing_id, (data, raw) in said.items():
        row, stored = held.get(listing_id), codec.encoded(data)
        told = {"raw": raw, "ticket": stamp.ticket, "fetched_at": stamp.at, "gone_at": None, **parent}
        if row is None:
            added.append({**told, "listing_id": listing_id, "data": stored, "source_id": data.source_id})
        elif row.ticket > stamp.ticket:
            continue
        elif row.data != stored or row.gone_at is not None:
            changed.append({**told, "row_of": listing_id, "data": stored, "source_id": data.source_id})
        else:
            same.append({**told, "row_of": listing_id})
    numbers = iter(counters.next_values(connection, "revision", len(added) + len(changed)))
    of_row = update(table).where(table.c.listing_id == bindparam("row_of"))
    writes = [(insert(table), _numbered(added, numbers)), (of_row, _numbered(changed, numbers)), (of_row, same)]
    for statement, values in writes:
        if values:
            connection.execute(statement, values)
    return len(added) + len(changed)


def _numbered(rows: list[dict[str, Any]], numbers: Iterator[int]) -> list[dict[str, Any]]:
    return [{**values, "revision": next(numbers)} for values in rows]


def _gone(connection: Connection, table: Table, listing_ids: Collection[str], stamp: Stamp) -> int:
    held = _held(connection, table, listing_ids)
    lost = [id for id, row in held.items() if row.gone_at is None and row.ticket <= stamp.ticket]
    values = [{"row_of": id, "gone_at": stamp.at, "ticket": stamp.ticket} for id in lost]
    if lost:
        numbers = iter(counters.next_values(connection, "revision", len(lost)))
        connection.execute(update(table).where(table.c.listing_id == bindparam("row_of")), _numbered(values, numbers))
    return len(lost)


_CURRENCIES = select(
    select(resources.c.data["currency"].as_string())
    .where(resources.c.listing_id == bindparam("resource"))
    .scalar_subquery(),
    select(locations.c.data["currency"].as_string())
    .where(locations.c.listing_id == bindparam("location"))
    .scalar_subquery(),
)
_PRESENT = select(resources.c.listing_id).where(
    and_(resources.c.location_id == bindparam("location"), resources.c.gone_at.is_(None))
)

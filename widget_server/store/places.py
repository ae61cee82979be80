"""What the source says of locations and resources: one row a listing, confirmed by fetches.

`Stamp` is the fetch that speaks. A row that a later fetch confirmed is left alone, so nothing steps back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, insert, select, update

from widget_server.model import Json, LocationData, ResourceData
from widget_server.store import codec, counters
from widget_server.store.tables import locations, resources


@dataclass(frozen=True)
class Stamp:
    """A fetch: `ticket` grows in the order in which fetches began, `at` is when it did."""

    ticket: int
    at: datetime


def save_location(connection: Connection, listing_id: str, data: LocationData, raw: Json, stamp: Stamp) -> bool:
    """What was said of a location; True when visitors may see a difference."""
    return _save(connection, locations, listing_id, data, raw, stamp)


def save_resource(
    connection: Connection, listing_id: str, location_id: str, data: ResourceData, raw: Json, stamp: Stamp
) -> bool:
    """What was said of a resource; True when visitors may see a difference."""
    return _save(connection, resources, listing_id, data, raw, stamp, location_id=location_id)


def location_data(connection: Connection, listing_id: str) -> LocationData | None:
    """What is known of a location, even if it is gone by now."""
    stored = connection.execute(select(locations.c.data).where(locations.c.listing_id == listing_id)).scalar()
    return None if stored is None else codec.decoded(LocationData, stored)


def resource_data(connection: Connection, listing_id: str) -> ResourceData | None:
    """What is known of a resource, even if it is gone by now."""
    stored = connection.execute(select(resources.c.data).where(resources.c.listing_id == listing_id)).scalar()
    return None if stored is None else codec.decoded(ResourceData, stored)


def present_locations(connection: Connection, listing_ids: Collection[str]) -> set[str]:
    """Those of the listings that the source has data for."""
    present = and_(locations.c.listing_id.in_(listing_ids), locations.c.gone_at.is_(None))
    return set(connection.execute(select(locations.c.listing_id).where(present)).scalars())


def present_resources(connection: Connection, location_id: str) -> set[str]:
    """The location's resources that the source has data for."""
    present = and_(resources.c.location_id == location_id, resources.c.gone_at.is_(None))
    return set(connection.execute(select(resources.c.listing_id).where(present)).scalars())


def location_overtaken(connection: Connection, listing_id: str, stamp: Stamp) -> bool:
    """Whether a fetch that began later has spoken of that location."""
    return _overtaken(connection, locations, listing_id, stamp)


def resource_overtaken(connection: Connection, listing_id: str, stamp: Stamp) -> bool:
    """Whether a fetch that began later has spoken of that resource."""
    return _overtaken(connection, resources, listing_id, stamp)


def locations_gone(connection: Connection, listing_ids: Collection[str], stamp: Stamp) -> int:
    """The source no longer has them; how many of them that was news for."""
    return _gone(connection, locations, listing_ids, stamp)


def resources_gone(connection: Connection, listing_ids: Collection[str], stamp: Stamp) -> int:
    """The source no longer has them; how many of them that was news for."""
    return _gone(connection, resources, listing_ids, stamp)


def _save(
    connection: Connection,
    table: Table,
    listing_id: str,
    data: LocationData | ResourceData,
    raw: Json,
    stamp: Stamp,
    **parent: str,
) -> bool:
    held = connection.execute(select(table).where(table.c.listing_id == listing_id).with_for_update()).first()
    if held is not None and held.ticket > stamp.ticket:
        return False
    stored = codec.encoded(data)
    confirmed: dict[str, Any] = {"raw": raw, "ticket": stamp.ticket, "fetched_at": stamp.at, "gone_at": None, **parent}
    changed = held is None or held.data != stored or held.gone_at is not None
    if changed:
        revision = counters.next_value(connection, "revision")
        confirmed |= {"data": stored, "source_id": data.source_id, "revision": revision}
    if held is None:
        connection.execute(insert(table).values(listing_id=listing_id, **confirmed))
    else:
        connection.execute(update(table).where(table.c.listing_id == listing_id).values(**confirmed))
    return changed


def _overtaken(connection: Connection, table: Table, listing_id: str, stamp: Stamp) -> bool:
    newer = and_(table.c.listing_id == listing_id, table.c.ticket > stamp.ticket)
    return connection.execute(select(table.c.listing_id).where(newer)).first() is not None


def _gone(connection: Connection, table: Table, listing_ids: Collection[str], stamp: Stamp) -> int:
    lost = and_(table.c.listing_id.in_(listing_ids), table.c.gone_at.is_(None), table.c.ticket <= stamp.ticket)
    ids = list(connection.execute(select(table.c.listing_id).where(lost)).scalars())
    for listing_id in ids:
        values = {
            "gone_at": stamp.at,
            "ticket": stamp.ticket,
            "revision": counters.next_value(connection, "revision"),
        }
        connection.execute(update(table).where(table.c.listing_id == listing_id).values(**values))
    return len(ids)

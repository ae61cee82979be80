"""What the console shows of each listing: ours beside what the hub said of it. Facts only, as of one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select, true

from widget_server.model import Listing, ListingKind
from widget_server.store import listings as listing_rows
from widget_server.store.listing_names import hub_name, shown_name
from widget_server.store.tables import listings, locations, rates, resources


@dataclass(frozen=True)
class ListingFact:
    """A listing and what it is matched with.

    `name` is the one that everybody reads, `hub_name` the hub's own. `hub_id` is the hub's identifier, met in a
    webhook or in data. `fetched_at` is when data was fetched last, None: never; `gone_at` when the hub no longer had
    it. `prices` counts those that the hub has now.
    """

    listing: Listing
    name: str
    created_at: datetime
    hub_name: str | None = None
    hub_id: str | None = None
    fetched_at: datetime | None = None
    gone_at: datetime | None = None
    prices: int = 0


def listing_facts(connection: Connection) -> list[ListingFact]:
    """Every listing, whatever its status, in the order in which they came."""
    by_id = {
        (one.kind, one.id): one
        for one in listing_rows.all_locations(connection) + listing_rows.all_resources(connection)
    }
    counts = _price_counts(connection, true())
    return [
        _fact(row, by_id[ListingKind(row.kind), row.id], counts)
        for row in connection.execute(_matched())
        if (ListingKind(row.kind), row.id) in by_id
    ]


def listing_fact(connection: Connection, kind: ListingKind, listing_id: str) -> ListingFact | None:
    """The one with that identifier of ours."""
    listing = listing_rows.one(connection, kind, listing_id)
    row = connection.execute(_matched().where(listings.c.kind == kind, listings.c.id == listing_id)).first()
    if listing is None or row is None:
        return None
    return _fact(row, listing, _price_counts(connection, rates.c.resource_id == listing_id))


def _fact(row: Row[Any], listing: Listing, counts: Mapping[str, int]) -> ListingFact:
    return ListingFact(
        listing=listing,
        name=row.shown_name,
        created_at=row.created_at,
        hub_name=row.hub_name,
        hub_id=row.hub_id,
        fetched_at=row.fetched_at,
        gone_at=row.gone_at,
        prices=counts.get(row.id, 0) if row.kind == ListingKind.RESOURCE else 0,
    )


def _matched() -> Select[*tuple[Any, ...]]:
    place = and_(listings.c.kind == ListingKind.LOCATION, locations.c.listing_id == listings.c.id)
    room = and_(listings.c.kind == ListingKind.RESOURCE, resources.c.listing_id == listings.c.id)
    return (
        select(
            listings.c.kind,
            listings.c.id,
            listings.c.created_at,
            shown_name(listings).label("shown_name"),
            hub_name(listings).label("hub_name"),
            func.coalesce(listings.c.source_id, locations.c.source_id, resources.c.source_id).label("hub_id"),
            func.coalesce(locations.c.fetched_at, resources.c.fetched_at).label("fetched_at"),
            func.coalesce(locations.c.gone_at, resources.c.gone_at).label("gone_at"),
        )
        .outerjoin(locations, place)
        .outerjoin(resources, room)
        .order_by(listings.c.position)
    )


def _price_counts(connection: Connection, of: ColumnElement[bool]) -> dict[str, int]:
    present = and_(rates.c.gone_at.is_(None), of)
    found = select(rates.c.resource_id, func.count()).where(present).group_by(rates.c.resource_id)
    return {str(row[0]): int(row[1]) for row in connection.execute(found)}

"""What the console shows of each listing: ours beside what the hub said of it. Facts only, as of one moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

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
    counts = _price_counts(connection)
    return [
        ListingFact(
            listing=by_id[ListingKind(row.kind), row.id],
            name=row.shown_name,
            created_at=row.created_at,
            hub_name=row.hub_name,
            hub_id=row.hub_id,
            fetched_at=row.fetched_at,
            gone_at=row.gone_at,
            prices=counts.get(row.id, 0) if row.kind == ListingKind.RESOURCE else 0,
        )
        for row in connection.execute(_matched())
        if (ListingKind(row.kind), row.id) in by_id
    ]


def listing_fact(connection: Connection, kind: ListingKind, listing_id: str) -> ListingFact | None:
    """The one with that identifier of ours."""
    found = (one for one in listing_facts(connection) if (one.listing.kind, one.listing.id) == (kind, listing_id))
    return next(found, None)


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


def _price_counts(connection: Connection) -> dict[str, int]:
    present = rates.c.gone_at.is_(None)
    found = select(rates.c.resource_id, func.count()).where(present).group_by(rates.c.resource_id)
    return {str(row[0]): int(row[1]) for row in connection.execute(found)}

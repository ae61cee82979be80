"""What a listing is called: the operator's name, else the hub's, else the one that it came under.

`Listing.shown_name` is the same rule for one that is at hand with its data; here it is for queries. So visitors, the
console, the consent page and Syncaroo's check all read one name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, func, or_, select
from sqlalchemy.sql.selectable import FromClause

from widget_server.model import ListingKind, ListingStatus
from widget_server.store.tables import listings, locations, resources

Names = Mapping[tuple[ListingKind, str], str]
"""By kind and identifier."""
MOST_CHOICES = 200
"""Locations that a list to choose from offers: nobody reads on, and each takes its bytes on every page."""


@dataclass(frozen=True)
class PlaceChoices:
    """Locations to choose from, (identifier, name). `are_all` is False where there are more than are offered: then an
    identifier is to be typed."""

    offered: tuple[tuple[str, str], ...]
    are_all: bool


def shown_names(connection: Connection) -> Names:
    """Every listing's name, whatever its status."""
    found = connection.execute(select(listings.c.kind, listings.c.id, shown_name(listings)))
    return {(ListingKind(kind), listing_id): name for kind, listing_id, name in found}


def location_choices(connection: Connection, also: str | None = None) -> PlaceChoices:
    """The first locations in the order in which they came, but for deleted ones; and the one `also` that is chosen."""
    is_place = listings.c.kind == ListingKind.LOCATION
    wanted = or_(listings.c.status != ListingStatus.DELETED, listings.c.id == (also or ""))
    rows = connection.execute(
        select(listings.c.id, shown_name(listings))
        .where(is_place, wanted)
        .order_by(listings.c.id != (also or ""), listings.c.position)
        .limit(MOST_CHOICES + 1)
    ).all()
    offered = tuple((row[0], row[1]) for row in rows[:MOST_CHOICES])
    return PlaceChoices(offered, len(rows) <= MOST_CHOICES)


def name_of_listing(connection: Connection, kind: ListingKind, listing_id: str) -> str:
    """The name of that listing; its identifier where there is no such listing."""
    found = select(shown_name(listings)).where(listings.c.kind == kind, listings.c.id == listing_id)
    return connection.execute(found).scalar_one_or_none() or listing_id


def shown_name(row: FromClause) -> ColumnElement[str]:
    """The name of `row`, which is `listings` or an alias of it."""
    return func.coalesce(func.nullif(row.c.own_name, ""), hub_name(row), row.c.name)


def name_of(kind: ListingKind, identifier: ColumnElement[str]) -> ColumnElement[str | None]:
    """The name of the listing with that kind and identifier, of a row that speaks of it; null where there is none."""
    spoken_of = listings.alias()
    found = select(shown_name(spoken_of)).where(spoken_of.c.kind == kind, spoken_of.c.id == identifier)
    return found.scalar_subquery()


def hub_name(row: FromClause) -> ColumnElement[str | None]:
    """What the hub called it when it spoke of it last, null where it never did."""
    place = select(locations.c.data["name"].as_string()).where(locations.c.listing_id == row.c.id)
    room = select(resources.c.data["name"].as_string()).where(resources.c.listing_id == row.c.id)
    found = case(
        (row.c.kind == ListingKind.LOCATION, place.correlate(row).scalar_subquery()),
        else_=room.correlate(row).scalar_subquery(),
    )
    return func.nullif(found, "")

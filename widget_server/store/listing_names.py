"""What a listing is called: the operator's name, else the hub's, else the one that it came under.

`Listing.shown_name` is the same rule for one that is at hand with its data; here it is for queries. So visitors, the
console, the consent page and Syncaroo's check all read one name.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, case, func, select
from sqlalchemy.sql.selectable import FromClause

from widget_server.model import ListingKind
from widget_server.store.tables import listings, locations, resources

Names = Mapping[tuple[ListingKind, str], str]
"""By kind and identifier."""


def shown_names(connection: Connection) -> Names:
    """Every listing's name, whatever its status."""
    found = connection.execute(select(listings.c.kind, listings.c.id, shown_name(listings)))
    return {(ListingKind(kind), listing_id): name for kind, listing_id, name in found}


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

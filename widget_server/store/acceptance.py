"""What the deliveries of one transaction are judged by, read in a few statements however many they are.

What is read is proportional to the deliveries: rows are looked up by their keys, never walked through.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, case, select

from widget_server.model import ListingKind
from widget_server.store.tables import connections, listings


@dataclass(frozen=True)
class Place:
    """A listing that a webhook may name. `connection_id` syncs it: a resource's is its location's."""

    location_id: str | None
    connection_id: str | None
    source_id: str | None


@dataclass(frozen=True)
class Facts:
    """Connections by whether one of their deliveries has proved its hash; locations and resources by identifier."""

    hash_verified: Mapping[str, bool]
    locations: Mapping[str, Place]
    resources: Mapping[str, Place]


def facts(connection: Connection, connection_ids: Collection[str], listing_ids: Collection[str]) -> Facts:
    """Whatever there is of these; `listing_ids` are of either kind."""
    named = connection.execute(_CONNECTIONS, {"ids": list(connection_ids)})
    verified = {row.id: row.hash_verified_at is not None for row in named}
    places: dict[str, dict[str, Place]] = {kind: {} for kind in ListingKind}
    for kind, listing_id, *found in connection.execute(_PLACES, {"ids": list(listing_ids)}):
        places[kind][listing_id] = Place(*found)
    return Facts(verified, places[ListingKind.LOCATION], places[ListingKind.RESOURCE])


_parent = listings.alias("parent")
_CONNECTIONS = select(connections.c.id, connections.c.hash_verified_at).where(
    connections.c.id.in_(bindparam("ids", expanding=True))
)
_PLACES = (
    select(
        listings.c.kind,
        listings.c.id,
        listings.c.location_id,
        case((listings.c.kind == ListingKind.LOCATION, listings.c.connection_id), else_=_parent.c.connection_id),
        listings.c.source_id,
    )
    .outerjoin(_parent, and_(_parent.c.kind == ListingKind.LOCATION, _parent.c.id == listings.c.location_id))
    .where(listings.c.kind.in_(list(ListingKind)), listings.c.id.in_(bindparam("ids", expanding=True)))
)

"""What the operator is asked before a connection is approved (PROTOCOL §1.2, §1.7).

The choice is by location: resources follow the location that they are in.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from widget_server.model import Listing, ListingStatus
from widget_server.store import authorizations, listing_names, listings
from widget_server.store.listing_names import Names

STATUS_WORDS = {
    ListingStatus.ACTIVE: "shown to visitors",
    ListingStatus.DRAFT: "a draft, not shown",
    ListingStatus.PRIVATE: "private, not shown",
    ListingStatus.PENDING: "waiting for your approval, not shown",
    ListingStatus.DELETED: "deleted, not shown",
}


@dataclass(frozen=True)
class Line:
    """A listing as the page shows it: its name, its type in plain words (None for a location), its status in such.

    A resource that is as its location is has no status of its own to tell.
    """

    name: str
    type: str | None
    status: str | None


@dataclass(frozen=True)
class Choice:
    """A location to tick. `owner`: the other connection that syncs it now, `since` when that was last connected."""

    id: str
    line: Line
    resources: tuple[Line, ...]
    owner: str | None
    since: datetime | None

    @property
    def ticked(self) -> bool:
        """Free ones and the connection's own; taking one over needs a hand on it."""
        return self.owner is None


def choices(connection: Connection, connection_id: str) -> list[Choice]:
    """Every location, in the order in which they came."""
    since = authorizations.connected_since(connection)
    names = listing_names.shown_names(connection)
    resources: dict[str | None, list[Line]] = {}
    for resource in listings.all_resources(connection):
        resources.setdefault(resource.location_id, []).append(_resource_line(resource, names))
    return [
        Choice(
            id=place.id,
            line=Line(names[place.kind, place.id], None, STATUS_WORDS[place.status]),
            resources=tuple(resources.get(place.id, ())),
            owner=None if place.connection_id == connection_id else place.connection_id,
            since=since.get(place.connection_id or ""),
        )
        for place in listings.all_locations(connection)
    ]


def all_exist(connection: Connection, location_ids: Collection[str]) -> bool:
    """Whether each of these is a location of ours."""
    return set(location_ids) <= {place.id for place in listings.all_locations(connection)}


def _resource_line(resource: Listing, names: Names) -> Line:
    type_words = resource.type.replace("-", " ") if resource.type else None
    status = None if resource.status is ListingStatus.ACTIVE else STATUS_WORDS[resource.status]
    return Line(names[resource.kind, resource.id], type_words, status)

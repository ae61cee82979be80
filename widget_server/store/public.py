"""The one query that decides what is public.

A location is public when its listing is active and the source has said something of it and hasn't lost it; a
resource, in a public location, when its listing is active, it is mapped, and the source has data for it; a rate, when
the source has it and the operator doesn't hide it. Everything else never leaves the store.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, and_, select

from widget_server.model import Listing, ListingStatus, LocationData, ResourceData
from widget_server.public_model import PublicData, PublicLocation, PublicRate, PublicResource, PublicWorkspace
from widget_server.store import codec, listings, overrides, prices, publication
from widget_server.store.tables import locations, resources


def public_data(connection: Connection, workspace: PublicWorkspace, stale_after: timedelta) -> PublicData:
    """Everything public, with the version that it belongs to: call it inside of one read transaction."""
    current = publication.current(connection)
    by_location = _resources(connection)
    said = _location_data(connection)
    lost = set(connection.execute(select(locations.c.listing_id).where(locations.c.gone_at.is_not(None))).scalars())
    return PublicData(
        version=current.version,
        workspace=workspace,
        synced_at=current.synced_at,
        stale_after=stale_after,
        locations=tuple(
            PublicLocation(listing, said.get(listing.id), tuple(by_location.get(listing.id, ())))
            for listing in listings.all_locations(connection)
            if _is_active(listing) and listing.id not in lost and (listing.id in said or listing.id in by_location)
        ),
    )


def _is_active(listing: Listing) -> bool:
    return listing.status is ListingStatus.ACTIVE and not listing.unmapped


def _location_data(connection: Connection) -> dict[str, LocationData]:
    """By listing: what is known of it, with the newest open status."""
    statuses = listings.open_statuses(connection)
    found = {listing_id: LocationData(open_status=status) for listing_id, status in statuses.items()}
    for row in connection.execute(select(locations.c.listing_id, locations.c.data)):
        data = codec.decoded(LocationData, row.data)
        found[row.listing_id] = replace(data, open_status=statuses.get(row.listing_id, data.open_status))
    return found


def _resources(connection: Connection) -> dict[str, list[PublicResource]]:
    active = [listing for listing in listings.all_resources(connection) if _is_active(listing)]
    by_id = {listing.id: listing for listing in active}
    rates = _rates(connection, by_id)
    found: dict[str, list[PublicResource]] = {}
    present = and_(resources.c.gone_at.is_(None), resources.c.listing_id.in_(by_id))
    for row in connection.execute(select(resources).where(present)):
        listing = by_id[row.listing_id]
        data = codec.decoded(ResourceData, row.data)
        public = PublicResource(listing, data, rates.get(listing.id, ()))
        found.setdefault(listing.location_id or "", []).append(public)
    return found


def _rates(connection: Connection, resource_ids: Collection[str]) -> dict[str, tuple[PublicRate, ...]]:
    """By resource: what the source says, with the operator's word over it."""
    decided = overrides.by_rate(connection)
    found = {}
    for resource_id, rows in prices.present(connection, resource_ids).items():
        seen = ((row.id, overrides.shown(row.data, decided.get(row.id))) for row in rows)
        found[resource_id] = tuple(PublicRate(str(rate_id), data) for rate_id, data in seen if data is not None)
    return found

"""How much there is of what the operator knows by name."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, func, select, true

from widget_server.model import ListingKind, ListingStatus
from widget_server.store.tables import activity, deliveries, listings, overrides, price_changes, rates


@dataclass(frozen=True)
class Tally:
    """Numbers of things. Locations and resources without those that were deleted, prices without those that are
    gone."""

    locations: int
    resources: int
    prices: int
    overrides: int
    price_changes: int
    deliveries: int
    activity: int


def tally(connection: Connection) -> Tally:
    """Of any database that has the tables of today."""
    listed = listings.c.status != ListingStatus.DELETED
    return Tally(
        locations=_count(connection, listings, listed & (listings.c.kind == ListingKind.LOCATION)),
        resources=_count(connection, listings, listed & (listings.c.kind == ListingKind.RESOURCE)),
        prices=_count(connection, rates, rates.c.gone_at.is_(None)),
        overrides=_count(connection, overrides),
        price_changes=_count(connection, price_changes),
        deliveries=_count(connection, deliveries),
        activity=_count(connection, activity),
    )


def _count(connection: Connection, table: Table, condition: ColumnElement[bool] | None = None) -> int:
    counted = select(func.count()).select_from(table).where(true() if condition is None else condition)
    return int(connection.execute(counted).scalar_one())

"""Rates as the console lists them: what the source says, the item that it came from, and the operator's word."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from widget_server.model import Json, ListingKind, RateData
from widget_server.store import codec, overrides
from widget_server.store.listing_names import shown_name
from widget_server.store.overrides import Override
from widget_server.store.tables import listings, rates
from widget_server.store.tables import overrides as override_rows

_RESOURCE, _LOCATION = listings.alias(), listings.alias()


class Show(StrEnum):
    """`ALL` rates that aren't gone, the `OVERRIDDEN` ones even if gone, those whose newest item was `REFUSED`."""

    ALL = "all"
    OVERRIDDEN = "overridden"
    REFUSED = "refused"


@dataclass(frozen=True)
class PriceRow:
    """One rate of `resource` in `location`, by the names that are shown.

    `raw` is the source's newest item; if `quarantined` gives a reason it was not taken over, and `data` is what came
    before it, confirmed last at `confirmed_at`. The statuses are the listings'; None: there is no such listing.
    """

    id: int
    location_id: str | None
    location: str | None
    location_status: str | None
    resource_id: str
    resource: str
    resource_status: str | None
    unmapped: bool
    data: RateData
    raw: Json
    confirmed_at: datetime
    gone_at: datetime | None
    quarantined: str | None
    override: Override | None


def page(connection: Connection, show: Show, *, offset: int, limit: int) -> list[PriceRow]:
    """`limit` rates from `offset` on, by location and resource as these came, then as the rates came."""
    order = (_LOCATION.c.position, _LOCATION.c.id, _RESOURCE.c.position, _RESOURCE.c.id, rates.c.id)
    chosen = _with_places().where(_shown(show)).order_by(*order).offset(offset).limit(limit)
    found = connection.execute(chosen).all()
    decided = overrides.by_rate(connection, [row.id for row in found])
    return [_row(row, decided.get(row.id)) for row in found]


def counts(connection: Connection) -> dict[Show, int]:
    """How many rates each choice has."""
    return {
        show: int(connection.execute(select(func.count()).select_from(rates).where(_shown(show))).scalar_one())
        for show in Show
    }


def one(connection: Connection, rate_id: int) -> PriceRow | None:
    """That rate, gone or not."""
    found = connection.execute(_with_places().where(rates.c.id == rate_id)).first()
    return None if found is None else _row(found, overrides.by_rate(connection, [rate_id]).get(rate_id))


def _with_places() -> Select[*tuple[Any, ...]]:
    """A rate whose listing is no more is listed all the same, under its identifier."""
    named = (
        _LOCATION.c.id.label("location_id"), shown_name(_LOCATION).label("location"),
        _LOCATION.c.status.label("location_status"), _LOCATION.c.unmapped.label("location_unmapped"),
        shown_name(_RESOURCE).label("resource"), _RESOURCE.c.status.label("resource_status"), _RESOURCE.c.unmapped,
    )  # fmt: skip
    return (
        select(rates, *named)
        .outerjoin(_RESOURCE, and_(_RESOURCE.c.kind == ListingKind.RESOURCE, _RESOURCE.c.id == rates.c.resource_id))
        .outerjoin(_LOCATION, and_(_LOCATION.c.kind == ListingKind.LOCATION, _LOCATION.c.id == _RESOURCE.c.location_id))
    )


def _shown(show: Show) -> ColumnElement[bool]:
    if show is Show.OVERRIDDEN:
        return rates.c.id.in_(select(override_rows.c.rate_id))
    present = rates.c.gone_at.is_(None)
    return present if show is Show.ALL else and_(present, rates.c.quarantined.is_not(None))


def _row(row: Row[Any], override: Override | None) -> PriceRow:
    return PriceRow(
        id=row.id,
        location_id=row.location_id,
        location=row.location,
        location_status=row.location_status,
        resource_id=row.resource_id,
        resource=row.resource or row.resource_id,
        resource_status=row.resource_status,
        unmapped=bool(row.unmapped or row.location_unmapped),
        data=codec.decoded(RateData, row.data),
        raw=row.raw,
        confirmed_at=row.fetched_at,
        gone_at=row.gone_at,
        quarantined=row.quarantined,
        override=override,
    )

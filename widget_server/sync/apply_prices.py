"""Rates and extras of a resource, from a fetch into the store. One transaction, the caller's."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from widget_server.hub.extras import EMBEDDED_NAMES
from widget_server.hub.fields import Fields
from widget_server.hub.mapping import map_extras, map_rates
from widget_server.model import Listing, Mapped, RateData
from widget_server.store import places, prices
from widget_server.store.prices import RateRow
from widget_server.sync.fetched import Applied, Fetched
from widget_server.sync.single import named


def apply_rates(connection: Connection, fetched: Fetched, resource: Listing, applied: Applied) -> None:
    """The rates of `resource`: all of them from a whole set, else those that came.

    A rate that says nothing of extras keeps those that were fetched from their own URL.
    """
    items = named(fetched.items, fetched.endpoint.rate_id) if fetched.endpoint.single else fetched.items
    rows = prices.of_resource(connection, resource.id)
    present = [row for row in rows if not row.gone]
    if fetched.endpoint.whole and not items and present and not fetched.confirmed_empty:
        applied.held = len(present)
        return
    mapped = map_rates(items, _currency(connection, fetched, resource))
    extras = {row.source_id: row.data.extras for row in present}
    for data, raw in mapped.items:
        kept = data if Fields(raw).has(*EMBEDDED_NAMES) else replace(data, extras=extras.get(data.source_id, ()))
        applied.changed += prices.save(connection, resource.id, kept, raw, fetched.stamp)
    for bad in mapped.quarantined:
        prices.quarantine(connection, resource.id, bad, fetched.stamp)
        applied.quarantined.append(bad.reason)
    lost = _missing(present, mapped, whole=fetched.endpoint.whole)
    applied.changed += prices.gone(connection, lost, resource.id, fetched.stamp)


def rate_gone(connection: Connection, fetched: Fetched, resource: Listing, applied: Applied) -> None:
    """The one rate that the target names no longer exists."""
    rows = prices.of_resource(connection, resource.id)
    lost = [row for row in rows if row.item_id == fetched.endpoint.rate_id]
    applied.changed += prices.gone(connection, lost, resource.id, fetched.stamp)


def apply_extras(connection: Connection, fetched: Fetched, resource: Listing, applied: Applied) -> None:
    """The extras of one rate: all of them from a whole set, else those that came."""
    mapped = map_extras(fetched.items, _currency(connection, fetched, resource))
    applied.quarantined += [bad.reason for bad in mapped.quarantined]
    came = tuple(extra for extra, _ in mapped.items)
    replaced = {extra.source_id for extra in came}
    for row in _rows_of_rate(connection, fetched, resource):
        kept = () if fetched.endpoint.whole else tuple(x for x in row.data.extras if x.source_id not in replaced)
        applied.changed += prices.save_extras(connection, row, kept + came)


def extra_gone(connection: Connection, fetched: Fetched, resource: Listing, applied: Applied) -> None:
    """The one extra that the target names no longer exists."""
    for row in _rows_of_rate(connection, fetched, resource):
        kept = tuple(extra for extra in row.data.extras if extra.source_id != fetched.endpoint.extra_id)
        applied.changed += prices.save_extras(connection, row, kept)


def _rows_of_rate(connection: Connection, fetched: Fetched, resource: Listing) -> list[RateRow]:
    rows = prices.of_resource(connection, resource.id)
    return [row for row in rows if not row.gone and row.item_id == fetched.endpoint.rate_id]


def _currency(connection: Connection, fetched: Fetched, resource: Listing) -> str | None:
    """PROTOCOL §4: missing from a rate, it is the location's (a resource's is closer still), then the operator's."""
    of_resource = places.resource_data(connection, resource.id)
    of_location = places.location_data(connection, fetched.location.id)
    return (
        (of_resource.currency if of_resource else None)
        or (of_location.currency if of_location else None)
        or fetched.currency
    )


def _missing(present: Sequence[RateRow], mapped: Mapped[RateData], *, whole: bool) -> list[RateRow]:
    """Rows that are no more: from a whole set what wasn't in it, and prices that an item no longer carries.

    A quarantined item is in the set, so its last good prices stay.
    """
    prices_seen = {data.source_id for data, _ in mapped.items}
    items_mapped = {data.item_id for data, _ in mapped.items}
    items_bad = {bad.item_id for bad in mapped.quarantined}
    unreadable = None in items_bad
    return [
        row
        for row in present
        if row.source_id not in prices_seen
        and row.item_id not in items_bad
        and (row.item_id in items_mapped or (whole and not unreadable))
    ]

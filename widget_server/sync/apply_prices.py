"""Rates and extras of a resource, from a fetch into the store. One transaction, the caller's."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from widget_server.hub.extras import EMBEDDED_NAMES
from widget_server.hub.fields import Fields
from widget_server.model import Json, Listing, Mapped, RateData
from widget_server.store import places, prices
from widget_server.store.prices import RateRow, Said
from widget_server.sync.fetched import Applied, Fetched
from widget_server.sync.reading import Reading


def apply_rates(connection: Connection, fetched: Fetched, resource: Listing, applied: Applied) -> None:
    """The rates of `resource`: all of them from a whole set, else those that came.

    A rate that says nothing of extras keeps those that were fetched from their own URL.
    """
    reading, rows = fetched.reading, prices.of_resource(connection, resource.id)
    present = [row for row in rows if not row.gone]
    if reading.endpoint.whole and not reading.items and present and not fetched.confirmed_empty:
        applied.held = len(present)
        return
    mapped = _in_its_currency(connection, fetched, resource).rates
    applied.quarantined += [bad.reason for bad in mapped.quarantined]
    lost = _missing(present, mapped, whole=reading.endpoint.whole)
    if not mapped.items and lost and len(lost) == len(present) and not fetched.confirmed_empty:
        applied.held = len(present)  # nothing in it can be read: that is no better than an empty set
        return
    said = Said(_with_kept_extras(present, mapped), mapped.quarantined, lost)
    applied.changed += prices.take_over(connection, resource.id, rows, said, fetched.stamp)


def rate_gone(connection: Connection, fetched: Fetched, resource: Listing, applied: Applied) -> None:
    """The one rate that the target names no longer exists."""
    rows = prices.of_resource(connection, resource.id)
    lost = [row for row in rows if row.item_id == fetched.reading.endpoint.rate_id]
    applied.changed += prices.gone(connection, lost, resource.id, fetched.stamp)


def apply_extras(connection: Connection, fetched: Fetched, resource: Listing, applied: Applied) -> None:
    """The extras of one rate: all of them from a whole set, else those that came."""
    mapped = _in_its_currency(connection, fetched, resource).extras
    applied.quarantined += [bad.reason for bad in mapped.quarantined]
    came = tuple(extra for extra, _ in mapped.items)
    replaced = {extra.source_id for extra in came}
    unreadable = {bad.item_id for bad in mapped.quarantined}
    whole = fetched.reading.endpoint.whole
    for row in _rows_of_rate(connection, fetched, resource):
        others = (extra for extra in row.data.extras if extra.source_id not in replaced)
        kept = tuple(extra for extra in others if not whole or extra.source_id in unreadable)
        applied.changed += prices.save_extras(connection, row, kept + came)


def extra_gone(connection: Connection, fetched: Fetched, resource: Listing, applied: Applied) -> None:
    """The one extra that the target names no longer exists."""
    gone = fetched.reading.endpoint.extra_id
    for row in _rows_of_rate(connection, fetched, resource):
        kept = tuple(extra for extra in row.data.extras if extra.source_id != gone)
        applied.changed += prices.save_extras(connection, row, kept)


def _rows_of_rate(connection: Connection, fetched: Fetched, resource: Listing) -> list[RateRow]:
    rows = prices.of_resource(connection, resource.id)
    return [row for row in rows if not row.gone and row.item_id == fetched.reading.endpoint.rate_id]


def _in_its_currency(connection: Connection, fetched: Fetched, resource: Listing) -> Reading:
    """PROTOCOL §4: missing from a rate, it is the location's (a resource's is closer still), then the operator's.

    It was guessed before the transaction, so only where it has changed meanwhile are the items read again.
    """
    of_resource, of_location = places.currencies(connection, fetched.location.id, resource.id)
    return fetched.reading.under(of_resource or of_location or fetched.currency)


def _with_kept_extras(present: Sequence[RateRow], mapped: Mapped[RateData]) -> list[tuple[RateData, Json]]:
    extras = {row.source_id: row.data.extras for row in present if row.data.extras}
    return [
        (data if Fields(raw).has(*EMBEDDED_NAMES) else replace(data, extras=extras[data.source_id]), raw)
        if data.source_id in extras
        else (data, raw)
        for data, raw in mapped.items
    ]


def _missing(present: Sequence[RateRow], mapped: Mapped[RateData], *, whole: bool) -> list[RateRow]:
    """Rows that are no more: from a whole set what wasn't in it, and prices that an item no longer carries.

    A quarantined item is in the set, so its last good prices stay; one without an identifier could be none of ours.
    """
    prices_seen = {data.source_id for data, _ in mapped.items}
    items_mapped = {data.item_id for data, _ in mapped.items}
    items_bad = {bad.item_id for bad in mapped.quarantined}
    return [
        row
        for row in present
        if row.source_id not in prices_seen and row.item_id not in items_bad and (row.item_id in items_mapped or whole)
    ]

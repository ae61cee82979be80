"""Listings, what the hub says about them, and what the operator says over it."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, String, Table, Text, UniqueConstraint

from widget_server.store.tables.schema import Id, metadata
from widget_server.store.types import Instant

listings = Table(
    "listings", metadata,
    Column("kind", String(10), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("own_name", Text),
    Column("status", String(10), nullable=False),
    Column("type", String(64)),
    Column("location_id", String(64), index=True),
    Column("connection_id", String(64), ForeignKey("connections.id")),
    Column("source_id", String(255), index=True),
    Column("unmapped", Boolean, nullable=False, default=False),
    Column("mapping_delivery", Id, nullable=False, default=0),
    Column("open_status", String(64)),
    Column("open_status_delivery", Id, nullable=False, default=0),
    Column("position", Id, nullable=False),
    Column("revision", Id, nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
)  # fmt: skip
"""`name` is what it came under, `own_name` the operator's word over it and over the hub's: `listing_names.py` says
which of them is shown. `position` keeps the order in which they came. `mapping_delivery` and `open_status_delivery` are
the newest deliveries that decided `unmapped` and `open_status`: deliveries come in any order, an earlier one changes
nothing any more."""


def _data_columns() -> list[Column[object]]:
    return [
        Column("source_id", String(255), index=True),
        Column("data", JSON, nullable=False),
        Column("raw", JSON, nullable=False),
        Column("ticket", Id, nullable=False),
        Column("fetched_at", Instant, nullable=False),
        Column("revision", Id, nullable=False, index=True),
        Column("gone_at", Instant),
    ]


locations = Table("locations", metadata, Column("listing_id", String(64), primary_key=True), *_data_columns())

resources = Table(
    "resources", metadata,
    Column("listing_id", String(64), primary_key=True),
    Column("location_id", String(64), nullable=False, index=True),
    *_data_columns(),
)  # fmt: skip

rates = Table(
    "rates", metadata,
    Column("id", Id, primary_key=True),
    Column("resource_id", String(64), nullable=False, index=True),
    Column("item_id", String(255), nullable=False),
    *_data_columns(),
    Column("quarantined", Text),
    UniqueConstraint("resource_id", "source_id"),
)  # fmt: skip
"""`quarantined` says why the newest item could not be taken over; `data` is then the last good one."""

price_changes = Table(
    "price_changes", metadata,
    Column("id", Id, primary_key=True),
    Column("rate_id", Id, nullable=False, index=True),
    Column("resource_id", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("old", JSON(none_as_null=True)),
    Column("new", JSON(none_as_null=True)),
    Column("revision", Id, nullable=False),
)  # fmt: skip
"""Append-only. `old` and `new` are `{"amount", "currency", "unit", "unitCount", "priceType"}`; null: no such price."""

overrides = Table(
    "overrides", metadata,
    Column("rate_id", Id, ForeignKey("rates.id"), primary_key=True),
    Column("hidden", Boolean, nullable=False, default=False),
    Column("amount", String(40)),
    Column("made_over", JSON, nullable=False),
    Column("note", Text),
    Column("actor", String(255), nullable=False),
    Column("at", Instant, nullable=False),
)  # fmt: skip
"""The operator's word over the hub's: a rate is hidden, or shows `amount` (exact decimal text) instead. `made_over` is
the hub's price (as in price_changes) of that moment. One a rate; withdrawing deletes the row."""

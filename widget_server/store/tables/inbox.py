"""Webhooks, those that were turned away, and what they make us fetch."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, false

from widget_server.store.tables.schema import Id, metadata
from widget_server.store.types import Instant

deliveries = Table(
    "deliveries", metadata,
    Column("id", Id, primary_key=True),
    Column("received_at", Instant, nullable=False, index=True),
    Column("connection_id", String(64), nullable=False),
    Column("type", String(10), nullable=False),
    Column("attribute_type", String(64)),
    Column("action", String(64)),
    Column("location_id", String(64), nullable=False),
    Column("resource_id", String(64)),
    Column("body", Text, nullable=False),
    Column("hash_verdict", String(12), nullable=False),
    Column("target_id", Id, ForeignKey("targets.id"), index=True),
    Column("state", String(10), nullable=False, index=True),
    Column("lease_owner", String(64)),
    Column("attempts", Integer, nullable=False, default=0),
    Column("outcome", Text),
    Column("done_at", Instant),
)  # fmt: skip
"""One row is the record and the job. `attempts` counts failures of the delivery itself, not outages of the hub.
A waiting row has a target, and is worked off with all others of that target under the target's lease: `lease_owner`
says whose. `outcome` is one plain sentence."""

targets = Table(
    "targets", metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("connection_id", String(64), nullable=False),
    Column("location_id", String(64), nullable=False),
    Column("resource_id", String(64)),
    Column("attribute_type", String(64)),
    Column("due_at", Instant, index=True),
    Column("not_before", Instant),
    Column("outages", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("lease_owner", String(64)),
    Column("lease_until", Instant),
    Column("asked_again", Boolean, nullable=False, default=False, server_default=false()),
    Column("started_at", Instant),
    Column("succeeded_at", Instant),
    Column("problem", Text),
    Column("held_since", Instant),
    Column("held_count", Integer),
    Column("empty_confirmed", Boolean, nullable=False, default=False),
)  # fmt: skip
"""What to fetch: one URL for one listing of one connection, `key` their digest. `due_at` is when next (the sweep, a
webhook or a retry; null: nothing to do), `not_before` what the hub's Retry-After holds. `asked_again`: somebody asked
for it since its fetch began, so that it is fetched once more, whatever comes of this one. `held_since`: an empty set
came where rows existed, and waits for the operator."""

refusals = Table(
    "refusals", metadata,
    Column("id", Id, primary_key=True),
    Column("hour", Instant, nullable=False, index=True),
    Column("reason", String(24), nullable=False),
    Column("connection_id", String(64)),
    Column("count", Id, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("status", Integer, nullable=False),
    Column("detail", Text),
    Column("kind", String(64)),
    Column("location_id", String(64)),
    Column("resource_id", String(64)),
    Column("address", String(64)),
)  # fmt: skip
"""Webhooks that were turned away before anything was stored: one row for each hour, reason and connection of ours
(null: none that is here). What follows `last_at` is of the newest of them; never a body and never a token."""

"""The tables. Queries live beside this module, one file an aggregate; the schema's history in `migrations/`.

Every listing, location, resource and rate carries a `revision` from one counter, and what is gone stays as a row with
`gone_at`: readers that want only what is newer can be served later. What a source says is kept as the model's JSON
(`data`) beside the item it came from (`raw`). `ticket` is the number of the fetch that last confirmed a row: a
fetch that began earlier never overwrites it, so nothing steps back.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)  # fmt: skip

from widget_server.store.types import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")

# The operator

operators = Table(
    "operators", metadata,
    Column("id", Integer, primary_key=True),
    Column("email", String(255), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("session_epoch", Integer, nullable=False, default=1),
    Column("seed", String(64)),
    Column("updated_at", Instant, nullable=False),
)  # fmt: skip
"""One row. `session_epoch` grows with each password, which ends older sessions; `seed` is a fingerprint of the
environment's account, so that a password changed later isn't overwritten until the variable's value changes."""

setup_links = Table(
    "setup_links", metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)  # fmt: skip

login_failures = Table(
    "login_failures", metadata,
    Column("id", Id, primary_key=True),
    Column("address", String(64), nullable=False, index=True),
    Column("at", Instant, nullable=False, index=True),
)  # fmt: skip

site_settings = Table(
    "site_settings", metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text),
    Column("seed", String(64)),
    Column("updated_at", Instant, nullable=False),
)  # fmt: skip
"""What the console can set. `value` is the text that the variable would have, a secret's encrypted; `seed` a
fingerprint of the variable's value that it was last seeded from: the console's value holds until that changes."""

# Syncaroo → us

connections = Table(
    "connections", metadata,
    Column("id", String(64), primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("connected_at", Instant),
    Column("checked_at", Instant),
    Column("hash_verified_at", Instant),
    Column("last_webhook_at", Instant),
)  # fmt: skip
"""`id` is Syncaroo's connectionId as text. A row exists from the first exchanged code on."""

authorization_codes = Table(
    "authorization_codes", metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("connection_id", String(64), nullable=False),
    Column("client_id", String(255), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("operator_id", Integer, nullable=False),
    Column("location_ids", JSON, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("redeemed_at", Instant),
    Column("family_id", Id),
)  # fmt: skip

token_families = Table(
    "token_families", metadata,
    Column("id", Id, primary_key=True),
    Column("connection_id", String(64), ForeignKey("connections.id"), nullable=False, index=True),
    Column("operator_id", Integer, nullable=False),
    Column("used_generation", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_reason", Text),
)  # fmt: skip
"""All pairs that came from one code. `used_generation` is the newest generation that was presented: a refresh token
is good while its generation isn't below it (so a lost answer can be asked for again), older ones revoke the family."""

issued_tokens = Table(
    "issued_tokens", metadata,
    Column("id", Id, primary_key=True),
    Column("family_id", Id, ForeignKey("token_families.id"), nullable=False, index=True),
    Column("generation", Integer, nullable=False),
    Column("access_hash", String(64), nullable=False, unique=True),
    Column("refresh_hash", String(64), nullable=False, unique=True),
    Column("access_expires_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
)  # fmt: skip

# us → Syncaroo

hub_states = Table(
    "hub_states", metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("session_hash", String(64), nullable=False),
    Column("expires_at", Instant, nullable=False),
)  # fmt: skip

hub_credentials = Table(
    "hub_credentials", metadata,
    Column("id", Integer, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("access_token", Text),
    Column("refresh_token", Text),
    Column("access_expires_at", Instant),
    Column("version", Integer, nullable=False, default=1),
    Column("lease_owner", String(64)),
    Column("lease_until", Instant),
    Column("connected_at", Instant),
    Column("refreshed_at", Instant),
    Column("problem", Text),
)  # fmt: skip
"""One row, id 1. Tokens are encrypted."""

# Listings and data

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

# Inbox and targets

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

# Counters and publication

counters = Table(
    "counters", metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Id, nullable=False),
)  # fmt: skip
"""`revision` (of data), `ticket` (of fetches), `listing` (of identifiers that we make up), `sweep_finds` (changes
that no webhook told us of)."""

publication = Table(
    "publication", metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch", String(16), nullable=False),
    Column("version", Id, nullable=False),
    Column("synced_at", Instant),
)  # fmt: skip
"""One row, id 1. `version` grows with whatever visitors may see; `epoch` is this database's own, so that a cache that
outlived another database has nothing for it."""

# What the operator did and decided

activity = Table(
    "activity", metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", String(255), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("subject", Text),
    Column("detail", Text),
)  # fmt: skip
"""Append-only: who did what when. `kind` is a stable name such as `login` or `override`, `detail` a sentence."""

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

platform_secrets = Table(
    "platform_secrets", metadata,
    Column("id", Id, primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("retired_at", Instant),
)  # fmt: skip
"""Client secrets that we made for Syncaroo, random and so kept as SHA-256. Two are good during a rotation."""

incidents = Table(
    "incidents", metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(64), nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
    Column("told_at", Instant),
    Column("closed_at", Instant),
    Column("closing_told_at", Instant),
    Column("detail", Text),
)  # fmt: skip
"""What needed the operator: told once when it opens, and once when it is over."""

sightings = Table(
    "sightings", metadata,
    Column("origin", String(255), primary_key=True),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
)  # fmt: skip
"""Websites on which the widget was seen, by origin."""

access_tokens = Table(
    "access_tokens", metadata,
    Column("id", Id, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("starts_with", String(6), nullable=False),
    Column("name", String(64), nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
)  # fmt: skip
"""With what programs read our data: random, and so kept as SHA-256, with its first characters for the operator to know
it by. `kinds`: what it may read (`DataKind`). `last_used_at` is right to a minute."""

"""Both directions of the connection to Syncaroo: what we issued to it, and what it issued to us."""

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table, Text

from widget_server.store.tables.schema import Id, metadata
from widget_server.store.types import Instant

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

platform_secrets = Table(
    "platform_secrets", metadata,
    Column("id", Id, primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("retired_at", Instant),
)  # fmt: skip
"""Client secrets that we made for Syncaroo, random and so kept as SHA-256. Two are good during a rotation."""

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

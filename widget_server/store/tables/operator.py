"""The operator's account, what the console sets, and programs that the operator lets in."""

from sqlalchemy import JSON, Column, Integer, String, Table, Text

from widget_server.store.tables.schema import Id, metadata
from widget_server.store.types import Instant

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

"""Counters, what is published, and what happened on this site."""

from sqlalchemy import Column, Integer, String, Table, Text

from widget_server.store.tables.schema import Id, metadata
from widget_server.store.types import Instant

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

incidents = Table(
    "incidents", metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(64), nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
    Column("told_at", Instant),
    Column("closed_at", Instant),
    Column("closing_told_at", Instant),
    Column("detail", Text),
    Column("problem", Text),
)  # fmt: skip
"""What needed the operator: told once when it opens, and once when it is over. `problem`: why it couldn't be."""

sightings = Table(
    "sightings", metadata,
    Column("origin", String(255), primary_key=True),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
)  # fmt: skip
"""Websites on which the widget was seen, by origin."""

"""Connections: the operators' integrations at Syncaroo, by Syncaroo's connectionId."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from widget_server.store.tables import connections


def exists(connection: Connection, connection_id: str) -> bool:
    """Whether a code was ever exchanged for it."""
    found = select(connections.c.id).where(connections.c.id == connection_id)
    return connection.execute(found).first() is not None


def hash_was_verified(connection: Connection, connection_id: str) -> bool:
    """Whether one of its deliveries has proved by its hash that we compute it as Syncaroo does."""
    found = select(connections.c.hash_verified_at).where(connections.c.id == connection_id)
    return connection.execute(found).scalar_one_or_none() is not None


def note_webhook(connection: Connection, connection_id: str, now: datetime, verified: bool) -> None:
    """A webhook was taken in; `verified`: its hash was right."""
    values: dict[str, object] = {"last_webhook_at": now}
    if verified:
        values["hash_verified_at"] = func.coalesce(connections.c.hash_verified_at, now)
    connection.execute(update(connections).where(connections.c.id == connection_id).values(**values))

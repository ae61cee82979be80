"""Connections: the operators' integrations at Syncaroo, by Syncaroo's connectionId."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from widget_server.store.tables import connections
from widget_server.store.types import Instant


def exists(connection: Connection, connection_id: str) -> bool:
    """Whether a code was ever exchanged for it."""
    found = select(connections.c.id).where(connections.c.id == connection_id)
    return connection.execute(found).first() is not None


def note_webhooks(connection: Connection, connection_id: str, now: datetime, verified: bool) -> None:
    """Webhooks of that connection were taken in; `verified`: the hash of one of them was right, so we compute it as
    Syncaroo does."""
    connection.execute(_VERIFIED if verified else _NOTED, {"noted": connection_id, "now": now})


_NOTED = update(connections).where(connections.c.id == bindparam("noted")).values(last_webhook_at=bindparam("now"))
_VERIFIED = _NOTED.values(
    hash_verified_at=func.coalesce(connections.c.hash_verified_at, bindparam("now", type_=Instant))
)

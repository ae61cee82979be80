"""Client secrets that we made for Syncaroo, by their SHA-256. Two may be good at a time, during a rotation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from widget_server.store.tables import platform_secrets as secrets


@dataclass(frozen=True)
class PlatformSecret:
    """One that is good. Its text is known to nobody here."""

    id: int
    secret_hash: str
    created_at: datetime


def good(connection: Connection) -> list[PlatformSecret]:
    """Those that aren't retired, newest first."""
    columns = (secrets.c.id, secrets.c.secret_hash, secrets.c.created_at)
    found = select(*columns).where(secrets.c.retired_at.is_(None)).order_by(secrets.c.id.desc())
    return [PlatformSecret(*row) for row in connection.execute(found)]


def newest(connection: Connection) -> int:
    """The number of the one that was made last, retired or not; 0 before the first."""
    return connection.execute(select(func.max(secrets.c.id))).scalar() or 0


def add(connection: Connection, secret_hash: str, now: datetime) -> None:
    """A new one; those before it stay good."""
    connection.execute(insert(secrets).values(secret_hash=secret_hash, created_at=now))


def retire(connection: Connection, id: int, now: datetime) -> bool:
    """It is good no more. False when it wasn't anyhow."""
    held = (secrets.c.id == id, secrets.c.retired_at.is_(None))
    return connection.execute(update(secrets).where(*held).values(retired_at=now)).rowcount == 1

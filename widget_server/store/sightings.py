"""Websites on which the widget was seen. Anybody can make one up, so there are only so many."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from widget_server.clock import Clock
from widget_server.store import counters
from widget_server.store.engine import Database
from widget_server.store.tables import sightings

MOST = 200
FORGOTTEN_AFTER = timedelta(days=30)


def note(connection: Connection, origins: Iterable[str], now: datetime) -> None:
    """The widget was on these websites just now. What is new when there are `MOST` isn't kept."""
    counters.take_turns(connection)
    connection.execute(delete(sightings).where(sightings.c.last_at < now - FORGOTTEN_AFTER))
    for origin in origins:
        seen_again = update(sightings).where(sightings.c.origin == origin).values(last_at=now)
        if connection.execute(seen_again).rowcount == 0 and _count(connection) < MOST:
            connection.execute(insert(sightings).values(origin=origin, first_at=now, last_at=now))


def keep(database: Database, clock: Clock, origins: Iterable[str]) -> None:
    """`note` in a transaction of its own."""
    with database.write() as connection:
        note(connection, origins, clock())


def latest(connection: Connection, limit: int) -> list[str]:
    """Where it was seen last, newest first."""
    newest = select(sightings.c.origin).order_by(sightings.c.last_at.desc(), sightings.c.origin).limit(limit)
    return list(connection.execute(newest).scalars())


def _count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(sightings)).scalar_one())

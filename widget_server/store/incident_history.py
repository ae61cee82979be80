"""Incidents as the console shows them: what needs the operator and what did, and by which channels that was told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from widget_server.store.incidents import BOOK
from widget_server.store.tables import incidents


@dataclass(frozen=True)
class Telling:
    """What became of telling it by one channel: when it was told, or why it could not be the last time (or neither)."""

    channel: str
    told_at: datetime | None
    problem: str | None


@dataclass(frozen=True)
class Incident:
    """`trouble` is a stable name; `closed_at` None: it still needs the operator."""

    trouble: str
    opened_at: datetime
    closed_at: datetime | None
    tellings: tuple[Telling, ...]


def open_now(connection: Connection) -> list[Incident]:
    """What needs the operator, the oldest first."""
    return _found(connection, incidents.c.closed_at.is_(None), incidents.c.id.asc())


def past(connection: Connection, since: datetime, limit: int) -> list[Incident]:
    """What was over after `since`, the newest first, at most so many."""
    return _found(connection, incidents.c.closed_at > since, incidents.c.id.desc(), limit)


def _found(
    connection: Connection, chosen: ColumnElement[bool], order: ColumnElement[int], limit: int | None = None
) -> list[Incident]:
    in_book = incidents.c.kind.like(f"%@{BOOK}")
    booked = connection.execute(select(incidents).where(in_book, chosen).order_by(order).limit(limit)).all()
    if not booked:
        return []
    first = min(row.opened_at for row in booked)
    told = connection.execute(
        select(incidents).where(~in_book, incidents.c.opened_at >= first).order_by(incidents.c.id)
    )
    by_channel = told.all()
    return [_incident(row, by_channel) for row in booked]


def _incident(row: Row[Any], by_channel: Iterable[Row[Any]]) -> Incident:
    """Channels in the order of their names. One that was added later, or taken away and added again, has rows of its
    own while it lasted."""
    trouble = row.kind.partition("@")[0]
    found: dict[str, Telling] = {}
    for each in by_channel:
        name, _, channel = each.kind.partition("@")
        within = each.opened_at >= row.opened_at and (row.closed_at is None or each.opened_at < row.closed_at)
        if name == trouble and within:
            found[channel] = Telling(channel, each.told_at, each.problem)
    return Incident(trouble, row.opened_at, row.closed_at, tuple(found[channel] for channel in sorted(found)))

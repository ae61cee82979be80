"""Incidents: what the operator is told of once when it begins and once when it is over, by each channel on its own.

`kind` is stored as `trouble@channel`: a chat tool that is away doesn't make the e-mail come twice. Who tells a channel
holds its lease, a moment in `counters` until which nobody else tells it; so of any number of workers one does.
`trouble@console` is the book that is kept for the console whether or not anybody is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, or_, select, text, update
from sqlalchemy.exc import IntegrityError

from widget_server.store.tables import counters, incidents

BOOK = "console"
"""What stands in the place of a channel in the book."""


class Trouble(StrEnum):
    """The values are stable names: they are stored, and sent to programs."""

    RECONNECT = "needs_reconnect"
    STALE = "prices_not_confirmed"
    FAILED = "updates_failed"
    HELD = "confirm_removal"


@dataclass(frozen=True)
class Untold:
    """Something to tell: the beginning, or with `is_over` the end."""

    id: int
    trouble: str
    opened_at: datetime
    detail: str
    is_over: bool


def settle(connection: Connection, channel: str, troubles: Mapping[str, str], now: datetime) -> None:
    """Open what is new among `troubles` (name → detail) and close what is over. What was over before it could be told
    is never told."""
    open_rows = connection.execute(_open(channel)).all()
    known = {row.kind.partition("@")[0]: row.id for row in open_rows}
    if set(known) == set(troubles):
        return
    _hold(connection)
    known = {row.kind.partition("@")[0]: row.id for row in connection.execute(_open(channel))}
    for trouble, detail in troubles.items():
        if trouble not in known:
            values = {"kind": f"{trouble}@{channel}", "opened_at": now, "detail": detail}
            connection.execute(insert(incidents).values(values))
    for id in [id for trouble, id in known.items() if trouble not in troubles]:
        connection.execute(update(incidents).where(incidents.c.id == id).values(closed_at=now))


def untold(connection: Connection, channel: str) -> list[Untold]:
    """What is to be told by `channel`, oldest first."""
    rows = connection.execute(select(incidents).where(_of(channel), _is_untold()).order_by(incidents.c.id))
    return [
        Untold(row.id, row.kind.partition("@")[0], row.opened_at, row.detail or "", row.closed_at is not None)
        for row in rows
    ]


def mark_told(connection: Connection, told: Untold, now: datetime) -> None:
    """It was told: never again."""
    column = incidents.c.closing_told_at if told.is_over else incidents.c.told_at
    values = {column: now, incidents.c.problem: None}
    connection.execute(update(incidents).where(incidents.c.id == told.id, column.is_(None)).values(values))


def note_problem(connection: Connection, channel: str, problem: str) -> None:
    """What is to be told by `channel` couldn't be, because of this; it is tried again."""
    connection.execute(update(incidents).where(_of(channel), _is_untold()).values(problem=problem))


def forget(connection: Connection, channel: str, now: datetime) -> None:
    """The channel isn't used any more: nothing is left to tell by it."""
    unfinished = (_of(channel), or_(incidents.c.closed_at.is_(None), _is_untold()))
    values = {"closed_at": func.coalesce(incidents.c.closed_at, now), "closing_told_at": now}
    connection.execute(update(incidents).where(*unfinished).values(values))


def is_unfinished(connection: Connection, channel: str) -> bool:
    """Whether `forget` would find anything."""
    found = select(incidents.c.id).where(_of(channel), or_(incidents.c.closed_at.is_(None), _is_untold())).limit(1)
    return connection.execute(found).first() is not None


def claim(connection: Connection, channel: str, now: datetime, until: datetime) -> bool:
    """True for the one who may tell by `channel` until then."""
    name, moment = f"alert_{channel}", int(now.timestamp())
    free = and_(counters.c.name == name, counters.c.value <= moment)
    taken = update(counters).where(free).values(value=int(until.timestamp())).returning(counters.c.name)
    if connection.execute(taken).first() is not None:
        return True
    if connection.execute(select(counters.c.name).where(counters.c.name == name)).first() is not None:
        return False
    try:
        with connection.begin_nested():
            connection.execute(insert(counters).values(name=name, value=int(until.timestamp())))
    except IntegrityError:  # another one was first
        return False
    return True


def release(connection: Connection, channel: str, until: datetime) -> None:
    """Nobody tells by `channel` before `until`."""
    chosen = update(counters).where(counters.c.name == f"alert_{channel}")
    connection.execute(chosen.values(value=int(until.timestamp())))


def _hold(connection: Connection) -> None:
    """Make others who open or close wait, so that no two open the same. SQLite's write lock does that by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE incidents IN SHARE ROW EXCLUSIVE MODE"))


def _of(channel: str) -> ColumnElement[bool]:
    return incidents.c.kind.like(f"%@{channel}")


def _is_untold() -> ColumnElement[bool]:
    begun = and_(incidents.c.told_at.is_(None), incidents.c.closed_at.is_(None))
    over = and_(
        incidents.c.told_at.is_not(None), incidents.c.closed_at.is_not(None), incidents.c.closing_told_at.is_(None)
    )
    return or_(begun, over)


def _open(channel: str) -> Select[tuple[int, str]]:
    return select(incidents.c.id, incidents.c.kind).where(_of(channel), incidents.c.closed_at.is_(None))

"""Webhooks that were turned away, added up by hour, reason and connection. Anybody can cause them, so there are only
so many rows; working them out of requests is `inbox/refusals.py`'s."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, insert, or_, select, update

from widget_server.model import ListingKind, RefusalReason
from widget_server.store import counters
from widget_server.store.engine import Database
from widget_server.store.listing_names import name_of
from widget_server.store.tables import connections, refusals

MOST = 5000
"""Rows; then the oldest go. Strangers can cause a handful an hour."""
KEPT = timedelta(days=30)
RECENT = timedelta(days=7)
BEARER_REASONS = (
    RefusalReason.NO_BEARER,
    RefusalReason.UNKNOWN_BEARER,
    RefusalReason.EXPIRED_BEARER,
    RefusalReason.REVOKED_BEARER,
    RefusalReason.OTHERS_BEARER,
)
"""Those that a new access token would mend."""
CLAIMED = (RefusalReason.NO_BEARER, RefusalReason.UNKNOWN_BEARER)
"""Of those: which connection it is about says the body alone, and anybody can write one."""
UNHEARD_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Refused:
    """`count` webhooks that were turned away for one reason within one hour; there may have been more.

    `connection_id` is the connection whose token it was, else the one that the body names. From `status` on it is the
    newest that speaks: how it was answered and why, what it was about, which address it came from.
    """

    reason: RefusalReason
    connection_id: str | None
    count: int
    first_at: datetime
    last_at: datetime
    status: int
    detail: str | None = None
    kind: str | None = None
    location_id: str | None = None
    resource_id: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Known(Refused):
    """As it is kept; `location` and `resource` are the listings' names."""

    id: int = 0
    location: str | None = None
    resource: str | None = None


@dataclass(frozen=True)
class Wanted:
    """Which of them; None: whatever. `known`: whether they name a connection of ours. `text` occurs in the
    identifiers, the detail or the address."""

    reason: RefusalReason | None = None
    known: bool | None = None
    text: str | None = None


@dataclass(frozen=True)
class UnheardFact:
    """`count` webhooks of a connection were turned away for their token lately, and none was accepted since."""

    connection_id: str
    reason: RefusalReason
    count: int
    first_at: datetime
    last_at: datetime


def hour_of(moment: datetime) -> datetime:
    """The beginning of its hour."""
    return moment.replace(minute=0, second=0, microsecond=0)


def add(connection: Connection, found: Iterable[Refused], most: int = MOST) -> None:
    """Add them to what is known, of which the newest `most` rows stay.

    A connection that isn't here is no connection: anybody can make one up.
    """
    counters.take_turns(connection)
    ours = set(connection.execute(select(connections.c.id)).scalars())
    for each in found:
        newest_id = _add(connection, each, each.connection_id if each.connection_id in ours else None)
        if newest_id is not None:
            connection.execute(delete(refusals).where(refusals.c.id <= newest_id - most))


def keep(database: Database, found: Iterable[Refused]) -> None:
    """`add` in a transaction of its own."""
    with database.write() as connection:
        add(connection, found)


def page(connection: Connection, wanted: Wanted, limit: int, before: int | None = None) -> list[Known]:
    """The newest `limit` that are wanted, newest first; with `before`, those that began before that one."""
    chosen = _known().where(*_conditions(wanted)).order_by(refusals.c.id.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(refusals.c.id < before)
    return [_from(row) for row in connection.execute(chosen)]


def recent_count(connection: Connection, now: datetime) -> int:
    """How many named a connection of ours within the last seven days."""
    named = and_(refusals.c.connection_id.is_not(None), refusals.c.last_at > now - RECENT)
    return int(connection.execute(select(func.coalesce(func.sum(refusals.c.count), 0)).where(named)).scalar_one())


def unheard(connection: Connection, now: datetime) -> list[UnheardFact]:
    """Connections whose webhooks are turned away for their token, with the reason of most of them, one that
    strangers can't cause before those that they can; none of a connection that was heard or connected anew since, or
    that isn't connected."""
    heard = func.coalesce(connections.c.last_webhook_at, connections.c.connected_at)
    count = func.sum(refusals.c.count)
    found = (
        select(
            refusals.c.connection_id, refusals.c.reason, count, func.min(refusals.c.first_at),
            func.max(refusals.c.last_at),
        )
        .join(connections, connections.c.id == refusals.c.connection_id)
        .where(
            refusals.c.reason.in_(BEARER_REASONS),
            refusals.c.last_at > now - UNHEARD_WITHIN,
            refusals.c.last_at > connections.c.connected_at,
            refusals.c.last_at > heard,
        )
        .group_by(refusals.c.connection_id, refusals.c.reason)
        .order_by(refusals.c.reason.in_(CLAIMED), count.desc(), refusals.c.connection_id)
    )  # fmt: skip
    worst: dict[str, UnheardFact] = {}
    for row in connection.execute(found):
        fact = UnheardFact(row[0], RefusalReason(row[1]), int(row[2]), *row[3:])
        worst.setdefault(fact.connection_id, fact)
    return list(worst.values())


def forget_before(connection: Connection, moment: datetime) -> int:
    """Drop what happened before `moment`; how many rows."""
    return connection.execute(delete(refusals).where(refusals.c.hour < hour_of(moment))).rowcount


def _add(connection: Connection, found: Refused, connection_id: str | None) -> int | None:
    """The id of a row that wasn't there before."""
    hour = hour_of(found.first_at)
    same = (refusals.c.hour == hour, refusals.c.reason == found.reason, refusals.c.connection_id == connection_id)
    newest = {
        "status": found.status,
        "detail": found.detail,
        "kind": found.kind,
        "location_id": found.location_id,
        "resource_id": found.resource_id,
        "address": found.address,
    }
    grown = {"count": refusals.c.count + found.count, "last_at": found.last_at}
    if connection.execute(update(refusals).where(*same).values(grown | newest)).rowcount:
        return None
    place = {"hour": hour, "reason": found.reason, "connection_id": connection_id}
    span = {"count": found.count, "first_at": found.first_at, "last_at": found.last_at}
    added = insert(refusals).values(place | span | newest).returning(refusals.c.id)
    return int(connection.execute(added).scalar_one())


def _known() -> Select[*tuple[Any, ...]]:
    return select(
        *(column for column in refusals.c if column.name != "hour"),
        name_of(ListingKind.LOCATION, refusals.c.location_id).label("location"),
        name_of(ListingKind.RESOURCE, refusals.c.resource_id).label("resource"),
    )


def _from(row: Row[Any]) -> Known:
    return Known(**dict(row._mapping) | {"reason": RefusalReason(row.reason)})


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = []
    if wanted.reason is not None:
        found.append(refusals.c.reason == wanted.reason)
    if wanted.known is not None:
        named = refusals.c.connection_id.is_not(None)
        found.append(named if wanted.known else ~named)
    if wanted.text is not None:
        columns = ("connection_id", "location_id", "resource_id", "detail", "address")
        found.append(or_(*(refusals.c[name].icontains(wanted.text, autoescape=True) for name in columns)))
    return found

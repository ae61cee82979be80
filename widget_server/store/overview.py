"""What the console shows, read in one transaction. Facts only: `console/overview.py` says what they mean."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select
from sqlalchemy.sql.selectable import FromClause

from widget_server.model import DeliveryState, HashVerdict, ListingKind, ListingStatus
from widget_server.store.inbox import OPEN_STATES
from widget_server.store.listing_names import name_of, shown_name
from widget_server.store.refusals import UnheardFact, unheard
from widget_server.store.tables import connections, deliveries, hub_credentials, listings, publication, targets

LONGEST_LIST = 20
"""Rows of a kind that one page shows."""
RECENT = timedelta(days=7)
"""How far back mismatching hashes and strangers' listings are of interest."""


@dataclass(frozen=True)
class HubFact:
    """Us → Syncaroo. `state`: connected, disconnected or needs_reconnect."""

    state: str
    problem: str | None
    connected_at: datetime | None
    refreshed_at: datetime | None


@dataclass(frozen=True)
class ConnectionFact:
    """Syncaroo → us. `locations`: how many it syncs; `wrong_hashes`: recent deliveries whose hash didn't match."""

    id: str
    connected_at: datetime | None
    checked_at: datetime | None
    last_webhook_at: datetime | None
    hash_verified_at: datetime | None
    locations: int
    wrong_hashes: int


@dataclass(frozen=True)
class QueueFact:
    """Deliveries that aren't worked off yet; `oldest` is when the first of them came."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class DeadFact:
    """`count` dead letters of one target, `delivery_id` the newest of them; `reason` is its outcome."""

    delivery_id: int
    count: int
    at: datetime
    location: str
    resource: str | None
    reason: str | None


@dataclass(frozen=True)
class TroubleFact:
    """`count` targets that fail for the same reason, and when the first of them is tried again."""

    problem: str
    count: int
    next_at: datetime | None


@dataclass(frozen=True)
class UnknownFact:
    """`count` recent webhooks that named a listing which isn't ours to update; `reason` is the newest's outcome."""

    connection_id: str
    location_id: str
    resource_id: str | None
    count: int
    last_at: datetime
    reason: str | None


@dataclass(frozen=True)
class HeldFact:
    """An empty set of `attribute_type` came where `count` rows exist."""

    target_id: int
    since: datetime
    count: int
    attribute_type: str | None
    location: str
    resource: str | None


@dataclass(frozen=True)
class PendingFact:
    """A listing that the hub reported as new."""

    kind: str
    id: str
    name: str
    type: str | None
    location: str | None
    created_at: datetime


@dataclass(frozen=True)
class Facts:
    """Everything that the console shows. `listings` counts all, `public` those that visitors may see."""

    hub: HubFact
    connections: tuple[ConnectionFact, ...]
    queue: QueueFact
    dead: tuple[DeadFact, ...]
    troubles: tuple[TroubleFact, ...]
    unknown: tuple[UnknownFact, ...]
    held: tuple[HeldFact, ...]
    pending: tuple[PendingFact, ...]
    listings: int
    public: int
    synced_at: datetime | None
    unheard: tuple[UnheardFact, ...] = ()


def facts(connection: Connection, now: datetime) -> Facts:
    """All facts as of one moment."""
    all_listings, public = connection.execute(_listing_counts()).one()
    return Facts(
        hub=_hub(connection),
        connections=tuple(ConnectionFact(*row) for row in connection.execute(_connections(now))),
        queue=QueueFact(*connection.execute(_queue()).one()),
        dead=tuple(DeadFact(*row) for row in connection.execute(_dead())),
        troubles=tuple(TroubleFact(*row) for row in connection.execute(_troubles())),
        unknown=tuple(UnknownFact(*row) for row in connection.execute(_unknown(now))),
        held=tuple(HeldFact(*row) for row in connection.execute(_held())),
        pending=tuple(PendingFact(*row) for row in connection.execute(_pending())),
        listings=all_listings,
        public=public or 0,
        synced_at=connection.execute(select(publication.c.synced_at)).scalar_one_or_none(),
        unheard=tuple(unheard(connection, now)),
    )


def _hub(connection: Connection) -> HubFact:
    columns = (
        hub_credentials.c.state, hub_credentials.c.problem, hub_credentials.c.connected_at,
        hub_credentials.c.refreshed_at,
    )  # fmt: skip
    return HubFact(*connection.execute(select(*columns)).one())


def _connections(now: datetime) -> Select[*tuple[Any, ...]]:
    synced = select(func.count()).where(
        listings.c.kind == ListingKind.LOCATION, listings.c.connection_id == connections.c.id
    )
    wrong = select(func.count()).where(
        deliveries.c.connection_id == connections.c.id,
        deliveries.c.hash_verdict == HashVerdict.MISMATCH,
        deliveries.c.received_at > now - RECENT,
    )
    return select(
        connections.c.id, connections.c.connected_at, connections.c.checked_at, connections.c.last_webhook_at,
        connections.c.hash_verified_at, synced.scalar_subquery(), wrong.scalar_subquery(),
    ).order_by(connections.c.created_at)  # fmt: skip


def _queue() -> Select[*tuple[Any, ...]]:
    return select(func.count(), func.min(deliveries.c.received_at)).where(deliveries.c.state.in_(OPEN_STATES))


def _dead() -> Select[*tuple[Any, ...]]:
    """Dead letters that still matter: nothing was fetched for them since. The newest of each target."""
    succeeded_since = and_(targets.c.succeeded_at.is_not(None), targets.c.succeeded_at >= deliveries.c.received_at)
    by_target = (
        select(func.max(deliveries.c.id).label("id"), func.count().label("count"))
        .join(targets, targets.c.id == deliveries.c.target_id)
        .where(deliveries.c.state == DeliveryState.DEAD, ~succeeded_since)
        .group_by(deliveries.c.target_id)
        .subquery()
    )
    names = (_name(ListingKind.LOCATION, deliveries), _name(ListingKind.RESOURCE, deliveries))
    return (
        select(deliveries.c.id, by_target.c.count, deliveries.c.received_at, *names, deliveries.c.outcome)
        .join(by_target, by_target.c.id == deliveries.c.id)
        .order_by(deliveries.c.id.desc())
        .limit(LONGEST_LIST)
    )


def _troubles() -> Select[*tuple[Any, ...]]:
    failing = and_(targets.c.problem.is_not(None), targets.c.due_at.is_not(None))
    count = func.count()
    return (
        select(targets.c.problem, count, func.min(targets.c.due_at))
        .where(failing)
        .group_by(targets.c.problem)
        .order_by(count.desc(), targets.c.problem)
        .limit(LONGEST_LIST)
    )


def _unknown(now: datetime) -> Select[*tuple[Any, ...]]:
    """What a later import or approval has made known is no longer a stranger's."""
    other = listings.alias()
    at_home = [other.c.kind == ListingKind.LOCATION, other.c.id == deliveries.c.location_id]
    has_location = exists().where(*at_home, other.c.connection_id.is_not(None))
    has_resource = exists().where(other.c.kind == ListingKind.RESOURCE, other.c.id == deliveries.c.resource_id)
    stranger = or_(
        ~has_location,
        and_(deliveries.c.resource_id.is_not(None), ~has_resource, func.coalesce(deliveries.c.action, "") != "new"),
    )
    place = (deliveries.c.connection_id, deliveries.c.location_id, deliveries.c.resource_id)
    last = func.max(deliveries.c.received_at)
    return (
        select(*place, func.count(), last, func.max(deliveries.c.outcome))
        .where(deliveries.c.state == DeliveryState.IGNORED, deliveries.c.received_at > now - RECENT, stranger)
        .group_by(*place)
        .order_by(last.desc())
        .limit(LONGEST_LIST)
    )


def _held() -> Select[*tuple[Any, ...]]:
    names = (_name(ListingKind.LOCATION, targets), _name(ListingKind.RESOURCE, targets))
    undecided = and_(targets.c.held_since.is_not(None), targets.c.empty_confirmed.is_(False))
    return (
        select(
            targets.c.id, targets.c.held_since, func.coalesce(targets.c.held_count, 0), targets.c.attribute_type, *names
        )
        .where(undecided)
        .order_by(targets.c.held_since)
        .limit(LONGEST_LIST)
    )


def _pending() -> Select[*tuple[Any, ...]]:
    parent = listings.alias()
    return (
        select(
            listings.c.kind, listings.c.id, shown_name(listings), listings.c.type, shown_name(parent),
            listings.c.created_at,
        )
        .outerjoin(parent, and_(parent.c.kind == ListingKind.LOCATION, parent.c.id == listings.c.location_id))
        .where(listings.c.status == ListingStatus.PENDING)
        .order_by(listings.c.created_at, listings.c.id)
        .limit(LONGEST_LIST)
    )  # fmt: skip


def _listing_counts() -> Select[*tuple[Any, ...]]:
    public = and_(listings.c.status == ListingStatus.ACTIVE, listings.c.unmapped.is_(False))
    return select(func.count(), func.count().filter(public)).select_from(listings)


def _name(kind: ListingKind, row: FromClause) -> ColumnElement[str | None]:
    """Our name of the location or resource that `row` speaks of, else the identifier that it gives."""
    identifier = row.c.location_id if kind is ListingKind.LOCATION else row.c.resource_id
    return func.coalesce(name_of(kind, identifier), identifier)

"""Deliveries as a record to look through: by page, by id, and what is forgotten after a while.

Working them off is `inbox.py`'s; nothing here changes what waits.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, exists, func, or_, select

from widget_server.model import DeliveryState, HashVerdict, Json, ListingKind, WebhookType
from widget_server.store.inbox import OPEN_STATES
from widget_server.store.listing_names import name_of
from widget_server.store.tables import deliveries, price_changes, rates, targets
from widget_server.store.types import LARGEST_ID

MOST_CHANGES = 50
"""Changes of prices that one delivery tells of."""


class Verdict(StrEnum):
    """What became of a delivery. A `DUPLICATE` was worked off by the fetch that an earlier one had asked for."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    WAITING = "waiting"
    IGNORED = "ignored"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Wanted:
    """Which deliveries; None: whatever. `kind`: an attribute type, or "status". `text` occurs in the identifiers, the
    outcome or the body; `text_in_json` is how JSON may have escaped it."""

    verdict: Verdict | None = None
    kind: str | None = None
    connection_id: str | None = None
    location_id: str | None = None
    text: str | None = None
    text_in_json: str | None = None


@dataclass(frozen=True)
class Delivery:
    """One webhook. `location` and `resource` are the listings' names, None where there is no such listing.

    `together`: how many ended with it in one fetch, itself included, of which `first` came first.
    """

    id: int
    received_at: datetime
    connection_id: str
    type: str
    attribute_type: str | None
    action: str | None
    location_id: str
    resource_id: str | None
    location: str | None
    resource: str | None
    state: DeliveryState
    hash_verdict: HashVerdict
    target_id: int | None
    attempts: int
    outcome: str | None
    done_at: datetime | None
    together: int
    first: int | None

    @property
    def verdict(self) -> Verdict:
        """Its state, and for those that are done whether an earlier one did the work."""
        if self.state is DeliveryState.DONE and self.first is not None and self.first < self.id:
            return Verdict.DUPLICATE
        return VERDICTS[self.state]


VERDICTS = {
    DeliveryState.WAITING: Verdict.WAITING,
    DeliveryState.CLAIMED: Verdict.WAITING,
    DeliveryState.DONE: Verdict.ACCEPTED,
    DeliveryState.IGNORED: Verdict.IGNORED,
    DeliveryState.REFUSED: Verdict.REFUSED,
    DeliveryState.DEAD: Verdict.FAILED,
}


@dataclass(frozen=True)
class FetchFact:
    """How it stands with what a delivery made us fetch. `due_at` is the next try, `problem` what the last one met."""

    url: str
    started_at: datetime | None
    succeeded_at: datetime | None
    problem: str | None
    due_at: datetime | None


@dataclass(frozen=True)
class PriceChangeFact:
    """A price that changed; `old` and `new` as in `tables.price_changes`."""

    rate: str | None
    old: Json | None
    new: Json | None


def page(connection: Connection, wanted: Wanted, limit: int, before: int | None = None) -> list[Delivery]:
    """The newest `limit` that are wanted, newest first; with `before`, those older than that one."""
    chosen = _deliveries().where(*_conditions(wanted)).order_by(deliveries.c.id.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(deliveries.c.id < before)
    return [_delivery(row) for row in connection.execute(chosen)]


def find(connection: Connection, delivery_id: int) -> Delivery | None:
    """The delivery with that id."""
    row = connection.execute(_deliveries().where(deliveries.c.id == delivery_id)).first()
    return None if row is None else _delivery(row)


def body(connection: Connection, delivery_id: int) -> str:
    """What it said, as it came."""
    return str(connection.execute(select(deliveries.c.body).where(deliveries.c.id == delivery_id)).scalar_one())


def fetch(connection: Connection, target_id: int) -> FetchFact:
    """How it stands with a target."""
    columns = (targets.c.url, targets.c.started_at, targets.c.succeeded_at, targets.c.problem, targets.c.due_at)
    return FetchFact(*connection.execute(select(*columns).where(targets.c.id == target_id)).one())


def changed_prices(connection: Connection, delivery: Delivery) -> list[PriceChangeFact]:
    """The prices of its resource that changed while it was worked off."""
    if delivery.resource_id is None or delivery.done_at is None:
        return []
    within = price_changes.c.at.between(delivery.received_at, delivery.done_at)
    found = (
        select(rates.c.data["name"].as_string(), price_changes.c.old, price_changes.c.new)
        .join(price_changes, price_changes.c.rate_id == rates.c.id)
        .where(rates.c.resource_id == delivery.resource_id, within)
        .order_by(price_changes.c.id)
        .limit(MOST_CHANGES)
    )
    return [PriceChangeFact(*row) for row in connection.execute(found)]


def count_dead(connection: Connection) -> int:
    """How many have failed for good."""
    dead = select(func.count()).where(deliveries.c.state == DeliveryState.DEAD)
    return int(connection.execute(dead).scalar_one())


def forget_before(connection: Connection, moment: datetime, limit: int) -> int:
    """Drop up to `limit` that came to their end before `moment`; how many. What waits stays, however old it is.

    The newest delivery of all stays, too: later ones get larger numbers only while it is there, and listings remember
    by number which delivery spoke last.
    """
    ended = deliveries.c.state.not_in(OPEN_STATES)
    newest = select(func.max(deliveries.c.id)).scalar_subquery()
    old = select(deliveries.c.id).where(ended, deliveries.c.done_at < moment, deliveries.c.id < newest)
    chosen = old.order_by(deliveries.c.id).limit(limit).scalar_subquery()
    return connection.execute(delete(deliveries).where(deliveries.c.id.in_(chosen), ended)).rowcount


_peer = deliveries.alias("peer")
_SAME_FETCH = and_(
    _peer.c.target_id == deliveries.c.target_id,
    _peer.c.done_at == deliveries.c.done_at,
    _peer.c.state == deliveries.c.state,
)
"""What one fetch works off comes to its end in one statement, at one moment."""


def _deliveries() -> Select[*tuple[Any, ...]]:
    together = select(func.count()).select_from(_peer).where(_SAME_FETCH).correlate(deliveries)
    first = select(func.min(_peer.c.id)).where(_SAME_FETCH).correlate(deliveries)
    return select(
        *(column for column in deliveries.c if column.name in Delivery.__dataclass_fields__),
        name_of(ListingKind.LOCATION, deliveries.c.location_id).label("location"),
        name_of(ListingKind.RESOURCE, deliveries.c.resource_id).label("resource"),
        together.scalar_subquery().label("together"),
        first.scalar_subquery().label("first"),
    )


def _delivery(row: Row[Any]) -> Delivery:
    values = dict(row._mapping)
    return Delivery(**values | {"state": DeliveryState(row.state), "hash_verdict": HashVerdict(row.hash_verdict)})


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    exact = {
        deliveries.c.connection_id: wanted.connection_id,
        deliveries.c.location_id: wanted.location_id,
    }
    found = [column == value for column, value in exact.items() if value is not None]
    if wanted.verdict is not None:
        found.append(_is(wanted.verdict))
    if wanted.kind == WebhookType.STATUS:
        found.append(deliveries.c.type == WebhookType.STATUS)
    elif wanted.kind is not None:
        found += [deliveries.c.type == WebhookType.DATA, deliveries.c.attribute_type == wanted.kind]
    if wanted.text is not None:
        found.append(_mentions(wanted.text, wanted.text_in_json or wanted.text))
    return found


def _is(verdict: Verdict) -> ColumnElement[bool]:
    states = [state for state, found in VERDICTS.items() if found is verdict]
    came_second = exists().where(_SAME_FETCH, _peer.c.id < deliveries.c.id).correlate(deliveries)
    if verdict is Verdict.DUPLICATE:
        return and_(deliveries.c.state == DeliveryState.DONE, came_second)
    if verdict is Verdict.ACCEPTED:
        return and_(deliveries.c.state == DeliveryState.DONE, ~came_second)
    return deliveries.c.state.in_(states)


def _mentions(text: str, in_json: str) -> ColumnElement[bool]:
    columns = (deliveries.c.connection_id, deliveries.c.location_id, deliveries.c.resource_id, deliveries.c.outcome)
    found = [column.icontains(text, autoescape=True) for column in columns]
    found += [deliveries.c.body.icontains(each, autoescape=True) for each in {text, in_json}]
    if text.isascii() and text.isdecimal() and int(text) <= LARGEST_ID:
        found.append(deliveries.c.id == int(text))
    return or_(*found)

"""The inbox: deliveries as they came. One row is the record and the job; only its progress ever changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, select, update

from widget_server.model import DeliveryState, HashVerdict, Webhook
from widget_server.store.tables import deliveries

OPEN_STATES = (DeliveryState.WAITING, DeliveryState.CLAIMED)
FAILURES_BEFORE_DEAD = 8
"""PROTOCOL §4: eight failures that aren't outages make a dead letter."""


@dataclass(frozen=True)
class Claimed:
    """The deliveries that one fetch works off. `newest` is 0 when it is the sweep's fetch and no delivery waits."""

    ids: tuple[int, ...]
    newest: int


@dataclass(frozen=True)
class Arrived:
    """A delivery to record: `body` as it came, and what was decided of it."""

    webhook: Webhook
    body: str
    verdict: HashVerdict
    state: DeliveryState
    outcome: str | None = None
    target_id: int | None = None


_ADD = insert(deliveries).returning(deliveries.c.id, sort_by_parameter_order=True)


def add(connection: Connection, arrived: Sequence[Arrived], now: datetime) -> list[int]:
    """Record deliveries that are received now; their ids, which grow in the order given and in that of receipt."""
    values = [
        {
            "received_at": now,
            "connection_id": each.webhook.connection_id,
            "type": each.webhook.type,
            "attribute_type": each.webhook.attribute_type,
            "action": each.webhook.action,
            "location_id": each.webhook.location_id,
            "resource_id": each.webhook.resource_id,
            "body": each.body,
            "hash_verdict": each.verdict,
            "state": each.state,
            "outcome": each.outcome,
            "target_id": each.target_id,
            "done_at": None if each.state in OPEN_STATES else now,
        }
        for each in arrived
    ]
    return list(connection.execute(_ADD, values).scalars()) if values else []


def settle(connection: Connection, delivery_id: int, state: DeliveryState, outcome: str, now: datetime) -> None:
    """A single delivery has come to its end."""
    values = {"state": state, "outcome": outcome, "done_at": now}
    connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(**values))


def newest_id(connection: Connection) -> int:
    """The id of the newest delivery, 0 when there is none."""
    return int(connection.execute(select(func.coalesce(func.max(deliveries.c.id), 0))).scalar_one())


def claim(connection: Connection, target_ids: Sequence[int], owner: str) -> dict[int, Claimed]:
    """All deliveries that wait for these targets, ours as their leases are: those of a claimer that died too."""
    taken: dict[int, list[int]] = {target_id: [] for target_id in target_ids}
    for row in connection.execute(_CLAIM, {"target_ids": list(target_ids), "owner": owner}):
        taken[row.target_id].append(row.id)
    return {target_id: Claimed(tuple(sorted(ids)), max(ids, default=0)) for target_id, ids in taken.items()}


def finish(connection: Connection, ended: Sequence[tuple[int, str, str]], state: DeliveryState, now: datetime) -> None:
    """Those that were claimed for a target have come to their end: target, owner and outcome of each."""
    if ended:
        values = {"state": state, "done_at": now, "lease_owner": None}
        outcomes = [{"target": each[0], "owner": each[1], "outcome": each[2], **values} for each in ended]
        connection.execute(_OF_OWNER, outcomes)


def put_back(connection: Connection, owner: str, target_id: int, outcome: str, now: datetime, *, counts: bool) -> int:
    """They wait again. With `counts` it was a failure of their own: the eighth makes a dead letter. How many died."""
    ours = _ours(owner, target_id)
    attempts = deliveries.c.attempts + (1 if counts else 0)
    again = {"state": DeliveryState.WAITING, "outcome": outcome, "lease_owner": None, "attempts": attempts}
    spent = and_(ours, attempts >= FAILURES_BEFORE_DEAD)
    dead = {**again, "state": DeliveryState.DEAD, "done_at": now}
    died = connection.execute(update(deliveries).where(spent).values(**dead)).rowcount if counts else 0
    connection.execute(update(deliveries).where(ours).values(**again))
    return died


def release(connection: Connection, leases: Mapping[int, str]) -> None:
    """What these owners had claimed, by target, waits again."""
    if leases:
        values = {"state": DeliveryState.WAITING, "lease_owner": None}
        connection.execute(_OF_OWNER, [{"target": each, "owner": leases[each], **values} for each in leases])


def oldest_open(connection: Connection) -> datetime | None:
    """When the oldest delivery that isn't worked off yet was received."""
    return min(filter(None, connection.execute(_OLDEST).one()), default=None)


_OLDEST = select(
    *(
        select(func.min(deliveries.c.received_at)).where(deliveries.c.state == state).scalar_subquery()
        for state in OPEN_STATES
    )
)
"""One look into the index for each state."""
_CLAIM = (
    update(deliveries)
    .where(
        deliveries.c.target_id.in_(bindparam("target_ids", expanding=True)),
        deliveries.c.state.in_(OPEN_STATES),
    )
    .values(state=DeliveryState.CLAIMED, lease_owner=bindparam("owner"))
    .returning(deliveries.c.id, deliveries.c.target_id)
)
_OF_OWNER = update(deliveries).where(
    deliveries.c.target_id == bindparam("target"),
    deliveries.c.lease_owner == bindparam("owner"),
    deliveries.c.state == DeliveryState.CLAIMED,
)


def _ours(owner: str, target_id: int) -> ColumnElement[bool]:
    return and_(
        deliveries.c.target_id == target_id,
        deliveries.c.lease_owner == owner,
        deliveries.c.state == DeliveryState.CLAIMED,
    )

"""Targets: what is fetched, when next, and under whose lease.

A target is one URL for one listing of one connection. A webhook for it is only a hint that something changed, so hints
coalesce: they make the target due, and all deliveries that wait for it are worked off by one fetch. Whoever asks
*during* the fetch, a webhook or the operator, is remembered in `asked_again`: the target is due again afterwards.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from widget_server.store import counters
from widget_server.store.tables import targets

FETCH_SPACING = timedelta(milliseconds=200)
"""PROTOCOL §3: at most five fetches of one target in a second."""


@dataclass(frozen=True)
class TargetKey:
    """What makes a target; hints that agree in all of it coalesce."""

    url: str
    connection_id: str
    location_id: str
    resource_id: str | None
    attribute_type: str | None

    def digest(self) -> str:
        """64 hex characters; the parts can't run into each other."""
        parts = (self.url, self.connection_id, self.location_id, self.resource_id, self.attribute_type)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def key_of(row: Row[Any]) -> TargetKey:
    """The key of a row of `targets`."""
    return TargetKey(row.url, row.connection_id, row.location_id, row.resource_id, row.attribute_type)


@dataclass(frozen=True)
class Target:
    """A claimed target. `outages` and `failures` count what went wrong in a row, each in its own way."""

    id: int
    key: TargetKey
    outages: int
    failures: int


@dataclass(frozen=True)
class Leased:
    """What a claimed target's row says. `asked_again`: somebody asked for it since its fetch began. `empty_confirmed`:
    the operator has said that an empty set is right. `held_since`, `held_count`: an empty set waits for their word."""

    asked_again: bool
    empty_confirmed: bool
    held_since: datetime | None
    held_count: int | None


@dataclass(frozen=True)
class Finished:
    """The end of a fetch. `due`: when next (None: never again). `held_count`: an empty set came where so many rows
    exist, and waits for the operator's word since `held_since`; None: nothing is held there any more."""

    target_id: int
    due: datetime | None
    held_since: datetime | None = None
    held_count: int | None = None
    empty_confirmed: bool = False


def hint(connection: Connection, key: TargetKey, now: datetime) -> int:
    """Something changed there: due at once, unless Retry-After or the spacing holds. The target's id.

    The pauses of an outage begin anew, so that many hints during it don't add up to an hour's wait after it.
    """
    digest = key.digest()
    row = connection.execute(_by_digest(digest)).first()
    if row is None:
        try:
            with connection.begin_nested():
                return _insert(connection, key, digest, now)
        except IntegrityError:  # another process was first; its row is there now
            row = connection.execute(_by_digest(digest)).one()
    due = now if row.started_at is None else spaced(row.started_at, now)
    connection.execute(update(targets).where(targets.c.id == row.id).values(due_at=due, outages=0, asked_again=True))
    return int(row.id)


def hint_all(connection: Connection, keys: Collection[TargetKey], now: datetime) -> dict[TargetKey, int]:
    """As `hint`, for all of them: two statements where the targets are known, however many they are."""
    digests = {key.digest(): key for key in sorted(keys, key=TargetKey.digest)}
    if not digests:
        return {}
    rows = connection.execute(_BY_DIGESTS, {"digests": list(digests)}).all()
    found = {digests[row.key]: int(row.id) for row in rows}
    again = [{"hinted": row.id, "due": now if row.started_at is None else spaced(row.started_at, now)} for row in rows]
    if again:
        connection.execute(_HINT, again)
    return found | {key: hint(connection, key, now) for key in digests.values() if key not in found}


def spaced(started_at: datetime, now: datetime) -> datetime:
    """The earliest that a target may be fetched again whose fetch began at `started_at`; soon, even if the clock was
    set back since."""
    return min(max(now, started_at + FETCH_SPACING), now + FETCH_SPACING)


def something_is_due(connection: Connection, now: datetime) -> bool:
    """Whether `claim` would find anything."""
    return connection.execute(select(targets.c.id).where(_claimable(now)).limit(1)).first() is not None


def claim(connection: Connection, owner: str, now: datetime, lease: timedelta, limit: int = 1) -> list[Target]:
    """The targets that are due longest, at most `limit`, ours for `lease`; none when nothing is due. Two claimers never
    get the same one."""
    chosen = select(targets.c.id).where(_claimable(now)).order_by(targets.c.due_at).limit(limit)
    ids = list(connection.execute(chosen.with_for_update(skip_locked=True)).scalars())
    if not ids:
        return []
    taken = {"ids": ids, "owner": owner, "until": now + lease, "at": now}
    rows = {row.id: row for row in connection.execute(_CLAIM, taken)}
    return [Target(each, key_of(rows[each]), rows[each].outages, rows[each].failures) for each in ids]


def renew(connection: Connection, owner: str, until: datetime) -> None:
    """Keep what `owner` holds until `until`."""
    connection.execute(update(targets).where(targets.c.lease_owner == owner).values(lease_until=until))


def lock(connection: Connection, owners: Mapping[int, str]) -> dict[int, Leased]:
    """Hold these rows until the transaction ends, so that no hint can slip in between; by target, without those whose
    owner, the value in `owners`, lost the lease."""
    rows = connection.execute(_LOCK, {"ids": list(owners)})
    return {
        row.id: Leased(row.asked_again, row.empty_confirmed, row.held_since, row.held_count)
        for row in rows
        if row.lease_owner == owners[row.id]
    }


def finish(connection: Connection, finished: Sequence[Finished]) -> None:
    """These fetches came to an end that isn't to be tried again; their leases, checked by `lock`, end with it."""
    if finished:
        connection.execute(_FINISH, [{"target": each.target_id, **_ended(each)} for each in finished])


def postpone(
    connection: Connection, target: Target, owner: str, *, due: datetime, hold: bool, counts: bool, problem: str
) -> bool:
    """The fetch went wrong: again at `due`; with `hold` not earlier even if a webhook comes (Retry-After)."""
    return _release(
        connection, target.id, owner,
        due_at=due,
        not_before=due if hold else None,
        outages=target.outages if counts else target.outages + 1,
        failures=target.failures + 1 if counts else target.failures,
        problem=problem,
    )  # fmt: skip


def release(connection: Connection, leases: Mapping[int, str], now: datetime) -> None:
    """Give back these targets, by id, that their owners still hold; due at once: the owners were asked to stop."""
    if leases:
        values = {"lease_owner": None, "lease_until": None, "due_at": now}
        held = [{"target": target_id, "owner": owner, **values} for target_id, owner in sorted(leases.items())]
        connection.execute(_RELEASE, held)


def clear_hold(connection: Connection, target_id: int) -> None:
    """Nothing is held there any more, and a confirmation has been used up."""
    values = {"held_since": None, "held_count": None, "empty_confirmed": False}
    connection.execute(update(targets).where(targets.c.id == target_id).values(**values))


def make_due(connection: Connection, target_id: int, now: datetime) -> None:
    """Fetch that one now, whatever Retry-After holds."""
    make_these_due(connection, targets.c.id == target_id, now)


def make_all_due(connection: Connection, now: datetime, *, everything: bool = False) -> int:
    """What waits after a failure is due now; with `everything`, all that is known. How many there are."""
    failed = or_(targets.c.outages > 0, targets.c.failures > 0)
    known = and_(targets.c.due_at.is_not(None), true() if everything else failed)
    return make_these_due(connection, known, now)


def make_these_due(connection: Connection, which: ColumnElement[bool], now: datetime, **values: object) -> int:
    """Fetch those now, whatever Retry-After holds; `values` are set with it. How many there are."""
    counters.take_turns(connection)  # several rows, in an order of their own
    due = {"due_at": now, "not_before": None, "asked_again": True}
    return connection.execute(update(targets).where(which).values(**due, **values)).rowcount


def count_due(connection: Connection, now: datetime) -> int:
    """How many fetches are due now, those under a lease included."""
    return int(connection.execute(select(func.count()).where(targets.c.due_at <= now)).scalar_one())


_BY_DIGESTS = (
    select(targets.c.key, targets.c.id, targets.c.started_at)
    .where(targets.c.key.in_(bindparam("digests", expanding=True)))
    .order_by(targets.c.key)
    .with_for_update()
)
_HINT = (
    update(targets)
    .where(targets.c.id == bindparam("hinted"))
    .values(due_at=bindparam("due"), outages=0, asked_again=True)
)


_CLAIM = (
    update(targets)
    .where(targets.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        lease_owner=bindparam("owner"), lease_until=bindparam("until"), started_at=bindparam("at"), asked_again=False
    )
    .returning(targets)
)
_LOCK = (
    select(targets).where(targets.c.id.in_(bindparam("ids", expanding=True))).order_by(targets.c.id).with_for_update()
)
_RELEASE = update(targets).where(targets.c.id == bindparam("target"), targets.c.lease_owner == bindparam("owner"))
_FINISH = (
    update(targets)
    .where(targets.c.id == bindparam("target"))
    .values(
        lease_owner=None, lease_until=None, not_before=None, outages=0, failures=0, problem=None,
        succeeded_at=targets.c.started_at,
    )
)  # fmt: skip


def _ended(each: Finished) -> dict[str, object]:
    held = {"held_since": each.held_since, "held_count": each.held_count, "empty_confirmed": each.empty_confirmed}
    return {"due_at": each.due, **held}


def _by_digest(digest: str) -> Select[tuple[int, datetime | None]]:
    return select(targets.c.id, targets.c.started_at).where(targets.c.key == digest).with_for_update()


def _claimable(now: datetime) -> ColumnElement[bool]:
    free = or_(targets.c.lease_until.is_(None), targets.c.lease_until < now)
    allowed = or_(targets.c.not_before.is_(None), targets.c.not_before <= now)
    return and_(targets.c.due_at <= now, free, allowed)


def _insert(connection: Connection, key: TargetKey, digest: str, now: datetime) -> int:
    values = {
        "key": digest,
        "url": key.url,
        "connection_id": key.connection_id,
        "location_id": key.location_id,
        "resource_id": key.resource_id,
        "attribute_type": key.attribute_type,
        "due_at": now,
    }
    return int(connection.execute(insert(targets).values(**values).returning(targets.c.id)).scalar_one())


def _release(connection: Connection, target_id: int, owner: str, **values: object) -> bool:
    ours = and_(targets.c.id == target_id, targets.c.lease_owner == owner)
    freed = update(targets).where(ours).values(lease_owner=None, lease_until=None, **values)
    return connection.execute(freed).rowcount == 1

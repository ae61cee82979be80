"""Fetching at the operator's word: which targets a run made due, and how far each of them is since.

A run is a line of the activity: when it began, and which targets it spoke of. How far it is, the targets tell.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from widget_server.store import activity
from widget_server.store.activity import Deed
from widget_server.store.tables import targets
from widget_server.store.targets import make_these_due

SYNC = "sync"
_SUBJECT = re.compile(r"targets up to (\d+)(?: of (.+))?")


@dataclass(frozen=True)
class Run:
    """Targets up to the id `newest`, of one location or (None) of all, made due at `at`."""

    id: int
    at: datetime
    actor: str
    newest: int
    location_id: str | None


@dataclass(frozen=True)
class TargetFact:
    """What a target's row says of its last fetch and its next one; see `tables.targets`."""

    due_at: datetime | None
    started_at: datetime | None
    succeeded_at: datetime | None
    lease_until: datetime | None
    problem: str | None


def known(connection: Connection) -> dict[str, int]:
    """Location → how many targets of it are fetched from time to time."""
    counted = select(targets.c.location_id, func.count()).where(targets.c.due_at.is_not(None))
    return {row[0]: row[1] for row in connection.execute(counted.group_by(targets.c.location_id))}


def begin(connection: Connection, now: datetime, actor: str, location_id: str | None, told: str) -> int:
    """Make what is known due now, of one location or of all, and write `told` down; how many targets there are."""
    chosen = and_(targets.c.due_at.is_not(None), _at(location_id))
    newest = connection.execute(select(func.coalesce(func.max(targets.c.id), 0))).scalar_one()
    count = make_these_due(connection, chosen, now)
    if count:
        subject = f"targets up to {newest}" + ("" if location_id is None else f" of {location_id}")
        activity.record(connection, now, actor, SYNC, subject=subject, detail=told)
    return count


def latest(connection: Connection) -> Run | None:
    """The run that began last."""
    deed = activity.newest_of(connection, SYNC)
    return None if deed is None else _run(deed)


def facts(connection: Connection, run: Run) -> list[TargetFact]:
    """The targets of a run; those that nothing will fetch any more are of it if it fetched them."""
    columns = (targets.c.due_at, targets.c.started_at, targets.c.succeeded_at, targets.c.lease_until, targets.c.problem)
    alive = or_(targets.c.due_at.is_not(None), targets.c.started_at >= run.at)
    found = select(*columns).where(targets.c.id <= run.newest, _at(run.location_id), alive)
    return [TargetFact(*row) for row in connection.execute(found)]


def _at(location_id: str | None) -> ColumnElement[bool]:
    return true() if location_id is None else targets.c.location_id == location_id


def _run(deed: Deed) -> Run | None:
    found = _SUBJECT.fullmatch(deed.subject or "")
    return None if found is None else Run(deed.id, deed.at, deed.actor, int(found[1]), found[2])

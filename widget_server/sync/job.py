"""One job: a claimed target from its fetch to the store.

The claim is one transaction, the fetch runs outside of any, what it brought is applied in one more, in which the
deliveries come to their end too: a process may die at any point and nothing is lost or counted twice.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.errors import AccessTokenRejected, ForbiddenTarget, HubError, HubRefused, TargetGone
from widget_server.hub.client import FetchedSet
from widget_server.hub.endpoints import parse_endpoint
from widget_server.model import DeliveryState, Listing
from widget_server.store import counters, inbox, listings, publication, targets
from widget_server.store.engine import Database
from widget_server.store.inbox import Claimed
from widget_server.store.places import Stamp
from widget_server.store.targets import Target
from widget_server.sync.apply import apply, apply_gone
from widget_server.sync.backoff import next_try
from widget_server.sync.fetched import Applied, Fetched

LEASE = timedelta(seconds=30)
"""PROTOCOL §4; renewed by the worker while the job runs."""
UNCHANGED_REPUBLISH = timedelta(minutes=1)
"""A fetch that found nothing new moves 'as of' on for visitors no more often than this."""

log = logging.getLogger(__name__)


class Hub(Protocol):
    """What a job needs of the hub's client."""

    def fetch(self, url: str, access_token: str) -> FetchedSet: ...


class Tokens(Protocol):
    """What a job needs of the token keeper."""

    def access_token(self) -> str: ...

    def rejected(self, token: str) -> None: ...


@dataclass(frozen=True)
class Job:
    """A claimed target with the deliveries that wait for it; `owner` holds the lease."""

    owner: str
    target: Target
    deliveries: Claimed
    newest_delivery: int
    stamp: Stamp


class Jobs:
    """Claims jobs and runs them. Safe in any number of threads, processes and machines."""

    def __init__(
        self,
        database: Database,
        hub: Hub,
        tokens: Tokens,
        clock: Clock,
        *,
        currency: Callable[[], str | None],
        sweep: timedelta,
    ) -> None:
        self._database = database
        self._hub = hub
        self._tokens = tokens
        self._clock = clock
        self._currency = currency
        self._sweep = sweep

    def claim(self, owner: str) -> Job | None:
        """The target that is due longest, with its deliveries, ours for `LEASE`; None when nothing is due."""
        now = self._clock()
        with self._database.write() as connection:
            target = targets.claim(connection, owner, now, LEASE)
            if target is None:
                return None
            return Job(
                owner=owner,
                target=target,
                deliveries=inbox.claim(connection, target.id, owner),
                newest_delivery=inbox.newest_id(connection),
                stamp=Stamp(counters.next_value(connection, "ticket"), now),
            )

    def run(self, job: Job) -> str:
        """Fetch and apply; what came of it in a sentence. Never raises for what the hub does."""
        try:
            fetched = self._fetch(job.target.key.url)
        except TargetGone as error:
            return self._complete(job, None, error)
        except HubError as error:
            return self._fail(job, error)
        return self._complete(job, fetched, None)

    def give_up(self, job: Job, error: Exception) -> str:
        """Something broke that isn't the hub's doing: it counts, and is tried again until it is a dead letter."""
        return self._fail(job, HubRefused(f"an error of this site: {type(error).__name__}"))

    def _fetch(self, url: str) -> FetchedSet:
        token = self._tokens.access_token()
        try:
            return self._hub.fetch(url, token)
        except AccessTokenRejected:
            self._tokens.rejected(token)
        return self._hub.fetch(url, self._tokens.access_token())

    def _complete(self, job: Job, brought: FetchedSet | None, gone: TargetGone | None) -> str:
        with self._database.write() as connection:
            counters.take_turns(connection)
            if not targets.lock(connection, job.target.id, job.owner):
                return "Another worker took over."
            now = self._clock()
            applied = self._apply(connection, job, brought)
            sentence = applied.sentence()
            inbox.finish(connection, job.owner, job.target.id, DeliveryState.DONE, sentence, now)
            self._note_hold(connection, job, applied, now)
            soon = _soon(connection, job, now)
            due = soon if soon is not None else None if gone else now + self._sweep
            targets.finish(connection, job.target.id, job.owner, due)
            self._publish(connection, job, applied)
        return sentence

    def _apply(self, connection: Connection, job: Job, brought: FetchedSet | None) -> Applied:
        location = listings.location(connection, job.target.key.location_id)
        if location is None or location.connection_id != job.target.key.connection_id:
            return Applied(notes=["this connection no longer syncs that location"])
        fetched = self._fetched(connection, job, brought, location)
        return apply_gone(connection, fetched) if brought is None else apply(connection, fetched)

    def _fetched(self, connection: Connection, job: Job, brought: FetchedSet | None, location: Listing) -> Fetched:
        return Fetched(
            key=job.target.key,
            endpoint=brought.endpoint if brought else parse_endpoint(job.target.key.url.partition("//")[2]),
            items=brought.items if brought else (),
            stamp=job.stamp,
            location=location,
            newest_delivery=job.newest_delivery,
            hinted_by=job.deliveries.newest,
            currency=self._currency(),
            confirmed_empty=targets.empty_confirmed(connection, job.target.id),
        )

    def _note_hold(self, connection: Connection, job: Job, applied: Applied, now: datetime) -> None:
        if applied.held:
            targets.hold_empty(connection, job.target.id, applied.held, now)
        else:
            targets.clear_hold(connection, job.target.id)

    def _publish(self, connection: Connection, job: Job, applied: Applied) -> None:
        """What is known equals the hub's as of the oldest hint that still waits, else as of this fetch's beginning."""
        before = publication.current(connection)
        synced_at = min(filter(None, (job.stamp.at, inbox.oldest_open(connection))))
        ahead = None if before.synced_at is None else synced_at - before.synced_at
        if applied.changed or ahead is None or ahead >= UNCHANGED_REPUBLISH:  # what is stored is what visitors are told
            publication.mark_changed(connection)
            if ahead is None or ahead > timedelta():
                publication.set_synced(connection, synced_at)
        if applied.changed and not job.deliveries.ids:
            counters.add(connection, "sweep_finds", applied.changed)

    def _fail(self, job: Job, error: HubError) -> str:
        """Put the deliveries back, or end them: a URL that we may never contact will not become one.

        What was asked for during the fetch is due at once all the same, unless Retry-After holds.
        """
        forbidden = isinstance(error, ForbiddenTarget)
        target, now = job.target, self._clock()
        with self._database.write() as connection:
            if not targets.lock(connection, target.id, job.owner):
                return "Another worker took over."
            soon = _soon(connection, job, now)
            if forbidden:
                inbox.finish(connection, job.owner, target.id, DeliveryState.REFUSED, error.reason, now)
                targets.finish(connection, target.id, job.owner, soon)
                return error.reason
            inbox.put_back(connection, job.owner, target.id, error.reason, now, counts=error.counts)
            tries = 1 + (target.failures if error.counts else target.outages)
            hold = error.retry_after is not None
            targets.postpone(
                connection, target, job.owner,
                due=next_try(now, tries, error.retry_after) if hold or soon is None else soon,
                hold=hold,
                counts=error.counts,
                problem=error.reason,
            )  # fmt: skip
        return error.reason


def _soon(connection: Connection, job: Job, now: datetime) -> datetime | None:
    """When to fetch once more what a webhook or the operator asked for during the fetch: what it brought may have been
    read before the change that they speak of. None when nobody asked."""
    return targets.spaced(job.stamp.at, now) if targets.asked_again(connection, job.target.id) else None

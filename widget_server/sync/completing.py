"""What fetches brought, into the store: one transaction for all that ended by then.

It begins by checking the leases, so a worker that lost one changes nothing by it. Deliveries end, due times are set and
'as of' moves in the same transaction. Its statements are a few for all jobs together, and a few more for each job.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.errors import ForbiddenTarget, HubError
from widget_server.model import DeliveryState, Listing
from widget_server.store import counters, inbox, listings, publication, targets
from widget_server.store.engine import Database
from widget_server.store.targets import Finished, Leased
from widget_server.sync.apply import apply, apply_gone
from widget_server.sync.backoff import next_try
from widget_server.sync.fetched import Applied, Fetched
from widget_server.sync.job import Brought, Job

UNCHANGED_REPUBLISH = timedelta(minutes=1)
"""A fetch that found nothing new moves 'as of' on for visitors no more often than this."""
LEASE_LOST = "Another worker took over."

_Ended = tuple[Brought, Leased, Applied]


class Completing:
    """Takes over what fetches brought. Safe in any number of threads, processes and machines."""

    def __init__(
        self, database: Database, clock: Clock, *, currency: Callable[[], str | None], sweep: timedelta
    ) -> None:
        self._database = database
        self._clock = clock
        self._currency = currency
        self._sweep = sweep

    def complete(self, ended: Sequence[Brought]) -> list[str]:
        """Take over all of `ended`, or on any error nothing of what succeeded; what came of each in a sentence."""
        succeeded = [brought for brought in ended if brought.failed is None]
        sentences = self._take_over(sorted(succeeded, key=_ticket)) if succeeded else {}
        for brought in ended:
            if brought.failed is not None:
                sentences[_ticket(brought)] = self._fail(brought.job, brought.failed)
        return [sentences.get(_ticket(brought), LEASE_LOST) for brought in ended]

    def _take_over(self, ended: Sequence[Brought]) -> dict[int, str]:
        """What came of each by its ticket, without those whose lease was lost. Older fetches speak first."""
        currency = self._currency()
        owners = {each.job.target.id: each.job.owner for each in ended}
        with self._database.write() as connection:
            counters.take_turns(connection)
            leased = targets.lock(connection, owners)
            ours = [
                each for each in ended if each.job.target.id in leased and owners[each.job.target.id] == each.job.owner
            ]
            locations = listings.locations_by_id(connection, {each.job.target.key.location_id for each in ours})
            applied = [
                (each, leased[each.job.target.id], _applied(connection, each, locations, leased, currency))
                for each in ours
            ]
            self._end(connection, applied)
            _publish(connection, applied)
        return {_ticket(brought): result.sentence() for brought, _, result in applied}

    def _end(self, connection: Connection, ended: Sequence[_Ended]) -> None:
        """Deliveries are done, leases end, and due times are set."""
        now = self._clock()
        outcomes = [
            (brought.job.target.id, brought.job.owner, applied.sentence())
            for brought, _, applied in ended
            if brought.job.deliveries.ids
        ]
        inbox.finish(connection, outcomes, DeliveryState.DONE, now)
        finished = []
        for brought, row, applied in ended:
            due = _soon(row, brought.job, now) or (None if brought.is_gone else now + self._sweep)
            held_since = (row.held_since or now) if applied.held else None
            finished.append(Finished(brought.job.target.id, due, held_since, applied.held or None))
        targets.finish(connection, finished)

    def _fail(self, job: Job, error: HubError) -> str:
        """Put the deliveries back, or end them: a URL that we may never contact will not become one.

        What was asked for during the fetch is due at once all the same, unless Retry-After holds.
        """
        target, now = job.target, self._clock()
        with self._database.write() as connection:
            row = targets.lock(connection, {target.id: job.owner}).get(target.id)
            if row is None:
                return LEASE_LOST
            soon = _soon(row, job, now)
            if isinstance(error, ForbiddenTarget):
                inbox.finish(connection, [(target.id, job.owner, error.reason)], DeliveryState.REFUSED, now)
                held = Finished(target.id, soon, row.held_since, row.held_count, row.empty_confirmed)
                targets.finish(connection, [held])
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


def _applied(
    connection: Connection,
    brought: Brought,
    locations: Mapping[str, Listing],
    leased: Mapping[int, Leased],
    currency: str | None,
) -> Applied:
    job, key = brought.job, brought.job.target.key
    location = locations.get(key.location_id)
    if location is None or location.connection_id != key.connection_id:
        return Applied(notes=["this connection no longer syncs that location"])
    fetched = Fetched(
        key=key,
        reading=brought.reading,
        stamp=job.stamp,
        location=location,
        newest_delivery=job.newest_delivery,
        hinted_by=job.deliveries.newest,
        currency=currency,
        confirmed_empty=leased[job.target.id].empty_confirmed,
    )
    return apply_gone(connection, fetched) if brought.is_gone else apply(connection, fetched)


def _publish(connection: Connection, ended: Sequence[_Ended]) -> None:
    """What is known equals the hub's as of the oldest hint that still waits, else as of the newest fetch's start."""
    if not ended:
        return
    before = publication.current(connection)
    newest = max(brought.job.stamp.at for brought, _, _ in ended)
    synced_at = min(filter(None, (newest, inbox.oldest_open(connection))))
    ahead = None if before.synced_at is None else synced_at - before.synced_at
    changed = any(applied.changed for _, _, applied in ended)
    if changed or ahead is None or ahead >= UNCHANGED_REPUBLISH:  # what is stored is what visitors are told
        publication.mark_changed(connection)
        if ahead is None or ahead > timedelta():
            publication.set_synced(connection, synced_at)
    swept = sum(applied.changed for brought, _, applied in ended if not brought.job.deliveries.ids)
    if swept:
        counters.add(connection, "sweep_finds", swept)


def _soon(row: Leased, job: Job, now: datetime) -> datetime | None:
    """When to fetch once more what a webhook or the operator asked for during the fetch: what it brought may have been
    read before the change that they speak of. None when nobody asked."""
    return targets.spaced(job.stamp.at, now) if row.asked_again else None


def _ticket(brought: Brought) -> int:
    return brought.job.stamp.ticket

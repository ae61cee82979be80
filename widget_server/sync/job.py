"""One job: a claimed target from its fetch to the store.

The claim is one transaction, the fetch and the reading of what it brought run outside of any. What came is applied in
one more (`completing.py`), in which the deliveries come to their end too: a process may die at any point and nothing is
lost or counted twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.errors import AccessTokenRejected, HubError, HubRefused, TargetGone
from widget_server.hub.client import FetchedSet
from widget_server.hub.endpoints import parse_endpoint
from widget_server.store import counters, inbox, places, targets
from widget_server.store.engine import Database
from widget_server.store.inbox import Claimed
from widget_server.store.places import Stamp
from widget_server.store.targets import Target
from widget_server.sync.reading import Reading, read

LEASE = timedelta(seconds=30)
"""PROTOCOL §4; renewed by the worker while the job runs."""


class Hub(Protocol):
    """What a job needs of the hub's client."""

    def fetch(self, url: str, access_token: str) -> FetchedSet: ...


class Tokens(Protocol):
    """What a job needs of the token keeper."""

    def access_token(self) -> str: ...

    def rejected(self, token: str) -> None: ...


@dataclass(frozen=True)
class Job:
    """A claimed target with the deliveries that wait for it; `owner` holds the lease.

    `currency` is what the source says that the place's prices are in, as of the claim.
    """

    owner: str
    target: Target
    deliveries: Claimed
    newest_delivery: int
    stamp: Stamp
    currency: str | None


@dataclass(frozen=True)
class Brought:
    """What a job's fetch came to: a reading, or an error instead. One of an item that is gone reads as empty."""

    job: Job
    reading: Reading
    error: HubError | None = None

    @property
    def is_gone(self) -> bool:
        """Whether the one item that the target names no longer exists."""
        return isinstance(self.error, TargetGone)

    @property
    def failed(self) -> HubError | None:
        """What went wrong, so that it is to be tried again or given up."""
        return None if self.is_gone else self.error


class Fetching:
    """Claims jobs and fetches what they are about. Safe in any number of threads, processes and machines.

    `currency` answers what the operator's prices are in.
    """

    def __init__(
        self, database: Database, hub: Hub, tokens: Tokens, clock: Clock, currency: Callable[[], str | None]
    ) -> None:
        self._database = database
        self._hub = hub
        self._tokens = tokens
        self._clock = clock
        self._currency = currency

    def claim(self, owner: str, limit: int) -> list[Job]:
        """The targets that are due longest, with their deliveries, ours for `LEASE`; none when nothing is due."""
        now = self._clock()
        with self._database.write() as connection:
            claimed = targets.claim(connection, owner, now, LEASE, limit)
            if not claimed:
                return []
            waiting = inbox.claim(connection, [target.id for target in claimed], owner)
            newest = inbox.newest_id(connection)
            tickets = counters.next_values(connection, "ticket", len(claimed))
            currencies = _currencies(connection, claimed)
        return [
            Job(owner, target, waiting[target.id], newest, Stamp(ticket, now), currency)
            for target, ticket, currency in zip(claimed, tickets, currencies, strict=True)
        ]

    def fetch(self, job: Job) -> Brought:
        """Fetch and read. Never raises for what the hub does."""
        key = job.target.key
        try:
            found = self._fetch(key.url)
        except HubError as error:
            return Brought(job, read(key, parse_endpoint(key.url.partition("//")[2]), (), None), error)
        return Brought(job, read(key, found.endpoint, found.items, job.currency or self._currency()))

    def _fetch(self, url: str) -> FetchedSet:
        token = self._tokens.access_token()
        try:
            return self._hub.fetch(url, token)
        except AccessTokenRejected:
            self._tokens.rejected(token)
        return self._hub.fetch(url, self._tokens.access_token())


def broken(job: Job, error: Exception) -> Brought:
    """Something broke that isn't the hub's doing: it counts, and is tried again until it is a dead letter."""
    refused = HubRefused(f"an error of this site: {type(error).__name__}")
    return Brought(job, read(job.target.key, parse_endpoint(""), (), None), refused)


def _currencies(connection: Connection, claimed: Sequence[Target]) -> list[str | None]:
    """What the source says of each target's currency: a resource's is closer than its location's."""
    keys = [target.key for target in claimed]
    of_location, of_resource = places.said_currencies(
        connection, {key.location_id for key in keys}, {key.resource_id for key in keys if key.resource_id}
    )
    return [of_resource.get(key.resource_id or "") or of_location.get(key.location_id) for key in keys]

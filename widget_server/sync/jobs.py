"""Jobs from their claim to their end, for whoever works them off."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from widget_server.clock import Clock
from widget_server.store.engine import Database
from widget_server.sync.completing import Completing
from widget_server.sync.job import Brought, Fetching, Hub, Job, Tokens


class Jobs:
    """Claims, fetches and completes jobs. Safe in any number of threads, processes and machines.

    `currency` answers what the operator's prices are in; `sweep` is how long after a fetch the next one is due.
    """

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
        self._fetching = Fetching(database, hub, tokens, clock, currency)
        self._completing = Completing(database, clock, currency=currency, sweep=sweep)

    def claim(self, owner: str, limit: int = 1) -> list[Job]:
        """At most `limit` targets that are due, those that are due longest first, with their deliveries; ours for
        `LEASE`. `owner` is the claim's alone: a lease that was lost can't be mistaken for the next one."""
        return self._fetching.claim(owner, limit)

    def fetch(self, job: Job) -> Brought:
        """Fetch, and read what came. Never raises for what the hub does; takes no transaction for long."""
        return self._fetching.fetch(job)

    def complete(self, ended: Sequence[Brought]) -> list[str]:
        """Bring all of these to their end in one transaction; what came of each in a sentence.

        Raises what breaks; then none of those that succeeded at the hub were taken over, and it may be called again.
        """
        return self._completing.complete(ended)

    def run(self, job: Job) -> str:
        """One job alone: fetch and complete."""
        return self.complete([self.fetch(job)])[0]

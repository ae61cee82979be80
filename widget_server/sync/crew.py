"""Jobs worked off several at a time: threads that fetch, and a clerk who alone deals with the store.

The clerk claims a few jobs more than are fetched at once, so that nobody waits for the store, and completes whatever
has been fetched meanwhile in one transaction. So a lone hint is a claim, a fetch and a commit, and a flood shares them.
"""

import logging
import os
import queue
import secrets
import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta

from widget_server.clock import Clock
from widget_server.errors import StoreUnavailable
from widget_server.store import inbox, targets
from widget_server.store.engine import Database
from widget_server.sync.job import LEASE, Brought, Job, broken
from widget_server.sync.jobs import Jobs

AT_ONCE = 4
"""Fetches that run at the same time, unless a setting says otherwise."""
AHEAD = 4
"""So many times as many jobs are claimed as are fetched at once."""
COMPLETED_AT_ONCE = 16
"""Jobs in one transaction: webhooks don't wait long for it."""
LOOK_EVERY = timedelta(milliseconds=50)
"""How often an idle clerk looks for work: most of the time from a webhook to its price is the fetch."""
RENEW_EVERY = LEASE / 3
STORE_PAUSE = timedelta(seconds=1)

log = logging.getLogger(__name__)


class Crew:
    """Works off what is due until it is told to stop. `done` is called whenever jobs came to an end."""

    def __init__(
        self, database: Database, jobs: Jobs, clock: Clock, *, at_once: int, stop_within: timedelta,
        done: Callable[[], None],
    ) -> None:  # fmt: skip
        self._database = database
        self._jobs = jobs
        self._clock = clock
        self._at_once = at_once
        self._stop_within = stop_within
        self._done = done
        self._name = f"{socket.gethostname()[:24]}-{os.getpid()}-{secrets.token_hex(6)}"
        self._claims = 0
        self._is_more_due = False
        self._claimed: dict[int, Job] = {}
        """By ticket."""
        self._todo: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._fetched: deque[tuple[Job, Brought | None]] = deque()
        self._something_came = threading.Event()
        self._renewed_at = clock()

    def work(self, stop: threading.Event) -> None:
        """The clerk's part, until `stop` is set; then what runs is finished, or given back. Raises what breaks here."""
        for number in range(self._at_once):
            # Daemons: a fetch that hangs must not keep the process from ending. Its job is given back.
            threading.Thread(target=self._fetch, name=f"fetch-{number}", daemon=True).start()
        try:
            while not stop.is_set():
                self._turn(stop)
            self._wind_down()
        finally:
            for _ in range(self._at_once):
                self._todo.put(None)

    def next_owner(self) -> str:
        """Each claim has an owner of its own: a lease that was lost can't be mistaken for the next one."""
        self._claims += 1
        return f"{self._name}-{self._claims}"

    def _turn(self, stop: threading.Event) -> None:
        self._something_came.clear()
        try:
            self._renew()
            self._complete_some()
            self._claim()
        except StoreUnavailable as error:
            log.warning("The worker waits for the database: %s", error)
            stop.wait(STORE_PAUSE.total_seconds())
            return
        if not self._fetched and not stop.is_set():
            self._something_came.wait(LOOK_EVERY.total_seconds())

    def _claim(self) -> None:
        """Fill up when half of what was claimed has ended: so one transaction claims several."""
        most = self._at_once * AHEAD
        if len(self._claimed) > most // 2 or not (self._is_more_due or self._something_is_due()):
            return
        room = most - len(self._claimed)
        jobs = self._jobs.claim(self.next_owner(), room)
        self._is_more_due = len(jobs) == room
        for job in jobs:
            self._claimed[job.stamp.ticket] = job
            self._todo.put(job)

    def _something_is_due(self) -> bool:
        with self._database.read() as connection:
            return targets.something_is_due(connection, self._clock())

    def _fetch(self) -> None:
        """A fetcher's part."""
        while (job := self._todo.get()) is not None:
            brought: Brought | None = None
            try:
                brought = self._jobs.fetch(job)
            except StoreUnavailable as error:
                log.warning("Job %s runs again when its lease is over: %s", job.target.id, error)
            except Exception as error:
                log.exception("Job %s for %s broke", job.target.id, job.target.key.url)
                brought = broken(job, error)
            self._fetched.append((job, brought))
            self._something_came.set()

    def _complete_some(self) -> None:
        some = [self._fetched.popleft() for _ in range(min(len(self._fetched), COMPLETED_AT_ONCE))]
        ended = [brought for _, brought in some if brought is not None]
        try:
            self._complete(ended)
        except StoreUnavailable:
            self._fetched.extendleft(reversed(some))
            raise
        for job, _ in some:
            del self._claimed[job.stamp.ticket]
        if ended:
            self._done()

    def _complete(self, ended: Sequence[Brought]) -> None:
        """All together, or when one of them breaks that one is found and given up."""
        if not ended:
            return
        try:
            sentences = self._jobs.complete(ended)
        except StoreUnavailable:
            raise
        except Exception as error:
            if len(ended) > 1:
                for each in ended:
                    self._complete([each])
                return
            log.exception("Job %s for %s broke", ended[0].job.target.id, ended[0].job.target.key.url)
            sentences = self._jobs.complete([broken(ended[0].job, error)])
        for each, sentence in zip(ended, sentences, strict=True):
            log.info("%s: %s", each.job.target.key.url, sentence)

    def _renew(self) -> None:
        now = self._clock()
        fresh = timedelta() <= now - self._renewed_at < RENEW_EVERY  # no longer, when the clock was set back
        if fresh or not self._claimed:
            return
        with self._database.write() as connection:
            for owner in {job.owner for job in self._claimed.values()}:
                targets.renew(connection, owner, now + LEASE)
        self._renewed_at = now

    def _wind_down(self) -> None:
        self._give_back(self._not_begun())
        deadline = self._clock() + self._stop_within
        while self._claimed and (left := (deadline - self._clock()).total_seconds()) > 0:
            self._something_came.clear()
            self._complete_some()
            if self._claimed and not self._fetched:
                self._something_came.wait(left)
        if self._claimed:
            log.warning("%d jobs still run; they are given back.", len(self._claimed))
            self._give_back(list(self._claimed.values()))

    def _not_begun(self) -> list[Job]:
        jobs: list[Job] = []
        while True:
            try:
                job = self._todo.get_nowait()
            except queue.Empty:
                return jobs
            if job is not None:
                jobs.append(job)

    def _give_back(self, jobs: Sequence[Job]) -> None:
        """Free for others at once; should one of them finish after all, it finds its lease gone."""
        if not jobs:
            return
        with self._database.write() as connection:
            leases = {job.target.id: job.owner for job in jobs}
            targets.release(connection, leases, self._clock())
            inbox.release(connection, leases)
        for job in jobs:
            del self._claimed[job.stamp.ticket]

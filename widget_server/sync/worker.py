"""The background worker: takes jobs as they fall due, several at a time, and publishes what they changed.

Any number of workers may run, in any number of processes and machines: the store decides who gets which job.
"""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from widget_server.clock import Clock
from widget_server.errors import StoreUnavailable
from widget_server.store import deliveries, inbox, publication, refusals, targets
from widget_server.store.engine import Database
from widget_server.sync.job import LEASE, Job, Jobs

CONCURRENCY = 4
LOOK_EVERY = timedelta(milliseconds=50)
"""How often an idle worker looks for work: most of the time from a webhook to its price is the fetch."""
RENEW_EVERY = LEASE / 3
STOP_WITHIN = timedelta(seconds=7)
"""How long running jobs may take to finish after a stop was asked for; then they are given back."""
STORE_PAUSE = timedelta(seconds=1)
TIDY_EVERY = timedelta(hours=1)
DELIVERIES_KEPT = timedelta(days=30)
"""After their end; those that wait are kept until they come to one."""
FORGOTTEN_AT_ONCE = 2000
"""Deliveries that one transaction forgets: webhooks don't wait long for it."""

Progress = tuple[int, int, str]
"""Jobs done, jobs in all as far as is known, and what came of the last one."""

log = logging.getLogger(__name__)


class Worker:
    """Claims and runs jobs until it is told to stop. `publish` renders what is public now and answers when
    to do so again although nothing changes. `aside` is called with every turn: it must be quick and not raise."""

    def __init__(
        self,
        database: Database,
        jobs: Jobs,
        publish: Callable[[], datetime | None],
        clock: Clock,
        stop_within: timedelta = STOP_WITHIN,
        aside: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._publish = publish
        self._clock = clock
        self._stop_within = stop_within
        self._aside = aside
        self._owner = f"{socket.gethostname()[:24]}-{os.getpid()}-{secrets.token_hex(6)}"
        self._running: dict[str, threading.Thread] = {}
        self._wake = threading.Event()
        self._published: str | None = None
        self._publish_at: datetime | None = None
        self._count = 0
        self._renewed_at = clock()
        self._tidy_at = clock()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then finish what runs, or give it back. Returns within ten seconds."""
        while not stop.is_set():
            self._wake.clear()
            self._aside()
            try:
                busy = self._turn()
            except StoreUnavailable as error:
                log.warning("The worker waits for the database: %s", error)
                stop.wait(STORE_PAUSE.total_seconds())
                continue
            if not busy:
                self._pause(stop)
        self._wind_down()

    def sync_now(self, *, everything: bool) -> Iterator[Progress]:
        """Fetch what is due, or with `everything` all that is known, one after the other; ends when nothing is due."""
        with self._database.write() as connection:
            now = self._clock()
            targets.make_all_due(connection, now, everything=everything)
            total = targets.count_due(connection, now)
        done = 0
        while done < total and (job := self._jobs.claim(self._next_owner())) is not None:
            sentence = self._jobs.run(job)
            done += 1
            yield done, total, f"{job.target.key.url}: {sentence}"
        self._publish_if_changed()

    def _turn(self) -> bool:
        """One look around; True when a job was started, so that looking again at once is worth it."""
        self._renew()
        self._publish_if_changed()
        self._tidy()
        self._running = {owner: thread for owner, thread in self._running.items() if thread.is_alive()}
        if len(self._running) >= CONCURRENCY or not self._something_is_due():
            return False
        owner = self._next_owner()
        job = self._jobs.claim(owner)
        if job is None:
            return False
        # A daemon: a fetch that hangs must not keep the process from ending. Its job is given back.
        self._running[owner] = threading.Thread(target=self._work, args=(job,), name=f"job-{owner}", daemon=True)
        self._running[owner].start()
        return True

    def _work(self, job: Job) -> None:
        try:
            sentence = self._jobs.run(job)
        except StoreUnavailable as error:
            log.warning("Job %s runs again when its lease is over: %s", job.target.id, error)
            return
        except Exception as error:
            log.exception("Job %s for %s broke", job.target.id, job.target.key.url)
            sentence = self._jobs.give_up(job, error)
        finally:
            self._wake.set()
        log.info("%s: %s", job.target.key.url, sentence)

    def _publish_if_changed(self) -> None:
        """Publish when the version moved, whoever moved it, and when a validity date has passed.

        What breaks in the making of documents must not keep prices from the store: web processes make their own.
        """
        with self._database.read() as connection:
            version = publication.version(connection)
        passed = self._publish_at is not None and self._publish_at <= self._clock()
        if version != self._published or passed:
            try:
                self._publish_at = self._publish()
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("The documents of version %s can't be made", version)
                self._publish_at = None
            self._published = version

    def _tidy(self) -> None:
        """Forget old deliveries and refusals, now and then; go on with the next turn while there are many."""
        now = self._clock()
        if now < self._tidy_at <= now + TIDY_EVERY:  # not later, when the clock was set back
            return
        with self._database.write() as connection:
            count = deliveries.forget_before(connection, now - DELIVERIES_KEPT, FORGOTTEN_AT_ONCE)
            refusals.forget_before(connection, now - refusals.KEPT)
        if count < FORGOTTEN_AT_ONCE:
            self._tidy_at = now + TIDY_EVERY

    def _something_is_due(self) -> bool:
        with self._database.read() as connection:
            return targets.something_is_due(connection, self._clock())

    def _renew(self) -> None:
        now = self._clock()
        fresh = timedelta() <= now - self._renewed_at < RENEW_EVERY  # no longer, when the clock was set back
        if fresh or not self._running:
            return
        with self._database.write() as connection:
            for owner in self._running:
                targets.renew(connection, owner, now + LEASE)
        self._renewed_at = now

    def _pause(self, stop: threading.Event) -> None:
        if not stop.is_set():
            self._wake.wait(LOOK_EVERY.total_seconds())

    def _wind_down(self) -> None:
        deadline = self._clock() + self._stop_within
        for thread in self._running.values():
            thread.join(max((deadline - self._clock()).total_seconds(), 0.0))
        unfinished = [owner for owner, thread in self._running.items() if thread.is_alive()]
        if unfinished:
            self._give_back(unfinished)

    def _give_back(self, owners: list[str]) -> None:
        """Their jobs are free for others at once; should one of them finish after all, it finds its lease gone."""
        log.warning("%d jobs still run; they are given back.", len(owners))
        with self._database.write() as connection:
            for owner in owners:
                targets.release(connection, owner, self._clock())
                inbox.release(connection, owner)

    def _next_owner(self) -> str:
        """Each job has an owner of its own: a lease that was lost can't be mistaken for the next one."""
        self._count += 1
        return f"{self._owner}-{self._count}"

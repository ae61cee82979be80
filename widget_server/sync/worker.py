"""The background worker: takes jobs as they fall due, several at a time, and publishes what they changed.

Any number of workers may run, in any number of processes and machines: the store decides who gets which job.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from widget_server.clock import Clock
from widget_server.errors import StoreUnavailable
from widget_server.store import deliveries, publication, refusals, targets
from widget_server.store.engine import Database
from widget_server.sync.crew import AT_ONCE, LOOK_EVERY, STORE_PAUSE, Crew
from widget_server.sync.jobs import Jobs

STOP_WITHIN = timedelta(seconds=7)
"""How long running jobs may take to finish after a stop was asked for; then they are given back."""
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
        *,
        at_once: int = AT_ONCE,
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._publish = publish
        self._clock = clock
        self._aside = aside
        self._wake = threading.Event()
        self._crew = Crew(database, jobs, clock, at_once=at_once, stop_within=stop_within, done=self._wake.set)
        self._broken: BaseException | None = None
        self._published: str | None = None
        self._publish_at: datetime | None = None
        self._tidy_at = clock()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then finish what runs, or give it back. Returns within ten seconds.

        Raises what breaks: whoever started the worker starts it anew.
        """
        crew = threading.Thread(target=self._work, args=(stop,), name="jobs")
        crew.start()
        try:
            while not stop.is_set():
                self._turn(stop)
        finally:
            stop.set()
            crew.join()
        if self._broken is not None:
            raise self._broken

    def sync_now(self, *, everything: bool) -> Iterator[Progress]:
        """Fetch what is due, or with `everything` all that is known, one after the other; ends when nothing is due."""
        with self._database.write() as connection:
            now = self._clock()
            targets.make_all_due(connection, now, everything=everything)
            total = targets.count_due(connection, now)
        done = 0
        while done < total and (jobs := self._jobs.claim(self._crew.next_owner())):
            job = jobs[0]
            sentence = self._jobs.run(job)
            done += 1
            yield done, total, f"{job.target.key.url}: {sentence}"
        self._publish_if_changed()

    def _turn(self, stop: threading.Event) -> None:
        """Whatever isn't a job; soon again when jobs have ended meanwhile."""
        self._wake.clear()
        self._aside()
        try:
            self._publish_if_changed()
            self._tidy()
        except StoreUnavailable as error:
            log.warning("The worker waits for the database: %s", error)
            stop.wait(STORE_PAUSE.total_seconds())
            return
        if not stop.is_set():
            self._wake.wait(LOOK_EVERY.total_seconds())

    def _work(self, stop: threading.Event) -> None:
        try:
            self._crew.work(stop)
        except BaseException as error:  # noqa: BLE001 -- raised again by `run`
            self._broken = error
            stop.set()
            self._wake.set()

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
